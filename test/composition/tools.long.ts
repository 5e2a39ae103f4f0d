/** Tools that people connect in shells do in one component what they do in dash, where Wasmtime runs each of them by itself. */
import { beforeAll, describe, expect, test } from "vitest";
import { compose, type ComposeOptions, type Entry, parseScript } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import {
  clangModule,
  clangResources,
  cProgram,
  GO_TOOLS_MISSING,
  goForTools,
  goTool,
  pythonModule,
  ripgrepModule,
  sqliteModule,
} from "../guests/index.ts";
import { WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts } from "../run/on-hosts.ts";
import { DASH, DASH_MISSING, dashAvailable } from "../script/dash.ts";
import { OPTIONS } from "./beside-shell.ts";
import { type Ended, oneByOne } from "./one-by-one.ts";

/** Wasmtime compiles clang, of 75 MB, for a minute. */
const LONG = 900_000;

let programs: ReadonlyMap<string, Uint8Array>;
const only = (...names: readonly string[]): ReadonlyMap<string, Uint8Array> =>
  new Map(names.map((name) => [name, programs.get(name) ?? new Uint8Array()]));

beforeAll(async () => {
  const clang = await clangModule();
  programs = new Map([
    ["stage", await cProgram("stage")],
    ["rg", await ripgrepModule()],
    ["python", await pythonModule()],
    ["sqlite", await sqliteModule()],
    ["clang", clang],
    ["wasm-ld", clang],
  ]);
  if (goForTools() === undefined) return;
  const yq = await goTool("yq", "github.com/mikefarah/yq/v4");
  programs = new Map([...programs, ["yq", yq], ["zstd", await goTool("zstd", "./zstd")]]);
}, BUILD_MILLISECONDS);

const ROWS = Array.from({ length: 40 }, (_, i) => ({ name: `row ${i}`, size: (i * 37) % 11, big: i % 3 === 0 }));
const FILES = { "in/rows.json": JSON.stringify(ROWS), "in/bad.json": '{"a": ', "in/empty": "" };

async function composed(script: string, names: readonly string[], options: ComposeOptions): Promise<Uint8Array> {
  const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
  const entries = new Map(Object.entries(FILES).map(([name, text]) => [name.slice(3), file(text)] as const));
  const mounts = [{ path: "/in", entry: { kind: "directory", entries } as const }, ...(options.mounts ?? [])];
  const all: ComposeOptions = { ...OPTIONS, allowClocks: true, allowRandom: true, programs: only(...names), ...options, mounts };
  return Buffer.concat(compose(parseScript(script), all).chunks);
}

const INSERT = `'.[] | "insert into t values (" + (.size | tostring) + ", " + (.big | tostring) + ");"'`;
const DATABASE = `
  sqlite t.db 'create table t (size, big)' &&
  yq -p json -o yaml -r ${INSERT} in/rows.json | sqlite t.db &&
  sqlite t.db 'select big, count(*), sum(size) from t group by big order by big' | rg -v '^0'`;

const COMPILE = `
  python -c 'for i in range(20): print(f"int f{i}(int x) {{ return x * {i}; }}")' > f.c &&
  python -c 'print("#include <stdio.h>"); [print(f"int f{i}(int);") for i in range(20)]
print("int main(void) { return printf(\\"%d\\\\n\\", " + " + ".join(f"f{i}({i})" for i in range(20)) + ") < 0; }")' > main.c &&
  clang -O1 -c f.c -o f.o && clang -O1 -c main.c -o main.o &&
  wasm-ld -L/usr/lib/wasm32-wasip1 /usr/lib/wasm32-wasip1/crt1-command.o main.o f.o -lc \\
    /usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a -o main.wasm &&
  python -c 'import hashlib; made = open("main.wasm", "rb").read(); print(len(made), hashlib.sha256(made).hexdigest())'
  clang -c main.c -o /none/main.o 2> /dev/null || stage say refused`;

/** The names of the programs of each script. */
const CASES: Readonly<Record<string, readonly [names: readonly string[], script: string]>> = {
  "rows of JSON into a database": [["yq", "sqlite", "rg"], DATABASE],
  "what is no JSON, and the rest all the same": [
    ["yq", "sqlite", "stage"],
    `yq -p json -o yaml . in/bad.json > out.txt 2> /dev/null || stage say failed; sqlite t.db 'select 1' < in/empty`,
  ],
  "compressed and back": [
    ["zstd", "stage", "python"],
    `zstd -c < in/rows.json > rows.zst && zstd -d < rows.zst | python -c 'import json, sys; print(len(json.load(sys.stdin)))'
     stage make 3000000 | zstd -c | zstd -d | stage count
     stage make 1000000 | zstd -c > a.zst; stage count < a.zst
     zstd -d < in/rows.json > none || stage say 'no zstd'; zstd -c < in/empty | zstd -d | stage count
     zstd 2> /dev/null`,
  ],
  "a search, sorted and cut": [
    ["rg", "python", "stage"],
    `rg -n --sort path -o 'row 1\\d' in | python -c 'import sys; print("".join(sorted(sys.stdin, reverse=True)), end="")' | stage head 3
     rg nothing in; stage say 'not found' | rg -c not && rg -q x < in/empty || stage warn end exit 3`,
  ],
};

const ended = ({ stdout, stderr, exitCode }: Ended): Ended => ({ stdout, stderr, exitCode });
const onWasmtime = hosts.find(({ name }) => name === "Wasmtime") ?? hosts[0]!;

describe.each(hosts)("on $name", ({ available, run }) => {
  test.for(Object.keys(CASES))("%s", { timeout: LONG }, async (name, { skip }) => {
    const [names, script] = CASES[name] ?? [[], ""];
    skip(!available, WASMTIME_MISSING);
    skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
    skip(!dashAvailable(), DASH_MISSING);
    skip(goForTools() === undefined && names.some((each) => each === "yq" || each === "zstd"), GO_TOOLS_MISSING);
    const wanted = await oneByOne(script, DASH, { programs: only(...names), files: FILES });
    const { trap, ...outcome } = await run(await composed(script, names, {}), { timeoutMilliseconds: LONG });
    expect({ ...ended(outcome as Ended), trap }).toEqual({ ...wanted, trap: undefined });
    expect(wanted.stdout).not.toBe("");
  });
});

test("C that Python writes, compiled and linked", { timeout: 3 * LONG }, async ({ skip }) => {
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  skip(!dashAvailable(), DASH_MISSING);
  const names = ["python", "clang", "wasm-ld", "stage"];
  const usr = await clangResources();
  const around = { programs: only(...names), files: FILES, env: { LLD_IN_TEST: "1" }, directories: { "/usr": usr } };
  const wanted = await oneByOne(COMPILE, DASH, around);
  const options = { mounts: [{ path: "/usr", entry: await readMount(usr) }], env: around.env };
  const { trap, ...outcome } = await onWasmtime.run(await composed(COMPILE, names, options), { timeoutMilliseconds: 2 * LONG });
  expect({ ...ended(outcome), trap }).toEqual({ ...wanted, trap: undefined });
  expect(wanted).toMatchObject({ stdout: expect.stringMatching(/^\d+ [0-9a-f]{64}\nrefused\n$/) as string, exitCode: 0 });
});
