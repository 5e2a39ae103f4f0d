/** `wasi-nest adapter`. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { createAdapter } from "../../src/index.ts";
import { MAIN, temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const exportsOf = (path: string): readonly string[] => [...worldOf(readFileSync(path)).exports.keys()];

function project(): string {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "files"));
  writeFileSync(join(cwd, "files/a.txt"), "one\n");
  return cwd;
}

test("writes what the library makes of the same options", () => {
  const cwd = project();
  const { code, stdout, stderr } = wasiNest(
    ["adapter", "-o", "out.wasm", "--mount", "/src=files", "-e", "A=b", "--wasi-version", "0.2.6"],
    { cwd },
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(/^adapter → out\.wasm, /);
  const entries = new Map([["a.txt", { kind: "file", contents: Buffer.from("one\n") } as const]]);
  const { chunks } = createAdapter({
    env: { A: "b" },
    mounts: [{ path: "/src", entry: { kind: "directory", entries } }],
    wasiVersion: "0.2.6",
  });
  expect(Buffer.concat(chunks).equals(readFileSync(join(cwd, "out.wasm")))).toBe(true);
});

test("is written to a file and to standard output", async () => {
  const cwd = project();
  expect(wasiNest(["adapter", "-o", "one.wasm", "--quiet", "--stdout", "allow"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
  const child = spawn(process.execPath, [MAIN, "adapter", "-o", "-", "--quiet", "--stdout", "allow"], {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const one = readFileSync(join(cwd, "one.wasm"));
  expect(one.length).toBeGreaterThan(10_000);
  expect(Buffer.concat(chunks).equals(one)).toBe(true);
});

test("exports the newest version, or the one that is asked for", () => {
  const cwd = project();
  wasiNest(["adapter", "-o", "newest.wasm"], { cwd });
  wasiNest(["adapter", "-o", "older.wasm", "--wasi-version", "0.2.3"], { cwd });
  expect(exportsOf(join(cwd, "newest.wasm"))).toContain("wasi:io/streams@0.2.12");
  expect(exportsOf(join(cwd, "older.wasm"))).toContain("wasi:io/streams@0.2.3");
});

test("the report says what the adapter does with each interface", () => {
  const cwd = project();
  const { stderr } = wasiNest(["adapter", "-o", "out.wasm", "--mount", "/src=files", "--allow-clocks", "--wasi-version", "0.2.1"], { cwd });
  expect(stderr).toMatch(/^ {2}virtualized {2}.*error, streams$/m);
  expect(stderr).toMatch(/^ {2}allowed .*wasi:io@0\.2\.1 +poll$/m);
  expect(stderr).toMatch(/^ +wasi:clocks@0\.2\.1 +monotonic-clock, wall-clock, timezone$/m);
  expect(stderr).toMatch(/wasi:random@0\.2\.1 +insecure-seed, insecure, random$/m);
  expect(stderr).toMatch(/^ {2}embedded {5}1 file, 4 bytes$/m);
});

test("`--json` is the report of `--dry-run`, which writes nothing", () => {
  const cwd = project();
  const { code, stdout, stderr } = wasiNest(["adapter", "--dry-run", "--json"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const report = JSON.parse(stdout) as { exports: string[]; hostImports: unknown[] };
  expect(report).toMatchObject({ adapted: null, hostImports: [], sizes: { app: 0 }, warnings: [] });
  expect(report.exports).toContain("wasi:filesystem/types@0.2.12");
  expect(readdirSync(cwd)).toEqual(["files"]);
});

test("the help is complete", () => {
  const help = wasiNest(["adapter", "--help"], { cwd: temporaryDirectory() });
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatchSnapshot();
});
