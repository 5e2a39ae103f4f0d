/**
 * The shells themselves complete with our scripts: bash by the words that it would give the function, fish by its own
 * `complete -C`; of zsh, what its `_arguments` is told. Each is skipped where it is not installed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bashScript } from "../../src/cli/completion/bash.ts";
import { completedCommands, dashed } from "../../src/cli/completion/completed.ts";
import { fishScript } from "../../src/cli/completion/fish.ts";
import { zshScript } from "../../src/cli/completion/zsh.ts";
import type { Manual } from "../../src/cli/help.ts";
import { manuals } from "../../src/cli/manuals.ts";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
const commands = completedCommands(await manuals());
const names = commands.map(({ name }) => name).filter((name) => name !== "");

/** A command of each kind of option and place. */
const sample = (manual: Partial<Manual>): Manual => ({
  usage: [],
  purpose: "Does it. And more.",
  options: {},
  groups: [],
  examples: [],
  epilogue: [],
  ...manual,
});
const SAMPLE = completedCommands(
  new Map([
    [
      "",
      sample({
        options: {
          out: { type: "string", alias: "o", path: "whole", describe: "The user's [output]; `-` is standard output" },
          mount: { type: "string", array: true, path: "behind =", describe: "GUEST=LOCAL" },
          stdin: { type: "string", choices: ["allow", "deny"], prefixes: { "file:": "PATH" }, describe: "The input" },
          "allow-env": { type: "string", array: true, optionalValue: true, describe: "All: also A_*" },
          quiet: { type: "boolean", describe: "Nothing" },
        },
      }),
    ],
    ["show", sample({ words: [undefined, ["list", "tree"]], options: { mount: { type: "boolean", describe: "Mounts" } } })],
  ]),
);

test.each(Object.entries(SCRIPTS))("the script for %s of a few commands", async (shell, script) => {
  await expect(script(SAMPLE)).toMatchFileSnapshot(`__snapshots__/completion.${shell}`);
});

test.each(Object.entries(SCRIPTS))("the command prints that for %s", (shell, script) => {
  const cwd = temporaryDirectory();
  expect(wasiNest(["completion", shell], { cwd })).toEqual({ code: 0, stdout: script(commands), stderr: "" });
});

test.each([
  [[], "no shell given: one of `bash`, `zsh`, `fish`"],
  [["powershell"], "there is no completion for `powershell`, only for `bash`, `zsh`, `fish`"],
  [["bash", "zsh"], "one shell is wanted, found `bash` and `zsh`"],
])("%j is refused", (args, message) => {
  const { code, stdout, stderr } = wasiNest(["completion", ...args], { cwd: temporaryDirectory() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe(`wasi-nest: ${message}\n  \`wasi-nest completion --help\` lists the options\n`);
});

test("words go into the scripts as they are, so that none may need quotes", () => {
  const words = commands.flatMap(({ name, flags, words: places }) => [
    name,
    ...flags.flatMap((flag) => [flag.name, flag.alias ?? "", ...flag.value.words]),
    ...places.flatMap((each) => each ?? []),
  ]);
  expect(words.length).toBeGreaterThan(100);
  for (const word of words) expect(word).toMatch(/^[\w-]*:?$/);
});

/** What the shell prints, in a folder with the script and a few files. */
function shell(name: keyof typeof SCRIPTS, program: string): readonly string[] {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "script"), SCRIPTS[name](commands));
  writeFileSync(join(cwd, "my file.txt"), "");
  mkdirSync(join(cwd, "mydir"));
  const args = { bash: ["--norc", "--noprofile"], zsh: ["-f"], fish: ["--no-config"] }[name];
  const { status, stdout, stderr } = spawnSync(name, [...args, "-c", program], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: cwd },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").slice(0, -1);
}

/** Its tests, or the reason why there are none. */
function describeShell(name: keyof typeof SCRIPTS, tests: () => void): void {
  const isMissing = spawnSync(name, ["-c", "true"]).status !== 0;
  describe.skipIf(isMissing)(isMissing ? `${name} (needs ${name} on the PATH)` : name, tests);
}

