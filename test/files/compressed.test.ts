/** Compressed files: which are, and that whoever reads an output finds what was embedded. */
import { deflateRawSync, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  type Directory,
  type Entry,
  FormatError,
  inspect,
  listFiles,
  type Mount,
  OptionError,
  type Options,
  replaceFiles,
  type Report,
  virtualize,
} from "../../src/index.ts";
import { compareFiles } from "../../src/files/compare-files.ts";
import { extractTree } from "../../src/node/extract-tree.ts";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { temporaryDirectory } from "../cli/wasi-nest.ts";
import { appOf, wasi } from "../compose/app-of.ts";
import { randomOf } from "../differential/random.ts";
import { randomTree } from "./random-tree.ts";

const app = appOf(wasi("wasi:filesystem/", "wasi:io/", "wasi:cli/"));
const compress = (contents: Uint8Array): Uint8Array => deflateRawSync(contents, { level: 9 });

const file = (text: string | Uint8Array): Entry => ({ kind: "file", contents: Buffer.from(text) });
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const words = (name: string): string => `${name} `.repeat(2000);
const noise = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) ^ (i * i));
const tree = directory({
  a: file(words("a")),
  b: file(words("b")),
  again: file(words("a")),
  short: file("short"),
  noise: file(noise(3000)),
});

const made = (entry: Directory, options: Options = {}): { bytes: Uint8Array; report: Report } => {
  const { chunks, report } = virtualize(app, { compress, ...options, mounts: [{ path: "/data", entry }, ...(options.mounts ?? [])] });
  return { bytes: Buffer.concat(chunks), report };
};
const plainly = (entry: Directory, options: Options = {}): Uint8Array => {
  const { compress: _, ...plain } = options;
  return Buffer.concat(virtualize(app, { ...plain, mounts: [{ path: "/data", entry }, ...(options.mounts ?? [])] }).chunks);
};
const replaced = (component: Uint8Array, entry: Directory, by: Options["compress"]): Uint8Array =>
  Buffer.concat(replaceFiles(component, [{ path: "/data", entry }], by === undefined ? {} : { compress: by }));

test("files are compressed where that makes them smaller, identical ones once", () => {
  const { bytes, report } = made(tree);
  const stored = [words("a"), words("b")].reduce((sum, each) => sum + compress(Buffer.from(each)).length + 12, 0);
  expect(report.files).toMatchObject({ count: 5, compressed: { count: 3, bytes: 8000, storedBytes: stored }, storedBytes: stored + 3005 });
  expect(bytes.length).toBeLessThan(plainly(tree).length);
});

test.for([
  ["there is little to be had", directory({ a: file("a".repeat(1500)) })],
  ["nothing becomes smaller", directory({ noise: file(noise(100_000)) })],
  ["there are no contents", directory({ empty: file("") })],
] as const)("where %s, the output is as without it", ([, entry]) => {
  const { bytes, report } = made(entry);
  expect(report.files.compressed).toBeNull();
  expect(Buffer.compare(bytes, plainly(entry))).toBe(0);
});

test("a file that is a standard stream stays as it is", () => {
  const input = { mounts: [{ path: "/etc/in", entry: file(words("in")) }], stdin: { file: "/etc/in" } } as const;
  expect(made(tree, input).report.files.compressed).toMatchObject({ count: 3 });
  const writable = {
    mounts: [{ path: "/etc", entry: directory({ in: file(words("in")) }), writable: true }],
    stdin: { file: "/etc/in" },
  } as const;
  expect(made(tree, writable).report.files.compressed).toMatchObject({ count: 3 });
});

test.for([
  ["zlib's, with a header", (contents: Uint8Array) => deflateSync(contents)],
  ["nothing", () => new Uint8Array()],
  ["a text", () => "text" as unknown as Uint8Array],
  ["of other contents", (contents: Uint8Array) => deflateRawSync(contents.map((byte) => byte ^ 1))],
] as const)("what a compressor gives must be a stream of the contents: %s", ([, wrong]) => {
  expect(() => made(tree, { compress: wrong })).toThrow(OptionError);
  expect(() => replaceFiles(made(tree).bytes, [{ path: "/data", entry: tree }], { compress: wrong })).toThrow(OptionError);
});

test("it is a function, and there are files", () => {
  expect(() => virtualize(app, { mounts: [], compress: "deflate" as never })).toThrow(
    '`compress` is `"deflate"`: a function from a Uint8Array to a Uint8Array',
  );
  expect(() => virtualize(app, { compress })).toThrow("`compress` compresses files of mounts, and there are none");
});

