/**
 * Digests of what is embedded: they come from the data of an output alone, tell any two trees apart, and can be computed by
 * the script in docs/inspect.md from a directory.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import {
  createAdapter,
  type Directory,
  type Embedded,
  FormatError,
  inspect,
  type NestedComponent,
  type Options,
  virtualize,
  OptionError,
} from "../../src/index.ts";
import { Sha256 } from "../../src/inspect/sha256.ts";
import { readMount } from "../../src/node/index.ts";
import { componentSource, readComponentBytes } from "../../src/node/component-bytes.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";
import { appOf, wasi } from "../compose/app-of.ts";
import { root } from "../hosts/disk-cache.ts";

const app = appOf(wasi("wasi:filesystem/", "wasi:io/", "wasi:cli/"));
const virtualized = (component: Uint8Array, options: Options): Uint8Array => Buffer.concat(virtualize(component, options).chunks);

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function tree(files: Readonly<Record<string, string>>): Directory {
  const entries = Object.entries(files).map(([name, text]) => [name, { kind: "file", contents: bytes(text) }] as const);
  return { kind: "directory", entries: new Map(entries) };
}

const mounting = (entry: Directory, more: Options = {}): Uint8Array => virtualized(app, { mounts: [{ path: "/data", entry }], ...more });

const all = ({ embedded, components }: NestedComponent): readonly Embedded[] => [
  ...(embedded === null ? [] : [embedded]),
  ...components.flatMap(all),
];
const embedded = (component: Uint8Array): readonly Embedded[] => all(inspect(component).component);
const digest = (component: Uint8Array): string | null => inspect(component).embeddedDigest;
/** Of the only mount. */
const mountDigest = (component: Uint8Array): string | null | undefined => embedded(component)[0]?.mounts[0]?.digest;

test("SHA-256 is that of Node, whatever the pieces", () => {
  for (let length = 0; length < 300; length++) {
    const data = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
    const cut = Math.floor(length / 3);
    const ours = new Sha256().update(data.subarray(0, cut)).update(data.subarray(cut)).digest("hex");
    expect(ours).toBe(createHash("sha256").update(data).digest("hex"));
  }
});

test("an edit of equal size changes the digest, and so does a name, a time, a link and what is writable", () => {
  const variants: readonly Options[] = [
    { mounts: [{ path: "/data", entry: tree({ "a.txt": "hello", "b.txt": "world" }) }] },
    { mounts: [{ path: "/data", entry: tree({ "a.txt": "hellO", "b.txt": "world" }) }] },
    { mounts: [{ path: "/data", entry: tree({ "a.txt": "world", "b.txt": "hello" }) }] },
    { mounts: [{ path: "/data", entry: tree({ "a.txt": "hello", "c.txt": "world" }) }] },
    { mounts: [{ path: "/data", entry: tree({ "a.txt": "hello", "b.txt": "world" }), writable: true }] },
    { mounts: [{ path: "/data", entry: { ...tree({ "a.txt": "hello", "b.txt": "world" }), modified: 1_000_000_001n } }] },
    { mounts: [{ path: "/data", entry: tree({ "a.txt": "hello", "b.txt": "world" }) }], sourceDateEpoch: 1 },
    { mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map([["a", { kind: "link", target: "b" }]]) } }] },
    { mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map([["a", { kind: "link", target: "c" }]]) } }] },
    { mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map([["a", tree({})]]) } }] },
  ];
  const digests = variants.map((options) => mountDigest(virtualized(app, options)));
  for (const each of digests) expect(each).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(digests).size).toBe(variants.length);
  expect(new Set(variants.map((options) => digest(virtualized(app, options)))).size).toBe(variants.length);
});

test("equal trees have equal digests, whatever is around them and wherever they are mounted", () => {
  const files = { "a.txt": "hello", b: "" };
  const entry = tree(files);
  const reversed = { ...entry, entries: new Map([...entry.entries].reverse()) };
  const outputs = [
    mounting(entry),
    mounting(entry),
    mounting(reversed),
    mounting(entry, { stdout: "allow", allowClocks: true, env: { A: "b" } }),
    virtualized(app, { mounts: [{ path: "/other", entry }] }),
    virtualized(app, { mounts: [{ path: "/data", entry }], tmpfs: [{ path: "/tmp" }] }),
    Buffer.concat(createAdapter({ mounts: [{ path: "/data", entry }] }).chunks),
  ];
  expect(new Set(outputs.map(mountDigest)).size).toBe(1);
  expect(digest(outputs[0] ?? new Uint8Array())).toBe(digest(outputs[1] ?? new Uint8Array()));
});

test("lists every mount, and standard input", () => {
  const component = virtualized(app, {
    mounts: [
      { path: "/data", entry: tree({ a: "abc", b: "" }) },
      { path: "/data/in", entry: tree({ c: "12345" }), writable: { maxBytes: 4096 } },
      { path: "/etc/one", entry: { kind: "file", contents: bytes("1") } },
    ],
    tmpfs: [{ path: "/tmp" }],
    preopens: [{ path: "/host", host: "/h" }],
    stdin: bytes("question"),
  });
  const [{ mounts, stdin } = { mounts: [], stdin: null }] = embedded(component);
  expect(mounts.map(({ path, writable, files, bytes: size }) => [path, writable, files, size])).toEqual([
    ["/data", false, 2, 3],
    ["/data/in", true, 1, 5],
    ["/etc", false, 1, 1],
  ]);
  expect(stdin).toEqual({ bytes: 8, digest: createHash("sha256").update("question").digest("hex") });
  const other = virtualized(app, { stdin: bytes("Question") });
  expect(digest(other)).toMatch(/^[0-9a-f]{64}$/);
  expect(digest(other)).not.toBe(digest(virtualized(app, { stdin: bytes("question") })));
});

