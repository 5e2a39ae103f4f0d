/**
 * `wasi-nest run`: runs a command component, or a preview 1 program, on this Node.
 */
import { statSync } from "node:fs";
import type { Given } from "../../adapters/option-table.ts";
import type { Manual } from "../help.ts";
import type { MissingDirectory } from "../../node/missing-directories.ts";
import { RUN_OPTIONS, type RunOptions } from "../options.ts";
import { say } from "../terminal.ts";
import { UsageError } from "../../errors.ts";

export const RUN_MANUAL: Manual = {
  usage: ["$0 run <component> [options] [arguments] [-- arguments]"],
  purpose:
    "Runs a command of WASI 0.2 or 0.3 (or a preview 1 program) with the host's environment and streams. WASI 0.3 needs Node 24 or newer, and the package @bytecodealliance/preview3-shim.",
  options: RUN_OPTIONS,
  groups: [],
  examples: [
    ["$0 run out.wasm input.txt", "Give the program an argument"],
    ["$0 run out.wasm --dir data::/data -- --verbose", "Give it a directory, and an option of its own after `--`"],
  ],
  epilogue: ["The exit code is the program's."],
};

/** `args` are the program's, without its name. */
export async function runFile(path: string, given: Given<RunOptions>, args: readonly string[]): Promise<void> {
  const directories = Object.fromEntries((given.dir ?? []).map(directoryOf));
  const [{ decoding, programName, readComponent }, { Progress }, { missingDirectories }, { runCommand }] = await Promise.all([
    import("../read-component.ts"),
    import("../progress.ts"),
    import("../../node/missing-directories.ts"),
    import("../../node/run-command.ts"),
  ]);
  const progress = new Progress(true);
  const { component } = await readComponent(path, { adapt: given.adapt, exitWithCode: true }, progress);
  progress.clear();
  const missing = await decoding(path, () => missingDirectories(component, Object.keys(directories)));
  say(missing.map(missingText).map((warning) => `warning: ${warning}`));
  process.exitCode = await decoding(path, () => runCommand(component, { arg0: programName(path), args, directories }));
}

function missingText({ host, guests }: MissingDirectory): string {
  const needed = guests.map((guest) => `\`${guest}\``).join(", ");
  return `no \`--dir\` gives the host's \`${host}\`, which the program needs for ${needed}: add \`--dir HOST::${host}\``;
}

/** As Wasmtime takes it: the guest finds a directory under the host's own name, if there is no other. */
function directoryOf(text: string): readonly [guest: string, host: string] {
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
