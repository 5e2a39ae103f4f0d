import { describe, expect, test } from "vitest";
import { type Mount, preopensOf } from "../../src/adapters/mounts.ts";
import { bytesOf, type Chunk } from "../../src/binary/chunk.ts";
import { OptionError } from "../../src/errors.ts";
import type { Directory, Entry, File } from "../../src/image/tree.ts";

const file = (text: string): File => ({ kind: "file", contents: new TextEncoder().encode(text) });
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});

/** Preopens as paths and texts. */
type Shown = string | { readonly [name: string]: Shown };
const show = (entry: Entry<Chunk>): Shown => {
  if (entry.kind === "file") return new TextDecoder().decode(bytesOf([entry.contents]));
  if (entry.kind === "link") return `-> ${entry.target}`;
  return Object.fromEntries(
    [...entry.entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, each]) => [name, show(each)]),
  );
};
const shown = (mounts: readonly Mount[]): readonly (readonly [string, Shown])[] =>
  preopensOf(mounts).map((each) => [each.path, show(each.directory)]);
const mount = (path: string, entry: Entry): Mount => ({ path, entry });

describe("preopens", () => {
  test("are the outermost mounts, in the order of their paths", () => {
    const mounts = [mount("/usr", directory({})), mount("/etc", directory({ a: file("a") })), mount("/usr/share", directory({}))];
    expect(shown(mounts)).toEqual([
      ["/etc", { a: "a" }],
      ["/usr", { share: {} }],
    ]);
  });

  test("are one where a mount lies in the root", () => {
    expect(
      shown([mount("/", directory({ etc: directory({ a: file("old"), b: file("b") }) })), mount("/etc", directory({ a: file("new") }))]),
    ).toEqual([["/", { etc: { a: "new" } }]]);
  });

  test("have directories on the way to a mount that is deeper", () => {
    expect(shown([mount("/", directory({})), mount("/a/b/c", file("c"))])).toEqual([["/", { a: { b: { c: "c" } } }]]);
  });

  test("of a single file are the directory that it is in", () => {
    expect(shown([mount("/data/one.txt", file("1")), mount("/data/two.txt", file("2"))])).toEqual([
      ["/data", { "one.txt": "1", "two.txt": "2" }],
    ]);
  });

  test("of a file in the root are the root", () => {
    expect(shown([mount("/one.txt", file("1"))])).toEqual([["/", { "one.txt": "1" }]]);
  });

  test("have a file beside what else the mounted parent holds", () => {
    expect(shown([mount("/data/one.txt", file("new")), mount("/data", directory({ "one.txt": file("old"), b: file("b") }))])).toEqual([
      ["/data", { "one.txt": "new", b: "b" }],
    ]);
  });

  test("keep neighbours apart whose names begin alike", () => {
    expect(shown([mount("/a", directory({})), mount("/ab", directory({}))]).map(([path]) => path)).toEqual(["/a", "/ab"]);
  });

  test("take `//`, `.` and a slash at the end as POSIX does", () => {
    expect(shown([mount("//data/./deep/", directory({}))])).toEqual([["/data/deep", {}]]);
  });

  test("are the same whatever order the mounts come in", () => {
    const mounts = [
      mount("/", directory({ etc: directory({ x: file("x") }) })),
      mount("/etc/deep/more", directory({ y: file("y") })),
      mount("/etc", directory({ a: file("a") })),
      mount("/etc/deep/one.txt", file("1")),
      mount("/etc/deep", directory({ z: file("z") })),
    ];
    const expected = shown(mounts);
    for (const order of permutations(mounts)) expect(shown(order)).toEqual(expected);
    expect(expected).toEqual([["/", { etc: { a: "a", deep: { more: { y: "y" }, "one.txt": "1", z: "z" } } }]]);
  });

  test("leave the caller's directories as they were", () => {
    const inner = directory({ a: file("a") });
    const root = directory({ inner });
    preopensOf([mount("/", root), mount("/inner/b", file("b"))]);
    expect(show(root)).toEqual({ inner: { a: "a" } });
  });
});

describe("refused", () => {
  const cases: readonly (readonly [string, readonly Mount[], RegExp])[] = [
    ["a relative path", [mount("data", directory({}))], /relative/],
    ["an empty path", [mount("", directory({}))], /relative/],
    ["a path that climbs", [mount("/a/../b", directory({}))], /`\.\.`/],
    ["NUL in a path", [mount("/a\0b", directory({}))], /NUL/],
    ["a path that is mounted twice", [mount("/a", directory({})), mount("/a/", directory({}))], /twice/],
    ["a file and a directory under one path", [mount("/a", directory({})), mount("/a", file("a"))], /twice/],
    ["a file as the root", [mount("/", file("a"))], /cannot be mounted as `\/`/],
    [
      "a path through a file of another mount",
      [mount("/", directory({ a: file("a") })), mount("/a/b", directory({}))],
      /leads through `a`/,
    ],
    ["a path through a mounted file", [mount("/a", file("a")), mount("/a/b", directory({}))], /leads through `a`/],
    ["a path through a mounted file, deeper", [mount("/a/b/c", file("c")), mount("/a", file("a"))], /leads through `a`/],
    [
      "a path through a link of another mount",
      [mount("/", directory({ a: { kind: "link", target: "b" } })), mount("/a/b", file(""))],
      /leads through `a`/,
    ],
  ];
  test.for(cases)("%s", ([, mounts, message]) => {
    for (const order of permutations(mounts)) {
      const refusal = (): unknown => preopensOf(order);
      expect(refusal).toThrow(OptionError);
      expect(refusal).toThrow(message);
    }
  });
});

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}
