/**
 * Programs that write find in the component what they find in a directory of this machine under Wasmtime, on both
 * hosts: the same results and errors, the same contents, line by line, but for what is listed here with its reason.
 */

import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Directory, Entry, File, Options } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import { adaptCommand, cProgram, python } from "../guests/index.ts";
import type { RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, type Host, hosts, importsOf, isLong, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const OUTPUT = { stdout: "allow", stderr: "allow" } as const;
const WITH_CLOCKS = { ...OUTPUT, allowClocks: true, allowRandom: true } as const;

let folder: string;
/** What programs may find there before they write. */
let source: string;
let tree: Directory;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-writable-"));
  source = path.join(folder, "source");
  await mkdir(path.join(source, "folder"), { recursive: true });
  await mkdir(path.join(source, "deep/deeper/deepest"), { recursive: true });
  await writeFile(path.join(source, "file"), "0123456789\n");
  await writeFile(path.join(source, "folder/inner"), "inner\n");
  await writeFile(path.join(source, "deep/deeper/deepest/bottom"), "bottom\n");
  tree = (await readMount(source)) as Directory;
}, BUILD_MILLISECONDS);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A directory of this machine for a program to write in. */
const scratch = (): Promise<string> => mkdtemp(path.join(folder, "scratch-"));

/** One like the mounted one. */
async function scratchTree(): Promise<string> {
  const made = await scratch();
  await cp(source, made, { recursive: true });
  return made;
}

async function linesOf(component: Uint8Array, run: Host["run"], options: RunOptions = {}): Promise<readonly string[]> {
  const { stdout, stderr, trap } = await run(component, options);
  expect({ stderr, trap }).toEqual({ stderr: "", trap: undefined });
  return stdout.split("\n");
}

/** The pairs of lines that differ: ours, the host's. */
function differences(ours: readonly string[], theirs: readonly string[]): readonly (readonly [string, string])[] {
  const pairs = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) => [ours[i] ?? "", theirs[i] ?? ""] as const);
  return pairs.filter(([our, their]) => our !== their);
}

describe("what a C program does with POSIX", () => {
  /** What we answer otherwise than Wasmtime does for a directory of Linux. */
  const DIFFERENCES: readonly (readonly [string, string])[] = [
    // As Linux has it; Wasmtime looks at the path before Linux does.
    ["rmdir folder/..: ENOTEMPTY", "rmdir folder/..: EINVAL"],
  ];
  let write: Uint8Array;
  let expected: readonly string[];
  beforeAll(async () => {
    write = await adaptCommand(await cProgram("write"));
    if (!wasmtimeAvailable()) return;
    expected = await linesOf(write, runOnWasmtime, { args: ["/data"], preopens: { "/data": await scratchTree() } });
    expect(expected.length).toBeGreaterThan(300);
  }, BUILD_MILLISECONDS);

  const output = (options: Options): Uint8Array =>
    virtualized(write, { mounts: [{ path: "/data", entry: tree, writable: true }], args: ["/data"], ...options });

  test.for(hosts)("comes to the same on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available || !wasmtimeAvailable(), WASMTIME_MISSING);
    const component = output(WITH_CLOCKS);
    await expectValid(component);
    expect(differences(await linesOf(component, run), expected)).toEqual(DIFFERENCES);
    // Each run begins with what was embedded.
    expect(differences(await linesOf(component, run), expected)).toEqual(DIFFERENCES);
  });

  test.for(hosts)(
    "needs no clock, but times stand still then, on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, run }, { skip }) => {
      skip(!available || !wasmtimeAvailable(), WASMTIME_MISSING);
      const component = output(OUTPUT);
      expect((await importsOf(component)).filter((name) => /wall-clock|filesystem/.test(name))).toEqual([]);
      const times = differences(await linesOf(component, run), expected).filter((pair) => !DIFFERENCES.some(([ours]) => ours === pair[0]));
      expect(times.length).toBeGreaterThan(5);
      for (const [ours, theirs] of times)
        expect([ours, theirs]).toEqual([expect.stringMatching(/(moves|is now).*: 0$/), ours.replace(/0$/, "1")]);
    },
  );

  test.for(hosts)(
    "goes from one mount to another as it does between file systems, on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, run }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const lines = await linesOf(output({ ...WITH_CLOCKS, args: ["/data", "/tmp"], tmpfs: [{ path: "/tmp" }] }), run);
      expect(lines.slice(lines.indexOf("rename into the other mount: EXDEV"))).toEqual([
        "rename into the other mount: EXDEV",
        "link into the other mount: EXDEV",
        "open a file there: 0",
        "write it: 5",
        "rename back: EXDEV",
        "contents of here: 4 bytes, 1 links",
        '  "here"',
        "unlink there: 0",
        "",
      ]);
    },
  );
});

