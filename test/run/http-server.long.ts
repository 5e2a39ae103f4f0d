/**
 * HTTP handlers whose files are embedded, served by jco and by Wasmtime: bodies of megabytes both ways, trailers,
 * requests and responses that the client abandons, one after another and several at once.
 */

import { createHash } from "node:crypto";
import { request, type IncomingMessage, type RequestOptions } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Directory } from "../../src/index.ts";
import { type HttpServer, httpHosts } from "../hosts/http-server.ts";
import { httpServerGuest } from "./http-server-guest.ts";
import { BUILD_MILLISECONDS, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

/** Bytes without a period that anything copies by. */
const noise = (length: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * i * seed + (i >> 9)) & 0xff));

const PAGE = Buffer.from("<!doctype html><title>embedded</title>\n");
const LARGE = noise(3 * 1024 * 1024 + 7, 3);
const BODY = noise(2 * 1024 * 1024 + 11, 5);
const WWW: Directory = {
  kind: "directory",
  entries: new Map([
    ["index.html", { kind: "file", contents: PAGE }],
    ["large.bin", { kind: "file", contents: LARGE }],
    ["empty", { kind: "file", contents: new Uint8Array() }],
  ]),
};

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly trailers: IncomingMessage["trailers"];
  readonly body: Buffer;
}

interface Sent extends RequestOptions {
  readonly body?: Uint8Array;
  readonly trailers?: Record<string, string>;
}

/** Exchanges whole bodies. Without `agent`, each request has a connection of its own. */
function exchange(server: HttpServer, target: string, { body, trailers, ...options }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(target, server.url),
      { method: body === undefined ? "GET" : "POST", agent: false, ...options },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, trailers: response.trailers, body: Buffer.concat(chunks) }),
        );
      },
    );
    sent.on("error", reject);
    if (trailers !== undefined) sent.addTrailers(trailers);
    sent.end(body);
  });
}

/** Sends a part of a request, or takes a part of a response, and breaks the connection. */
function giveUp(server: HttpServer, target: string): Promise<void> {
  const isDownload = target.startsWith("/www/");
  return new Promise((resolve) => {
    const headers = isDownload ? {} : { "content-length": BODY.length };
    const sent = request(new URL(target, server.url), { method: isDownload ? "GET" : "POST", agent: false, headers }, (response) => {
      response.on("error", () => {});
      response.once("data", () => sent.destroy());
    });
    sent.on("error", () => {});
    sent.on("close", resolve);
    if (isDownload) sent.end();
    else sent.write(BODY.subarray(0, 100_000), () => target === "/count" && sent.destroy());
  });
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function fnv(bytes: Uint8Array): string {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return String(hash >>> 0);
}

let output: Uint8Array;

beforeAll(async () => {
  output = virtualized(await httpServerGuest(), {
    mounts: [{ path: "/www", entry: WWW }],
    stderr: "allow",
    allowClocks: true,
    allowRandom: true,
    allowHttp: true,
  });
}, BUILD_MILLISECONDS);

describe.each(httpHosts)("a handler on $name", ({ missing, name, serve }) => {
  let server: HttpServer;

  beforeAll(async () => {
    if (missing === undefined) server = await serve(output);
  }, BUILD_MILLISECONDS);

  afterAll(() => server?.stop());

  test("serves embedded files byte for byte", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    expect(await exchange(server, "/www/index.html")).toMatchObject({ status: 200, body: PAGE });
    expect(await exchange(server, "/www/empty")).toMatchObject({ status: 200, headers: { "content-length": "0" }, body: Buffer.alloc(0) });
    const large = await exchange(server, "/www/large.bin");
    expect(sha256(large.body)).toBe(sha256(LARGE));
    expect(await exchange(server, "/www/none")).toMatchObject({ status: 404, body: Buffer.from("no-entry") });
  });

  test.for(["/echo", "/splice"])("takes and gives megabytes at %s", { timeout: RUN_MILLISECONDS }, async (target, { skip }) => {
    skip(missing !== undefined, missing);
    const { status, headers, body } = await exchange(server, target, { body: BODY });
    expect({ status, file: headers["x-file"], hash: sha256(body) }).toEqual({ status: 200, file: String(PAGE.length), hash: sha256(BODY) });
  });

  test("answers while the request is still coming", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    const pieces = ["first ", "second ", "third"];
    const answered: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const sent = request(new URL("/echo", server.url), { method: "POST", agent: false }, (response) => {
        response.on("error", reject);
        response.on("end", resolve);
        response.on("data", (chunk: Buffer) => {
          answered.push(chunk.toString());
          const next = pieces[answered.length];
          // The next piece is sent only when the one before has come back.
          if (next === undefined) sent.end();
          else sent.write(next);
        });
      });
      sent.on("error", reject);
      sent.write(pieces[0]);
    });
    expect(answered).toEqual(pieces);
  });

  test("has trailers both ways", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    skip(name === "jco", "preview2-shim sends no trailers");
    const headers = { te: "trailers", trailer: "x-sent" };
    const sent = BODY.subarray(0, 100_001);
    const { body, trailers } = await exchange(server, "/echo?trailers", { headers, body: sent, trailers: { "x-sent": "by the client" } });
    expect(sha256(body)).toBe(sha256(sent));
    expect(trailers).toEqual({ "x-sent": "by the client", "x-bytes": String(sent.length), "x-checksum": fnv(sent) });
  });

  test("goes on after a request and a response that were given up", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    // preview2-shim waits for ever for a client that has gone to read on, without us too.
    const targets = name === "jco" ? ["/count"] : ["/count", "/echo", "/splice", "/www/large.bin"];
    for (const target of targets) await giveUp(server, target);
    await expect.poll(() => server.log()).toContain("gave up on /count: last-operation-failed");
    const { status, body } = await exchange(server, "/splice", { body: BODY });
    expect({ status, hash: sha256(body) }).toEqual({ status: 200, hash: sha256(BODY) });
    expect(server.isAlive()).toBe(true);
  });

  test("answers many requests, one after another and at once", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    for (let i = 0; i < 30; i++) expect((await exchange(server, "/www/index.html")).body).toEqual(PAGE);
    const together = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? exchange(server, "/www/large.bin") : exchange(server, "/splice", { body: BODY.subarray(i) }),
    );
    const answers = await Promise.all(together);
    expect(answers.map(({ body }) => sha256(body))).toEqual(answers.map((_, i) => sha256(i % 2 === 0 ? LARGE : BODY.subarray(i))));
  });
});
