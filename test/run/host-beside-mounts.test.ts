/**
 * All of the host's directories beside mounts: the app finds both, but nothing of the host's that leads around a mount.
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Directory, Options } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let streams: Uint8Array;
let folder: string;

beforeAll(async () => {
  streams = await adaptCommand(await cProgram("streams"));
}, BUILD_MILLISECONDS);
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-beside-"));
  await mkdir(path.join(folder, "deep"));
  await writeFile(path.join(folder, "x"), "the host's x");
  await writeFile(path.join(folder, "deep/x"), "the host's deep x");
});
afterEach(() => rm(folder, { recursive: true }));

const TREE: Directory = { kind: "directory", entries: new Map([["x", { kind: "file", contents: Buffer.from("mounted") }]]) };
const MOUNTED: readonly (readonly [string, Options])[] = [
  ["mounts", { mounts: [{ path: "/data/in", entry: TREE }] }],
  ["writable mounts", { mounts: [{ path: "/data/in", entry: TREE, writable: true }] }],
  ["an overlay", { mounts: [{ path: "/data/in/", entry: TREE }], overlays: [{ path: "/over", host: "/work/deep" }] }],
];

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  test.each(MOUNTED)(
    "the app finds what the host offers beside %s, and may change it",
    { timeout: RUN_MILLISECONDS },
    async (_, mounted) => {
      const output = virtualized(streams, {
        ...mounted,
        ...{ allowFs: true, stdout: "allow", stderr: "allow", allowExit: true },
        args: ["read", "/data/in/x", "read", "/work/x", "read", "/data/input/x", "write", "/work/new", "rename", "/work/x", "/work/y"],
      });
      await expectValid(output);
      const { stdout, stderr, trap } = await run(output, { preopens: { "/work": folder, "/data/input": path.join(folder, "deep") } });
      expect([trap, stderr]).toEqual([undefined, ""]);
      expect(stdout).toBe("mountedthe host's xthe host's deep xend\n");
      expect(await readFile(path.join(folder, "new"), "utf8")).toBe("written to /work/new\n");
      expect(await readFile(path.join(folder, "y"), "utf8")).toBe("the host's x");
    },
  );

  test.each(MOUNTED.slice(0, 2))(
    "nothing of the host's leads around %s, whatever it is called",
    { timeout: RUN_MILLISECONDS },
    async (_, mounted) => {
      const output = virtualized(streams, {
        ...mounted,
        ...{ allowFs: true, stdout: "allow", stderr: "allow", allowExit: true },
        args: ["read", "/data/in/x", "read", "/x", "read", "/data/x", "read", "/data/in/deep/x", "read", "/work/x"],
      });
      for (const name of ["/", ".", "/data", "/data/", "data", "./data", "/data/in", "/data/in/deep", "/else/../data"]) {
        const { stdout, stderr } = await run(output, { preopens: { [name]: folder, "/work": folder } });
        expect([name, stdout]).toEqual([name, "mountedthe host's xend\n"]);
        expect(stderr.match(/^.*: No such file or directory$/gm)).toHaveLength(3);
      }
    },
  );
});
