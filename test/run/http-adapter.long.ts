/**
 * HTTP that a function in JavaScript answers (`wasi-nest/http`), below programs that use `fetch` and wasi:http: on both
 * hosts, of whose HTTP the outputs import nothing.
 */
import { copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Options, type Plug, virtualize } from "../../src/index.ts";
import { buildAdapter } from "../../src/node/adapter-module.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { javascript } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS } from "./on-hosts.ts";

const GUESTS = path.join(import.meta.dirname, "guests");
const WORLD = "include wasi:cli/command@0.2.12; import wasi:http/types@0.2.12; import wasi:http/outgoing-handler@0.2.12;";
const OPTIONS: Options = { stdout: "allow", stderr: "allow", allowClocks: true, allowRandom: true, allowArgs: true };
const timeout = RUN_MILLISECONDS;

beforeEach(() => {
  vi.stubEnv("XDG_CACHE_HOME", path.join(root, ".cache"));
});

async function above(guest: string): Promise<{ readonly app: Uint8Array; readonly adapter: Plug }> {
  const app = await javascript(await readFile(path.join(GUESTS, guest), "utf8"), { world: WORLD });
  const file = path.join(GUESTS, "adapters/http-answers.ts");
  return { app, adapter: await buildAdapter(app, { interface: "wasi:http/*", file, stderr: true }) };
}

/** The example of the documentation, by the command line, as a user has it: nothing is installed beside the module. */
test.for(hosts)("the example answers on $name", { timeout: BUILD_MILLISECONDS }, async (host, { skip }) => {
  skip(!host.available, WASMTIME_MISSING);
  const cwd = temporaryDirectory();
  const source = await readFile(path.join(GUESTS, "fetch.js"), "utf8");
  await writeFile(path.join(cwd, "app.wasm"), await javascript(source, { world: WORLD }));
  await copyFile(path.join(root, "examples/http-table.ts"), path.join(cwd, "http-table.ts"));
  const args = [
    "app.wasm",
    "-o",
    "out.wasm",
    "--adapter",
    "wasi:http/*=http-table.ts",
    "--stdout",
    "allow",
    "--allow-clocks",
    "--allow-random",
  ];
  const { code, stderr } = wasiNest(args, { cwd, env: { XDG_CACHE_HOME: path.join(root, ".cache") } });
  expect(stderr).toContain("  plugged      wasi:http@0.2.12        types, outgoing-handler\n");
  expect(code).toBe(0);
  const { stdout, trap } = await host.run(await readFile(path.join(cwd, "out.wasm")));
  expect(stdout).toContain('a user 200 application/json {"name":"Ada"}\nnobody 404 null \n');
  expect(trap).toBeUndefined();
});

const BODY = Uint8Array.from({ length: 2 * 1024 * 1024 + 5 }, (_, i) => (i * i + (i >> 9)) & 0xff);
const FILES: Options = { mounts: [{ path: "/data/body", entry: { kind: "file", contents: BODY } }] };

const PROGRAMS = [
  {
    guest: "fetch.js",
    options: OPTIONS,
    args: [],
    expected: `a user 200 application/json {"name":"Åda"}
nobody 404 null no GET https://api.example.com/users/2
bytes 201 the guest 200000 true
pieces 201 the guest 200000 true
no such host failed: TypeError
at once 0 n=1 1 n=2 2 n=3
`,
  },
  {
    // The body is a file, which goes into the pipe by splices. Nothing is broken off, and there are no trailers.
    guest: "http.js",
    options: { ...OPTIONS, ...FILES },
    args: ["80"],
    expected: `200 hello, GET
200 ${BODY.length} true
broken off true closed true
trailers
`,
  },
  {
    guest: "http-edges.js",
    options: OPTIONS,
    args: [],
    expected: `fields A=1 B=x B=y a=3 | b=2 | 1,3 false
refused error {"tag":"invalid-syntax"} error {"tag":"forbidden"}
immutable error {"tag":"immutable"} 4
kept [{"tag":"other","val":"PURGE"},{"tag":"HTTP"},"edges","/"] error error error error
options 9223372036854775808n undefined undefined
to nobody error {"tag":"HTTP-request-URI-invalid"}
second body error
second stream error
none yet none
too short error {"tag":"HTTP-request-body-size","val":"4n"} {"tag":"ok","val":{"tag":"err","val":{"tag":"HTTP-request-body-size","val":"4n"}}}
dropped {"tag":"ok","val":{"tag":"err","val":{"tag":"HTTP-protocol-error"}}} {"tag":"err"}
no response {"tag":"ok","val":{"tag":"err","val":{"tag":"DNS-error","val":{"rcode":"NXDOMAIN","infoCode":3}}}}
response 418 A=49 b=255 a=
immutable error {"tag":"immutable"}
consumed error
streamed error short and stout error {"tag":"closed"}
trailers {"tag":"ok","val":{"tag":"ok"}} {"tag":"err"}
`,
  },
];

describe.each(PROGRAMS)("below $guest", ({ guest, options, args, expected }) => {
  let output: Uint8Array;
  beforeAll(async () => {
    const { app, adapter } = await above(guest);
    output = Buffer.concat(virtualize(app, { ...options, adapters: [adapter] }).chunks);
  }, BUILD_MILLISECONDS);

  test("is valid, and asks the host for no HTTP", { timeout }, async () => {
    await expectValid(output);
    expect((await importsOf(output)).filter((name) => name.startsWith("wasi:http") || name.startsWith("wasi-nest"))).toEqual([]);
  });

  test.for(hosts)("answers on $name", { timeout }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { stdout, stderr, trap } = await run(output, { args });
    expect({ stdout, stderr, trap }).toEqual({ stdout: expected, stderr: "" });
  });

  if (guest !== "http-edges.js") return;
  test.for(hosts)("ends where an answer fails, with its stack, on $name", { timeout }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { stdout, stderr, trap } = await run(output, { args: ["fail"] });
    expect(stderr).toMatch(/^out of order\n(.*\n)*.*outOfOrder/);
    expect({ stdout, trap }).toEqual({ stdout: "", trap: expect.stringContaining("unreachable") });
  });
});
