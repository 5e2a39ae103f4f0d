/**
 * What is embedded is listed and taken out as it was put in, and never written outside of the directory, whatever an image holds.
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Directory, type Entry, FormatError, LinkError, listFiles, NestError, type Options, virtualize } from "../../src/index.ts";
import { mergedTree } from "../../src/files/list-files.ts";
import { extractTree } from "../../src/node/extract-tree.ts";
import { readMount } from "../../src/node/index.ts";
import { componentSource, readComponentBytes } from "../../src/node/component-bytes.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";
import { appOf, wasi } from "../compose/app-of.ts";
import { randomOf } from "../differential/random.ts";
import { described, randomTree } from "./random-tree.ts";

const app = appOf(wasi("wasi:filesystem/", "wasi:io/", "wasi:cli/"));
const virtualized = (component: Uint8Array, options: Options): Uint8Array => Buffer.concat(virtualize(component, options).chunks);

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (text: string): Entry => ({ kind: "file", contents: bytes(text) });
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});

/** Takes everything out into a directory, and gives the paths that are there. */
function extracted(component: Uint8Array, to: string, force = false): readonly string[] {
  for (const { mounts } of listFiles(component, { digests: false })) extractTree(mergedTree(mounts), to, { force });
  return existsSync(to) ? readdirSync(to, { recursive: true, encoding: "utf8" }) : [];
}

/** What is in a directory of this machine, links as they are. */
function readBack(path: string): Directory {
  const entries = readdirSync(path, { withFileTypes: true }).map((each): readonly [string, Entry] => {
    const inner = join(path, each.name);
    const modified = BigInt(Math.round(lstatSync(inner).mtimeMs)) * 1_000_000n;
    if (each.isDirectory()) return [each.name, { ...readBack(inner), modified }];
    if (each.isSymbolicLink()) return [each.name, { kind: "link", target: readlinkSync(inner), modified }];
    return [each.name, { kind: "file", contents: readFileSync(inner), modified }];
  });
  return { kind: "directory", entries: new Map(entries) };
}

const sorted = (map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

test.for([...Array(10).keys()])("a tree by chance comes out as it went in: seed %i", (seed) => {
  const random = randomOf(seed);
  const tree = randomTree(random, { isTimed: true });
  const writable = random.chance(0.5);
  const output = virtualized(app, {
    mounts: [{ path: "/data/in", entry: tree, writable }],
    ...(random.chance(0.5) && { tmpfs: [{ path: "/tmp" }] }),
  });
  const [found] = listFiles(output);
  const listed = (found?.files ?? []).filter(({ path }) => path.startsWith("/data/in/"));
  const wanted = described(tree);
  expect(listed.map(({ path }) => path.slice("/data/in".length)).sort()).toEqual([...wanted.keys()].sort());
  for (const each of listed) {
    expect(each.writable).toBe(writable);
    if (each.kind === "file") expect(each.digest).toMatch(/^[0-9a-f]{64}$/);
  }
  const to = join(temporaryDirectory(), "out");
  extracted(output, to);
  expect(sorted(described(readBack(join(to, "data/in"))))).toEqual(sorted(wanted));
});

test("what is embedded can be embedded again, to the same bytes", () => {
  for (let seed = 100; seed < 104; seed++) {
    const random = randomOf(seed);
    const mounts = [
      { path: "/", entry: directory({ top: file("t"), data: directory({ in: directory({}) }) }) },
      { path: "/data/in", entry: randomTree(random, { isTimed: seed % 2 === 0 }), writable: true },
      { path: "/data/in/deep/one", entry: file("1") },
    ];
    const output = virtualized(app, { mounts });
    const again = listFiles(output, { digests: false })[0]?.mounts ?? [];
    expect(Buffer.compare(virtualized(app, { mounts: again } as Options), output)).toBe(0);
  }
});

test("digests are those of the contents, and times those of the files", () => {
  const output = virtualized(app, {
    mounts: [
      {
        path: "/data",
        entry: directory({
          a: { ...(file("hello") as { kind: "file"; contents: Uint8Array }), modified: -1n },
          l: { kind: "link", target: "a" },
        }),
      },
    ],
    stdin: bytes("question"),
  });
  const [{ files, stdin } = { files: [], stdin: null }] = listFiles(output);
  expect(files).toEqual([
    { path: "/data", kind: "directory", writable: false, size: 0, modified: 315_576_060_000_000_000n, target: null, digest: null },
    {
      path: "/data/a",
      kind: "file",
      writable: false,
      size: 5,
      modified: -1n,
      target: null,
      digest: createHash("sha256").update("hello").digest("hex"),
    },
    { path: "/data/l", kind: "link", writable: false, size: 0, modified: 315_576_060_000_000_000n, target: "a", digest: null },
  ]);
  expect(stdin).toEqual({ bytes: 8, digest: createHash("sha256").update("question").digest("hex") });
});

test("an output in an output has files of its own", () => {
  const inner = virtualized(app, {
    mounts: [{ path: "/data", entry: directory({ a: file("inner") }) }],
    preopens: [{ path: "/host", host: "/h" }],
  });
  const both = virtualized(inner, { mounts: [{ path: "/h", entry: directory({ a: file("outer") }) }] });
  expect(listFiles(both).map(({ within, files }) => [within, files.map(({ path }) => path)])).toEqual([
    [[], ["/h", "/h/a"]],
    [["wasi-nest:app"], ["/data", "/data/a"]],
  ]);
});

test("nothing is listed where nothing is embedded, and another format is refused", () => {
  expect(listFiles(app)).toEqual([]);
  expect(listFiles(virtualized(app, { stdout: "allow", env: { A: "b" } }))).toEqual([]);
  const later = Buffer.from(virtualized(app, { mounts: [{ path: "/data", entry: directory({}) }] }));
  later.write('{"format":2,', later.indexOf('{"format":1,'));
  expect(() => listFiles(later)).toThrow(LinkError);
});

test("contents that stay on disk come out the same", async () => {
  const folder = temporaryDirectory();
  const contents = Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * i) >> 7);
  writeFileSync(
    join(folder, "out.wasm"),
    virtualized(app, { mounts: [{ path: "/data", entry: directory({ large: { kind: "file", contents } }) }] }),
  );
  const component = readComponentBytes(join(folder, "out.wasm"));
  const source = componentSource(join(folder, "out.wasm"), component);
  const [{ mounts } = { mounts: [] }] = listFiles(component, { digests: false, source });
  extractTree(mergedTree(mounts), join(folder, "to"));
  expect(Buffer.compare(readFileSync(join(folder, "to/data/large")), contents)).toBe(0);
});