describe("mounts of both kinds in one another", () => {
  const file = (text: string): File => ({ kind: "file", contents: new TextEncoder().encode(text) });
  const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
    kind: "directory",
    entries: new Map(Object.entries(entries)),
  });
  const files: Options = {
    mounts: [
      { path: "/", entry: directory({ etc: directory({ a: file("a") }) }) },
      { path: "/work/data", entry: directory({ b: file("bb") }), writable: true },
      { path: "/work/data/fixed", entry: directory({ c: file("ccc") }) },
    ],
    tmpfs: [{ path: "/tmp", maxBytes: 8192 }],
  };

  test.for(hosts)("are listed where they lie on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const component = virtualized(await adaptCommand(await cProgram("walk")), { ...OUTPUT, ...files, args: ["-t", "/"] });
    expect(await linesOf(component, run)).toEqual([
      "d 0 /",
      "d 0 /etc",
      "f 1 /etc/a",
      "d 0 /tmp",
      "d 0 /work",
      "d 0 /work/data",
      "f 2 /work/data/b",
      "d 0 /work/data/fixed",
      "f 3 /work/data/fixed/c",
      "",
    ]);
  });

  const SCRIPT = `
import os
def attempt(what, act):
    try: print(what, act())
    except OSError as error: print(what, os.strerror(error.errno))
for folder in ["/", "/etc", "/tmp", "/work", "/work/data", "/work/data/fixed", "/tmp/..", "/work/data/fixed/.."]:
    attempt(folder, lambda: open(folder + "/new", "w").write("hello"))
attempt("more than there is room for", lambda: open("/tmp/more", "wb", buffering=0).write(bytes(100000)))
for path in ["/etc/a", "/work/data/b", "/work/data/fixed/c"]: attempt(path, lambda: os.unlink(path))
attempt("through the root", lambda: open("/work/data/fixed/../../../tmp/../work/data/below", "w").write("hello"))
root = os.open("/", os.O_RDONLY)
tmp = os.open("tmp", os.O_RDONLY, dir_fd=root)
attempt("below an open root", lambda: os.stat("work/data/below", dir_fd=root).st_size)
attempt("below an open directory", lambda: os.open("new", os.O_RDWR, dir_fd=tmp) > 0)
attempt("out of it", lambda: os.open("../etc/a", os.O_RDONLY, dir_fd=tmp))
attempt("the same", lambda: (os.path.samefile("/tmp", "/work/../tmp/."), os.path.samefile("/tmp", "/work")))
for path in ["/tmp", "/work/data", "/work/data/fixed"]:
    attempt("rmdir " + path, lambda: os.rmdir(path))
    attempt("unlink " + path, lambda: os.unlink(path))
    attempt("mkdir " + path, lambda: os.mkdir(path))
    attempt("rename " + path, lambda: os.rename(path, os.path.dirname(path) + "/other"))
attempt("rename over one", lambda: os.rename("/work/data/below", "/work/data/fixed"))
attempt("rename into one", lambda: os.rename("/work/data/below", "/tmp/below"))
attempt("link into one", lambda: os.link("/work/data/below", "/tmp/below"))
attempt("a link to another", lambda: os.symlink("../../tmp/new", "/work/data/link"))
attempt("followed", lambda: open("/work/data/link").read())
for path in ["/", "/tmp", "/work", "/work/data", "/work/data/fixed"]: print(path, *sorted(os.listdir(path)))
`;

  test.for(hosts)("are written where they may be on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const component = virtualized(await python(), { ...WITH_CLOCKS, ...files, arg0: "python", args: ["-c", SCRIPT] });
    expect(await linesOf(component, run)).toEqual([
      "/ Read-only file system",
      "/etc Read-only file system",
      "/tmp 5",
      "/work Read-only file system",
      "/work/data 5",
      "/work/data/fixed Read-only file system",
      "/tmp/.. Read-only file system",
      "/work/data/fixed/.. 5",
      "more than there is room for No space left on device",
      "/etc/a Read-only file system",
      "/work/data/b None",
      "/work/data/fixed/c Read-only file system",
      "through the root 5",
      "below an open root 5",
      "below an open directory True",
      "out of it Operation not permitted",
      "the same (True, False)",
      "rmdir /tmp Resource busy",
      "unlink /tmp Is a directory",
      "mkdir /tmp File exists",
      "rename /tmp Resource busy",
      "rmdir /work/data Resource busy",
      "unlink /work/data Is a directory",
      "mkdir /work/data File exists",
      "rename /work/data Resource busy",
      "rmdir /work/data/fixed Resource busy",
      "unlink /work/data/fixed Is a directory",
      "mkdir /work/data/fixed File exists",
      "rename /work/data/fixed Resource busy",
      "rename over one Resource busy",
      "rename into one Cross-device link",
      "link into one Cross-device link",
      "a link to another None",
      "followed hello",
      "/ etc tmp work",
      "/tmp more new",
      "/work data",
      "/work/data below fixed link new",
      "/work/data/fixed c",
      "",
    ]);
  });
});