interface Case {
  readonly line: string;
  /** Replies of ours. */
  readonly words: readonly string[];
  /** Whether there are files besides. */
  readonly files?: true;
  /** Fish offers files behind every = and in place of what it cannot complete, and takes no option for a value. */
  readonly notFish?: true;
}

const flagsOf = (command: string): readonly string[] =>
  commands.flatMap(({ name, flags }) => (name === command ? flags.flatMap(dashed) : []));

const CASES: readonly Case[] = [
  { line: "wasi-nest comp", words: ["compose", "completion"] },
  { line: "wasi-nest my", words: [], files: true },
  { line: "wasi-nest app.wasm my", words: [], files: true },
  { line: "wasi-nest app.wasm inspect --s", words: flagsOf("").filter((flag) => flag.startsWith("--s")) },
  { line: "wasi-nest inspect out.wasm --s", words: ["--svg"] },
  { line: "wasi-nest run --dir", words: ["--dir"] },
  { line: "wasi-nest run --di", words: ["--diff", "--dir"] },
  { line: "wasi-nest --stdin ", words: ["allow", "ignore", "deny", "file:"] },
  { line: "wasi-nest app.wasm --stdin=a", words: ["allow"] },
  { line: "wasi-nest app.wasm --stdin file:", words: [], notFish: true },
  { line: "wasi-nest a.wasm --stdout p", words: ["prefix:"] },
  { line: "wasi-nest a.wasm --clock ", words: ["fixed:", "offset:", "virtual", "virtual:"] },
  { line: "wasi-nest run a.wasm --clock=o", words: ["offset:"] },
  { line: "wasi-nest a.wasm --exit ", words: ["code:"] },
  { line: "wasi-nest adapter --terminal std", words: ["stdin", "stdout", "stderr"] },
  { line: "wasi-nest a.wasm --random s", words: ["seed:"] },
  { line: "wasi-nest a.wasm --http-allow x --http-method P", words: ["PATCH", "POST", "PUT"] },
  { line: "wasi-nest a.wasm --sockets-allow t", words: ["tcp:"] },
  { line: "wasi-nest a.wasm --arg x --stdin i", words: ["ignore"] },
  { line: "wasi-nest a.wasm --arg --stdin i", words: [], files: true, notFish: true },
  { line: "wasi-nest a.wasm --arg ", words: [] },
  { line: "wasi-nest a.wasm -o my", words: [], files: true },
  { line: "wasi-nest a.wasm --out=my", words: [], files: true },
  { line: "wasi-nest a.wasm --mount /da", words: [], notFish: true },
  { line: "wasi-nest a.wasm --mount /data=my", words: [], files: true },
  { line: "wasi-nest inspect a.wasm --mermaid my", words: [], files: true },
  { line: "wasi-nest inspect a.wasm --mermaid=my", words: [], files: true },
  { line: "wasi-nest a.wasm --allow-env=my", words: [], notFish: true },
  { line: "wasi-nest a.wasm --quiet=my", words: [], notFish: true },
  { line: "wasi-nest bundle A=my", words: [], files: true },
  { line: "wasi-nest run a.wasm -- my", words: [], files: true },
  { line: "wasi-nest completion ", words: ["bash", "zsh", "fish"] },
  { line: "wasi-nest completion bash my", words: [], files: true },
  { line: "wasi-nest help ad", words: ["adapter"] },
  { line: "wasi-nest version my", words: [] },
  { line: "wasi-nest frobnicate --frob", words: [] },
];

