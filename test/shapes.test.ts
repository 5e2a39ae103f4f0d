/** What callers without types give: nothing of it may be ignored, and nothing may end in a `TypeError`. */
import { describe, expect, test } from "vitest";
import { adaptPreview1, beyond, createAdapter, type Entry, inspect, kindOf, NestError, OptionError, virtualize } from "../src/index.ts";
import { buildAdapter, adapterTypes, adaptByJco, preview1KindOf, readMount, runCommand } from "../src/node/index.ts";
import { SHAPES } from "../src/virtualize/settings.ts";

/** Hides a type from TypeScript. */
const loose = <T>(value: unknown): T => value as T;

/** The smallest component there is. */
const component = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
const given = (options: unknown): (() => unknown) => {
  return () => virtualize(component, loose<object>(options));
};
const file: Entry = { kind: "file", contents: new Uint8Array() };
const deep = (depth: number): Entry => {
  let entry: Entry = file;
  for (let i = 0; i < depth; i++) entry = { kind: "directory", entries: new Map([["d", entry]]) };
  return entry;
};
const cyclic = (): Entry => {
  const entries = new Map<string, Entry>();
  entries.set("self", { kind: "directory", entries });
  return { kind: "directory", entries };
};

/** Options, the option that the error names, and what it says. */
const refused: readonly (readonly [what: string, options: unknown, option: string, message: string | RegExp])[] = [
  ["null", null, "options", "`options` is `null`: an object is wanted"],
  ["a list", [], "options", "`options` is a list: an object is wanted"],
  ["a Map", new Map([["allowAll", true]]), "options", "`options` is a Map: an object is wanted"],
  ["an object with a class", new Date(), "options", "`options` is a Date: an object is wanted"],
  ["what it inherits", Object.create({ allowAll: true }), "options", /an object is wanted/],
  [
    "a key of the command line",
    { "deny-import": ["a:b/c"] },
    "deny-import",
    "there is no option `deny-import`: did you mean `denyImports`?",
  ],
  ["a singular", { denyImport: ["a:b/c"] }, "denyImport", "there is no option `denyImport`: did you mean `denyImports`?"],
  ["a slip of the pen", { allowClock: true }, "allowClock", "there is no option `allowClock`: did you mean `allowClocks`?"],
  ["a key like no other", { quux: 1 }, "quux", "there is no option `quux`"],
  ["a key of every object", { constructor: 1 }, "constructor", "there is no option `constructor`"],
  ["a version for a component", { wasiVersion: "0.2.0" }, "wasiVersion", "there is no option `wasiVersion`"],
  ["a string for a flag", { allowFs: "false" }, "allowFs", '`allowFs` is `"false"`: `true` or `false` is wanted'],
  ["null for a flag", { allowAll: null }, "allowAll", "`allowAll` is `null`: `true` or `false` is wanted"],
  ["a number for a flag", { exportFiles: 1 }, "exportFiles", "`exportFiles` is `1`: `true` or `false` is wanted"],
  ["a word for a list", { allowEnv: "PATH" }, "allowEnv", '`allowEnv` is `"PATH"`: `true`, `false` or a list of names is wanted'],
  ["a number in a list", { args: ["a", 5] }, "args", "`args[1]` is `5`: a string is wanted"],
  ["a hole in a list", { args: Object.assign([], { length: 1 }) }, "args", "`args[0]` is `undefined`: a string is wanted"],
  ["half a character", { arg0: "\ud800" }, "arg0", /well-formed Unicode is wanted/],
  ["a Map of variables", { env: new Map([["A", "b"]]) }, "env", "`env` is a Map: an object is wanted"],
  ["a variable that is a number", { env: { A: 1 } }, "env", '`env["A"]` is `1`: a string is wanted'],
  ["a stream's word in capitals", { stdout: "Allow" }, "stdout", '`stdout` is `"Allow"`: `allow` or `ignore` or `deny` is wanted'],
  [
    "text for an input",
    { stdin: 5 },
    "stdin",
    "`stdin` is `5`: `allow`, `ignore`, `deny`, a Uint8Array or an object with a `file` is wanted",
  ],
  ["an output of bytes", { stdout: new Uint8Array() }, "stdout", "`stdout` is a Uint8Array: an object is wanted"],
  ["a stream's other key", { stderr: { path: "/e" } }, "stderr", "`stderr` has an unknown key `path`: known are `file`"],
  ["a stream without its key", { stderr: {} }, "stderr", "`stderr` lacks `file`"],
  [
    "a misspelt key inside",
    { preopens: [{ path: "/a", host: "/b", readonly: true }] },
    "preopens",
    "`preopens[0]` has an unknown key `readonly`: did you mean `readOnly`?",
  ],
  [
    "a word for a flag inside",
    { hostFiles: [{ path: "/a", host: "/b", readOnly: "no" }] },
    "hostFiles",
    /`hostFiles\[0\].readOnly` is `"no"`/,
  ],
  ["a missing key inside", { preopens: [{ path: "/a", host: undefined }] }, "preopens", "`preopens[0]` lacks `host`"],
  ["null in a list", { tmpfs: [null] }, "tmpfs", "`tmpfs[0]` is `null`: an object is wanted"],
  ["no list", { tmpfs: { path: "/t" } }, "tmpfs", "`tmpfs` is an object: a list is wanted"],
  ["a limit in words", { tmpfs: [{ path: "/t", maxBytes: "1M" }] }, "tmpfs", /`tmpfs\[0\].maxBytes` is `"1M"`: a whole number/],
  ["a limit below zero", { tmpfs: [{ path: "/t", maxBytes: -1 }] }, "tmpfs", /`-1`: a whole number/],
  ["a limit with a fraction", { overlays: [{ path: "/t", host: "/t", maxBytes: 0.5 }] }, "overlays", /`0.5`: a whole number/],
  ["a limit without end", { mounts: [{ path: "/t", entry: deep(1), writable: { maxBytes: Infinity } }] }, "mounts", /`Infinity`/],
  ["a limit under another name", { mounts: [{ path: "/t", entry: deep(1), writable: { maxSize: 1 } }] }, "mounts", /unknown key `maxSize`/],
  ["null for writable", { mounts: [{ path: "/t", entry: deep(1), writable: null }] }, "mounts", /`mounts\[0\].writable` is `null`/],
  [
    "an entry that is a string",
    { mounts: [{ path: "/t", entry: "text" }] },
    "mounts",
    /`mounts\[0\].entry` is `"text"`: an object whose `kind`/,
  ],
  [
    "an entry of another kind",
    { mounts: [{ path: "/t", entry: { kind: "toString" } }] },
    "mounts",
    /`mounts\[0\].entry` is an object: an object whose/,
  ],
  [
    "contents that are a string",
    { mounts: [{ path: "/t", entry: { kind: "file", contents: "a" } }] },
    "mounts",
    /entry.contents` is `"a"`/,
  ],
  [
    "entries that are no Map",
    { mounts: [{ path: "/t", entry: { kind: "directory", entries: { a: file } } }] },
    "mounts",
    /entry.entries` is an object: a Map of names/,
  ],
  [
    "an entry deep inside",
    { mounts: [{ path: "/t", entry: { kind: "directory", entries: new Map([["a", { ...file, mtime: 1 }]]) } }] },
    "mounts",
    '`mounts[0].entry.entries.get("a")` has an unknown key `mtime`: known are `kind`, `contents`, `modified`',
  ],
  [
    "a file of the host's in disguise",
    { mounts: [{ path: "/t", entry: { ...file, hostFile: { host: "/etc/passwd", readOnly: false } } }] },
    "mounts",
    /unknown key `hostFile`/,
  ],
  ["a time that is a number", { mounts: [{ path: "/t", entry: { ...file, modified: 5 } }] }, "mounts", /modified` is `5`: a BigInt/],
  ["a link without its target", { mounts: [{ path: "/t", entry: { kind: "link" } }] }, "mounts", "`mounts[0].entry` lacks `target`"],
  ["directories without end", { mounts: [{ path: "/t", entry: cyclic() }] }, "mounts", /more than 1000 directories/],
  [
    "a name that is no string",
    { mounts: [{ path: "/t", entry: { kind: "directory", entries: new Map([[1, file]]) } }] },
    "mounts",
    /is `1`: a string/,
  ],
  ["another way to deny", { deny: "no" }, "deny", '`deny` is `"no"`: `error` or `trap` is wanted'],
  ["another way to deny an import", { denyImports: [{ name: "a:b/c", deny: "" }] }, "denyImports", /`denyImports\[0\].deny` is `""`/],
  [
    "an import that is a number",
    { denyImports: [5] },
    "denyImports",
    "`denyImports[0]` is `5`: a name, or an object with a `name` is wanted",
  ],
  [
    "an adapter without bytes",
    { adapters: [{ interface: "a:b/c", component: "a.wasm" }] },
    "adapters",
    /`adapters\[0\].component` is `"a.wasm"`/,
  ],
  ["an adapter's other key", { adapters: [{ interface: "a:b/c", component, trust: true }] }, "adapters", /unknown key `trust`/],
];

describe("refused by `virtualize`:", () => {
  test.for(refused)("%s", ([, options, option, message]) => {
    expect(given(options)).toThrow(OptionError);
    expect(given(options)).toThrow(expect.objectContaining({ option }));
    expect(given(options)).toThrow(message);
  });

  const strange = [null, 5, 5n, "x", true, Symbol("s"), () => {}, [], {}, new Map(), new Date(), [null], { a: null }, Number.NaN];
  test.for(Object.keys(SHAPES))("every strange value of `%s`, without a TypeError", (name) => {
    let refusals = 0;
    for (const value of strange) {
      try {
        virtualize(component, loose<object>({ [name]: value }));
      } catch (error) {
        expect(error, String(value)).toBeInstanceOf(NestError);
        refusals++;
      }
    }
    expect(refusals).toBeGreaterThanOrEqual(strange.length - 3);
  });
});

test("what is `undefined` is not there", () => {
  const all = Object.fromEntries(Object.keys(SHAPES).map((name) => [name, undefined]));
  expect(virtualize(component, loose<object>(all)).chunks).toEqual(virtualize(component).chunks);
});

test("an object of another realm, or without a prototype, is one like ours", () => {
  const bare = Object.assign(Object.create(null) as object, { env: Object.assign(Object.create(null) as object, { A: "b" }) });
  expect(given(bare)).not.toThrow();
});

test("deep trees are no trouble as far as paths reach", () => {
  expect(given({ mounts: [{ path: "/t", entry: deep(999) }] })).not.toThrow();
});

test.for<readonly [string, string, () => unknown]>([
  ["virtualize", "component", () => virtualize(loose("app.wasm"))],
  ["virtualize", "component", () => virtualize(loose(component.buffer))],
  ["inspect", "component", () => inspect(loose(null))],
  ["kindOf", "bytes", () => kindOf(loose(undefined))],
  ["createAdapter", "options", () => createAdapter(loose<object>(null))],
  ["createAdapter", "wasiVersion", () => createAdapter(loose<object>({ wasiVersion: 2 }))],
  ["createAdapter", "wasiVersions", () => createAdapter(loose<object>({ wasiVersions: "0.2.0" }))],
  ["beyond", "alow", () => beyond(inspect(component), loose({ alow: [] }))],
  ["beyond", "allow", () => beyond(inspect(component), loose({}))],
  ["beyond", "allow", () => beyond(inspect(component), loose({ allow: [null] }))],
  ["preview1KindOf", "module", () => preview1KindOf(loose([]))],
  ["adaptPreview1", "module", () => adaptPreview1(loose("app.wasm"))],
  ["adaptPreview1", "exitWithCode", () => adaptPreview1(component, loose({ exitWithCode: 1 }))],
  ["adaptPreview1", "stubs", () => adaptPreview1(component, loose({ stubs: true }))],
])("%s refuses its `%s`", ([, option, call]) => {
  expect(call).toThrow(OptionError);
  expect(call).toThrow(expect.objectContaining({ option }));
});

test.for<readonly [string, string, () => Promise<unknown>]>([
  ["readMount", "localPath", () => readMount(loose(5))],
  ["readMount", "exlude", () => readMount(".", loose({ exlude: [".env"] }))],
  ["readMount", "exclude", () => readMount(".", loose({ exclude: ".env" }))],
  ["readMount", "options", () => readMount(".", loose(null))],
  ["buildAdapter", "module", () => buildAdapter(component, loose(null))],
  ["buildAdapter", "module", () => buildAdapter(component, loose({ interface: "a:b/c", file: "a.js", engine: "v8" }))],
  ["buildAdapter", "above", () => buildAdapter(component, { interface: "a:b/c", file: "a.js" }, loose([5]))],
  ["adapterTypes", "interface", () => adapterTypes(component, loose(undefined))],
  ["adapterTypes", "imports", () => adapterTypes(component, "a:b/c", loose("a:b/d"))],
  ["runCommand", "component", () => runCommand(loose("app.wasm"))],
  ["runCommand", "arg", () => runCommand(component, loose({ arg: ["a"] }))],
  ["runCommand", "args", () => runCommand(component, loose({ args: "a" }))],
  ["runCommand", "directories", () => runCommand(component, loose({ directories: ["/tmp"] }))],
  ["adaptByJco", "module", () => adaptByJco(loose("app.wasm"))],
])("%s refuses its `%s`", async ([, option, call]) => {
  await expect(call()).rejects.toThrow(OptionError);
  await expect(call()).rejects.toThrow(expect.objectContaining({ option }));
});
