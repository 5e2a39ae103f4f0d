/**
 * Runs the built command line (`npm run build`) in a directory of its own, and tells what came of it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

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

/** Gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "wasi-nest-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
