/** What the playground's controls say means on the command line what it means in the page. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { commandText, optionsOf, type Settings, wordsOf } from "../../examples/playground/settings.ts";
import { parse } from "../../src/cli/command-line.ts";
import { libraryOptions } from "../../src/cli/library-options.ts";
import { VIRTUALIZE_OPTIONS } from "../../src/cli/options.ts";
import { Progress } from "../../src/cli/progress.ts";
import { type Chunk, type Entry, type Options, virtualize } from "../../src/index.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";

let nothing: Settings;
beforeAll(async () => {
  nothing = {
    program: { name: "hello.wasm", bytes: await adaptCommand(await cProgram("hello")) },
    mounts: [],
    hasTmp: false,
    exportsFiles: false,
    args: [],
    env: [],
    cwd: "",
    stdin: "deny",
    stdinText: "",
    stdout: "deny",
    stderr: "deny",
    clocks: "deny",
    time: "",
    random: "deny",
    seed: "",
    exit: "deny",
    deny: "error",
  };
}, 300_000);

const made = (options: Options<Chunk>): Buffer => Buffer.concat(virtualize(nothing.program.bytes, options).chunks as Uint8Array[]);

const SETTINGS: readonly Partial<Settings>[] = [
  { hasTmp: true },
  { hasTmp: true, exportsFiles: true },
  { args: ["one", "-n", "--sort", "a b", "it's"] },
  { env: ["A=1", "B=a=b c", "-C=", "A=2"] },
  { cwd: "/src" },
  { stdin: "ignore" },
  { stdin: "text", stdinText: "one\ntwo\n" },
  { stdin: "text", stdinText: "" },
  { stdin: "text", stdinText: "-" },
  { stdout: "allow" },
  { stdout: "ignore" },
  { stderr: "allow" },
  { stderr: "ignore" },
  { clocks: "allow" },
  { clocks: "fixed", time: "2026-01-01T00:00:00Z" },
  { clocks: "virtual" },
  { clocks: "virtual", time: "2026-01-01T00:00:00Z" },
  { exit: "allow" },
  { deny: "trap" },
];

test.each(SETTINGS)("%j gives the same bytes by the words that are shown", async (changes) => {
  const settings = { ...nothing, ...changes };
  const [program, ...words] = wordsOf(settings);
  expect(program).toBe("hello.wasm");
  const { given, positionals } = parse(words, VIRTUALIZE_OPTIONS);
  expect(positionals).toEqual([]);
  const { options } = await libraryOptions(given, new Progress(false));
  const ofPage = made(optionsOf(settings));
  expect(ofPage.equals(made({ programName: "hello", ...options }))).toBe(true);
  expect(ofPage.equals(made(optionsOf(nothing)))).toBe(false);
});

test.each<Partial<Settings>>([{ random: "allow" }, { random: "zero" }, { random: "seed", seed: "dice" }])(
  "%j is the same option",
  async (changes) => {
    const settings = { ...nothing, ...changes };
    const { given } = parse(wordsOf(settings).slice(1), VIRTUALIZE_OPTIONS);
    const { programName, ...ofPage } = optionsOf(settings);
    expect((await libraryOptions(given, new Progress(false))).options).toEqual(ofPage);
    expect([programName, Object.keys(ofPage)]).toEqual(["hello", [expect.stringMatching(/^(allowR|r)andom$/)]]);
  },
);

test("files and folders do so, writable or not, whatever their names end in", async () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "data/empty"), { recursive: true });
  const text = (contents: string): Entry => ({ kind: "file", contents: new TextEncoder().encode(contents) });
  const entries = new Map<string, Entry>([
    ["a.txt", text("alpha")],
    ["empty", { kind: "directory", entries: new Map() }],
  ]);
  writeFileSync(join(folder, "data/a.txt"), "alpha");
  writeFileSync(join(folder, "file:rw"), "beta");
  const data: Entry = { kind: "directory", entries };
  const mounts: Settings["mounts"] = [
    { name: "data", mount: { path: "/data", entry: data } },
    { name: "data", mount: { path: "/work", entry: data, writable: true } },
    { name: "file:rw", mount: { path: "/file", entry: text("beta") } },
    { name: "file:rw", mount: { path: "/more/file", entry: text("beta"), writable: true } },
  ];
  const settings: Settings = { ...nothing, mounts };
  const words = wordsOf(settings).map((word) => word.replace("=./", `=${folder}/`));
  const { options } = await libraryOptions(parse(words.slice(1), VIRTUALIZE_OPTIONS).given, new Progress(false));
  expect(made(optionsOf(settings)).equals(made({ programName: "hello", ...options }))).toBe(true);
});

test("a shell reads the words out of the text", () => {
  const words = ["./it's mine.wasm", "-o", "out.wasm", "--arg=-n", "--arg", "$HOME `x`", "--stdin-text", "a\n\\b\n", "--arg", ""];
  const script = commandText(words).replace("wasi-nest", String.raw`printf '%s\0'`);
  const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  expect(stdout.split("\0").slice(0, -1)).toEqual(words);
  expect(commandText(["app.wasm", "-o", "out.wasm", "--stdout", "allow"])).toBe("wasi-nest app.wasm -o out.wasm \\\n  --stdout allow");
});

test("a variable without a name or a `=` is refused", () => {
  for (const each of ["A", "=1"])
    expect(() => optionsOf({ ...nothing, env: [each] })).toThrow(`the variable \`${each}\` is not NAME=VALUE`);
});