describe("limits", () => {
  const fill = async (options: Options, args: readonly string[] = ["/tmp"]): Promise<Uint8Array> =>
    virtualized(await adaptCommand(await cProgram("fill")), { ...OUTPUT, args, ...options });
  const MEGABYTE = 1 << 20;

  // On jco a megabyte is copied byte by byte.
  const patient = isLong ? hosts : hosts.filter(({ name }) => name !== "jco");
  test.for(patient.flatMap((host) => (["fsMaxBytes", "maxBytes"] as const).map((limit) => ({ ...host, limit }))))(
    "are what can be written, again and again, with `$limit` on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, run, limit }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const options: Options =
        limit === "maxBytes" ? { tmpfs: [{ path: "/tmp", maxBytes: MEGABYTE }] } : { tmpfs: [{ path: "/tmp" }], fsMaxBytes: MEGABYTE };
      expect(await linesOf(await fill({ ...options, fsMaxFiles: 100 }), run)).toEqual([
        `bytes ${MEGABYTE} ENOSPC, intact 1`,
        "unlink 0",
        "open ENOSPC",
        "mkdir ENOSPC",
        "symlink ENOSPC",
        "files 100",
        "mkdir in its place done",
        "",
      ]);
    },
  );

  test.for(hosts)("of nothing leave empty files, on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const lines = await linesOf(await fill({ tmpfs: [{ path: "/tmp", maxBytes: 0 }], fsMaxFiles: 3 }), run);
    expect(lines).toEqual(expect.arrayContaining(["bytes 0 ENOSPC, intact 1", "files 3"]));
  });

  test.for(patient)(
    "leave room for what comes and goes, on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ name, available, run }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      // jco copies a list byte by byte where there is one memory only.
      const count = name === "jco" ? "3000" : "100000";
      const component = await fill({ tmpfs: [{ path: "/tmp", maxBytes: MEGABYTE / 4 }], fsMaxFiles: 10 }, ["/tmp", count]);
      expect(await linesOf(component, run)).toEqual(["done", ""]);
    },
  );
});
