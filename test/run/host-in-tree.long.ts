/**
 * Directories of the host's that lie in other mounts, and mounts that lie in them: they are one tree, which nobody gets
 * around, however they name what is in it.
 */

import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Directory, Entry, Options } from "../../src/index.ts";
import { differenceOf, readTree } from "../differential/trees.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const OPTIONS: Options = { stdout: "allow", stderr: "allow", allowExit: true };

let walk: Uint8Array;
let streams: Uint8Array;
let change: Uint8Array;
let folder: string;

beforeAll(async () => {
  const build = async (name: string): Promise<Uint8Array> => adaptCommand(await cProgram(name));
  [walk, streams, change] = await Promise.all([build("walk"), build("streams"), build("change")]);
}, BUILD_MILLISECONDS);

/** `lib` is what is masked in some tests, and given in others. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-in-tree-"));
  await mkdir(path.join(folder, "lib/deep"), { recursive: true });
  await mkdir(path.join(folder, "other"));
  await writeFile(path.join(folder, "lib/x"), "the host's x");
  await writeFile(path.join(folder, "lib/deep/y"), "the host's y");
  await writeFile(path.join(folder, "f"), "the host's f");
  for (const [name, target] of Object.entries({ alias: "lib", "other/up": "../lib/x", "lib/out": "../f", absolute: "/lib/x" }))
    await symlink(target, path.join(folder, name));
});
afterEach(() => rm(folder, { recursive: true }));

const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
const link = (target: string): Entry => ({ kind: "link", target });
const TREE = directory({
  etc: directory({ conf: file("conf"), link: link("../lib/x"), up: link("..") }),
  lib: directory({ hidden: file("hidden") }),
  out: link("lib/out"),
});

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));
  const runIn = async (
    component: Uint8Array,
    name = "/given",
  ): Promise<{ readonly stdout: string; readonly stderr: readonly string[] }> => {
    await expectValid(component);
    const { stdout, stderr, trap } = await run(component, { preopens: { [name]: folder } });
    expect(trap).toBeUndefined();
    return { stdout, stderr: stderr.split("\n").filter((line) => line !== "") };
  };

  test.each([
    { name: "a mount", around: { mounts: [{ path: "/", entry: TREE }] } },
    { name: "a writable mount", around: { mounts: [{ path: "/", entry: TREE, writable: true }] } },
  ])("a preopen, a file and an overlay are part of $name", { timeout: RUN_MILLISECONDS }, async ({ around }) => {
    const output = virtualized(walk, {
      ...OPTIONS,
      ...around,
      args: ["-t", "/"],
      preopens: [{ path: "/lib", host: "/given/lib", readOnly: true }],
      hostFiles: [{ path: "/etc/f", host: "/given/f", readOnly: true }],
      overlays: [{ path: "/srv/over", host: "/given/other" }],
    });
    expect((await runIn(output)).stdout).toBe(
      [
        ...["d 0 /", "d 0 /etc", "f 4 /etc/conf", "f 12 /etc/f", "l 0 /etc/link -> ../lib/x", "l 0 /etc/up -> .."],
        ...["d 0 /lib", "d 0 /lib/deep", "f 12 /lib/deep/y", "l 0 /lib/out -> ../f", "f 12 /lib/x", "l 0 /out -> lib/out"],
        ...["d 0 /srv", "d 0 /srv/over", "l 0 /srv/over/up -> ../lib/x", ""],
      ].join("\n"),
    );
  });

  test("links and dots lead from one to the other, as they do where Linux mounts them", { timeout: RUN_MILLISECONDS }, async () => {
    const output = virtualized(streams, {
      ...OPTIONS,
      mounts: [{ path: "/", entry: TREE }],
      preopens: [{ path: "/lib", host: "/given/lib", readOnly: true }],
      hostFiles: [{ path: "/f", host: "/given/f", readOnly: true }],
      args: ["read", "/etc/link", "read", "/lib/deep/../../etc/conf", "read", "/out", "read", "/etc/up/lib/x", "read", "/lib/hidden"],
    });
    const { stdout, stderr } = await runIn(output);
    expect(stdout).toBe("the host's xconfthe host's fthe host's xend\n");
    expect(stderr).toEqual(["/lib/hidden: No such file or directory"]);
  });

  test("what is read-only in something writable is not changed by any way", { timeout: RUN_MILLISECONDS }, async () => {
    const before = await readTree(folder);
    const output = virtualized(streams, {
      ...OPTIONS,
      mounts: [{ path: "/", entry: TREE, writable: true }],
      preopens: [{ path: "/lib", host: "/given/lib", readOnly: true }],
      args: [
        ...["write", "/lib/x", "write", "/etc/link", "write", "/etc/up/lib/new", "write", "/lib/deep/../x", "remove", "/lib/x"],
        ...["remove", "/etc/../lib/deep/y", "rename", "/lib", "/moved", "rename", "/etc", "/lib", "rename", "/lib/x", "/x"],
        ...["rename", "/etc/conf", "/lib/conf", "rename", "/lib/x", "/lib/z", "write", "/etc/new"],
      ],
    });
    expect(await runIn(output)).toEqual({
      stdout: "end\n",
      stderr: [
        ...["/lib/x", "/etc/link", "/etc/up/lib/new", "/lib/deep/../x", "/lib/x", "/etc/../lib/deep/y"].map(
          (at) => `${at}: Read-only file system`,
        ),
        ...[
          "/moved: Resource busy",
          "/lib: Resource busy",
          "/x: Cross-device link",
          "/lib/conf: Cross-device link",
          "/lib/z: Read-only file system",
        ],
      ],
    });
    const after = await readTree(folder);
    expect(after, differenceOf(before, after)).toEqual(before);
  });

  const HOST_AROUND: readonly (readonly [string, Options, string])[] = [
    ["what the host gives", { preopens: [{ path: "/", host: "/given" }] }, "/given"],
    ["all that the host offers", { allowFs: true }, "/"],
    ["everything that is allowed", { allowAll: true }, "/"],
  ];
  test.each(HOST_AROUND)("what is mounted is listed with what is in %s", { timeout: RUN_MILLISECONDS }, async (_, around, name) => {
    const mounts = [
      { path: "/lib", entry: directory({ x: file("masked") }) },
      { path: "/other/one.txt", entry: file("one") },
      { path: "/virtual/deep", entry: directory({ z: file("z") }) },
    ];
    // Wasmtime does not read it.
    await rm(path.join(folder, "absolute"));
    const output = virtualized(walk, { ...around, ...OPTIONS, mounts, tmpfs: [{ path: "/tmp" }], args: ["-t", "/"] });
    expect((await runIn(output, name)).stdout).toBe(
      [
        ...["d 0 /", "l 0 /alias -> lib", "f 12 /f", "d 0 /lib", "f 6 /lib/x", "d 0 /other"],
        ...["f 3 /other/one.txt", "l 0 /other/up -> ../lib/x", "d 0 /tmp", "d 0 /virtual", "d 0 /virtual/deep", "f 1 /virtual/deep/z", ""],
      ].join("\n"),
    );
  });

  test.each(HOST_AROUND)("a mount in %s covers it, by every name", { timeout: RUN_MILLISECONDS }, async (_, around, name) => {
    const before = await readTree(path.join(folder, "lib"));
    const output = virtualized(streams, {
      ...around,
      ...OPTIONS,
      mounts: [
        { path: "/lib", entry: directory({ x: file("masked") }) },
        { path: "/other/one.txt", entry: file("one") },
        { path: "/virtual/deep", entry: directory({ z: file("z") }) },
      ],
      args: [
        ...["read", "/lib/x", "read", "/alias/x", "read", "/other/up", "read", "/other/../lib/x", "read", "/other/one.txt"],
        ...["read", "/virtual/deep/z", "read", "/virtual/../f", "read", "/lib/deep/y", "read", "/absolute"],
        ...["write", "/alias/new", "write", "/other/up", "remove", "/lib/x", "rename", "/lib", "/moved", "rename", "/f", "/lib/f"],
        ...["rename", "/f", "/lib", "remove", "/other/one.txt", "rename", "/other", "/elsewhere", "write", "/virtual/new"],
        ...["write", "/other/new", "rename", "/f", "/other/f"],
      ],
    });
    expect(await runIn(output, name)).toEqual({
      stdout: "maskedmaskedmaskedmaskedonezthe host's fend\n",
      stderr: [
        ...["/lib/deep/y: No such file or directory", "/absolute: Operation not permitted", "/alias/new: Read-only file system"],
        ...["/other/up: Read-only file system", "/lib/x: Read-only file system", "/moved: Resource busy", "/lib/f: Cross-device link"],
        ...["/lib: Resource busy", "/other/one.txt: Resource busy", "/elsewhere: Resource busy", "/virtual/new: Read-only file system"],
      ],
    });
    expect(await readTree(path.join(folder, "lib"))).toEqual(before);
    expect(await readFile(path.join(folder, "other/f"), "utf8")).toBe("the host's f");
    expect(await readFile(path.join(folder, "other/new"), "utf8")).toBe("written to /other/new\n");
  });

  test.each(HOST_AROUND)(
    "links lead between mounts in %s and its directories, and hard links and renames do not",
    { timeout: RUN_MILLISECONDS },
    async (_, around, name) => {
      const before = await readTree(path.join(folder, "lib"));
      const output = virtualized(streams, {
        ...around,
        ...OPTIONS,
        mounts: [
          { path: "/lib", entry: directory({ x: file("masked|"), out: link("../f"), up: link("../tmp/new") }) },
          { path: "/tmp", entry: directory({ old: file("old|") }), writable: true },
        ],
        args: [
          ...["link", "/f", "/tmp/f", "link", "/tmp/old", "/hard", "link", "/lib/x", "/hard", "link", "/f", "/lib/f"],
          ...["link", "/tmp/old", "/lib/f", "link", "/lib/x", "/tmp/x", "link", "/alias/x", "/hard", "link", "/lib", "/hard"],
          ...["rename", "/f", "/tmp/f", "rename", "/tmp/old", "/old", "rename", "/alias/x", "/tmp/x", "rename", "/other", "/tmp/other"],
          ...["symlink", "../lib", "/tmp/to-lib", "symlink", "tmp/old", "/to-tmp", "symlink", "../lib/x", "/other/to-lib"],
          ...["symlink", "x", "/lib/new", "symlink", "../tmp/to-lib/../tmp/to-f", "/other/around", "symlink", "../f", "/tmp/to-f"],
          ...["read", "/tmp/to-lib/x", "read", "/to-tmp", "read", "/other/to-lib", "read", "/other/around", "read", "/tmp/to-lib/out"],
          ...[
            "write",
            "/lib/up",
            "read",
            "/tmp/new",
            "write",
            "/to-tmp",
            "read",
            "/tmp/old",
            "write",
            "/tmp/to-lib/x",
            "write",
            "/other/to-lib",
          ],
          ...[
            "link",
            "/f",
            "/hard",
            "link",
            "/other/around",
            "/other/hard",
            "link",
            "/tmp/old",
            "/tmp/hard",
            "write",
            "/tmp/to-f",
            "read",
            "/hard",
          ],
        ],
      });
      const { stdout, stderr } = await runIn(output, name);
      expect(stderr).toEqual([
        ...["/tmp/f: Cross-device link", "/hard: Cross-device link", "/hard: Cross-device link", "/lib/f: Read-only file system"],
        ...["/lib/f: Read-only file system", "/tmp/x: Cross-device link", "/hard: Cross-device link", "/hard: Cross-device link"],
        ...["/tmp/f", "/old", "/tmp/x", "/tmp/other"].map((to) => `${to}: Cross-device link`),
        ...["/lib/new", "/tmp/to-lib/x", "/other/to-lib"].map((at) => `${at}: Read-only file system`),
      ]);
      expect(stdout).toBe("masked|old|masked|the host's fthe host's fwritten to /lib/up\nwritten to /to-tmp\nwritten to /tmp/to-f\nend\n");
      const after = await readTree(path.join(folder, "lib"));
      expect(after, differenceOf(before, after)).toEqual(before);
    },
  );

  test("a preopen in a tree is changed as one by itself is", { timeout: RUN_MILLISECONDS }, async () => {
    const made = async (name: string): Promise<string> => {
      const root = path.join(folder, name);
      await mkdir(path.join(root, "folder"), { recursive: true });
      await mkdir(path.join(root, "bare"));
      await writeFile(path.join(root, "file"), "contents");
      await writeFile(path.join(root, "folder/inner"), "inner");
      await symlink("file", path.join(root, "to-file"));
      return root;
    };
    const [alone, inside] = [await made("alone"), await made("inside")];
    const by = { ...OPTIONS, allowClocks: true, args: ["/in"] };
    const expected = await run(virtualized(change, { ...by, preopens: [{ path: "/in", host: "/given/alone" }] }), {
      preopens: { "/given": folder },
    });
    const output = virtualized(change, { ...by, tmpfs: [{ path: "/" }], preopens: [{ path: "/in", host: "/given/inside" }] });
    const told = (text: string): string => text.replace(/^(up|up in the middle|through .*): .*$/gm, "");
    expect(told((await runIn(output)).stdout)).toBe(told(expected.stdout));
    const contentsOf = async (root: string): Promise<readonly string[]> =>
      [...(await readTree(root))].map(([name, text]) => `${name} ${text.split(" ").at(-1)}`);
    expect(await contentsOf(inside)).toEqual(await contentsOf(alone));
  });
});
