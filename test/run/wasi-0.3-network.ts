/** What the tests of HTTP and sockets of WASI 0.3 share: outputs of its guests, and who they talk with. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { Directory, Options } from "../../src/index.ts";
import { rustGuest } from "../guests/rust.ts";
import { virtualized } from "./on-hosts.ts";
import { BODY, echoServer } from "./sockets.ts";

/** A little of it: what is large goes over the network in the long suite. */
export const SMALL_BODY: Uint8Array = BODY.subarray(0, 200_003);

const file = (contents: Uint8Array) => ({ kind: "file", contents }) as const;

/** What the handler serves. */
export const WWW: Directory = {
  kind: "directory",
  entries: new Map([
    ["index.html", file(Buffer.from("<!doctype html><title>embedded</title>\n"))],
    ["large.bin", file(BODY)],
    ["empty", file(new Uint8Array())],
  ]),
};

export async function virtualHandler(options: Options = {}): Promise<Uint8Array> {
  return virtualized(await rustGuest("handler"), { mounts: [{ path: "/www", entry: WWW }], env: { A: "b" }, allowHttp: true, ...options });
}

/** The middleware with the handler below it, both within one output. */
export async function middlewareOverHandler(): Promise<Uint8Array> {
  return virtualized(await rustGuest("middleware"), {
    adapters: [{ interface: "wasi:http/handler", component: await rustGuest("handler") }],
    mounts: [{ path: "/www", entry: WWW }],
    env: { VIA: "wasi-nest" },
    allowHttp: true,
  });
}

/** The command that uses the network, with a file to send. */
export async function networkCommand(body: Uint8Array, options: Options): Promise<Uint8Array> {
  const mounts = [{ path: "/data/body", entry: file(body) }];
  return virtualized(await rustGuest("network"), { mounts, stdout: "allow", allowArgs: true, ...options });
}

/** As the command sums up what it receives. */
export function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return sum;
}

/** They send back what they get. */
export interface Echoes {
  readonly ports: Readonly<Record<"tcp" | "http" | "udp", string>>;
  readonly close: () => void;
}

export async function echoes(): Promise<Echoes> {
  const tcp = echoServer();
  const http: HttpServer = createHttpServer((request, response) => void request.pipe(response)).listen(0, "127.0.0.1");
  const udp: Socket = createSocket("udp4", (message, { port, address }) => udp.send(message, port, address));
  udp.bind(0, "127.0.0.1");
  await Promise.all([tcp, http, udp].map((each) => once(each, "listening")));
  const portOf = (each: Server | Socket): string => String((each.address() as AddressInfo).port);
  return {
    ports: { tcp: portOf(tcp), http: portOf(http), udp: portOf(udp) },
    close() {
      tcp.close();
      http.close();
      http.closeAllConnections();
      udp.close();
    },
  };
}