const KINDS: Readonly<Record<string, Options>> = {
  "read-only": {},
  "beside writable ones": { tmpfs: [{ path: "/tmp" }], exportFiles: true, env: { A: "b" } },
  "in one another": {
    mounts: [{ path: "/data/in", entry: directory({ x: file(words("x")) }), writable: true }],
    env: { A: "b" },
    args: ["a"],
  },
  "over the host's": { overlays: [{ path: "/over", host: "/h" }], hostFiles: [{ path: "/data/f", host: "/h/f" }] },
};
const inflatable = (entry: Directory): Directory => directory({ words: tree, chance: entry });

test.for(Object.keys(KINDS))("whoever reads an output finds what was embedded: files %s", (name) => {
  const kind = KINDS[name] ?? {};
  for (let seed = 0; seed < 3; seed++) {
    const entry = inflatable(randomTree(randomOf(seed), { isTimed: seed === 1 }));
    const [{ bytes, report }, plain] = [made(entry, kind), plainly(entry, kind)];
    expect(report.files.compressed?.count).toBeGreaterThan(2);
    const [files, others] = [listFiles(bytes), listFiles(plain)];
    expect(files.map((each) => each.files)).toEqual(others.map((each) => each.files));
    expect(compareFiles(others, files)).toEqual([]);
    expect(inspect(bytes).embeddedDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(inspect(bytes).embeddedDigest).toBe(inspect(plain).embeddedDigest);
    const found = files[0]?.mounts.find(({ path }) => path === "/data")?.entry as Directory;
    const to = temporaryDirectory();
    extractTree(found, to, { force: true });
    expect(readFileSync(join(to, "words/a"), "utf8")).toBe(words("a"));
    // What was taken out can be embedded again, compressed or not.
    const again = found as Directory;
    expect(Buffer.compare(made(again, kind).bytes, bytes)).toBe(0);
  }
});

test.for(Object.keys(KINDS))("what is replaced is what an output that was made with it is: files %s", (name) => {
  const kind = KINDS[name] ?? {};
  const filesOf = (component: Uint8Array): unknown => listFiles(component).map(({ files }) => files);
  const { bytes } = made(tree, kind);
  const [{ mounts } = { mounts: [] }] = listFiles(bytes);
  const own = mounts.filter(({ path }) => path === "/data") as Mount[];
  expect(Buffer.compare(Buffer.concat(replaceFiles(bytes, own)), bytes)).toBe(0);
  for (const next of [directory({ c: file(words("c")) }), directory({ n: file(noise(500)) }), directory({}), inflatable(tree)]) {
    const direct = plainly(next, kind);
    for (const by of [compress, undefined]) {
      const result = replaced(bytes, next, by);
      expect(filesOf(result)).toEqual(filesOf(direct));
      expect(filesOf(replaced(result, tree, by))).toEqual(filesOf(bytes));
    }
    const saved = replaced(bytes, next, undefined).length - replaced(bytes, next, compress).length;
    expect(saved > 1000).toBe(next.entries.has("c") || next.entries.has("words"));
  }
  // An output without compressed files has no code for them.
  expect(
    Buffer.compare(replaced(plainly(directory({}), kind), tree, compress), replaced(plainly(directory({}), kind), tree, undefined)),
  ).toBe(0);
});

/** The bytes with a record's words changed: the first is 0, then its size, and the length of its stream. */
function damaged(bytes: Uint8Array, change: (view: DataView, at: number) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = Buffer.from(copy).indexOf(compress(Buffer.from(words("b")))) - 12;
  expect(at).toBeGreaterThan(0);
  change(new DataView(copy.buffer), at);
  return copy;
}
test.for([
  ["a damaged stream", (view: DataView, at: number) => view.setUint8(at + 12, 7)],
  ["another size", (view: DataView, at: number) => view.setUint32(at + 4, 4001, true)],
  ["a stream that ends elsewhere", (view: DataView, at: number) => view.setUint32(at + 8, 2 ** 31, true)],
  ["a stream that ends earlier", (view: DataView, at: number) => view.setUint32(at + 8, 5, true)],
] as const)("who reads %s is told so", ([, change]) => {
  const bytes = damaged(made(tree).bytes, change);
  expect(() => listFiles(bytes)).toThrow(FormatError);
  expect(() =>
    extractTree(listFiles(bytes, { digests: false })[0]?.mounts[0]?.entry as Directory, temporaryDirectory(), { force: true }),
  ).toThrow(/compressed contents|nothing fills/);
  expect(inspect(bytes).embeddedDigest).toBeNull();
});
