/**
 * What programs do with files beyond single calls comes to the same in the component as in a directory of this
 * machine under Wasmtime: working directories, stdio, locks, logs, trees.
 */

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

/** What we answer otherwise than Wasmtime does for a directory of Linux: ours and its. */
const DIFFERENCES = [
  // As Linux has it, and `tail -f` wants it: what others write behind the end that a reader has come to can be read.
  // For the preview 1 adapter a file is a stream, and Wasmtime's streams are over once they have ended.
  ["read 8 behind the end that was: 8", "read 8 behind the end that was: 0"],
];

let folder: string;
let idioms: Uint8Array;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-idioms-"));
  idioms = await adaptCommand(await cProgram("idioms"));
}, BUILD_MILLISECONDS);
afterAll(() => rm(folder, { recursive: true, force: true }));

const directory = { kind: "directory", entries: new Map() } as const;
const places: readonly { readonly where: string; readonly files: Options }[] = [
  { where: "an empty directory", files: { tmpfs: [{ path: "/data" }] } },
  {
    where: "a directory of a mount",
    files: { mounts: [{ path: "/", entry: { kind: "directory", entries: new Map([["data", directory]]) }, writable: true }] },
  },
  {
    where: "a directory in what is read-only",
    files: { mounts: [{ path: "/", entry: directory }], tmpfs: [{ path: "/data", maxBytes: 1 << 20 }] },
  },
  { where: "memory over a directory of this machine", files: { overlays: [{ path: "/data", host: "/empty" }] } },
];

test.for(hosts.flatMap((host) => places.map((place) => ({ ...host, ...place }))))(
  "come to the same in $where on $name",
  { timeout: RUN_MILLISECONDS },
  async ({ available, run, files }, { skip }) => {
    skip(!available || !wasmtimeAvailable(), WASMTIME_MISSING);
    const theirs = await runOnWasmtime(idioms, { args: ["/data"], preopens: { "/data": await mkdtemp(path.join(folder, "data-")) } });
    const output = virtualized(idioms, { ...files, args: ["/data"], stdout: "allow", stderr: "allow", allowClocks: true });
    await expectValid(output);
    const empty = await mkdtemp(path.join(folder, "empty-"));
    const ours = await run(output, { preopens: { "/empty": empty } });
    expect(await readdir(empty)).toEqual([]);
    expect({ trap: undefined, ...theirs }).toMatchObject({ exitCode: 0, stderr: "", trap: undefined });
    expect({ trap: undefined, ...ours }).toMatchObject({ exitCode: 0, stderr: "", trap: undefined });
    const [our, their] = [ours, theirs].map(({ stdout }) => stdout.split("\n")) as [string[], string[]];
    expect(their.length).toBeGreaterThan(170);
    expect(our.length).toBe(their.length);
    expect(our.map((line, i) => [line, their[i]]).filter(([line, other]) => line !== other)).toEqual(DIFFERENCES);
  },
);
