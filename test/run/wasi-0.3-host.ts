/**
 * A program of WASI 0.3 whose directory is the host's, under another name, read-only, around or below what is ours: it prints what it
 * prints without us, and leaves behind what it leaves behind.
 */

import { cp, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Mount, Options } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts, type NewestHost } from "../hosts/newest-wasi.ts";
import { runOnWasmtimeCli, wasmtimeCli, WASMTIME_CLI_MISSING } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { expectSuccess, expectValid03, makeData } from "./wasi-0.3-cases.ts";

/** Where the host has the directory, which the program knows as `/data`. */
const HOST = "/on-the-host";

let folder: string;
let data: string;

interface Way {
  readonly way: string;
  /** What else there is, which the program does not ask for. */
  readonly options: () => Promise<Options>;
  /** What the host calls the directory. */
  readonly host: string;
  readonly writes: "to the host" | "elsewhere" | "not";
}

const mount = async (at: string, name: string): Promise<Mount> => ({ path: at, entry: await readMount(path.join(data, name)) }) as Mount;

const WAYS: readonly Way[] = [
  { way: "under another name", host: HOST, writes: "to the host", options: async () => ({ preopens: [{ path: "/data", host: HOST }] }) },
  {
    way: "beside a mount",
    host: HOST,
    writes: "to the host",
    options: async () => ({
      preopens: [{ path: "/data", host: HOST }],
      mounts: [await mount("/other", "crowd")],
    }),
  },
  {
    way: "beside what can be written",
    host: HOST,
    writes: "to the host",
    options: async () => ({ preopens: [{ path: "/data", host: HOST }], tmpfs: [{ path: "/tmp" }] }),
  },
  {
    way: "read-only",
    host: HOST,
    writes: "not",
    options: async () => ({ preopens: [{ path: "/data", host: HOST, readOnly: true }] }),
  },
  {
    way: "around a mount",
    host: "/data",
    writes: "to the host",
    options: async () => ({ allowFs: true, mounts: [await mount("/data/folder/deep", "folder/deep")] }),
  },
  {
    way: "under what is written",
    host: HOST,
    writes: "elsewhere",
    options: async () => ({ overlays: [{ path: "/data", host: HOST }] }),
  },
  {
    way: "as a single file",
    host: HOST,
    writes: "not",
    options: async () => ({
      mounts: [await mount("/data", ".")],
      hostFiles: [{ path: "/data/pattern.bin", host: `${HOST}/pattern.bin`, readOnly: true }],
    }),
  },
];

const PROGRAMS = [
  { line: "files", changes: false },
  { line: "writes", changes: true },
  { line: "hostile 500 5", changes: false },
] as const;

/**
 * What jco's files of 0.2 do otherwise, by the line that says it: they take away what paths have too much, know no object again, and
 * append where the end was when the stream was made.
 */
const ONLY_ON_WASMTIME: readonly RegExp[] = [/ "hello\.txt\/\."/, / ""/, /^same: /, /^\d+ appenders: /];
/** What many write at once, in an order that nobody has said. */
const SHARED = "shared";

const told = (stdout: string, host: string): string =>
  stdout
    .split("\n")
    .filter((line) => host === "Wasmtime" || !ONLY_ON_WASMTIME.some((each) => each.test(line)))
    .join("\n");

/** All that is in a directory, by path. */
async function contentsOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const all = found.map(async (each): Promise<readonly [string, string]> => {
    const file = path.join(each.parentPath, each.name);
    const bytes = each.isFile() ? await readFile(file) : undefined;
    const contents = each.isSymbolicLink()
      ? await readlink(file)
      : ((each.name === SHARED ? bytes?.toSorted() : bytes)?.toString() ?? "directory");
    return [path.relative(directory, file), contents];
  });
  return new Map((await Promise.all(all)).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

async function copy(): Promise<string> {
  const to = await mkdtemp(path.join(folder, "copy-"));
  await cp(data, to, { recursive: true, verbatimSymlinks: true });
  return to;
}

interface Ended {
  readonly stdout: string;
  readonly left: ReadonlyMap<string, string>;
}

/** By the arguments: what the program does without us, on Wasmtime. */
const plain = new Map<string, Promise<Ended>>();

async function runPlain(line: string): Promise<Ended> {
  const directory = await copy();
  const outcome = await runOnWasmtimeCli(await rustGuest("tangle"), { args: line.split(" "), preopens: { "/data": directory } });
  expectSuccess(outcome);
  expect(outcome.stdout).not.toBe("");
  return { stdout: outcome.stdout, left: await contentsOf(directory) };
}

/** `npm test` has of each way and each program one, and what changes most on both hosts. */
function isLong({ name }: NewestHost, { line }: (typeof PROGRAMS)[number], { way }: Way): boolean {
  if (name === "jco") return line !== "writes" || !["under another name", "under what is written"].includes(way);
  return line.startsWith("hostile") && way !== "under another name";
}

/** The tests of `npm test`, or those that take long. */
export function hostTests(long: boolean): void {
  beforeAll(async () => {
    if (rust() !== undefined) ({ folder, data } = await makeData());
  });
  afterAll(async () => {
    if (rust() !== undefined) await rm(folder, { recursive: true });
  });
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
  });

  describe.each(newestHosts)("on $name", (newest) => {
    const { name, missing, run } = newest;
    beforeEach(({ skip }) => skip(missing !== undefined, missing));

    const cases = WAYS.flatMap((way) =>
      PROGRAMS.filter((each) => (!each.changes || way.writes !== "not") && isLong(newest, each, way) === long).map((each) => ({
        ...way,
        ...each,
      })),
    );
    if (cases.length === 0) return;

    test.each(cases)("the host's directory $way: $line", { timeout: BUILD_MILLISECONDS }, async ({ line, options, host, writes }) => {
      const component = virtualized(await rustGuest("tangle"), { stdout: "allow", args: line.split(" "), ...(await options()) });
      await expectValid03(component);
      const directory = await copy();
      const before = await contentsOf(directory);
      const outcome = await run(component, { preopens: { [host]: directory } });
      expectSuccess(outcome);
      const expected = plain.get(line) ?? runPlain(line);
      plain.set(line, expected);
      const { stdout, left } = await expected;
      expect(told(outcome.stdout, name)).toBe(told(stdout, name));
      const after = await contentsOf(directory);
      if (writes !== "to the host") expect(after).toEqual(before);
      else if (name === "Wasmtime") expect(after).toEqual(left);
      else expect([...after].filter(([each]) => each !== SHARED)).toEqual([...left].filter(([each]) => each !== SHARED));
    });
  });
}
