/** The file systems that the interpreter as a component is given: ours, and directories of this machine by a host. */

import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Options } from "../../src/index.ts";
import { deflate } from "../../src/node/compressor.ts";
import { compileC } from "../guests/c-program.ts";
import { adaptCommand } from "../guests/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime } from "../hosts/wasmtime.ts";
import { virtualized } from "../run/on-hosts.ts";
import { type FileSystem, inDirectories, sources, TIMEOUT_MILLISECONDS, wordsOf } from "./file-systems.ts";
import { differenceOf, readTree, writeTree } from "./trees.ts";
import { directoryFor, directoryOfTemplates, MODIFIED } from "./sequence.ts";

/** The directories as the component knows them. */
const [FIRST, SECOND] = ["/data", "/other"];

const interpreter = async (): Promise<Uint8Array> => adaptCommand(await compileC("operations", await sources(), ["-O1"]));

function outputOf({ stdout, stderr, exitCode, trap }: Outcome): string {
  // That it took too long says nothing of what it did.
  if (trap?.includes("timed out") === true) throw new Error(trap);
  // What was printed before a trap is compared; the trap itself is then the difference.
  return exitCode === 0 && trap === undefined ? stdout : `${stdout}\n${trap ?? `exit code ${exitCode}`} ${stderr}\n`;
}

/** The interpreter as a component, on a host that gives it directories of this machine. */
export async function underWasmtime(): Promise<FileSystem> {
  const app = await interpreter();
  return {
    name: "Wasmtime",
    run: (script, verbose = false) =>
      inDirectories(async ([first = "", second = ""]) => {
        const preopens = { [FIRST]: first, [SECOND]: second };
        return outputOf(await runOnWasmtime(app, { args: [FIRST, SECOND, ...wordsOf(true, verbose)], preopens, stdin: script }));
      }),
  };
}

type Mounts = Pick<Options, "compress" | "mounts" | "tmpfs" | "preopens" | "overlays" | "hide" | "protect">;
/** Rules that match nothing a script makes: under them, everything is as without rules. */
export const RULES: Pick<Mounts, "hide" | "protect"> = {
  hide: ["**/nothing", "x/**/nothing"],
  protect: ["**/nothing/**", "!**/nothing/x"],
};

type Run = (component: Uint8Array, options: RunOptions) => Promise<Outcome>;

/** Ours: the interpreter nested with these mounts, on a host; `populate` if the templates are not embedded. */
async function nested(name: string, mounts: Mounts, populate: boolean, run: Run): Promise<FileSystem> {
  const app = await interpreter();
  const rest = { stdin: "allow", stdout: "allow", stderr: "allow", allowClocks: true } as const;
  const componentOf = (verbose: boolean): Uint8Array =>
    virtualized(app, { ...mounts, ...rest, args: [FIRST, SECOND, ...wordsOf(populate, verbose)] });
  const quiet = componentOf(false);
  return {
    name,
    run: async (script, verbose = false) =>
      outputOf(await run(verbose ? componentOf(true) : quiet, { stdin: script, timeoutMilliseconds: TIMEOUT_MILLISECONDS })),
  };
}

/** Empty writable directories, in which scripts make the templates. */
export function tmpfs(run: Run, rules: typeof RULES = {}): Promise<FileSystem> {
  return nested("tmpfs", { ...rules, tmpfs: [{ path: FIRST }, { path: SECOND }] }, true, run);
}

/** The templates embedded, writable, beside an empty directory. */
export function overlay(run: Run): Promise<FileSystem> {
  const mounts = [{ path: FIRST, entry: directoryOfTemplates(), writable: true }];
  return nested("overlay", { mounts, tmpfs: [{ path: SECOND }] }, false, run);
}

/** The same with the templates compressed. */
export function compressedOverlay(run: Run): Promise<FileSystem> {
  const mounts = [{ path: FIRST, entry: directoryOfTemplates(), writable: true }];
  return nested("compressed overlay", { mounts, tmpfs: [{ path: SECOND }], compress: deflate }, false, run);
}

/** The templates in a directory of the host's, over which is written in memory. They are the same afterwards. */
export function hostOverlay(run: Run, rules: typeof RULES = {}): Promise<FileSystem> {
  const mounts = { ...rules, overlays: [{ path: FIRST, host: "/first/4" }], tmpfs: [{ path: SECOND }] };
  return nested("an overlay over the host's", mounts, false, (component, options) =>
    inDirectories(async ([directory = ""]) => {
      await writeTree(directory, directoryFor(String(options.stdin)), MODIFIED);
      const before = await readTree(directory);
      const outcome = await run(component, { ...options, preopens: { "/first": path.dirname(directory) } });
      const after = await readTree(directory);
      if (!isDeepStrictEqual(after, before)) throw new Error(`the host's directory has changed: ${differenceOf(before, after)}`);
      return outcome;
    }),
  );
}

/** Directories of the host's under other paths (one lies below what the host gives), beside what `mounts` says. */
export function preopens(mounts: Mounts): Promise<FileSystem> {
  const hosts = [
    { path: FIRST, host: "/first/4" },
    { path: SECOND, host: "/second" },
  ];
  return nested("preopens", { ...mounts, preopens: hosts }, true, (component, options) =>
    inDirectories(([first = "", second = ""]) =>
      runOnWasmtime(component, { ...options, preopens: { "/first": path.dirname(first), "/second": second } }),
    ),
  );
}
