/** Starts `wasi-nest` as a process that goes on, and waits for what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { onTestFinished } from "vitest";
import { MAIN } from "./wasi-nest.ts";
import { wasmtimeCli } from "../hosts/wasmtime-cli.ts";

/** Where Wasmtime's command is on the PATH, as a user has it. */
export const withWasmtime: string = [dirname(wasmtimeCli() ?? "/nowhere/wasmtime"), process.env["PATH"]].join(":");

export interface Running {
  readonly child: ChildProcess;
  /** All that it has written so far, to whatever output. */
  readonly log: () => string;
  /** What first matches in the log; rejected if the process ends before. */
  readonly says: (pattern: RegExp) => Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** It is gone when the test is over. */
export function started(args: readonly string[], cwd: string, node: string = process.execPath): Running {
  const child = spawn(node, ["--no-global-search-paths", "--", MAIN, ...args], { cwd, env: { PATH: withWasmtime, SECRET: "1" } });
  let log = "";
  const ended = new Promise<number | string | null>((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
  const waiting = new Set<() => void>();
  for (const output of [child.stdout, child.stderr])
    output.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      for (const look of waiting) look();
    });
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const says = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const [found] = pattern.exec(log) ?? [];
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended: ${log}`)));
    });
  return { child, log: () => log, says, ended };
}

/** The address at which it serves. */
export const addressOf = (running: Running): Promise<string> => running.says(/http:\/\/127\.0\.0\.1:\d+\//);
