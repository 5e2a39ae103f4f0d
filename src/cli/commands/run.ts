/**
 * `wasi-nest run`: runs a command component, or a preview 1 program, on this Node or on Wasmtime.
 */
import { statSync } from "node:fs";
import type { Manual } from "../help.ts";
import { invocationOf } from "../../node/invocation.ts";
import type { MissingDirectory } from "../../node/missing-directories.ts";
import type { ToRun, Verb } from "../run-virtualized.ts";
import { RUN_GROUPS, RUN_OPTIONS, type RunGiven } from "../options.ts";
import { printText, say } from "../terminal.ts";
import { UsageError } from "../../errors.ts";

export const RUN_MANUAL: Manual = {
  usage: ["$0 run <component> [options] [arguments] [-- arguments]"],
  purpose:
    "Runs a command of WASI 0.2 or 0.3 (or a preview 1 program). Without options, it has the host's environment and streams. With any option of `wasi-nest`, a policy or a profile, it is virtualized first, in memory: then it has its arguments, its standard streams and its exit code, and everything else that no option gives is denied. WASI 0.3 needs Node 24 or newer, and the package @bytecodealliance/preview3-shim.",
  options: RUN_OPTIONS,
  groups: RUN_GROUPS,
  examples: [
    ["$0 run app.wasm input.txt", "Give the program an argument"],
    ["$0 run app.wasm --mount /data=./data -- --verbose", "Let it see files and nothing else, and give it an option of its own after `--`"],
    ["$0 run app.wasm --dir data::/data", "Give it a directory of the host, which it may change"],
  ],
  epilogue: ["The exit code is the program's."],
};

/** `args` are the program's, without its name. */
export async function runFile(path: string, asked: RunGiven, args: readonly string[]): Promise<void> {
  const { afterRun } = await import("../after-run.ts");
  const { given, check, end } = await afterRun(path, asked);
  const { component, directories } = await readyToRun(path, given, { verb: "run", args });
  const { decoding, programName } = await import("../read-component.ts");
  const options = { arg0: programName(path), args, directories };
  await check(component);
  const ended = await decoding(path, async () => {
    const { invoke, host } = given;
    const invocation = invoke === undefined ? undefined : invocationOf(component, invoke, path);
    if (host === "wasmtime") {
      const { runOnWasmtime } = await import("../../node/wasmtime.ts");
      return { ending: await runOnWasmtime(component, { ...options, invoke: invocation?.forWasmtime() }), exports: {} };
    }
    invocation?.checkForJco();
    const run = await (await import("../../node/run-command.ts")).ran(component, options, { invocation });
    if (invocation !== undefined && run.returned !== undefined) printText(`${invocation.resultText(run.returned)}\n`);
    return run;
  });
  process.exitCode = await end(ended);
}

export interface Ready {
  readonly component: Uint8Array;
  /** Host directories by their path in the guest. */
  readonly directories: Readonly<Record<string, string>>;
}

/** The component as it is with no option, and virtualized with any; warnings are printed. */
export async function readyToRun(
  path: string,
  given: RunGiven,
  running: { readonly verb: Verb; readonly args: readonly string[] },
): Promise<Ready> {
  const directories = new Map((given.dir ?? []).map(directoryOf));
  const [{ decoding, readComponent }, { Progress }, { isVirtualizing, virtualizedToRun }, { missingDirectories }] = await Promise.all([
    import("../read-component.ts"),
    import("../progress.ts"),
    import("../run-virtualized.ts"),
    import("../../node/missing-directories.ts"),
  ]);
  const progress = new Progress(true);
  const read = async (): Promise<ToRun> => {
    if (isVirtualizing(given)) return virtualizedToRun(path, given, running, progress);
    return { ...(await readComponent(path, { adapt: given.adapt, exitWithCode: true }, progress)), warnings: [] };
  };
  const { component, warnings } = await read().finally(() => progress.clear());
  // Options that are given here mean this machine; those of an output that is run meant another, perhaps.
  if (isVirtualizing(given))
    for (const { host } of missingDirectories(component, [...directories.keys()])) if (isDirectory(host)) directories.set(host, host);
  const missing = await decoding(path, () => missingDirectories(component, [...directories.keys()]));
  say([...warnings, ...missing.map(missingText)].map((warning) => `warning: ${warning}`));
  return { component, directories: Object.fromEntries(directories) };
}

function missingText({ host, guests }: MissingDirectory): string {
  const needed = guests.map((guest) => `\`${guest}\``).join(", ");
  return `no \`--dir\` gives the host's \`${host}\`, which the program needs for ${needed}: add \`--dir HOST::${host}\``;
}

/** As Wasmtime takes it: the guest finds a directory under the host's own name, if there is no other. */
export function directoryOf(text: string): readonly [guest: string, host: string] {
  const [host = "", guest = host, ...more] = text.split("::");
  if (host === "" || guest === "" || more.length > 0)
    throw new UsageError(`\`--dir ${text}\` is neither HOST::GUEST nor HOST, such as \`./data::/data\``);
  // What is called `/data` is not found in what is called `/data/`.
  if (isDirectory(host)) return [guest.replace(/(?<=[^/])\/+$/, ""), host];
  const order = isDirectory(guest) ? ": the host's stands first, HOST::GUEST" : "";
  throw new UsageError(`\`--dir ${text}\`: \`${host}\` is not a directory${order}`);
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
