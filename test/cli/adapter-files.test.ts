/** `--adapter` with files that are no adapters, and ready components that do not fit: one sentence, and no output. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { worldComponent } from "../guests/index.ts";
import { lastingDirectories, type Outcome, wasiNestAgain } from "./wasi-nest.ts";

const KV = `package acme:kv@1.0.0 { interface store { get: func(key: string) -> string; } interface admin { wipe: func(); } }
package wasi:clocks@0.3.0 { interface monotonic-clock { wait-for: async func(how-long: u64); } }`;
const component = (world: string): Promise<Uint8Array> => worldComponent(`package test:kv;\nworld it { ${world} }\n${KV}`, "it");

const newDirectory = lastingDirectories();

async function making(app: string, ...adapters: readonly string[]): Promise<Outcome & { readonly written: boolean }> {
  const cwd = newDirectory();
  const store = await component("export acme:kv/store@1.0.0;");
  const files = {
    "app.wasm": await component(app),
    "store.wasm": store,
    "cut.wasm": store.subarray(0, 400),
    "later.wasm": await component("import wasi:clocks/monotonic-clock@0.3.0; export acme:kv/store@1.0.0;"),
    "core.wasm": Buffer.from("\0asm\x01\0\0\0", "latin1"),
    "empty.wasm": "",
    "store.txt": "export const store = {};",
  };
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(cwd, name), contents);
  for (const name of ["folder", "folder.ts", "folder.wasm"]) mkdirSync(join(cwd, name));
  const args = ["app.wasm", "-o", "out.wasm", "--quiet", ...adapters.flatMap((each) => ["--adapter", each])];
  const outcome = await wasiNestAgain(args, { cwd });
  return { ...outcome, written: existsSync(join(cwd, "out.wasm")) };
}

const APP = "import acme:kv/store@1.0.0; import acme:kv/admin@1.0.0; export peek: func();";
const NO_ADAPTER = "an adapter is a component that exports `acme:kv/store`, or a module in JavaScript (.js, .mjs, .ts, .mts)";

test.each([
  ["folder", "`folder` is a directory"],
  ["folder.ts", "`folder.ts` is a directory"],
  ["folder.wasm", "`folder.wasm` is a directory"],
  ["none.ts", "`none.ts` does not exist"],
  ["none.wasm", "`none.wasm` does not exist"],
  ["store", "`store` does not exist"],
  ["empty.wasm", `\`empty.wasm\` is no WebAssembly: ${NO_ADAPTER}`],
  ["store.txt", `\`store.txt\` is no WebAssembly: ${NO_ADAPTER}`],
  ["core.wasm", `\`core.wasm\` is a core module: ${NO_ADAPTER}`],
  ["app.wasm", "`app.wasm` does not export `acme:kv/store@1.0.0`"],
])("%s is none", async (file, sentence) => {
  const expected = { code: 1, stdout: "", stderr: `wasi-nest: ${sentence}\n`, written: false };
  expect(await making(APP, `acme:kv/store=${file}`)).toEqual(expected);
});

test("one that is cut off says where, once", async () => {
  const { stderr, ...rest } = await making(APP, "acme:kv/store=cut.wasm");
  expect(stderr).toMatch(/^wasi-nest: the adapter `cut\.wasm` is not well-formed: [^:]+: [^:(]+\(at offset 0x[0-9a-f]+\)\n$/);
  expect(rest).toEqual({ code: 1, stdout: "", written: false });
});

test("one that imports WASI 0.3 has of it what the app would have", async () => {
  const importing = "import acme:kv/store@1.0.0; export peek: func();";
  expect(await making(importing, "acme:kv/store=later.wasm")).toEqual({ code: 0, stdout: "", stderr: "", written: true });
});

test.each(["", "=", "acme:kv/store", "acme:kv/store=", "=store.wasm"])("`%s` names no interface or no file", async (given) => {
  const { code, stderr, written } = await making(APP, given);
  expect(stderr).toMatch(
    given === "" ? /^wasi-nest: `--adapter` is empty\n/ : /^wasi-nest: `--adapter .*` is not INTERFACE=FILE, such as /,
  );
  expect({ code, written }).toEqual({ code: 2, written: false });
});

test.each(["acme:kv", "acme:kv/shop", "acme:kv/store@2.0.0", "acme:shop/*", "wasi:random/random"])("nobody imports `%s`", async (name) => {
  const { code, stderr, written } = await making(APP, `${name}=store.wasm`);
  expect(stderr.split("; imported ")[0]?.trim()).toBe(`wasi-nest: nobody imports \`${name}\`, which \`store.wasm\` is to provide`);
  expect({ code, written }).toEqual({ code: 2, written: false });
});

test("a wildcard takes what a component has, and tells where that is nothing", async () => {
  expect(await making(APP, "acme:kv/*=store.wasm")).toEqual({ code: 0, stdout: "", stderr: "", written: true });
  expect(await making("import acme:kv/admin@1.0.0; export peek: func();", "acme:kv/*=store.wasm")).toEqual({
    code: 1,
    stdout: "",
    stderr: "wasi-nest: `store.wasm` exports nothing of `acme:kv/*` that is imported: `acme:kv/admin@1.0.0`\n",
    written: false,
  });
});