describeShell("bash", () => {
  /** Takes a line apart as bash does, at = and : too. */
  function completed(line: string, breaks = " =:"): readonly string[] {
    const words: string[] = [...(line.match(breaks.includes("=") ? /[=:]+|[^\s=:]+/g : /\S+/g) ?? [])];
    if (line.endsWith(" ")) words.push("");
    const quoted = words.map((word) => `'${word}'`).join(" ");
    return shell(
      "bash",
      `compopt() { echo "compopt $*"; }
source ./script
COMP_WORDBREAKS='${breaks}' COMP_LINE='${line}' COMP_POINT=${line.length} COMP_CWORD=${words.length - 1} COMP_WORDS=(${quoted})
_wasi_nest wasi-nest && printf '%s\\n' "\${COMPREPLY[@]}"`,
    ).filter((each) => each !== "");
  }

  // Without a reply, readline looks for files, unless it is told not to.
  const NO_FILES = "compopt +o default";

  test.each(CASES)("$line", ({ line, words, files }) => {
    const replies = completed(line);
    const ours = replies.filter((each) => !each.startsWith("compopt "));
    const isFirst = line.split(" ").length === 2 && !line.includes("-", 10);
    const expected = isFirst && files === true ? ["my file.txt", "mydir"] : words;
    expect([...ours].sort()).toEqual([...expected].sort());
    if (!isFirst) expect(replies.includes(NO_FILES)).toBe(files !== true);
  });

  test.each(["", ...names])("offers all options of the command `%s`", (command) => {
    const replies = completed(`wasi-nest ${command === "" ? "a.wasm" : command} -`).filter((each) => each !== NO_FILES);
    expect(replies).toEqual(flagsOf(command));
    expect(commands.find(({ name }) => name === "help")?.words).toEqual([names]);
  });

  test("goes on behind a word that wants more, and replies with what bash replaces", () => {
    expect(completed("wasi-nest a.wasm --stdin fi")).toEqual(["compopt -o nospace", NO_FILES, "file:"]);
    expect(completed("wasi-nest a.wasm --stdin=fi")).toEqual(["compopt -o nospace", NO_FILES, "file:"]);
    expect(completed("wasi-nest a.wasm --stdin=fi", " ")).toEqual(["compopt -o nospace", NO_FILES, "--stdin=file:"]);
  });
});

describeShell("fish", () => {
  const FILES = ["my file.txt", "mydir/"];
  test.each(CASES.filter(({ notFish }) => notFish !== true))("$line", ({ line, words, files }) => {
    const start = line.split(" ").at(-1) ?? "";
    // Fish replies with the whole word.
    const before = start.includes("=") ? start.replace(/(.*=).*/, "$1") : "";
    const replies = shell("fish", `source ./script; complete -C '${line}'`).map((each) => each.replace(/\t.*/, ""));
    const long = words.filter((each) => !/^-\w$/.test(each)).map((each) => before + each);
    expect([...new Set(replies)].sort()).toEqual([...long, ...(files === true ? FILES.map((each) => before + each) : [])].sort());
  });
});

describeShell("zsh", () => {
  /** What `_arguments` is given for the words of a line. */
  const specs = (line: string): readonly string[] =>
    shell("zsh", `compdef() { :; }; _arguments() { print -rl -- "$@"; }; source ./script; words=(${line} ''); CURRENT=$#words; _wasi-nest`);

  test("reads the script", () => {
    expect(shell("zsh", "zsh -n ./script")).toEqual([]);
  });

  test.each(["", ...names])("is told all options of the command `%s`", (command) => {
    const told = specs(`wasi-nest ${command === "" ? "a.wasm" : command}`).flatMap(
      (spec) => /^(?:\*|\(.*?\))(--?\w[\w-]*?)[=+-]*\[/.exec(spec)?.[1] ?? [],
    );
    expect(told).toEqual(flagsOf(command));
  });

  test("is told what stands behind them", () => {
    const told = specs("wasi-nest a.wasm");
    expect(told).toContain("(--stdio)--stdio=[All three streams]:value: _wasi-nest-words allow ignore deny");
    expect(told).toContain(
      "(--random)--random=[Random numbers that anybody can know, for tests: zeros, or those of a seed]:value: _wasi-nest-words zero seed\\:",
    );
    expect(told).toContain(
      "*--terminal=[The standard streams that are terminals, such as stdin,stdout, or none]:value: _wasi-nest-words stdin stdout stderr none",
    );
    expect(told.find((each) => each.includes("--clock="))).toMatch(/:value: _wasi-nest-words virtual fixed\\: virtual\\: offset\\:$/);
    expect(told).toContain("(--out -o)-o+[The output file]:value:_files");
    expect(specs("wasi-nest completion")).toContain("1: :(bash zsh fish)");
    expect(specs("wasi-nest version")).toEqual(["-s", ":", "1: :"]);
  });
});
