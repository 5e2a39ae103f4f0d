/** Replaced files: the same output as one that was made with them, and nothing else of it changed. */
import { expect, test } from "vitest";
import {
  type Directory,
  type Entry,
  LinkError,
  listFiles,
  type Mount,
  NestError,
  type Options,
  OptionError,
  replaceFiles,
  virtualize,
} from "../../src/index.ts";
import { appOf, wasi } from "../compose/app-of.ts";
import { randomOf } from "../differential/random.ts";
import { described, randomTree } from "./random-tree.ts";

const app = appOf(wasi("wasi:filesystem/", "wasi:io/", "wasi:cli/"));
const virtualized = (component: Uint8Array, options: Options): Uint8Array => Buffer.concat(virtualize(component, options).chunks);
const replaced = (component: Uint8Array, mounts: readonly Mount[]): Uint8Array => Buffer.concat(replaceFiles(component, mounts));

const file = (text: string): Entry => ({ kind: "file", contents: new TextEncoder().encode(text) });
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const small = (): Directory => directory({ a: file("a") });
const large = directory(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`file ${i}`, file(`${i}`.repeat(200))])));

/** The trees that an output has, by the paths of their mounts. */
const trees = (component: Uint8Array): unknown =>
  listFiles(component, { digests: false }).map(({ within, mounts, stdin }) => [
    within,
    stdin,
    mounts.map(({ path, entry, writable }) => [
      path,
      writable ?? false,
      entry.kind === "directory" ? [...described(entry as Directory)] : entry,
    ]),
  ]);

/** With everything that an image of files may have, and what else lies in the same memory. */
const KINDS: Readonly<Record<string, Options>> = {
  "read-only files": {},
  "writable files": { tmpfs: [{ path: "/tmp", maxBytes: 4096 }], fsMaxFiles: 9, exportFiles: true },
  "mounts in one another": {
    mounts: [
      { path: "/data/in/deep", entry: directory({ a: file("deep") }), writable: true },
      { path: "/data/one", entry: file("1"), writable: {} },
    ],
    tmpfs: [{ path: "/data/tmp" }],
  },
  "standard streams in files": {
    stdin: { file: "/etc/in" },
    stdout: { file: "/tmp/out" },
    stderr: { prefix: "e: " },
    mounts: [{ path: "/etc/in", entry: file("input") }],
    tmpfs: [{ path: "/tmp" }],
  },
  "an embedded input": { stdin: new TextEncoder().encode("question"), stdout: { prefix: "p: ", limit: 99 } },
  "the host's directories": {
    preopens: [
      { path: "/host", host: "/h" },
      { path: "/data/h", host: "/h", readOnly: true },
    ],
    hostFiles: [{ path: "/data/f", host: "/h/f" }],
    overlays: [{ path: "/over", host: "/h" }],
  },
  "all of the host's directories": {
    allowFs: true,
    hostFiles: [{ path: "/data/f", host: "/h/f" }],
    mounts: [{ path: "/other/x", entry: file("x") }],
  },
};
const OTHERS: readonly Options[] = [
  {},
  { env: { NAME: "value".repeat(40) }, args: ["a", "b"], denyImports: ["wasi:cli/environment"] },
  { env: { A: "b" }, cwd: "/data" },
];

const made = (entry: Directory, kind: Options, others: Options): Uint8Array =>
  virtualized(app, { ...kind, ...others, mounts: [{ path: "/data", entry }, ...(kind.mounts ?? [])] });

test.for(Object.keys(KINDS))("what is replaced by itself is the same output, byte for byte: %s", (name) => {
  for (const [i, others] of OTHERS.entries()) {
    const random = randomOf(i);
    const output = made(randomTree(random, { isTimed: i === 1 }), KINDS[name] ?? {}, others);
    const [{ mounts } = { mounts: [] }] = listFiles(output, { digests: false });
    const whole = mounts.filter(({ path }) => path === "/data");
    expect(whole).toHaveLength(1);
    expect(Buffer.compare(replaced(output, whole as Mount[]), output)).toBe(0);
  }
});