test("absolute links lead to the same file in the directory, and those that lead out of it are refused", () => {
  const output = (links: Readonly<Record<string, string>>): Uint8Array => {
    const entries = Object.entries(links).map(([name, target]) => [name, { kind: "link", target }] as const);
    return virtualized(app, {
      mounts: [{ path: "/data/sub", entry: { kind: "directory", entries: new Map<string, Entry>([["x", file("x")], ...entries]) } }],
    });
  };
  const to = temporaryDirectory();
  extracted(output({ l: "/data/sub/x", up: "../.." }), to);
  expect(readFileSync(join(to, "data/sub/l"), "utf8")).toBe("x");
  for (const links of [{ a: "../../../x" }, { a: "/../x" }, { a: "../..", b: "a/../x" }, { a: "b/..", b: "../../" }] as Readonly<
    Record<string, string>
  >[]) {
    const sandbox = temporaryDirectory();
    expect(() => extracted(output(links), join(sandbox, "to")), JSON.stringify(links)).toThrow("outside of the directory");
    expect(readdirSync(sandbox)).toEqual([]);
  }
});

test("nothing that is there is written over or led through", () => {
  const output = virtualized(app, {
    mounts: [{ path: "/data", entry: directory({ a: file("new"), d: directory({ b: file("new") }), l: { kind: "link", target: "a" } }) }],
  });
  const sandbox = temporaryDirectory();
  const to = join(sandbox, "to");
  mkdirSync(join(to, "data"), { recursive: true });
  mkdirSync(join(sandbox, "other"));
  writeFileSync(join(sandbox, "secret"), "old");
  symlinkSync(join(sandbox, "secret"), join(to, "data/a"));
  expect(() => extracted(output, to)).toThrow(`\`${to}/data/a\` exists already`);
  expect(readdirSync(join(to, "data"))).toEqual(["a"]);
  symlinkSync(join(sandbox, "other"), join(to, "data/d"));
  expect(() => extracted(output, to, true)).toThrow(`\`${to}/data/d\` is no directory`);
  expect(readlinkSync(join(to, "data/d"))).toBe(join(sandbox, "other"));
  expect([readFileSync(join(sandbox, "secret"), "utf8"), readdirSync(join(sandbox, "other"))]).toEqual(["old", []]);
  const clean = join(sandbox, "clean");
  mkdirSync(join(clean, "data"), { recursive: true });
  symlinkSync(join(sandbox, "secret"), join(clean, "data/a"));
  symlinkSync(join(sandbox, "other"), join(clean, "data/l"));
  extracted(output, clean, true);
  expect([
    readFileSync(join(sandbox, "secret"), "utf8"),
    readFileSync(join(clean, "data/a"), "utf8"),
    readdirSync(join(sandbox, "other")),
  ]).toEqual(["old", "new", []]);
  mkdirSync(join(sandbox, "third/data/a"), { recursive: true });
  expect(() => extracted(output, join(sandbox, "third"), true)).toThrow("is a directory");
});

