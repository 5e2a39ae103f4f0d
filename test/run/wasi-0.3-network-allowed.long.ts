/** HTTP and sockets of WASI 0.3 pass through untouched where they are allowed, beside virtual files and variables, and else are denied. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { LinkError } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHttpHosts } from "../hosts/http-server.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { echoes, type Echoes, middlewareOverHandler, networkCommand, SMALL_BODY, sumOf, virtualHandler } from "./wasi-0.3-network.ts";

beforeAll(async () => {
  if (rust() !== undefined) await Promise.all((["handler", "middleware", "network"] as const).map(rustGuest));
}, BUILD_MILLISECONDS);
beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

const limits = { timeout: RUN_MILLISECONDS };

describe.each(newestHttpHosts)("on $name", ({ missing, serve }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test("a handler serves embedded files and fixed variables", limits, async () => {
    const output = await virtualHandler();
    await expectValid(output);
    const server = await serve(output);
    try {
      const get = async (path: string): Promise<string> => (await fetch(new URL(path, server.url))).text();
      expect(await get("/variables")).toBe('[("A", "b")]\n');
      expect(await get("/www/index.html")).toBe("<!doctype html><title>embedded</title>\n");
      expect(await get("/www/empty")).toBe("");
      const echoed = await fetch(new URL("/echo", server.url), { method: "POST", body: Uint8Array.from(SMALL_BODY) });
      expect(Buffer.compare(Buffer.from(await echoed.arrayBuffer()), SMALL_BODY)).toBe(0);
    } finally {
      await server.stop();
    }
  });

  test("middleware hands requests to a handler that is plugged below it", limits, async () => {
    const output = await middlewareOverHandler();
    await expectValid(output);
    const server = await serve(output);
    try {
      const response = await fetch(new URL("/www/index.html", server.url));
      expect([response.headers.get("x-via"), await response.text()]).toEqual(["wasi-nest", "<!doctype html><title>embedded</title>\n"]);
    } finally {
      await server.stop();
    }
  });
});

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  let others: Echoes;
  beforeAll(async () => void (others = await echoes()));
  afterAll(() => others.close());
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test("a TCP client sends an embedded file and takes it back", limits, async () => {
    const output = await networkCommand(SMALL_BODY, { allowSockets: true });
    await expectValid(output);
    const [length, sum] = [SMALL_BODY.length, sumOf(SMALL_BODY)];
    expect(await run(output, { args: ["client", others.ports.tcp] })).toMatchObject({
      stdout: `received ${length} with ${sum}, sent (${length}, ${sum})\n`,
      stderr: "",
      exitCode: 0,
    });
  });

  test("what is denied says so, and the rest goes on", limits, async () => {
    const output = await networkCommand(SMALL_BODY, { allowHttp: true, denyImports: ["wasi:http/client"] });
    await expectValid(output);
    expect(await run(output, { args: ["client,server,udp,lookup,get", others.ports.http] })).toMatchObject({
      stdout: `${"ErrorCode::AccessDenied\n".repeat(3)}Err(ErrorCode::AccessDenied)\nErrorCode::HttpRequestDenied\n`,
      stderr: "",
      exitCode: 0,
    });
  });
});

test("handlers and middleware are refused where HTTP is denied", async () => {
  for (const guest of ["handler", "middleware"] as const) {
    const app = await rustGuest(guest);
    expect(() => virtualized(app)).toThrow(LinkError);
    expect(() => virtualized(app, { allowHttp: true, denyImports: ["wasi:http/types"] })).toThrow(LinkError);
  }
});

test("middleware imports and exports the handler, and nothing but HTTP", async () => {
  const output = virtualized(await rustGuest("middleware"), { allowHttp: true, env: { VIA: "x" } });
  await expectValid(output);
  const { imports, exports } = worldOf(output);
  expect([...imports.keys()]).toEqual(["wasi:http/types@0.3.0", "wasi:http/handler@0.3.0"]);
  expect([...exports.keys()]).toEqual(["wasi:http/handler@0.3.0"]);
});