test.for(Object.keys(KINDS))("what is replaced is what an output that was made with it is: %s", (name) => {
  const kind = KINDS[name] ?? {};
  for (const others of OTHERS) {
    const [first, other] = [small(), directory({ b: file("b".repeat(100)), c: { kind: "link", target: "b" } })];
    const output = made(first, kind, others);
    for (const next of [other, large, randomTree(randomOf(5), { isTimed: true }), directory({})]) {
      const direct = made(next, kind, others);
      const result = replaced(output, [{ path: "/data", entry: next }]);
      expect(trees(result)).toEqual(trees(direct));
      // And again, from there back.
      const back = replaced(result, [{ path: "/data", entry: first }]);
      expect(trees(back)).toEqual(trees(output));
    }
  }
});

test("where nothing else is in the memory, the output is the same as one that was made with it, byte for byte", () => {
  const bare = appOf(wasi("wasi:filesystem/", "wasi:io/"));
  const kinds = Object.values(KINDS).filter(({ stdin, stdout }) => stdin === undefined && stdout === undefined);
  expect(kinds.length).toBeGreaterThan(3);
  for (const kind of kinds) {
    const make = (entry: Directory): Uint8Array =>
      virtualized(bare, { ...kind, mounts: [{ path: "/data", entry }, ...(kind.mounts ?? [])] });
    const output = make(directory({ a: file("a") }));
    for (const next of [large, randomTree(randomOf(6), { isTimed: true }), directory({})])
      expect(Buffer.compare(replaced(output, [{ path: "/data", entry: next }]), make(next))).toBe(0);
  }
});

test("a file or a directory in a mount is replaced, and nothing else", () => {
  const entry = directory({ a: file("a"), b: file("b"), d: directory({ c: file("c") }), l: { kind: "link", target: "a" } });
  const output = made(entry, {}, {});
  const result = replaced(output, [
    { path: "/data/a", entry: file("other") },
    { path: "/data/d", entry: directory({ x: file("x") }) },
  ]);
  const wanted = directory({ a: file("other"), b: file("b"), d: directory({ x: file("x") }), l: { kind: "link", target: "a" } });
  expect(trees(result)).toEqual(trees(made(wanted, {}, {})));
});

test("what rules hide of new files is left out, as where the output is made with them", () => {
  const entry = directory({
    a: file("a"),
    "s.key": file("a secret"),
    in: directory({ "b.txt": file("hidden b"), deep: directory({ "b.txt": file("b"), "T.KEY": file("a secret") }) }),
  });
  const kind: Options = { hide: ["**/*.key", "**/in/b.txt"], protect: ["a"] };
  for (const others of OTHERS) {
    const output = made(directory({ a: file("a"), in: directory({}) }), kind, others);
    const result = replaced(output, [{ path: "/data", entry }]);
    expect(trees(result)).toEqual(trees(made(entry, kind, others)));
    for (const hidden of ["a secret", "hidden b"]) expect(Buffer.from(result).includes(hidden), hidden).toBe(false);
    const part = replaced(output, [{ path: "/data/in", entry: directory({ "b.txt": file("hidden b"), c: file("seen c") }) }]);
    expect(["hidden b", "seen c"].map((each) => Buffer.from(part).includes(each))).toEqual([false, true]);
  }
  // Of mounts in one another, too.
  const nested = { ...kind, mounts: [{ path: "/data/in", entry: directory({ c: file("c") }) }] };
  const inner = replaced(made(small(), nested, {}), [{ path: "/data/in", entry: directory({ "b.txt": file("hidden b") }) }]);
  expect(Buffer.from(inner).includes("hidden b")).toBe(false);
});

test("files of an output in an output are replaced", () => {
  const inner = virtualized(app, {
    mounts: [{ path: "/data", entry: directory({ a: file("inner") }) }],
    preopens: [{ path: "/host", host: "/h" }],
  });
  const both = (component: Uint8Array): Uint8Array =>
    virtualized(component, { mounts: [{ path: "/h", entry: directory({ a: file("outer") }) }] });
  const next = [{ path: "/data", entry: large }];
  expect(Buffer.compare(replaced(both(inner), next), both(replaced(inner, next)))).toBe(0);
  const twice = virtualized(inner, {
    mounts: [
      { path: "/h", entry: directory({}) },
      { path: "/data", entry: directory({ a: file("outer") }) },
    ],
  });
  expect(() => replaceFiles(twice, next)).toThrow(
    new LinkError("`/data` lies in more than one output: `within` (`--in`) says which one is meant"),
  );
  const chosen: Uint8Array = Buffer.concat(replaceFiles(twice, next, { within: ["wasi-nest:app"] }));
  expect(listFiles(chosen).map(({ files }) => files.length)).toEqual([3, 301]);
});

