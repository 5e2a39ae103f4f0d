/**
 * A hostile guest makes raw calls by chance, tens of thousands with each seed, in directories of every kind. Nothing
 * traps, it reads nothing that it was not given, what the host has stays as it is, and no memory grows beyond what the
 * limits say. The host gives more than the options let through, so that only they keep the secrets. `WASI_NEST_SEED` repeats a seed that a failure names.
 */

import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Directory, Options } from "../../src/index.ts";
import { rawGuest } from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const KiB = 1024;
const given = process.env["WASI_NEST_SEED"];
const seeds = (count: number): readonly number[] =>
  given === undefined ? Array.from({ length: count }, () => Math.floor(Math.random() * 2 ** 31)) : [Number(given)];

/** Only a file outside of what the guest gets has it. */
const SECRET = "SECRET".repeat(5000);

const embedded: Directory = {
  kind: "directory",
  entries: new Map<string, Directory["entries"] extends ReadonlyMap<string, infer Entry> ? Entry : never>([
    ["a", { kind: "file", contents: Buffer.alloc(9000, "embedded") }],
    ["d", { kind: "directory", entries: new Map([["e", { kind: "file", contents: Buffer.from("deep") }]]) }],
    ["f", { kind: "link", target: "d/e" }],
  ]),
};

const LIMITS = { tmpfs: 1024 * KiB, mount: 256 * KiB, overlay: 512 * KiB };
const OPTIONS: Options = {
  mounts: [
    { path: "/in", entry: embedded },
    { path: "/out", entry: embedded, writable: { maxBytes: LIMITS.mount } },
  ],
  tmpfs: [{ path: "/t", maxBytes: LIMITS.tmpfs }],
  overlays: [{ path: "/over", host: "/data/tree", maxBytes: LIMITS.overlay }],
  preopens: [{ path: "/ro", host: "/data/tree", readOnly: true }],
  hostFiles: [{ path: "/t/file", host: "/data/tree/a", readOnly: true }],
  stdout: "allow",
  allowArgs: true,
};

/** What all memories of the output may have: as they begin, what the limits let them grow by, and one call's arguments. */
const MOST_BYTES = 3 * 65_536 + 1.3 * (LIMITS.tmpfs + LIMITS.mount + LIMITS.overlay) + 1024 * KiB + 65_536;

let guest: Uint8Array;
let folder: string;
let tree: string;

beforeAll(async () => {
  guest = await rawGuest("hostile");
}, BUILD_MILLISECONDS);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-hostile-"));
  tree = path.join(folder, "tree");
  await mkdir(path.join(tree, "dir/deep"), { recursive: true });
  await mkdir(path.join(folder, "outside"));
  await writeFile(path.join(folder, "outside/a"), SECRET);
  await writeFile(path.join(folder, "a"), SECRET);
  await writeFile(path.join(tree, "a"), "lower".repeat(5000));
  await writeFile(path.join(tree, "dir/deep/b"), "deep");
  const links = { b: "../outside/a", c: "../outside", d: "dir", e: "dir/deep/b", out: "/etc/passwd", one: "one" };
  for (const [name, target] of Object.entries(links)) await symlink(target, path.join(tree, name));
});
afterEach(() => rm(folder, { recursive: true }));

/** Everything below a directory, with what a guest could change. */
async function contentsOf(directory: string): Promise<readonly unknown[]> {
  const found = await readdir(directory, { recursive: true });
  const all = found.toSorted().map(async (name) => {
    const file = path.join(directory, name);
    const { mode, size, mtimeMs, nlink } = await lstat(file);
    const isLink = (mode & 0o170000) === 0o120000;
    const contents = isLink ? await readlink(file) : (mode & 0o170000) === 0o100000 ? await readFile(file, "base64") : "";
    return [name, mode, size, mtimeMs, nlink, contents];
  });
  return Promise.all(all);
}

/** Does it with a seed, to the end; what the host has is as it was. */
async function harm(seed: number, run: (args: readonly string[]) => Promise<Outcome>, calls: number, all: Successes): Promise<void> {
  const before = await contentsOf(folder);
  const outcome = await run([String(seed), String(calls)]);
  expect(await contentsOf(folder)).toEqual(before);
  all.add(outcome, calls);
}

/**
 * How often each function has answered `ok`, in all runs of a kind together: with some seeds all files become as large as they may
 * be early on, and hardly anything can be written after that.
 */
