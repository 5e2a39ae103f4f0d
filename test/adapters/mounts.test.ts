import { describe, expect, test } from "vitest";
import { type Mount, preopensOf, type Tmpfs } from "../../src/adapters/filesystem/mounts.ts";
import { bytesOf, type Chunk } from "../../src/binary/chunk.ts";
import { OptionError } from "../../src/errors.ts";
import type { Directory, Entry, File, Preopen } from "../../src/image/tree.ts";

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

describe("writable mounts", () => {
  const writable = (path: string, entry: Entry, limit: Mount["writable"] = true): Mount => ({ path, entry, writable: limit });
  const modes = (mounts: readonly Mount[], tmpfs: readonly Tmpfs[] = []): readonly (readonly [string, Shown, Preopen["writable"]])[] =>
    preopensOf(mounts, tmpfs).map((each) => [each.path, show(each.directory), each.writable]);

  test("are said of their preopens, and no other", () => {
    const mounts = [mount("/a", directory({ a: file("a") })), writable("/b", directory({ b: file("b") }))];
    expect(modes([...mounts, { ...mount("/c", directory({})), writable: false }])).toEqual([
      ["/a", { a: "a" }, undefined],
      ["/b", { b: "b" }, {}],
      ["/c", {}, undefined],
    ]);
  });

  test("have limits, and so have empty directories", () => {
    expect(
      modes([writable("/a", directory({}), { maxBytes: 0 }), writable("/b", directory({}), {})], [{ path: "/c", maxBytes: 9 }]),
    ).toEqual([
      ["/a", {}, { maxBytes: 0 }],
      ["/b", {}, {}],
      ["/c", {}, { maxBytes: 9 }],
    ]);
  });

  test("are one tree where all is writable alike", () => {
    expect(
      modes([writable("/", directory({ tmp: directory({ old: file("") }) })), writable("/a/b", file("b"))], [{ path: "/tmp" }]),
    ).toEqual([["/", { a: { b: "b" }, tmp: {} }, {}]]);
  });

  test("in a read-only tree are preopens, and empty directories stand for them", () => {
    const root = directory({ tmp: directory({ old: file("") }), etc: directory({ a: file("a") }) });
    expect(modes([mount("/", root), writable("/var/data", directory({ d: file("d") }))], [{ path: "/tmp" }])).toEqual([
      ["/", { tmp: {}, etc: { a: "a" }, var: { data: {} } }, undefined],
      ["/tmp", {}, {}],
      ["/var/data", { d: "d" }, {}],
    ]);
    expect(show(root)).toEqual({ tmp: { old: "" }, etc: { a: "a" } });
  });

  test("may have what is read-only in them, and that again what is writable", () => {
    const mounts = [writable("/a", directory({})), mount("/a/b", directory({ x: file("x") })), writable("/a/b/c/d", directory({}))];
    for (const order of permutations(mounts)) {
      expect(modes(order)).toEqual([
        ["/a", { b: {} }, {}],
        ["/a/b", { x: "x", c: { d: {} } }, undefined],
        ["/a/b/c/d", {}, {}],
      ]);
    }
  });

  test.for([
    ["outside", { maxBytes: 1 }, true],
    ["inside", true, { maxBytes: 1 }],
    ["on both sides", { maxBytes: 1 }, { maxBytes: 1 }],
  ] as const)("with a limit %s are not one tree", ([, outer, inner]) => {
    expect(modes([writable("/a", directory({}), outer), writable("/a/b", directory({}), inner)]).map(([path]) => path)).toEqual([
      "/a",
      "/a/b",
    ]);
  });

  test("go on where a read-only mount lies between", () => {
    expect(modes([writable("/a", directory({})), mount("/a/b", directory({})), mount("/a/b/f", file("f"))])).toEqual([
      ["/a", { b: {} }, {}],
      ["/a/b", { f: "f" }, undefined],
    ]);
  });

  test("of a single file are the directory that it is in, limits and all", () => {
    expect(modes([writable("/a/f", file("f")), writable("/b/f", file("f"))], [{ path: "/b", maxBytes: 9 }])).toEqual([
      ["/a", { f: "f" }, {}],
      ["/b", { f: "f" }, { maxBytes: 9 }],
    ]);
  });

  test("of a single file are a preopen of their own where nothing else is", () => {
    const root = directory({ empty: directory({}) });
    expect(
      modes([mount("/", root), writable("/a/b/f", file("f")), writable("/a/b/g", file("g")), writable("/empty/h", file("h"))]),
    ).toEqual([
      ["/", { a: { b: {} }, empty: {} }, undefined],
      ["/a/b", { f: "f", g: "g" }, {}],
      ["/empty", { h: "h" }, {}],
    ]);
    expect(modes([mount("/f", file("f")), writable("/a/g", file("g"))])).toEqual([
      ["/", { f: "f", a: {} }, undefined],
      ["/a", { g: "g" }, {}],
    ]);
  });

  const files: readonly (readonly [string, readonly Mount[], readonly Tmpfs[], readonly string[]])[] = [
    ["read-only in a writable directory", [mount("/tmp/f", file("f"))], [{ path: "/tmp" }], ["/tmp rw", "/tmp/f f ro"]],
    ["read-only where nothing is", [mount("/a/f", file("f"))], [{ path: "/" }], ["/ rw", "/a/f f ro"]],
    [
      "writable in a directory that is not empty",
      [mount("/", directory({ etc: directory({ a: file("") }) })), writable("/etc/f", file("f"))],
      [],
      ["/ ro", "/etc/f f rw"],
    ],
    ["writable in a read-only root", [mount("/", directory({})), writable("/f", file("f"))], [], ["/ ro", "/f f rw"]],
    ["of both kinds side by side", [mount("/a/f", file("")), writable("/a/g", file("g"))], [], ["/a ro", "/a/g g rw"]],
  ];
  test.for(files)("of a file that is %s are mounts of their own", ([, mounts, tmpfs, expected]) => {
    for (const order of permutations(mounts)) {
      const told = preopensOf(order, tmpfs).map(({ path, file: entry, writable: mode }) =>
        [path, ...(entry === undefined ? [] : [Buffer.from(entry.contents as Uint8Array).toString()]), mode ? "rw" : "ro"].join(" "),
      );
      expect(told).toEqual(expected);
    }
  });

  const cases: readonly (readonly [string, readonly Mount[], readonly Tmpfs[], string, RegExp])[] = [
    [
      "a path through a file, to a file",
      [mount("/", directory({ a: file("") })), writable("/a/f", file(""))],
      [],
      "mounts",
      /leads through `a`/,
    ],
    ["a path through a file mount", [mount("/tmp/f", file(""))], [{ path: "/tmp" }, { path: "/tmp/f/d" }], "tmpfs", /leads through `f`/],
    [
      "a link of another kind than what it lies in",
      [mount("/tmp/l", { kind: "link", target: "f" })],
      [{ path: "/tmp" }],
      "mounts",
      /^the link `\/tmp\/l` lies in `\/tmp`, which is of another kind/,
    ],
    ["a limit for a file", [writable("/a/f", file(""), { maxBytes: 1 })], [], "mounts", /limits a directory, and `\/a\/f` is a file/],
    ["a path that is mounted twice, without its slash", [mount("/tmp", directory({}))], [{ path: "./tmp" }], "tmpfs", /mounted twice/],
    ["one path twice", [mount("/a", directory({}))], [{ path: "/a/" }], "tmpfs", /`\/a\/` is mounted twice/],
    ["a path through a file", [writable("/a", file(""))], [{ path: "/a/b" }], "tmpfs", /leads through `a`/],
  ];
  test.for(cases)("refuse %s", ([, mounts, tmpfs, option, message]) => {
    for (const order of permutations(mounts)) {
      const refusal = (): unknown => preopensOf(order, tmpfs);
      expect(refusal).toThrow(expect.objectContaining({ option, name: "OptionError" }));
      expect(refusal).toThrow(message);
    }
  });
});

describe("refused", () => {
  const cases: readonly (readonly [string, readonly Mount[], RegExp])[] = [
    ["an empty path", [mount("", directory({}))], /empty/],
    ["a path that climbs without a slash", [mount("../b", directory({}))], /`\.\.`/],
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