test("the section of an output tells the number and size of what is embedded", () => {
  const output = made(directory({ a: file("a") }), {}, {});
  const recorded = (component: Uint8Array): string => /"mounts":\[[^\]]*\]/.exec(Buffer.from(component).toString("latin1"))?.[0] ?? "";
  expect(recorded(output)).toBe('"mounts":[{"path":"/data","files":1,"bytes":1}]');
  expect(recorded(replaced(output, [{ path: "/data", entry: directory({ b: file("bb"), c: file("c") }) }]))).toBe(
    '"mounts":[{"path":"/data","files":2,"bytes":3}]',
  );
});

test.for<[string, Options, Mount, string]>([
  ["nothing lies there", {}, { path: "/none", entry: small() }, "the component embeds nothing at `/none`"],
  ["nothing lies there in a mount", {}, { path: "/data/none", entry: file("") }, "the component embeds nothing at `/data/none`"],
  ["a mount would become a file", {}, { path: "/data", entry: file("") }, "the mount `/data` is a directory, and stays one"],
  ["it would become writable", {}, { path: "/data", entry: small(), writable: true }, "`/data` is read-only, and stays so"],
  ...[
    { hide: ["**/*.key"], tmpfs: [{ path: "/tmp" }] },
    { protect: ["**/*.key"], preopens: [{ path: "/host", host: "/h" }] },
    { hide: ["/*.key"] },
    { hide: ["**/*.key", "!**/public.key"] },
  ].map((options): [string, Options, Mount, string] => [
    `rules hold while the program runs, or are relative to a mount: ${JSON.stringify(options)}`,
    options,
    { path: "/data", entry: small() },
    "the component has rules that hide or protect files, relative to mounts that are not known, or of files that can be written or are the host's: make it again",
  ]),
  [
    "standard input would be gone",
    { stdin: { file: "/data/a" } },
    { path: "/data", entry: directory({ b: file("b") }) },
    "standard input is the file `a`, which is not in what replaces `/data`",
  ],
  [
    "a mount lies in it",
    { tmpfs: [{ path: "/data/d/tmp" }] },
    { path: "/data", entry: directory({ a: file("a"), d: file("d") }) },
    "something lies in a directory of `/data` that is a file in what replaces it",
  ],
  [
    "a file of the host lies there",
    { hostFiles: [{ path: "/data/f", host: "/h/f" }] },
    { path: "/data/f", entry: file("") },
    "the component embeds nothing at `/data/f`",
  ],
])("is refused where %s", ([, options, mount, message]) => {
  expect(() => replaceFiles(made(small(), options, {}), [mount])).toThrow(message);
});

test("is refused for what is no output, and for the same path twice", () => {
  expect(() => replaceFiles(app, [{ path: "/data", entry: small() }])).toThrow(new LinkError("the component is no output of wasi-nest"));
  const twice = [
    { path: "/data", entry: small() },
    { path: "/data/", entry: small() },
  ];
  expect(() => replaceFiles(made(small(), {}, {}), twice)).toThrow(new OptionError("mounts", "`/data/` is replaced twice"));
  expect(() => replaceFiles(made(small(), {}, {}), [{ path: "../data", entry: small() }])).toThrow(OptionError);
});

test("whatever bytes of an image are, there is an output or an expected error, at once", () => {
  const honest = made(
    directory({ Nam1: file("1"), Dir: directory({ Inn: file("3") }) }),
    KINDS["mounts in one another"] ?? {},
    OTHERS[1] ?? {},
  );
  const start = Buffer.from(honest).indexOf("Nam1") - 700;
  const random = randomOf(8);
  let refused = 0;
  for (let round = 0; round < 150; round++) {
    const damaged = Buffer.from(honest);
    for (let count = 1 + random.below(3); count > 0; count--)
      damaged[start + random.below(760)] = random.pick([0, 1, 2, 16, 127, 255, random.below(256)]);
    try {
      listFiles(damaged, { digests: false });
      Buffer.concat(replaceFiles(damaged, [{ path: "/data", entry: directory({ x: file("x") }) }]));
    } catch (error) {
      expect(error).toBeInstanceOf(NestError);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(20);
});