test("finds files in an output within an output, and counts both", () => {
  const inner = mounting(tree({ a: "inner" }));
  const outer = (text: string): Uint8Array =>
    virtualized(inner, { mounts: [{ path: "/outer", entry: tree({ a: text }) }], allowAll: true });
  // An app whose files are virtual asks for none.
  expect(digest(outer("x"))).toBe(digest(inner));
  const both = virtualized(mounting(tree({ a: "inner" }), { preopens: [{ path: "/host", host: "/h" }] }), {
    mounts: [{ path: "/h", entry: tree({ a: "x" }) }],
  });
  expect(embedded(both).map(({ mounts }) => mounts.map(({ path }) => path))).toEqual([["/h"], ["/data"]]);
  expect(new Set([digest(inner), digest(both)]).size).toBe(2);
});

test("is null where nothing is embedded, or no digests are wanted", () => {
  expect(digest(app)).toBeNull();
  expect(digest(virtualized(app, { stdout: "allow", env: { A: "b" }, args: ["x"], tmpfs: [{ path: "/tmp" }] }))).toBeNull();
  const component = mounting(tree({ a: "b" }));
  const { embeddedDigest, component: nesting } = inspect(component, { digests: false });
  expect(embeddedDigest).toBeNull();
  expect(all(nesting)).toEqual([{ mounts: [{ path: "/data", writable: false, files: 1, bytes: 1, digest: null }], stdin: null }]);
});

test("counts for nothing what the section of an output says", () => {
  const honest = mounting(tree({ a: "hello" }));
  const lying = Buffer.from(honest);
  const said = Buffer.from('"mounts":[{"path":"/data","files":1,"bytes":5}]');
  const at = lying.indexOf(said);
  expect(at).toBeGreaterThan(0);
  lying.write('"mounts":[{"path":"/fake","files":7,"bytes":9}]', at);
  expect(digest(lying)).toBe(digest(honest));
  expect(embedded(lying)).toEqual(embedded(honest));
});

test("is not read from an output of another format, whose data may be laid out in another way", () => {
  const ours = mounting(tree({ a: "hello" }));
  const later = Buffer.from(ours);
  const at = later.indexOf('{"format":1,');
  expect(at).toBeGreaterThan(0);
  later.write('{"format":2,', at);
  expect([digest(ours) === null, digest(later)]).toEqual([false, null]);
  expect(embedded(later)).toEqual([]);
});

test("the script in the documentation computes the same from a directory", async () => {
  const [, script = ""] = /^```js digest\.mjs\n(.*?)^```$/ms.exec(readFileSync(join(root, "docs/inspect.md"), "utf8")) ?? [];
  expect(script.split("\n").length).toBeGreaterThan(8);
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "digest.mjs"), script);
  const directory = join(folder, "data");
  const files = { "a.txt": "a", "deep/er/b": "b", "deep.txt": "c", é: "é", 𐀀: "x", ﬀ: "y", "new\nline": "" };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  mkdirSync(join(directory, "empty"));
  symlinkSync("deep/er", join(directory, "link"));
  const entry = await readMount(directory);
  if (entry.kind !== "directory") throw new Error("it is a directory");
  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [join(folder, "digest.mjs"), ...args], { encoding: "utf8" }).trim();
  expect(run(directory)).toBe(mountDigest(mounting(entry)));
  expect(run(directory, "writable")).toBe(mountDigest(virtualized(app, { mounts: [{ path: "/data", entry, writable: true }] })));
});

test("data that stays on disk gives the same digest as in memory, and none where it changed", () => {
  const path = join(temporaryDirectory(), "out.wasm");
  const contents = Uint8Array.from({ length: 6_000_000 }, (_, i) => (i * i) >> 7);
  const component = virtualized(app, {
    mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map([["large", { kind: "file", contents }]]) } }],
  });
  writeFileSync(path, component);
  const read = readComponentBytes(path);
  expect(Buffer.compare(read, component)).not.toBe(0);
  const source = componentSource(path, read);
  const inspection = inspect(read, { source, createHash: () => createHash("sha256") });
  expect(inspection).toEqual(inspect(component));
  expect(all(inspection.component)[0]?.mounts).toMatchObject([{ path: "/data", files: 1, bytes: contents.length }]);
  writeFileSync(path, component.subarray(0, 1000));
  expect(() => componentSource(path, read)).toThrow(new RangeError("changed while it was read"));
  expect(() => inspect(read, { source })).toThrow("changed while it was read");
  expect(() => inspect(component, { source: component.subarray(1) })).toThrow(
    new OptionError("source", `it has ${component.length - 1} bytes, and the component has ${component.length}`),
  );
});

test("any damage to the data is another digest, none, or an error, at once", () => {
  const honest = mounting(tree({ "a.txt": "hello", "b.txt": "world" }), { tmpfs: [{ path: "/tmp" }] });
  const names = Buffer.from(honest).indexOf("a.txtb.txt");
  expect(names).toBeGreaterThan(0);
  const seen = new Set<string | null>();
  for (let at = names - 330; at < names + 30; at += 3) {
    for (const byte of [0x00, 0xff]) {
      const damaged = Buffer.from(honest);
      if (damaged[at] === byte) continue;
      damaged[at] = byte;
      try {
        seen.add(digest(damaged));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  }
  expect(seen.has(null)).toBe(true);
  expect(seen.size).toBeGreaterThan(20);
});
