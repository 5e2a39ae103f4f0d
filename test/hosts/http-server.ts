/**
 * Serves HTTP handler components on free ports of 127.0.0.1, each by a child process: jco's server
 * (preview2-shim, one instance) and `wasmtime serve` (an instance a request, and of WASI little more than HTTP).
 */

import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import type { Readable } from "node:stream";
import { has03, newestNode, newestNodeAvailable, transpiled } from "./jco.ts";
import { NEWEST_NODE_MISSING } from "./newest-wasi.ts";
import { wasmtimeArguments, WASMTIME_CLI_MISSING, wasmtimeCli, withFile } from "./wasmtime-cli.ts";

export interface HttpServer {
  /** Such as "http://127.0.0.1:34567/". */
  readonly url: string;
  /** What handlers and host have written to stdout and stderr so far. */
  readonly log: () => string;
  /** Whether the child still runs. */
  readonly isAlive: () => boolean;
  readonly stop: () => Promise<void>;
}

export interface HttpHost {
  readonly name: string;
  /** Why it cannot be had on this machine. */
  readonly missing: string | undefined;
  readonly serve: (component: Uint8Array, flags?: readonly string[]) => Promise<HttpServer>;
}

export const httpHosts: readonly HttpHost[] = [
  { name: "jco", missing: undefined, serve: serveOnJco },
  { name: "Wasmtime", missing: wasmtimeCli() === undefined ? WASMTIME_CLI_MISSING : undefined, serve: serveOnWasmtime },
];

/** The same for handlers of 0.3. */
export const newestHttpHosts: readonly HttpHost[] = httpHosts.map((host) =>
  host.name === "jco" ? { ...host, missing: newestNodeAvailable() ? undefined : NEWEST_NODE_MISSING } : host,
);

/** On the Node of these tests, or for 0.3 on the newest. */
async function serveOnJco(component: Uint8Array): Promise<HttpServer> {
  const isNew = has03(component);
  const entry = path.join(await transpiled(component, isNew), "component.js");
  const script = path.join(import.meta.dirname, "jco-serve.mjs");
  return listening(isNew ? newestNode : process.execPath, [script, JSON.stringify({ entry, has03: isNew })]);
}

/** `flags` are further options of the command's. */
async function serveOnWasmtime(component: Uint8Array, flags: readonly string[] = []): Promise<HttpServer> {
  const command = wasmtimeCli();
  if (command === undefined) throw new Error(WASMTIME_CLI_MISSING);
  // It has read the file when it listens.
  return withFile(component, async (file) =>
    listening(command, [...(await wasmtimeArguments("serve", component)), "--addr", "127.0.0.1:0", ...flags, file]),
  );
}

/** Starts a server and waits for the address that it announces, on whatever output. */
async function listening(command: string, args: readonly string[]): Promise<HttpServer> {
  const child = spawn(command, args, { cwd: "/", stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const outputs = child.stdio.slice(1) as Readable[];
  let log = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    for (const output of outputs) {
      output.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        const announced = /http:\/\/127\.0\.0\.1:\d+\//.exec(log)?.[0];
        if (announced !== undefined) resolve(announced);
      });
    }
    void ended.then(() => reject(new Error(`the server ended before it listened: ${log}`)));
  });
  const stop = async (): Promise<void> => {
    if (isRunning(child)) child.kill("SIGKILL");
    await ended;
  };
  return { url: await url, log: () => log, isAlive: () => isRunning(child), stop };
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
