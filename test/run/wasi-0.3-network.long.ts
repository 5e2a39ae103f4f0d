/**
 * HTTP and sockets of WASI 0.3 with megabytes both ways, and servers. On Wasmtime, each program prints and serves what it does without
 * wasi-nest on a directory of the same content.
 */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { type HttpServer, newestHttpHosts } from "../hosts/http-server.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { WAC_MISSING, wacAvailable, wacPlug } from "../hosts/wac.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { BODY } from "./sockets.ts";
import { echoes, type Echoes, networkCommand, sumOf, virtualHandler, WWW } from "./wasi-0.3-network.ts";

let folder: string;
let others: Echoes;

beforeAll(async () => {
  others = await echoes();
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-network-"));
  await mkdir(path.join(folder, "www"));
  for (const [name, entry] of WWW.entries)
    if (entry.kind === "file" && entry.contents instanceof Uint8Array) await writeFile(path.join(folder, "www", name), entry.contents);
  await mkdir(path.join(folder, "data"));
  await writeFile(path.join(folder, "data/body"), BODY);
  if (rust() !== undefined) await Promise.all((["handler", "middleware", "network"] as const).map(rustGuest));
}, BUILD_MILLISECONDS);
afterAll(async () => {
  others.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

const limits = { timeout: RUN_MILLISECONDS };

/** What a client gets to see of a handler. */
async function answersOf(server: HttpServer): Promise<readonly unknown[]> {
  const paths = ["www/index.html", "www/large.bin", "www/empty", "www/none", "nowhere"];
  const answers: unknown[] = [];
  for (const each of [...paths, "echo"]) {
    const response = await fetch(new URL(each, server.url), each === "echo" ? { method: "POST", body: Uint8Array.from(BODY) } : {});
    const body = new Uint8Array(await response.arrayBuffer());
    answers.push([each, response.status, response.headers.get("x-via"), body.length, sumOf(body)]);
  }
  return answers;
}

async function answersOn(serving: Promise<HttpServer>): Promise<readonly unknown[]> {
  const server = await serving;
  try {
    return await answersOf(server);
  } finally {
    await server.stop();
  }
}

const expectedAnswers = (via: string | null): readonly unknown[] => {
  const told = (text: string): readonly [number, number] => [text.length, sumOf(Buffer.from(text))];
  return [
    ["www/index.html", 200, via, ...told("<!doctype html><title>embedded</title>\n")],
    ["www/large.bin", 200, via, BODY.length, sumOf(BODY)],
    ["www/empty", 200, via, 0, 0],
    ["www/none", 404, via, ...told("no such file\n")],
    ["nowhere", 404, via, ...told("nothing at /nowhere\n")],
    ["echo", 200, via, BODY.length, sumOf(BODY)],
  ];
};

describe.each(newestHttpHosts)("on $name", ({ name, missing, serve }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test("a handler of embedded files answers as with a directory of the host", limits, async () => {
    expect(await answersOn(serve(await virtualHandler()))).toEqual(expectedAnswers(null));
    if (name === "Wasmtime") {
      const flags = ["-S", "cli", "--dir", `${path.join(folder, "www")}::/www`];
      expect(await answersOn(serve(await rustGuest("handler"), flags))).toEqual(expectedAnswers(null));
    }
  });

  test("an output that is middleware stands over one that is a handler, put together by wac", limits, async ({ skip }) => {
    skip(!wacAvailable(), WAC_MISSING);
    const middleware = virtualized(await rustGuest("middleware"), { allowHttp: true, env: { VIA: "above" } });
    const both = await wacPlug(await virtualHandler(), middleware);
    await expectValid(both);
    expect(await answersOn(serve(both))).toEqual(expectedAnswers("above"));
  });
});

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test.for([
    ["client", "tcp", `received ${BODY.length} with ${sumOf(BODY)}, sent (${BODY.length}, ${sumOf(BODY)})\n`],
    ["get", "http", `200 ${BODY.length} ${sumOf(BODY)}\n`],
    ["udp", "udp", "10 datagrams came back\n"],
    ["lookup", "tcp", "Ok(true)\n"],
  ] as const)("%s of %s prints what it prints about a directory of the host", limits, async ([command, kind, stdout]) => {
    const output = await networkCommand(BODY, { allowSockets: true, allowHttp: true });
    const args = [command, others.ports[kind]];
    expect(await run(output, { args })).toMatchObject({ stdout, stderr: "", exitCode: 0 });
    if (name === "Wasmtime") {
      const preopens = { "/data": path.join(folder, "data") };
      expect(await run(await rustGuest("network"), { args, preopens })).toMatchObject({ stdout, stderr: "", exitCode: 0 });
    }
  });

  test("a TCP server sends back what it gets", limits, async () => {
    const output = await networkCommand(BODY, { allowSockets: true });
    let answer: Promise<Buffer> | undefined;
    const converse = (stdout: string): void => {
      const port = /^listening on (\d+)$/m.exec(stdout)?.[1];
      if (port !== undefined) answer ??= speakTo(Number(port));
    };
    const { stdout, trap } = await run(output, { args: ["server"], converse });
    if (name === "jco") {
      // Of a stream of resources, jco 1.35 gives handles to a nested component that it does not know; without nesting it does.
      expect(trap).toBe("RuntimeError: unknown handle index 3");
      return;
    }
    expect([stdout.split("\n").slice(1), trap]).toEqual([["echoed", ""], undefined]);
    expect(Buffer.compare((await answer) ?? Buffer.alloc(0), BODY)).toBe(0);
  });
});

/** Sends the body and gives all that comes back. */
async function speakTo(port: number): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  socket.end(BODY);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of socket) chunks.push(chunk as Buffer);
  } catch {
    // The program ended before; what it sent is told anyway.
  }
  return Buffer.concat(chunks);
}