/** An honest output whose bytes of a text are others of the same length, in what is embedded and nowhere else. */
function forged(text: string, by: string): Uint8Array {
  const output = Buffer.from(
    virtualized(app, {
      mounts: [
        {
          path: "/data",
          entry: directory({ Nam1: file("1"), Nam2: file("2"), Lnk: { kind: "link", target: "Targ" }, Dir: directory({ Inn: file("3") }) }),
        },
        { path: "/MntA", entry: directory({ x: file("x") }), writable: true },
      ],
    }),
  );
  const at = output.indexOf(text);
  expect(at).toBeGreaterThan(0);
  Buffer.from(by, "latin1").copy(output, at);
  return output;
}

test.for([
  ["Nam1", "../x"],
  ["Nam1", "/abc"],
  ["Nam1", "a/b/"],
  ["Nam1", "a\0bc"],
  ["Nam1", "\xff\xfe\xfd\xfc"],
  ["Nam1", "Nam2"],
  ["Nam2", "Nam0"],
  ["Inn", "../"],
  ["Targ", "a\0bc"],
  ["/MntA", "/../x"],
  ["/MntA", "//abc"],
  ["/MntA", "/./ab"],
  ["/MntA", "a/b/c"],
  ["/MntA", "/data"],
  ["/MntA", "/a\0bc"],
])("a forged image, %j for %j, is refused", ([text = "", by = ""]) => {
  const sandbox = temporaryDirectory();
  expect(() => extracted(forged(text, by), join(sandbox, "to"))).toThrow(FormatError);
  expect(readdirSync(sandbox)).toEqual([]);
});

test("a name of two dots is refused", () => {
  const output = forged("Inn", "...");
  // Three dots are a name.
  const to = temporaryDirectory();
  expect(extracted(output, to)).toContain("data/Dir/...");
  const two = virtualized(app, { mounts: [{ path: "/data", entry: directory({ zz: file("1") }) }] });
  const at = Buffer.from(two).indexOf("zz/data");
  expect(at).toBeGreaterThan(0);
  two.set(bytes(".."), at);
  expect(() => listFiles(two)).toThrow(FormatError);
});

test("whatever bytes of an image are, nothing is written outside, and only expected errors are thrown", () => {
  const honest = forged("Nam1", "Nam1");
  const start = Buffer.from(honest).indexOf("Nam1") - 600;
  const random = randomOf(7);
  let [refused, written] = [0, 0];
  for (let round = 0; round < 250; round++) {
    const damaged = Buffer.from(honest);
    for (let count = 1 + random.below(3); count > 0; count--)
      damaged[start + random.below(660)] = random.pick([0, 1, 2, 16, 46, 47, 127, 255, random.below(256)]);
    const sandbox = temporaryDirectory();
    try {
      extracted(damaged, join(sandbox, "in/to"));
      written++;
    } catch (error) {
      expect(error).toBeInstanceOf(NestError);
      refused++;
    }
    expect(readdirSync(sandbox).filter((name) => name !== "in")).toEqual([]);
    if (existsSync(join(sandbox, "in"))) expect(readdirSync(join(sandbox, "in"))).toEqual(["to"]);
  }
  expect(refused).toBeGreaterThan(20);
  expect(written).toBeGreaterThan(20);
});

test("a tree that was read from a directory comes out equal to it", async () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "in/deep"), { recursive: true });
  writeFileSync(join(folder, "in/deep/a"), "a");
  symlinkSync("deep/a", join(folder, "in/l"));
  const entry = await readMount(join(folder, "in"), { keepTimes: true });
  extracted(virtualized(app, { mounts: [{ path: "/", entry }] }), join(folder, "out"));
  expect(sorted(described(readBack(join(folder, "out"))))).toEqual(sorted(described(readBack(join(folder, "in")))));
});
