/** A program that uses sockets beside an embedded file, what it is given, and who it talks with. */

import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import path from "node:path";
import type { Options } from "../../src/index.ts";
import { javascript } from "../guests/index.ts";

export const BODY: Uint8Array = Buffer.from(Uint8Array.from({ length: 3 * 1024 * 1024 + 5 }, (_, i) => (i * i * 3 + (i >> 9)) & 0xff));

export async function socketsProgram(): Promise<Uint8Array> {
  const source = await readFile(path.join(import.meta.dirname, "guests/sockets.js"), "utf8");
  return javascript(source, { world: "include wasi:cli/command@0.2.12;" });
}

export function optionsWith(body: Uint8Array): Options {
  return {
    mounts: [{ path: "/data/body", entry: { kind: "file", contents: body } }],
    stdin: "allow",
    stdout: "allow",
    stderr: "allow",
    allowArgs: true,
    allowClocks: true,
    allowRandom: true,
    allowSockets: true,
  };
}

/** On a port that the system gives. */
export function echoServer(): Server {
  return createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
}

export const portOf = (server: Server): string => String((server.address() as AddressInfo).port);
