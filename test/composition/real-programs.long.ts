/** Real programs in one script: ripgrep, Python, SQLite and our own, on embedded files, memory and directories of the host. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Command, compose, type ComposeOptions, type Redirection, type Script } from "../../src/index.ts";
import { cProgram, javascript, pythonModule, ripgrep, ripgrepModule, sqliteModule } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts } from "../run/on-hosts.ts";
import { OPTIONS } from "./beside-shell.ts";
import { and, append, group, input, or, output, pipe, sequence } from "./build.ts";

const LONG = 600_000;
let programs: ReadonlyMap<string, Uint8Array>;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-composed-"));
  const upper = `
    import { getArguments } from "wasi:cli/environment@0.2.12";
    import { getStdin } from "wasi:cli/stdin@0.2.12";
    import { getStdout } from "wasi:cli/stdout@0.2.12";
    export const run = { run() {
      const [input, output] = [getStdin(), getStdout()];
      for (;;) {
        let bytes;
        try { bytes = input.blockingRead(4096n); } catch { break; }
        const text = new TextDecoder().decode(bytes).toUpperCase();
        if (bytes.length > 0) output.blockingWriteAndFlush(new TextEncoder().encode(text));
      }
      output.blockingWriteAndFlush(new TextEncoder().encode(getArguments().slice(1).join(" ") + "\\n"));
    } };`;
  programs = new Map([
    ["stage", await cProgram("stage")],
    ["rg", await ripgrepModule()],
    ["rg2", await ripgrep()],
    ["python", await pythonModule()],
    ["sqlite", await sqliteModule()],
    ["upper", await javascript(upper)],
  ]);
}, BUILD_MILLISECONDS);

afterAll(() => rm(folder, { recursive: true }));

const run = (program: string, args: readonly string[], ...redirections: readonly Redirection[]): Command => ({
  ...{ kind: "command", program, args, env: [], redirections },
});

const TEXTS = { "a.txt": "one TODO\ntwo\n", "b.txt": "three TODO\nfour TODO\n" };
const entries = new Map(Object.entries(TEXTS).map(([name, text]) => [name, { kind: "file", contents: Buffer.from(text) }] as const));
const EMBEDDED: ComposeOptions = {
  ...OPTIONS,
  allowClocks: true,
  allowRandom: true,
  mounts: [{ path: "/src", entry: { kind: "directory", entries } }],
  tmpfs: [{ path: "/work" }],
  env: { HOME: "/work" },
};

describe.each(hosts)("on $name", ({ available, run: runOn }) => {
  const ran = async (script: Script, options: ComposeOptions = EMBEDDED, preopens?: Readonly<Record<string, string>>): Promise<unknown> => {
    const component = Buffer.concat(compose(script, { ...options, programs }).chunks);
    const { stdout, stderr, exitCode, trap } = await runOn(component, {
      timeoutMilliseconds: LONG,
      ...(preopens === undefined ? {} : { preopens }),
    });
    return { stdout, stderr, exitCode, ...(trap === undefined ? {} : { trap }) };
  };

  test("ripgrep, and what counts its lines", { timeout: LONG }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const search = run("rg", ["-n", "--sort", "path", "TODO", "/src"]);
    const lines = "/src/a.txt:1:one TODO\n/src/b.txt:1:three TODO\n/src/b.txt:2:four TODO\n";
    expect(await ran(search)).toEqual({ stdout: lines, stderr: "", exitCode: 0 });
    expect(await ran(pipe(search, run("stage", ["head", "2"]), run("rg2", ["-c", "TODO", "-"])))).toEqual({
      stdout: "2\n",
      stderr: "",
      exitCode: 0,
    });
    expect(await ran(or(run("rg", ["nothing", "/src"]), run("stage", ["say", "none"])))).toEqual({
      stdout: "none\n",
      stderr: "",
      exitCode: 0,
    });
  });

  test("a program in JavaScript in the middle", { timeout: LONG }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const script = pipe(run("stage", ["say", "abc"]), run("upper", ["x", "y"]), run("stage", ["double"]));
    expect(await ran(script)).toEqual({ stdout: "AABBCC\n\nxx  yy\n\n", stderr: "", exitCode: 0 });
  });

  test("SQL that Python writes, for SQLite", { timeout: LONG }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const python = "print('create table t(a, b);'); [print(f'insert into t values({i}, {i * i});') for i in range(50)]";
    const script = sequence(
      run("python", ["-c", python], output("/work/t.sql")),
      and(
        run("sqlite", ["/work/t.db"], input("/work/t.sql")),
        pipe(
          run("sqlite", ["/work/t.db", "select sum(b) from t; select count(*) from t;"]),
          run("python", ["-c", "import sys; print(sys.stdin.read().split())"]),
        ),
      ),
    );
    expect(await ran(script)).toEqual({ stdout: "['40425', '50']\n", stderr: "", exitCode: 0 });
  });

  test("redirections to directories of the host", { timeout: LONG }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const place = await mkdtemp(path.join(folder, "host-"));
    await writeFile(path.join(place, "in.txt"), "from the host\n");
    const script = sequence(
      pipe(run("stage", ["copy"], input("/data/in.txt")), run("upper", ["!"]), run("stage", ["copy"], output("/data/out.txt"))),
      run("stage", ["say", "more"], append("/data/out.txt")),
      group(sequence(run("stage", ["head", "1", "say", "-"], input("/data/out.txt")), run("stage", ["warn", "e"])), output("/data/log")),
      run("stage", ["copy"], input("/data/missing")),
    );
    const { tmpfs: _, ...files } = OPTIONS;
    const options = { ...files, allowClocks: true, allowRandom: true };
    expect(await ran(script, { ...options, allowFs: true }, { "/data": place })).toEqual({
      stdout: "",
      stderr: "e\ncannot open /data/missing: No such file\n",
      exitCode: 2,
    });
    const read = (name: string): Promise<string> => readFile(path.join(place, name), "utf8");
    expect([await read("out.txt"), await read("log")]).toEqual(["FROM THE HOST\n!\nmore\n", "FROM THE HOST\n-\n"]);
    await rm(path.join(place, "out.txt"));
    const overlay: ComposeOptions = { ...options, overlays: [{ path: "/data", host: "/data" }] };
    expect(await ran(script, overlay, { "/data": place })).toMatchObject({ exitCode: 2 });
    await expect(read("out.txt")).rejects.toThrow(/ENOENT/);
  });
});
