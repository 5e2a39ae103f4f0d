/**
 * A child that answers one question after the other, for what takes longer to start than to do. Questions and answers
 * are lines of JSON, on its stdin and its file descriptor 3. It is started when it is asked first, ends with this
 * process, and is replaced when it has ended or did not answer in time.
 */

import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

const TIMEOUT_MILLISECONDS = 120_000;

/** Asks, and gives the answer as JSON. Throws if the child ends before it has answered, with what it said on stderr. */
export type Ask = (question: object) => Promise<unknown>;

export function standingChild(command: string, args: readonly string[], timeoutMilliseconds: number = TIMEOUT_MILLISECONDS): Ask {
  let standing: ReturnType<typeof start> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (question: object): Promise<unknown> => {
    if (standing === undefined || standing.ended()) standing = start(command, args, timeoutMilliseconds);
    return JSON.parse(await standing.ask(JSON.stringify(question)));
  };
  return (question) => {
    const answer = last.then(() => ask(question));
    // One at a time, whatever became of the one before.
    last = answer.catch(() => {});
    return answer;
  };
}

interface Standing {
  readonly ask: (line: string) => Promise<string>;
  readonly ended: () => boolean;
}

function start(command: string, args: readonly string[], timeoutMilliseconds: number): Standing {
  const child: ChildProcess = spawn(command, args, { cwd: "/", stdio: ["pipe", "ignore", "pipe", "pipe"] });
  const [input, , errors, answers] = child.stdio as unknown as [Writable, null, Readable, Readable];
  // It is no reason for this process to live on; that it has ended is told by `close`.
  child.unref();
  for (const stream of [input, errors, answers]) (stream as unknown as { unref(): void }).unref();
  input.on("error", () => {});

  let hasEnded = false;
  let text = "";
  let said = "";
  let settle: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;
  const end = (how: string): void => {
    hasEnded = true;
    settle?.reject(new Error(`${how}: ${said}`));
  };
  errors.on("data", (chunk: Buffer) => (said += chunk.toString()));
  answers.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    const lineEnd = text.indexOf("\n");
    if (lineEnd < 0) return;
    settle?.resolve(text.slice(0, lineEnd));
    text = text.slice(lineEnd + 1);
  });
  child.on("error", (error) => end(error.message));
  child.on("close", (code, signal) => end(`ended with ${signal ?? code}`));

  const ask = async (line: string): Promise<string> => {
    const timer = setTimeout(() => {
      end(`timed out after ${timeoutMilliseconds} ms`);
      child.kill("SIGKILL");
    }, timeoutMilliseconds);
    try {
      return await new Promise((resolve, reject) => {
        settle = { resolve, reject };
        input.write(`${line}\n`);
      });
    } finally {
      clearTimeout(timer);
      settle = undefined;
    }
  };
  return { ask, ended: () => hasEnded };
}
