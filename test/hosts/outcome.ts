/**
 * What every host runner takes and gives: a command component is run in a child process, so that a trap,
 * an endless loop or `exit` ends the child and not the test. A child tells how the program ended as JSON on
 * file descriptor 3, because its stdout, stderr and exit status belong to the program.
 */

import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

export interface RunOptions {
  /** The program's name, its first argument; "guest" unless told. */
  readonly program?: string;
  /** The arguments after the program's name. */
  readonly args?: readonly string[];
  /** All of the environment: nothing is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Host directories by the path that the program knows them under. */
  readonly preopens?: Readonly<Record<string, string>>;
  /** Empty unless told. */
  readonly stdin?: Uint8Array | string;
  /**
   * Talks with the program: called with all that it has written to stdout so far, whenever that is more, and with its
   * stdin, which stays open until the program has ended.
   */
  readonly converse?: (stdout: string, stdin: Writable) => void;
  /** After this the child is killed, and that is the trap; 120,000 unless told. */
  readonly timeoutMilliseconds?: number;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Stdout before it was decoded as UTF-8. */
  readonly stdoutBytes: Uint8Array;
  /** The program's own, 134 after a trap. */
  readonly exitCode: number;
  /** Why the program did not end by itself; absent if it did. "cannot instantiate: ..." if it never began. */
  readonly trap?: string;
}

/** What a child writes to file descriptor 3. */
export type Report = { readonly exitCode: number } | { readonly trap: string };

/** What a child did. */
export interface Finished {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Undefined if the child died before it could report. */
  readonly report: string | undefined;
  /** Null if a signal ended the child. */
  readonly exitCode: number | null;
  /** How the child itself ended, in words. */
  readonly ending: string;
}

/** Of a program that trapped, from every host. */
export const TRAP_EXIT_CODE = 134;
const DEFAULT_TIMEOUT_MILLISECONDS = 120_000;

/** Runs a child to its end. Its working directory is `/` unless told: some hosts tell it to the program. */
export function runChild(
  command: string,
  args: readonly string[],
  options: Pick<RunOptions, "stdin" | "converse" | "timeoutMilliseconds"> & { readonly cwd?: string } = {},
): Promise<Finished> {
  const { stdin, converse, cwd = "/", timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: [stdin === undefined && converse === undefined ? "ignore" : "pipe", "pipe", "pipe", "pipe"],
    });
    const [input, ...outputs] = child.stdio as unknown as [Writable | null, Readable, Readable, Readable];
    const [stdout, stderr, report] = outputs.map(collect) as [Buffer[], Buffer[], Buffer[]];

    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeoutMilliseconds);

    // A program may end without reading all of its input.
    input?.on("error", () => {});
    if (converse === undefined || input === null) input?.end(stdin);
    else {
      if (stdin !== undefined) input.write(stdin);
      outputs[0]?.on("data", () => converse(Buffer.concat(stdout).toString(), input));
      // Some hosts wait for the end of an input that they have begun to read.
      outputs[2]?.once("data", () => input.end());
    }

    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const text = Buffer.concat(report).toString();
      const ending = timedOut ? `timed out after ${timeoutMilliseconds} ms` : `ended with ${signal ?? code}`;
      resolve({
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr),
        report: text === "" || timedOut ? undefined : text,
        exitCode: code,
        ending,
      });
    });
  });
}

function collect(stream: Readable): Buffer[] {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

/** The outcome of a program whose child has finished. */
export function outcomeOf({ stdout, stderr, report, ending }: Finished): Outcome {
  const output = { stdout: stdout.toString(), stderr: stderr.toString(), stdoutBytes: stdout };
  const how: Report = report === undefined ? { trap: `the host ${ending}` } : JSON.parse(report);
  return "trap" in how ? { ...output, exitCode: TRAP_EXIT_CODE, trap: how.trap } : { ...output, exitCode: how.exitCode };
}
