/**
 * The rules of `--env-file`: what each line gives, and which lines are refused.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseEnvFile } from "../../src/cli/env-file.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const parse = (text: string): { readonly variables: Readonly<Record<string, string>>; readonly problems: readonly string[] } => {
  const { variables, problems } = parseEnvFile(new TextEncoder().encode(text));
  return { variables: Object.fromEntries(variables), problems };
};

const GOOD: readonly (readonly [text: string, variables: Readonly<Record<string, string>>])[] = [
  ["", {}],
  ["A=1\n   \n\t\nB=2", { A: "1", B: "2" }],
  ["# A=1\n  # B=2\n", {}],
  ["A=1\r\n\r\nB=2\r\n", { A: "1", B: "2" }],
  ["\u{feff}A=1\n", { A: "1" }],
  ["export A=1\n  export\tB=2\nexportC=3", { A: "1", B: "2", exportC: "3" }],
  [" A \t=  b c\t\n", { A: "b c" }],
  ["A=\nB=   \nC=''\nD= # nothing", { A: "", B: "", C: "", D: "" }],
  ["A=1\nA=2", { A: "2" }],
  ["A=b=c", { A: "b=c" }],
  ["A=b # c", { A: "b" }],
  ["A='b # c' # d\nB=\"#\"\t# d\nC=`#`", { A: "b # c", B: "#", C: "#" }],
  ['A=it\'s "it" \\n $B ${B}', { A: 'it\'s "it" \\n $B ${B}' }],
  ["A='\\n $B \"'\nC=`'\"`", { A: '\\n $B "', C: "'\"" }],
  ['A="\\n\\r\\t\\\\\\" $B \'"', { A: "\n\r\t\\\" $B '" }],
  ["A='b\r\n # c\n\n'\nB=2", { A: "b\n # c\n\n", B: "2" }],
  ["_a1.b-c=\u{e9}\u{1f600}\u{a0}", { "_a1.b-c": "\u{e9}\u{1f600}\u{a0}" }],
  ["NODE_OPTIONS=--version", { NODE_OPTIONS: "--version" }],
  ["__proto__=1", Object.fromEntries([["__proto__", "1"]])],
];

test.each(GOOD)("%j is taken", (text, variables) => {
  expect(parse(text)).toEqual({ variables, problems: [] });
});

const BAD: readonly (readonly [text: string, problem: string])[] = [
  ["\n\nA", "line 3 has no `=`: NAME=VALUE is wanted"],
  ["export A", "line 1 has no `=`: NAME=VALUE is wanted"],
  ["=1", "line 1 has no name before the `=`"],
  ["export =1", "line 1 has no name before the `=`"],
  ...["1A", "A B", "A$", "\u{e9}", "A\u{1b}", "'A'", "A\u{feff}"].map(
    (name) =>
      [`${name}=1`, `line 1 has the name \`${name}\`: a letter or \`_\` is wanted, then letters, digits, \`_\`, \`.\` and \`-\``] as const,
  ),
  ...["A=b#c", "A=#c"].map(
    (line) =>
      [line, "line 1 has a `#` that some read as a comment and others as text: put a blank before it, or the value into quotes"] as const,
  ),
  ["A=1\n\nB='\nC=2", "line 3 has an opening `'` that no other closes"],
  ["A='b\n\nc' d\n", "line 3 goes on behind the closing quote"],
  ["A=`b`#c", "line 1 goes on behind the closing quote"],
  ['A="C:\\dir"', 'line 1 has `\\d` in double quotes, which know \\n, \\r, \\t, \\\\ and \\" only: single quotes take it as it is'],
  ["A=\u{1b}[0m", "line 1 has a control character outside of quotes"],
  ["A=1\rB=2", "line 1 has a control character outside of quotes"],
  ["A='b\0'", "line 1 has a zero byte, which no variable can hold"],
];

test.each(BAD)("%j is refused, by its line", (text, problem) => {
  expect(parse(text).problems).toEqual([problem]);
});

test("a line that is not UTF-8 is refused by its number", () => {
  expect(parseEnvFile(Uint8Array.of(0x41, 0x3d, 0x31, 0x0a, 0x42, 0x3d, 0xff, 0x0a)).problems).toEqual(["line 2 is not UTF-8"]);
});

test("every bad line of every file is told, and nothing is written", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await adaptCommand(await cProgram("hello")));
  writeFileSync(join(cwd, "x.env"), "A=1\nB\n=2\n");
  const { code, stdout, stderr } = wasiNest(["app.wasm", "-o", "out.wasm", "--env-file=x.env"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    "wasi-nest: 2 problems:\n  `x.env` line 2 has no `=`: NAME=VALUE is wanted\n  `x.env` line 3 has no name before the `=`\n",
  );
  expect(() => readFileSync(join(cwd, "out.wasm"))).toThrow("ENOENT");
});

test("the program gets the file's variables as they are", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), await adaptCommand(await cProgram("hello")));
  writeFileSync(join(cwd, "x.env"), "\u{feff}A=1\n\n \nexport B='2 # 3'\nNODE_OPTIONS=--bad\n");
  expect(wasiNest(["app.wasm", "-o", "out.wasm", "--env-file", "x.env", "--stdout", "allow"], { cwd }).code).toBe(0);
  const { stdout } = await runOnJco(readFileSync(join(cwd, "out.wasm")), { env: {} });
  expect(stdout.toString().split("\n")).toEqual(expect.arrayContaining(["env A=1", "env B=2 # 3", "env NODE_OPTIONS=--bad"]));
});
