/**
 * HTTP of the host beside files of ours: a file's stream is spliced into the body of a request, and the
 * answer is read through the same type of stream. The server is this process.
 */

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { javascript } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const WORLD = "include wasi:cli/command@0.2.12; import wasi:http/types@0.2.12; import wasi:http/outgoing-handler@0.2.12;";
const BODY = Buffer.from(Uint8Array.from({ length: 2 * 1024 * 1024 + 5 }, (_, i) => (i * i + (i >> 9)) & 0xff));

let server: Server;
let output: Uint8Array;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/echo") request.pipe(response);
    else response.end(`hello, ${request.method}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const source = await readFile(path.join(import.meta.dirname, "guests/http.js"), "utf8");
  output = virtualized(await javascript(source, { world: WORLD }), {
    mounts: [{ path: "/data/body", entry: { kind: "file", contents: BODY } }],
    stdout: "allow",
    stderr: "allow",
    allowArgs: true,
    allowClocks: true,
    allowHttp: true,
  });
}, BUILD_MILLISECONDS);

afterAll(() => server.close());

test("is valid", { timeout: RUN_MILLISECONDS }, () => expectValid(output));

test.for(hosts)("sends and receives megabytes on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
  skip(!available, WASMTIME_MISSING);
  const { port } = server.address() as AddressInfo;
  const { stdout, stderr, trap } = await run(output, { args: [String(port)], timeoutMilliseconds: 30_000 });
  expect({ stdout, stderr, trap }).toEqual({ stdout: `200 hello, GET\n200 ${BODY.length} true\n`, stderr: "" });
});
