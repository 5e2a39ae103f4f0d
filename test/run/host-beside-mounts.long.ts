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
  await writeFile(path.join(folder, "x"), "the host's x|");
  await writeFile(path.join(folder, "deep/x"), "the host's deep x|");
  await mkdir(path.join(folder, "data/in"), { recursive: true });
  await writeFile(path.join(folder, "data/y"), "host's y|");
  await writeFile(path.join(folder, "data/in/secret"), "hidden|");
});
afterEach(() => rm(folder, { recursive: true }));

const ALLOWED: Options = { allowFs: true, stdout: "allow", stderr: "allow", allowExit: true };
const TREE: Directory = { kind: "directory", entries: new Map([["x", { kind: "file", contents: Buffer.from("mounted|") }]]) };
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
        ...ALLOWED,
        args: ["read", "/data/in/x", "read", "/work/x", "read", "/data/input/x", "write", "/work/new", "rename", "/work/x", "/work/y"],
      });
      await expectValid(output);
      const { stdout, stderr, trap } = await run(output, { preopens: { "/work": folder, "/data/input": path.join(folder, "deep") } });
      expect([trap, stderr]).toEqual([undefined, ""]);
      expect(stdout).toBe("mounted|the host's x|the host's deep x|end\n");
      expect(await readFile(path.join(folder, "new"), "utf8")).toBe("written to /work/new\n");
      expect(await readFile(path.join(folder, "y"), "utf8")).toBe("the host's x|");
    },
  );

  const READS = ["/data/in/x", "/data/in/secret", "/x", "/data/y", "/data/in/../y", "/data/x"].flatMap((name) => ["read", name]);
  const OFFERS: readonly (readonly [string, Readonly<Record<string, string>>, string, readonly string[]])[] = [
    ...["/", "."].map((name) => [name, { [name]: "" }, "mounted|the host's x|host's y|host's y|", ["/data/in/secret", "/data/x"]] as const),
    ...["/data", "/data/", "data", "./data"].map(
      (name) => [name, { [name]: "data" }, "mounted|host's y|host's y|", ["/data/in/secret", "/x", "/data/x"]] as const,
    ),
    [
      "one in another",
      { "/": "", "/data": "deep" },
      "mounted|the host's x|the host's deep x|",
      ["/data/in/secret", "/data/y", "/data/in/../y"],
    ],
    ["one name twice", { ".": "deep", "/": "" }, "mounted|the host's x|host's y|host's y|", ["/data/in/secret", "/data/x"]],
    ["nothing", {}, "mounted|", ["/data/in/secret", "/x", "/data/y", "/data/in/../y", "/data/x"]],
    ...["/data/in", "/data/in/deep", "/else/../data"].map(
      (name) => [name, { [name]: "data" }, "mounted|", ["/data/in/secret", "/x", "/data/y", "/data/in/../y", "/data/x"]] as const,
    ),
  ];

  test.each(MOUNTED)(
    "what the host offers around %s has them in it, and what lies there is hidden",
    { timeout: RUN_MILLISECONDS },
    async (_, mounted) => {
      const output = virtualized(streams, { ...mounted, ...ALLOWED, args: READS });
      await expectValid(output);
      for (const [name, offered, expected, missing] of OFFERS) {
        const preopens = Object.fromEntries(Object.entries(offered).map(([at, below]) => [at, path.join(folder, below)]));
        const { stdout, stderr, trap } = await run(output, { preopens });
        expect([name, trap, stdout]).toEqual([name, undefined, `${expected}end\n`]);
        // Where `/data` is not there, neither is `..` of what is in it.
        expect(stderr.split("\n").slice(0, -1), name).toEqual(
          missing.map((each) => expect.stringMatching(`^${each}: (No such file|Operation not|Capab|Not cap)`)),
        );
      }
    },
  );

  test("single files of ours and of the host's lie in what the host offers", { timeout: RUN_MILLISECONDS }, async () => {
    const output = virtualized(streams, {
      ...ALLOWED,
      mounts: [{ path: "/data/deep/x", entry: { kind: "file", contents: Buffer.from("mounted|") } }],
      hostFiles: [
        { path: "/data/y", host: "/work/x", readOnly: true },
        { path: "/data/new/z", host: "/work/deep/x" },
      ],
      args: [
        "read",
        "/data/y",
        "read",
        "/data/new/z",
        "read",
        "/data/deep/x",
        "write",
        "/data/new/z",
        "write",
        "/data/y",
        "remove",
        "/data/y",
      ],
    });
    await expectValid(output);
    for (const offered of [{ "/data": path.join(folder, "data") }, { "/": folder }, {}]) {
      const { stdout, stderr, trap } = await run(output, { preopens: { ...offered, "/work": folder } });
      expect([offered, trap, stdout]).toEqual([offered, undefined, "the host's x|the host's deep x|mounted|end\n"]);
      expect(stderr).toMatch(/^\/data\/y: Read-only file system\n\/data\/y: (Resource busy|Read-only file system)\n$/);
      expect(await readFile(path.join(folder, "data/y"), "utf8")).toBe("host's y|");
      expect(await readFile(path.join(folder, "deep/x"), "utf8")).toBe("written to /data/new/z\n");
      await writeFile(path.join(folder, "deep/x"), "the host's deep x|");
    }
  });

  test("a single file lies in whatever the host offers around it, or in nothing of the host's", { timeout: RUN_MILLISECONDS }, async () => {
    const names = ["/data/in/x", "/data/in/secret", "/data/y", "/x", "/data/in/deep/x"];
    const args = [
      ...names.flatMap((name) => ["read", name]),
      "write",
      "/data/in/x",
      "remove",
      "/data/in/x",
      "rename",
      "/data/in",
      "/data/moved",
    ];
    const output = virtualized(streams, {
      ...ALLOWED,
      mounts: [{ path: "/data/in/x", entry: { kind: "file", contents: Buffer.from("mounted|") } }],
      args: [...args, "write", "/data/in/new", "read", "/data/in/new"],
    });
    await expectValid(output);
    const isMounted = ["/data/in/x: Read-only file system", "/data/in/x: Resource busy"];
    const missing = (...found: readonly string[]): readonly string[] =>
      names.slice(1).flatMap((name) => (found.includes(name) ? [] : [`${name}: No such file or directory`]));
    const isAlone = [
      ...["/data/in/x: Read-only file system", "/data/in/x: Read-only file system", "/data/moved: No such file or directory"],
      ...["/data/in/new: Read-only file system", "/data/in/new: No such file or directory"],
    ];
    const written = "written to /data/in/new\n";
    const offers: readonly (readonly [Readonly<Record<string, string>>, string, readonly string[]])[] = [
      [
        { "/": "" },
        `hidden|host's y|the host's x|${written}`,
        [...missing("/data/in/secret", "/data/y", "/x"), ...isMounted, "/data/moved: Resource busy"],
      ],
      [
        { "/": "", "/data/in": "deep" },
        `host's y|the host's x|${written}`,
        [...missing("/data/y", "/x"), ...isMounted, "/data/moved: Resource busy"],
      ],
      [
        { "/data/": "data" },
        `hidden|host's y|${written}`,
        [...missing("/data/in/secret", "/data/y"), ...isMounted, "/data/moved: Resource busy"],
      ],
      [
        { "data/in": "data/in" },
        `hidden|${written}`,
        [...missing("/data/in/secret"), ...isMounted, "/data/moved: No such file or directory"],
      ],
      // What the host offers below is not in the way; what lies in the file is.
      [{ "/data/in/deep": "deep", "/data/in/x": "deep" }, "the host's deep x|", [...missing("/data/in/deep/x"), ...isAlone]],
      [{}, "", [...missing(), ...isAlone]],
    ];
    for (const [offered, expected, errors] of offers) {
      const preopens = Object.fromEntries(Object.entries(offered).map(([at, below]) => [at, path.join(folder, below)]));
      const { stdout, stderr, trap } = await run(output, { preopens });
      expect([offered, trap, stdout, stderr.split("\n").slice(0, -1)]).toEqual([offered, undefined, `mounted|${expected}end\n`, errors]);
      await rm(path.join(folder, "data/in/new"), { force: true });
      await rm(path.join(folder, "deep/new"), { force: true });
    }
  });
});
