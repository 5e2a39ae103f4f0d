/** What an output can do that another cannot: by each kind of option that is recorded, and by what it imports. */
import { beforeAll, expect, test } from "vitest";
import { type Chunk, compare, compareFiles, inspect, isMore, listFiles, type Options, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";

let app: Uint8Array;
beforeAll(async () => {
  app = await adaptCommand(await cProgram("copy"));
}, 300_000);

const output = (options: Options<Chunk>): Uint8Array => Buffer.concat(virtualize(app, options).chunks as readonly Uint8Array[]);
const between = (one: Options<Chunk>, other: Options<Chunk>): ReturnType<typeof compare> =>
  compare(inspect(output(one)), inspect(output(other)));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const tree = (files: Readonly<Record<string, string>>): NonNullable<Options<Chunk>["mounts"]> => [
  {
    path: "/d",
    entry: {
      kind: "directory",
      entries: new Map(Object.entries(files).map(([name, text]) => [name, { kind: "file", contents: bytes(text) }])),
    },
  },
];

const MORE: readonly (readonly [what: string, before: Options<Chunk>, after: Options<Chunk>, name: string])[] = [
  ["a variable", { allowEnv: ["A"] }, { allowEnv: ["A", "B"] }, "allowEnv"],
  ["all variables", { allowEnv: ["A"] }, { allowEnv: true }, "allowEnv"],
  ["a variable that was kept back", { allowEnv: true, denyEnv: ["S", "T"] }, { allowEnv: true, denyEnv: ["S"] }, "denyEnv"],
  ["arguments", { allowEnv: true }, { allowEnv: true, allowArgs: true }, "allowArgs"],
  [
    "a directory",
    { preopens: [{ path: "/a", host: "/a" }] },
    {
      preopens: [
        { path: "/a", host: "/a" },
        { path: "/b", host: "/b" },
      ],
    },
    "preopens",
  ],
  ["a way to write", { preopens: [{ path: "/a", host: "/a", readOnly: true }] }, { preopens: [{ path: "/a", host: "/a" }] }, "preopens"],
  [
    "an overlaid directory",
    { overlays: [{ path: "/a", host: "/a" }] },
    {
      overlays: [
        { path: "/a", host: "/a" },
        { path: "/b", host: "/b" },
      ],
    },
    "mounts",
  ],
  [
    "a file that was hidden",
    { preopens: [{ path: "/a", host: "/a" }], hide: ["**/.env", "*.key"] },
    { preopens: [{ path: "/a", host: "/a" }], hide: ["*.key"] },
    "hide",
  ],
  [
    "an exception",
    { preopens: [{ path: "/a", host: "/a" }], protect: ["*"] },
    { preopens: [{ path: "/a", host: "/a" }], protect: ["*", "!b"] },
    "protect",
  ],
  ["an output without a limit", { stdout: { limit: 10 } }, { stdout: "allow" }, "stdout"],
];

test.each(MORE)("%s more is more, and the other way round is not", (_, before, after, name) => {
  const comparison = between(before, after);
  expect(comparison.wider.map((each) => each.name)).toContain(name);
  expect(isMore(comparison)).toBe(true);
  const back = between(after, before);
  expect(back.wider).toEqual([]);
  expect(isMore(back)).toBe(false);
});

test("another one in its place is more, both ways", () => {
  const [one, other]: readonly Options<Chunk>[] = [{ preopens: [{ path: "/a", host: "/a" }] }, { preopens: [{ path: "/a", host: "/b" }] }];
  expect([isMore(between(one ?? {}, other ?? {})), isMore(between(other ?? {}, one ?? {}))]).toEqual([true, true]);
  const rules = (protect: readonly string[]): Options<Chunk> => ({ preopens: [{ path: "/a", host: "/a" }], protect: [...protect] });
  expect(isMore(between(rules(["!b", "*"]), rules(["*", "!b"])))).toBe(true);
  expect(isMore(between(rules(["b", "c"]), rules(["c", "b"])))).toBe(false);
});

test("what an adapter had of the host's, and the app has now, is more", () => {
  const [some, all]: readonly Options<Chunk>[] = [{ preopens: [{ path: "/a", host: "/a" }] }, { allowFs: true }];
  expect(between(some ?? {}, all ?? {}).wider.map(({ name }) => name.replace(/@.*/, ""))).toContain("wasi:filesystem/preopens");
});

test("imports and functions that are new are more", () => {
  const comparison = between({ stdout: "allow" }, { stdout: "allow", stderr: "allow" });
  expect(comparison.more.map(({ name }) => name.replace(/@.*/, ""))).toContain("wasi:cli/stderr");
  expect(comparison.less).toEqual([]);
  expect(isMore(comparison)).toBe(true);
  const back = between({ stdout: "allow", stderr: "allow" }, { stdout: "allow" });
  expect([isMore(back), back.more]).toEqual([false, []]);
  expect(back.less).toEqual(comparison.more);
});

test("what is fixed or embedded differs, and is no more", () => {
  const comparison = between({ env: { A: "1" }, mounts: tree({ a: "1" }) }, { env: { A: "2", B: "1" }, mounts: tree({ a: "2", b: "" }) });
  expect(isMore(comparison)).toBe(false);
  expect(comparison.changed.map(({ name, before, after }) => [name, before, after])).toEqual([
    ["env", "A fixed", "A, B fixed"],
    ["mounts", "/d: 1 file, 1 byte", "/d: 2 files, 1 byte"],
  ]);
});

test("the same is no difference", () => {
  expect(between({ allowAll: true }, { allowAll: true })).toEqual({ more: [], less: [], wider: [], changed: [] });
});

test("what is no output of wasi-nest may do more with each import than options let it", () => {
  const [ours, plain] = [inspect(output({ allowEnv: ["A"], stdout: "allow" })), inspect(app)];
  expect(compare(ours, plain).wider.map(({ name }) => name.replace(/@.*/, ""))).toEqual(["wasi:cli/stdout"]);
  expect(isMore(compare(plain, ours))).toBe(false);
  expect(isMore(compare(plain, plain))).toBe(false);
});

test("embedded files that differ", () => {
  const listed = (files: Readonly<Record<string, string>>, more: Options<Chunk> = {}): ReturnType<typeof listFiles> =>
    listFiles(output({ mounts: tree(files), ...more }));
  const before = listed({ same: "s", gone: "12", other: "1", longer: "1" });
  expect(compareFiles(before, listed({ same: "s", new: "", other: "2", longer: "22" }, { stdin: bytes("in") }))).toEqual([
    { path: "/d/gone", kind: "removed", what: "2 bytes" },
    { path: "/d/longer", kind: "changed", what: "1 byte → 2 bytes" },
    { path: "/d/new", kind: "added", what: "0 bytes" },
    { path: "/d/other", kind: "changed", what: "1 byte" },
    { path: "standard input", kind: "added", what: "2 bytes" },
  ]);
  expect(compareFiles(before, before)).toEqual([]);
});
