/**
 * HTTP of the host beside files of ours: a file's stream is spliced into the body of a request, and the
 * answer is read through the same type of stream. The server is this process.
 */

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAdapter, type Options } from "../../src/index.ts";
import { plug } from "../compose/plug.ts";
import { javascript } from "../guests/index.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const WORLD = "include wasi:cli/command@0.2.12; import wasi:http/types@0.2.12; import wasi:http/outgoing-handler@0.2.12;";
const BODY = Buffer.from(Uint8Array.from({ length: 2 * 1024 * 1024 + 5 }, (_, i) => (i * i + (i >> 9)) & 0xff));

const OPTIONS: Options = {
  mounts: [{ path: "/data/body", entry: { kind: "file", contents: BODY } }],
  stdout: "allow",
  stderr: "allow",
  allowArgs: true,
  allowClocks: true,
  allowHttp: true,
};

/** Answers with the request's trailers, and one more. */
function echoTrailers(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("trailer", "x-sent, x-answered");
  request.resume().on("end", () => {
    response.write("body");
    response.addTrailers({ ...request.trailers, "x-answered": "by-the-server" });
    response.end();
  });
}

/** Promises more than it gives. */
function breakOff(response: ServerResponse): void {
  response.setHeader("content-length", BODY.length);
  response.write(BODY.subarray(0, 100_000), () => response.destroy());
}

let server: Server;
let program: Uint8Array;
/** The program virtualized, and above an adapter with the same options. */
const outputs = new Map<string, Uint8Array>();

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/echo") request.pipe(response);
    else if (request.url === "/trailers") echoTrailers(request, response);
    else if (request.url === "/broken-off") breakOff(response);
    else response.end(`hello, ${request.method}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const source = await readFile(path.join(import.meta.dirname, "guests/http.js"), "utf8");
  program = await javascript(source, { world: WORLD });
  outputs.set("virtualized", virtualized(program, OPTIONS));
  outputs.set("above an adapter", plug(Buffer.concat(createAdapter(OPTIONS).chunks), program));
}, BUILD_MILLISECONDS);

afterAll(() => server.close());

test.for(["virtualized", "above an adapter"])("is valid, %s", { timeout: RUN_MILLISECONDS }, (how) => expectValid(outputs.get(how)!));

/** After the exchange of bodies: what becomes of a response that is broken off, and of trailers. Both are the hosts' own answers. */
const ENDS: Readonly<Record<string, string>> = {
  jco: "broken off true last-operation-failed true\ntrailers internal-error trailers unsupported\n",
  Wasmtime: "broken off true last-operation-failed true undefined\ntrailers x-sent=by-the-guest x-answered=by-the-server\n",
};

test.for(hosts.flatMap((host) => ["virtualized", "above an adapter"].map((how) => ({ ...host, how }))))(
  "sends and receives megabytes and trailers, and hears that a response ended too early, $how on $name",
  { timeout: RUN_MILLISECONDS },
  async ({ available, name, run, how }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { port } = server.address() as AddressInfo;
    // preview2-shim's `http-error-code` gives what is no error code.
    const { stdout, stderr, trap } = await run(outputs.get(how)!, {
      args: [String(port), ...(name === "jco" ? [] : ["code"])],
      timeoutMilliseconds: 30_000,
    });
    expect({ stdout, stderr, trap }).toEqual({ stdout: `200 hello, GET\n200 ${BODY.length} true\n${ENDS[name]}`, stderr: "" });
  },
);

test.for([
  // A denied `fields` cannot be made, so there is no request to send.
  { denied: "all of HTTP", options: { ...OPTIONS, allowHttp: false }, refusal: "forbidden" },
  { denied: "the handler", options: { ...OPTIONS, denyImports: ["wasi:http/outgoing-handler"] }, refusal: "HTTP-request-denied" },
])("with $denied denied, a client hears of an error", { timeout: RUN_MILLISECONDS }, async ({ options, refusal }, { skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const { stdout, stderr, trap } = await runOnWasmtime(virtualized(program, options), { args: ["1"] });
  expect({ stdout, stderr, trap }).toEqual({ stdout: `refused: ${refusal}\n`, stderr: "" });
});
