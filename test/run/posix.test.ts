/**
 * A C program's POSIX calls on embedded files give what they give on a directory of this machine under
 * Wasmtime, line by line, but for what is listed here with its reason.
 */

import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMount } from "../../src/node/index.ts";
import type { Directory, Entry, Options } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

/** What we answer otherwise than the host. */
const DIFFERENCES = [
  // Wasmtime hides the targets of absolute links from the programs that it runs.
  ["readlink outside: /etc/passwd", "readlink outside: EPERM"],
] as const;

let folder: string;
let probe: Uint8Array;
let walk: Uint8Array;
let tree: Directory;

beforeAll(async () => {
  [probe, walk] = (await Promise.all(["probe", "walk"].map(async (name) => adaptCommand(await cProgram(name))))) as [
    Uint8Array,
    Uint8Array,
  ];
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-posix-"));
  await mkdir(path.join(folder, "folder"));
  await writeFile(path.join(folder, "file"), "0123456789\n");
  await writeFile(path.join(folder, "empty"), "");
  await writeFile(path.join(folder, "folder/inner"), "inner\n");
  for (const [name, target] of [
    ["to-file", "file"],
    ["to-folder", "folder"],
    ["dangling", "absent"],
    ["loop", "loop"],
  ] as const)
    await symlink(target, path.join(folder, name));
  for (const [name, seconds] of [
    ["file", 1_000_000_000.5],
    ["folder/inner", 4_000_000_000],
    ["folder", 7],
    ["empty", 0],
  ] as const)
    await utimes(path.join(folder, name), seconds, seconds);
  await symlink("/etc/passwd", path.join(folder, "outside"));
  // The reader of directories refuses a link that leads out of them.
  const read = (await readMount(folder, { keepTimes: true, exclude: ["outside"] })) as Directory;
  const outside: Entry = { kind: "link", target: "/etc/passwd" };
  tree = { ...read, entries: new Map([...read.entries, ["outside", outside]]) };
}, BUILD_MILLISECONDS);

afterAll(() => rm(folder, { recursive: true, force: true }));

const linesOf = async (
  component: Uint8Array,
  run: typeof runOnWasmtime,
  options: Parameters<typeof runOnWasmtime>[1],
): Promise<readonly string[]> => {
  const { stdout, trap } = await run(component, options);
  expect(trap).toBeUndefined();
  return stdout.split("\n");
};

describe.each(hosts)("on $name", ({ available, run }) => {
  const embedded = (): Options => ({
    mounts: [{ path: "/data", entry: tree }],
    stdin: "allow",
    stdout: "allow",
    stderr: "allow",
    allowClocks: true,
    allowRandom: true,
  });

  test.skipIf(!available)("probe sees what it sees of the host's files", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const hosts = await linesOf(probe, runOnWasmtime, { args: ["/data"], preopens: { "/data": folder } });
    const ours = await linesOf(virtualized(probe, { ...embedded(), args: ["/data"] }), run, {});
    expect(hosts.length).toBeGreaterThan(100);
    expect(ours.map((line, i) => [line, hosts[i]]).filter(([line, host]) => line !== host)).toEqual(DIFFERENCES);
  });

  test.skipIf(!available)("walk sees the same types, sizes, times and links", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const hosts = await linesOf(walk, runOnWasmtime, { args: ["/data"], preopens: { "/data": folder } });
    const ours = await linesOf(virtualized(walk, { ...embedded(), args: ["/data"] }), run, {});
    expect(hosts.length).toBeGreaterThan(8);
    const others = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.includes("/data/outside"));
    expect(others(ours)).toEqual(others(hosts));
    expect(ours).toContain("l 0 315576060.000000000 /data/outside -> /etc/passwd");
  });
});
