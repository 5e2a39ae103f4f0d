import { expect, test } from "vitest";
import { arrange, joinMounts } from "../../src/image/mount-points.ts";
import { nodesOf } from "../../src/image/nodes.ts";
import { type Directory, type Entry, FILE_MOUNT_POINT, type Preopen } from "../../src/image/tree.ts";

const directory = (entries: Readonly<Record<string, Entry>> = {}): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const file: Entry = { kind: "file", contents: new Uint8Array() };
const preopen = (path: string, entries?: Readonly<Record<string, Entry>>): Preopen => ({ path, directory: directory(entries) });
const pathsOf = (preopens: readonly Preopen[]): object => {
  const { mounts, preopenCount, inner } = arrange(preopens);
  const path = (index: number): string | undefined => mounts[index]?.path;
  return {
    outermost: mounts.slice(0, preopenCount).map((each) => each.path),
    inner: inner.map(({ mount, outer, names }) => `${path(mount)} in ${path(outer)} by ${names.join("/")}`),
  };
};

test("mounts lie in that with the longest path which has a directory for them", () => {
  const preopens = [
    preopen("/", { a: directory({ b: directory({ c: directory() }) }), d: file }),
    preopen("/a/b", { c: directory() }),
    preopen("/a/b/c"),
    preopen("/ab"),
    preopen("/d"),
    preopen("/e/f"),
  ];
  expect(pathsOf(preopens)).toEqual({
    outermost: ["/", "/ab", "/d", "/e/f"],
    inner: ["/a/b in / by a/b", "/a/b/c in /a/b by c"],
  });
});

test("the outermost keep their order, and one alone is outermost", () => {
  expect(pathsOf([preopen("/b"), preopen("/a")])).toEqual({ outermost: ["/b", "/a"], inner: [] });
  expect(pathsOf([])).toEqual({ outermost: [], inner: [] });
});

test("no more of them lie in others than a byte can number", () => {
  const names = Array.from({ length: 300 }, (_, i) => `m${i}`);
  const root = preopen("/", Object.fromEntries(names.map((name) => [name, directory()])));
  const arrangement = arrange([root, ...names.map((name) => preopen(`/${name}`))]);
  const { mounts, preopenCount, inner } = arrangement;
  expect([mounts.length, preopenCount, inner.length]).toEqual([301, 46, 255]);
  const nodes = nodesOf(mounts);
  joinMounts(nodes, arrangement);
  expect(Math.max(...nodes.map(({ mount }) => mount))).toBe(255);
});

test("a mount's root is a child of the directory around its mount point, which knows its number", () => {
  const arrangement = arrange([preopen("/", { a: directory({ b: directory() }), x: file }), preopen("/a/b", { y: file }), preopen("/z")]);
  const nodes = nodesOf(arrangement.mounts);
  joinMounts(nodes, arrangement);
  const indexOf = (name: string): number => nodes.findIndex((each) => each.name === name);
  expect(nodes[indexOf("b")]?.mount).toBe(1);
  expect(nodes[2]?.parent).toBe(indexOf("a"));
  expect(nodes.map(({ mount }) => mount).filter((mount) => mount !== 0)).toEqual([1]);
  expect(nodes[0]?.parent).toBe(0);
});

test("there is a directory for all that the host may offer around the outermost, with a number for what lies in it", () => {
  const arrangement = arrange([preopen("/a/b/c", { d: directory() }), preopen("/a/b/c/d"), preopen("/a/e"), preopen("/f")], true);
  const { mounts, preopenCount, numbered, offered } = arrangement;
  const path = (index: number): string | undefined => mounts[index]?.path;
  expect(mounts.filter(({ isOffered }) => isOffered === true).map((each) => each.path)).toEqual(["/", "/a", "/a/b"]);
  expect(mounts.slice(0, preopenCount).map((each) => each.path)).toEqual(["/", "/a", "/a/b", "/a/b/c", "/a/e", "/f"]);
  const places = offered.map(({ mount, outer, names }) => `${path(mount)} in ${path(outer)} by ${names.join("/")}`);
  expect(places.sort()).toEqual([
    ...["/a in / by a", "/a/b in / by a/b", "/a/b in /a by b", "/a/b/c in / by a/b/c", "/a/b/c in /a by b/c", "/a/b/c in /a/b by c"],
    ...["/a/e in / by a/e", "/a/e in /a by e", "/f in / by f"],
  ]);
  const nodes = nodesOf(mounts);
  joinMounts(nodes, arrangement);
  const numberOf = (index: number): string | undefined => path(numbered + index - 1);
  for (const { name, mount } of nodes) if (mount !== 0) expect(numberOf(mount)).toMatch(new RegExp(`/${name}$`));
  expect(nodes.slice(0, preopenCount).map(({ parent }) => parent)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("what the host's directories are to have in them is refused where a byte cannot number it", () => {
  const many = (count: number): readonly Preopen[] => Array.from({ length: count }, (_, i) => preopen(`/m${i}`));
  expect(arrange(many(254), true).mounts).toHaveLength(255);
  expect(() => arrange(many(255), true)).toThrow(
    "256 mounts beside the host's directories, and directories on the way to them, are more than 255",
  );
});

test("single files lie in each directory that the host may offer around them", () => {
  const point = FILE_MOUNT_POINT;
  const given: readonly Preopen[] = [
    { ...preopen("/a/b", { f: point, c: directory({ g: point, d: directory() }) }), isOffered: true, isNeeded: true },
    { ...preopen("/a/b/f"), file },
    { ...preopen("/a/b/c/g"), file },
    preopen("/a/b/c/d"),
    preopen("/a/e"),
  ];
  const { mounts, preopenCount, inner, offered } = arrange(given, true);
  expect(mounts.slice(0, preopenCount).map((each) => each.path)).toEqual(["/", "/a", "/a/b", "/a/b/c", "/a/e"]);
  expect(mounts.filter(({ isNeeded }) => isNeeded === true).map((each) => each.path)).toEqual(["/a/b"]);
  expect(inner).toEqual([]);
  const path = (index: number): string | undefined => mounts[index]?.path;
  const places = offered.map(({ mount, outer }) => `${path(mount)} in ${path(outer)}`);
  expect(places.filter((each) => each.endsWith(" in /a/b/c")).sort()).toEqual(["/a/b/c/d in /a/b/c", "/a/b/c/g in /a/b/c"]);
  expect(places.filter((each) => each.startsWith("/a/b/f in")).sort()).toEqual(["/a/b/f in /", "/a/b/f in /a", "/a/b/f in /a/b"]);
});

test("mounts that would cover nothing of what lies below are refused, where a byte cannot number them", () => {
  const names = Array.from({ length: 256 }, (_, i) => `m${i}`);
  const root = { ...preopen("/", Object.fromEntries(names.map((name) => [name, directory()]))), host: "/" };
  expect(() => arrange([root, ...names.map((name) => preopen(`/${name}`))])).toThrow("256 mounts that lie in others are more than 255");
});
