/** `wasi-nest serve` of a handler that is virtualized at once, and what it says where it cannot. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseText } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "../../src/cli/command-line.ts";
import { SERVE_OPTIONS, type ServeGiven } from "../../src/cli/options.ts";
import { Progress } from "../../src/cli/progress.ts";
import { virtualizedToRun } from "../../src/cli/run-virtualized.ts";
import { inspect } from "../../src/index.ts";
import { wasiWit, staticSite, worldComponent } from "../guests/index.ts";
import { withWorld } from "../guests/typed.ts";
import { WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { importsOf } from "../run/on-hosts.ts";
import { addressOf, started } from "./serving.ts";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

let site: Uint8Array;

beforeAll(async () => {
  site = await staticSite();
}, 300_000);

function project(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "site.wasm"), site);
  mkdirSync(join(directory, "www"));
  writeFileSync(join(directory, "www/index.html"), "<h1>hello</h1>\n");
  return directory;
}

test.for(["jco", "wasmtime"])("serves embedded files, and writes none, on %s", async (host, { skip }) => {
  skip(host === "wasmtime" && wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  const cwd = project();
  const before = readdirSync(cwd);
  const server = started(["serve", "site.wasm", "--mount", "/www=www", "--port", "0", "--host", host], cwd);
  const url = await addressOf(server);
  expect(await (await fetch(url)).text()).toBe("<h1>hello</h1>\n");
  expect((await fetch(`${url}none`)).status).toBe(404);
  expect(readdirSync(cwd)).toEqual(before);
  if (host === "jco") {
    const { code, stderr } = wasiNest(["serve", "site.wasm", "--port", new URL(url).port], { cwd });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `wasi-nest: nothing can listen on \`127.0.0.1\`, port ${new URL(url).port}: the port is taken\n`,
    });
  }
  server.child.kill("SIGINT");
  expect(await server.ended).toBe(host === "jco" ? "SIGINT" : 0);
  // Wasmtime says itself that it ends.
  if (host === "jco") expect(server.log()).toBe(`serving site.wasm on ${url}\n`);
});

test.for(["jco", "wasmtime"])("each request has an instance of its own, and a trap ends one answer, on %s", async (host, { skip }) => {
  skip(host === "wasmtime" && wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  const cwd = project();
  const limit = "[method]descriptor.open-at=1";
  const options = ["--mount", "/www=www", "--limit", `wasi:filesystem/types#${limit}`, "--deny-import", "wasi:clocks/wall-clock=trap"];
  const server = started(["serve", "site.wasm", "--port", "0", "--host", host, ...options], cwd);
  const url = await addressOf(server);
  for (let turn = 0; turn < 2; turn++) expect((await fetch(url)).status).toBe(200);
  const trapping = started(["serve", "site.wasm", "--port", "0", "--host", host, "--deny", "trap", "--env", "A=1"], cwd);
  const other = await addressOf(trapping);
  for (let turn = 0; turn < 2; turn++) expect((await fetch(other)).status).toBe(500);
  if (host === "jco")
    expect(
      trapping.log().match(/^wasi-nest: the component trapped: `wasi:filesystem\/preopens@0\.2\.\d+#get-directories` is denied$/gm),
    ).toHaveLength(2);
});

test("a handler answers, and sends requests only where an option says so", async () => {
  const cwd = temporaryDirectory();
  const wit = `package test:client; world client { import wasi:http/outgoing-handler@0.2.12; import wasi:cli/stdin@0.2.12;
    import wasi:cli/stdout@0.2.12; import wasi:cli/environment@0.2.12; export wasi:http/incoming-handler@0.2.12; }
    ${await wasiWit("0.2.12")}`;
  writeFileSync(join(cwd, "app.wasm"), await worldComponent(wit, "client"));
  const asked = async (...options: string[]): Promise<readonly string[]> => {
    const { given } = parse(options, SERVE_OPTIONS);
    const running = virtualizedToRun(join(cwd, "app.wasm"), given as ServeGiven, { verb: "serve" }, new Progress(false));
    return (await importsOf((await running).component)).filter((each) => /^wasi:(cli|http)/.test(each));
  };
  expect(await asked("--env", "A=1")).toEqual(["wasi:cli/stdout", "wasi:http/types"]);
  expect(await asked("--stdio", "allow")).toEqual(["wasi:cli/stdin", "wasi:cli/stdout", "wasi:http/types"]);
  expect(await asked("--allow-http")).toEqual(["wasi:cli/stdout", "wasi:http/outgoing-handler", "wasi:http/types"]);
  expect(await asked("--http-allow", "https://example.com/*", "--stdio=deny")).toEqual(["wasi:http/outgoing-handler", "wasi:http/types"]);
  expect(await asked("--allow-http", "--deny-import", "wasi:http/outgoing-handler")).not.toContain("wasi:http/outgoing-handler");
});

describe("what sends requests is denied, whoever imports it and whatever that is called:", () => {
  const SEND = '(instance (export "send" (func)))';
  const importing = (...imports: string[]): Promise<Uint8Array> =>
    parseText(`(component ${imports.map((each) => `(import ${each} ${SEND})`).join("")})`);
  const asked = async (app: Uint8Array, ...options: string[]): Promise<readonly string[]> => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "app.wasm"), app);
    const plug = await parseText(`(component
      (import "sender" (implements "wasi:http/outgoing-handler@0.2.99") (instance $http (export "send" (func))))
      (instance $store (export "send" (func $http "send")))
      (export "acme:kv/store" (instance $store)))`);
    writeFileSync(join(cwd, "plug.wasm"), plug);
    const { given } = parse(
      options.map((each) => each.replace("=plug.wasm", `=${join(cwd, "plug.wasm")}`)),
      SERVE_OPTIONS,
    );
    const { component, warnings } = await virtualizedToRun(
      join(cwd, "app.wasm"),
      given as ServeGiven,
      { verb: "serve" },
      new Progress(false),
    );
    return [...inspect(component).imports.map(({ name }) => name), ...warnings.filter((each) => each.includes("nothing to deny"))];
  };

  test.each([
    '"sender" (implements "wasi:http/outgoing-handler@0.2.0")',
    '"wasi:http/client@0.3.99"',
    '"sender" (implements "wasi:http/client@0.3.0")',
  ])("a component's import %s", async (name) => {
    const app = await importing(name);
    expect(await asked(app, "--env", "A=1")).toEqual([]);
    expect(await asked(app, "--allow-http")).toEqual([/^"([^"]*)/.exec(name)?.[1]]);
  });

  test("a core module's import", async () => {
    const wit = `package test:client; world client { import wasi:http/outgoing-handler@0.2.12; export answer: func(); }
      ${await wasiWit("0.2.12")}`;
    const core = await parseText(`(module
      (import "wasi:http/outgoing-handler@0.2.12" "handle" (func (param i32 i32 i32 i32)))
      (memory (export "memory") 1)
      (func (export "answer"))
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable))`);
    const app = await withWorld(core, wit, "client");
    const sender = expect.stringContaining("wasi:http/outgoing-handler") as string;
    expect(await asked(app, "--env", "A=1")).not.toContainEqual(sender);
    expect(await asked(app, "--allow-http")).toContainEqual(sender);
  });

  test("an import of a component below it", async () => {
    const app = await importing('"acme:kv/store"');
    expect(await asked(app, "--adapter", "acme:kv/store=plug.wasm")).toEqual([]);
    expect(await asked(app, "--adapter", "acme:kv/store=plug.wasm", "--allow-http")).toEqual(["sender"]);
  });

  test("what the user denies counts, and is told if it is not there", async () => {
    const idle = "nothing to deny: `wasi:http/client` is not among the imports";
    expect(await asked(await importing('"acme:kv/store"'), "--deny-import", "wasi:http/client")).toEqual(["acme:kv/store", idle]);
  });
});

test.each([
  [["site.wasm", "--port", "65536"], 2, "`--port 65536` is not a whole number from 0 to 65535"],
  [["site.wasm", "--port", "http"], 2, "`--port http` is not a whole number from 0 to 65535"],
  [["site.wasm", "--host", "node"], 2, "`--host` is `node`, which is none of `jco`, `wasmtime`"],
  [["site.wasm", "--", "x"], 2, "only `run` takes arguments after `--`: `--arg` fixes an argument"],
  [["site.wasm", "www"], 2, "one component is wanted, found `site.wasm` and `www`"],
  [["site.wasm", "--port", "0", "--hostname", "none.invalid"], 1, "nothing can listen on `none.invalid`, port 0: the name is not known"],
])("says what is wrong: %j", (args, code, says) => {
  const outcome = wasiNest(["serve", ...args], { cwd: project() });
  expect({ code: outcome.code, said: outcome.stderr.split("\n")[0] }).toEqual({ code, said: `wasi-nest: ${says}` });
});

test("says so where Wasmtime is not there", () => {
  const { code, stderr } = wasiNest(["serve", "site.wasm", "--host", "wasmtime"], { cwd: project(), env: { PATH: "/nowhere" } });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      "wasi-nest: `--host wasmtime` needs Wasmtime's command, and there is no `wasmtime` on the PATH\n  https://wasmtime.dev has it\n",
  });
});