class Successes {
  readonly #counts = new Map<string, number>();
  #calls = 0;

  /** Of one more run, which has to have come to its end. */
  add({ stdout, stderr, trap }: Outcome, calls: number): void {
    const [told = "", ...rest] = stdout.split("\n");
    expect({ rest, stderr, trap }).toEqual({ rest: ["done", ""], stderr: "", trap: undefined });
    for (const each of told.split(" ")) {
      const [what = "", count] = each.split(":");
      this.#counts.set(what, (this.#counts.get(what) ?? 0) + Number(count));
    }
    this.#calls += calls;
  }

  /** Those that are too few to say anything. */
  rare(): readonly string[] {
    expect([this.#counts.size, this.#calls > 0]).toEqual([38, true]);
    const wanted = (what: string): number => this.#calls / (what === "read" ? 400 : 20_000);
    return [...this.#counts].filter(([what, count]) => !(count >= wanted(what))).map(([what, count]) => `${what}: ${count}`);
  }
}
const isOneSeed = given !== undefined;
const ONE_SEED = "one seed says little of how often calls succeed: WASI_NEST_SEED is set";

const onWasmtime = new Successes();
test.for(seeds(10))("a hostile guest does no harm on Wasmtime with seed %d", { timeout: RUN_MILLISECONDS }, async (seed, { skip }) => {
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  const output = virtualized(guest, OPTIONS);
  const flags = ["-W", `max-memory-size=${Math.floor(MOST_BYTES)},trap-on-grow-failure=y`];
  const run = (args: readonly string[]): Promise<Outcome> => runOnWasmtimeCli(output, { args, preopens: { "/data": folder }, flags });
  await harm(seed, run, 100_000, onWasmtime);
});

test("on Wasmtime, each function has answered `ok` to the hostile guest", ({ skip }) => {
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  skip(isOneSeed, ONE_SEED);
  expect(onWasmtime.rare()).toEqual([]);
});

/**
 * What the host offers is the guest's to change, but not what is covered there, nor what lies outside. There
 * is much to change, so there are more seeds.
 */
const besideHosts = new Successes();
test.for(seeds(30))(
  "a hostile guest does no harm to what mounts cover in what the host offers with seed %d",
  { timeout: RUN_MILLISECONDS },
  async (seed, { skip }) => {
    skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
    const output = virtualized(guest, {
      ...{ allowFs: true, stdout: "allow", allowArgs: true },
      mounts: [
        { path: "/data/dir/deep", entry: embedded },
        { path: "/data/a", entry: { kind: "file", contents: Buffer.alloc(9000, "embedded") } },
      ],
      tmpfs: [{ path: "/data/t", maxBytes: LIMITS.tmpfs }],
    });
    const covered = async (): Promise<object> => ({
      deep: await contentsOf(path.join(tree, "dir/deep")),
      outside: await contentsOf(path.join(folder, "outside")),
      files: await Promise.all([path.join(tree, "a"), path.join(folder, "a")].map((file) => readFile(file, "utf8"))),
    });
    const before = await covered();
    const flags = ["-W", `max-memory-size=${Math.floor(MOST_BYTES)},trap-on-grow-failure=y`];
    const outcome = await runOnWasmtimeCli(output, { args: [String(seed), "100000"], preopens: { "/data": tree }, flags });
    besideHosts.add(outcome, 100_000);
    expect(await covered()).toEqual(before);
  },
);

test("beside what the host offers, each function has answered `ok` to the hostile guest", ({ skip }) => {
  skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  skip(isOneSeed, ONE_SEED);
  expect(besideHosts.rare()).toEqual([]);
});

// jco's own files fail by themselves where an offset is too large for Node.
const onJco = new Successes();
test.for(seeds(2))(
  "a hostile guest does no harm on jco, without the host's files, with seed %d",
  { timeout: RUN_MILLISECONDS },
  async (seed) => {
    const { preopens: _preopens, hostFiles: _hostFiles, overlays: _overlays, ...options } = OPTIONS;
    const output = virtualized(guest, options);
    await harm(seed, (args) => runOnJco(output, { args, preopens: { "/data": folder } }), 20_000, onJco);
  },
);

test("on jco, each function has answered `ok` to the hostile guest", ({ skip }) => {
  skip(isOneSeed, ONE_SEED);
  expect(onJco.rare()).toEqual([]);
});
