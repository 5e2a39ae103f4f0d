/**
 * Real programs of WASI 0.3, of Rust: virtualized, they print what they print on a directory of the host's with the same
 * contents, on both hosts.
 */

import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "@bytecodealliance/jco";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { type Mount, type Options, virtualize } from "../../src/index.ts";
import { worldOf } from "../../src/component/world.ts";
import { readMount } from "../../src/node/index.ts";
import { appOf } from "../compose/app-of.ts";
import { RUST_MISSING, rust, rustGuest, type RustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { expectValid } from "./on-hosts.ts";

import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-0.3-"));
  const data = path.join(folder, "data");
  await mkdir(path.join(data, "folder/inner"), { recursive: true });
  await writeFile(
    path.join(data, "large"),
    Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) ^ (i >> 8)),
  );
  await writeFile(path.join(data, "empty"), "");
  for (const name of ["x", "y", "ü"]) await writeFile(path.join(data, "folder", name), name);
  await symlink("large", path.join(data, "link"));
  await symlink("nowhere", path.join(data, "dangling"));
  await symlink("loop", path.join(data, "loop"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A fresh copy of the directory. */
async function copy(): Promise<string> {
  const to = await mkdtemp(path.join(folder, "copy-"));
  await cp(path.join(folder, "data"), to, { recursive: true, verbatimSymlinks: true });
  return to;
}

const mount = async (writable: boolean): Promise<Mount> => ({ path: "/data", entry: await readMount(path.join(folder, "data")), writable });

const output = async (guest: RustGuest, options: Options): Promise<Uint8Array> =>
  bytesOf(virtualize(await rustGuest(guest), options).chunks);

/** What a program prints on Wasmtime and a copy of the directory, and how it ends. */
async function plain(guest: RustGuest, options: RunOptions): Promise<Outcome> {
  return runOnWasmtimeCli(await rustGuest(guest), { preopens: { "/data": await copy() }, ...options });
}

const told = ({ stdout, exitCode, trap }: Outcome): unknown => ({ stdout, exitCode, trap });

beforeEach(({ skip }) => {
  skip(rust() === undefined, RUST_MISSING);
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
});

const PROGRAMS: readonly (readonly [guest: RustGuest, args: readonly string[], modes: readonly ("ro" | "rw")[]])[] = [
  ["streams", ["read"], ["ro", "rw"]],
  ["streams-sync", ["read"], ["ro", "rw"]],
  ["streams", ["write"], ["rw"]],
  ["streams-sync", ["write"], ["rw"]],
  ["streams", ["many", "300"], ["ro", "rw"]],
  ["streams", ["hostile", "7", "2000"], ["ro", "rw"]],
  ["both", [], ["rw"]],
];

/** What takes long on jco, and what other programs do there: `tangle` is hostile in both modes, and `streams` reads what can change. */
const NOT_AGAIN_ON_JCO = ["streams hostile", "streams-sync read rw", "streams many rw"];

describe.for(newestHosts)("on $name", ({ name, run, missing }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  const cases = PROGRAMS.flatMap(([guest, args, modes]) => modes.map((mode) => [guest, args, mode] as const)).filter(
    ([guest, [what], mode]) => name !== "jco" || !NOT_AGAIN_ON_JCO.some((each) => `${guest} ${what} ${mode}`.startsWith(each)),
  );

  test.for(cases)(
    "%s %j with the directory embedded, %s, prints what it prints on a real one",
    { timeout: 300_000 },
    async ([guest, args, mode]) => {
      const wanted = await plain(guest, { args });
      expect(wanted).toMatchObject({ exitCode: 0, stderr: "" });
      expect(wanted.stdout.length).toBeGreaterThan(20);
      const component = await output(guest, { mounts: [await mount(mode === "rw")], args, stdout: "allow" });
      expect(told(await run(component))).toEqual(told(wanted));
    },
  );

  test("standard streams are the host's, or ours", { timeout: 300_000 }, async () => {
    const stdin = "a line of input\n".repeat(1000);
    const wanted = await plain("streams", { args: ["stdio"], stdin });
    expect(wanted.stdout).toBe(stdin.toUpperCase());
    const hosts = { allowArgs: true, stdout: "allow", stderr: "allow" } as const;
    const args = ["stdio"];
    expect((await run(await output("streams", { ...hosts, stdin: "allow" }), { args, stdin })).stdout).toBe(wanted.stdout);
    expect((await run(await output("streams", { ...hosts, stdin: new TextEncoder().encode(stdin) }), { args })).stdout).toBe(wanted.stdout);
    const fixed = { args, env: { A: "b" }, cwd: "/data", stderr: "allow" } as const;
    const { stderr, stdout, exitCode } = await run(await output("streams", { ...fixed, stdin: "ignore", stdout: "ignore" }));
    expect([stdout, exitCode]).toEqual(["", 0]);
    expect(stderr).toBe('[("A", "b")] ["app", "stdio"] Some("/data")\n');
    // A denied output is closed: the program sees that nobody reads.
    expect((await run(await output("streams", { ...fixed, stdin: "ignore" }))).exitCode).toBe(1);
  });
});

describe.for(newestHosts)("on $name", ({ run, missing }) => {
  test("a denied request is answered with an error, and nobody reads its body", { timeout: 300_000 }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    const component = await output("request", { stdout: "allow" });
    await expectValid(component);
    const denied = "Err(ErrorCode::HttpRequestDenied)";
    expect(await run(component)).toMatchObject({ stdout: `${denied} ${denied} 4\n`, stderr: "", exitCode: 0 });
  });
});

test("denied functions make streams and futures where nothing else has a memory", async () => {
  const component = await parse(`(component (import "acme:kv/store" (instance
    (export "get" (func (param "keys" (stream u8)) (result (future (result (error string))))))
    (export "all" (func (result (tuple (stream string) (future (result (error string))))))))))`);
  const { chunks } = virtualize(component, { denyImports: ["acme:kv/store"] });
  expect([...worldOf(bytesOf(chunks)).imports.keys()]).toEqual([]);
  await expectValid(bytesOf(chunks));
});

test("with nothing allowed, a program of 0.3 imports nothing", async () => {
  for (const guest of ["streams", "streams-sync", "both"] as const) {
    const component = await output(guest, { args: ["read"] });
    expect([...worldOf(component).imports.keys()]).toEqual([]);
    await expectValid(component);
  }
});

test.each([false, true])("WASI 0.3 adds at most 10 KB to what a program has of 0.2 (files that can be written: %s)", async (writable) => {
  const options: Options = { mounts: [await mount(writable)], stdout: "allow", stderr: "allow" };
  const added = (app: Uint8Array): number => {
    const { adapters, outer } = virtualize(app, options).report.sizes;
    return adapters + outer;
  };
  const app = await rustGuest("both");
  const imports = [...worldOf(app).imports].flatMap(([name, item]) =>
    item.kind === "instance" && name.includes("@0.2.") ? [[name, item] as const] : [],
  );
  const without = added(appOf(new Map(imports)));
  const by03 = added(app) - without;
  expect(without).toBeGreaterThan(5000);
  expect(by03).toBeGreaterThan(5000);
  expect(by03).toBeLessThan(10_000);
});
