/**
 * Runs the built command line (`npm run build`) in a directory of its own, and tells what came of it.
 */
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, onTestFinished } from "vitest";

export const MAIN: string = resolve(import.meta.dirname, "../../dist/command/main.js");

/** What the command's first line gives Node, so that Node leaves our arguments alone. */
const START = ["--no-global-search-paths", "--"];

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Settings {
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** The command line of another place than the project's `dist`. */
  readonly main?: string;
  /** Options of Node, instead of those of the command's first line. */
  readonly start?: readonly string[];
  /** Another Node than this one. */
  readonly node?: string;
}

export function wasiNest(
  args: readonly string[],
  { cwd, input = "", env = {}, main = MAIN, start = START, node = process.execPath }: Settings,
): Outcome {
  const { status, stdout, stderr } = spawnSync(node, [...start, main, ...args], {
    cwd,
    input,
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { code: status, stdout, stderr };
}

let runner: ChildProcess | undefined;

/**
 * The same, a tenth of the time: one process for all calls of a file, which is for commands that read no standard input and start no
 * other process that does. Files that a call has read or written must stay until the last call (`lastingDirectories`), as the next file
 * could have their inodes, and no call writes what another has written. `--verbose` would hold for the next call, too: such a call has
 * its own process.
 */
export async function wasiNestAgain(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Outcome> {
  if (args.includes("--verbose")) return wasiNest(args, { cwd, env });
  runner ??= fork(join(import.meta.dirname, "runner.mjs"), { execArgv: START, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = new AbortController();
  const end = (): void => ended.abort(new Error("the command has ended the process"));
  runner.once("exit", end);
  runner.send({ args, cwd, env: { PATH: process.env["PATH"], ...env } });
  const [outcome] = (await once(runner, "message", { signal: ended.signal })) as [Outcome];
  runner.off("exit", end);
  return outcome;
}

/** Gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "wasi-nest-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** For the file that calls this: makes directories, which are there until its last test is over, and with it the process for all calls. */
export function lastingDirectories(): () => string {
  const parent = mkdtempSync(join(tmpdir(), "wasi-nest-test-"));
  afterAll(() => {
    // Files may share a worker, and those of the next may have the inodes of these.
    runner?.kill();
    runner = undefined;
    rmSync(parent, { recursive: true, force: true });
  });
  return () => mkdtempSync(join(parent, "directory-"));
}
