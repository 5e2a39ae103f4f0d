/**
 * Programs that know nothing of rules behind them: JavaScript with `fetch`, which sends requests through an engine's own client, and Rust
 * with a client of a crate. They talk to a server of this process: an allowed URL, a refused one, and a header that they never see.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { javascript } from "../guests/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

/** Prints of each URL what came of it. */
const SOURCE = `
import { getArguments } from "wasi:cli/environment@0.2.12";
async function outcomeOf(url) {
  const request = new Request(url, { method: "POST", headers: { "x-mine": "1" }, body: "what is sent" });
  const seen = [...request.headers.keys()].filter((name) => name.startsWith("x-") || name === "authorization");
  try {
    const response = await fetch(request);
    return [seen, response.status, response.headers.get("x-answer"), await response.text()].join(" ");
  } catch {
    return seen + " refused";
  }
}
async function main() {
  for (const url of getArguments().slice(1)) console.log(await outcomeOf(url));
}
export const run = { run: main };
`;
const WORLD = "include wasi:cli/command@0.2.12; import wasi:http/types@0.2.12; import wasi:http/outgoing-handler@0.2.12;";
const TOKEN = "Bearer of-the-host";

interface Client {
  readonly client: string;
  readonly missing: string | undefined;
  readonly built: () => Promise<Uint8Array>;
  /** What comes before each outcome of a request that is answered. */
  readonly before: string;
  readonly refused: string;
}

const clients: readonly Client[] = [
  {
    client: "JavaScript's `fetch`",
    missing: undefined,
    built: () => javascript(SOURCE, { world: WORLD }),
    before: "x-mine ",
    refused: "x-mine refused",
  },
  {
    client: "Rust's `wstd`",
    missing: rust() === undefined ? RUST_MISSING : undefined,
    built: () => rustGuest("fetch"),
    before: "",
    refused: "ErrorCode::HttpRequestDenied",
  },
];

let server: Server;
let here: string;
let seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (each: string) => (body += each));
    request.on("end", () => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${String(request.headers["x-mine"])} ${body}`);
      response.setHeader("x-answer", "yes").end("of the server");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe.each(clients)("$client", ({ missing, built, before, refused }) => {
  let program: Uint8Array;
  beforeAll(async () => {
    if (missing === undefined) program = await built();
  }, BUILD_MILLISECONDS);

  describe.each(hosts)("on $name", ({ available, run }) => {
    beforeEach(({ skip }) => {
      skip(missing !== undefined, missing);
      skip(!available, WASMTIME_MISSING);
      seen = [];
    });

    const lines = async (
      options: Options,
      urls: readonly string[],
      env: Readonly<Record<string, string>> = {},
    ): Promise<readonly string[]> => {
      const output = virtualized(program, {
        stdout: "allow",
        stderr: "allow",
        allowArgs: true,
        allowClocks: true,
        allowRandom: true,
        ...options,
      });
      await expectValid(output);
      const { stdout, stderr, trap } = await run(output, { args: urls, env });
      expect([stderr, trap]).toEqual(["", undefined]);
      return stdout.split("\n").slice(0, -1);
    };

    test("a rule allows one URL and no other, with a header of the host's environment", { timeout: RUN_MILLISECONDS }, async () => {
      const options = { httpAllow: [`${here}/v1/*`], httpHeaderEnv: { Authorization: "TOKEN" } };
      expect(await lines(options, [`${here}/v1/a`, `${here}/v2/a`, "http://localhost:1/v1/"], { TOKEN })).toEqual([
        `${before}200 yes of the server`,
        refused,
        refused,
      ]);
      expect(seen).toEqual([`POST /v1/a ${TOKEN} 1 what is sent`]);
    });

    test("canned responses answer it, and the host is not asked", { timeout: RUN_MILLISECONDS }, async () => {
      const httpCanned = [{ method: "POST", url: `${here}/v1/*`, status: 418, headers: { "X-Answer": "canned" }, body: "of a file" }];
      expect(await lines({ httpCanned }, [`${here}/v1/a`, `${here}/v2/a`])).toEqual([`${before}418 canned of a file`, refused]);
      expect(seen).toEqual([]);
      expect((await importsOf(virtualized(program, { httpCanned }))).filter((name) => name.includes("http"))).toEqual([]);
    });
  });
});
