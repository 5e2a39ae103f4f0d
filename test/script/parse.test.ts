/** What each spelling of a script comes to, and what is said of those that are refused. */
import { expect, test } from "vitest";
import { NestError, ScriptError } from "../../src/errors.ts";
import { parseScript } from "../../src/script/parse.ts";
import type { Command, Redirection, Script } from "../../src/script/script.ts";

const command = (program: string, args: readonly string[] = [], more: Partial<Command> = {}): Command => ({
  kind: "command",
  program,
  args,
  env: [],
  redirections: [],
  ...more,
});
const [a, b, c, d] = [command("a"), command("b"), command("c"), command("d")] as const;
const pipe = (...stages: readonly Script[]): Script => ({ kind: "pipe", stages });
const two = (kind: "and" | "or" | "sequence", left: Script, right: Script): Script => ({ kind, left, right });
const group = (body: Script, ...redirections: readonly Redirection[]): Script => ({ kind: "group", body, redirections });
const redirected = (...redirections: readonly Redirection[]): Command => command("a", [], { redirections });
const output = (from: "stdout" | "stderr", path = "f"): Redirection => ({ kind: "output", from, path });

const GOOD: readonly (readonly [text: string, script: Script])[] = [
  ["a", a],
  [" \t\na\n\n", a],
  ["a -n 5 /src", command("a", ["-n", "5", "/src"])],
  ["./rg.wasm x=y A=1 -", command("./rg.wasm", ["x=y", "A=1", "-"])],
  // Quotes
  [`a 'b c' "d e" f\\ g`, command("a", ["b c", "d e", "f g"])],
  [`a '' "" ''""`, command("a", ["", "", ""])],
  [`a x'y'"z"\\w`, command("a", ["xyzw"])],
  [`a '\\"$\`*' "'*?[~&|;()<>#{a,b}"`, command("a", ['\\"$`*', "'*?[~&|;()<>#{a,b}"])],
  [`a \\$ \\\` \\* \\? \\[ \\~ \\& \\| \\; \\( \\) \\< \\> \\# \\' \\" \\\\`, command("a", [..."$`*?[~&|;()<>#'\"\\"])],
  [`a "\\$HOME \\\`b\\\` \\" \\\\ \\a \\'"`, command("a", ["$HOME `b` \" \\ \\a \\'"])],
  [`a "$" "b$" "$ b" "$." "a$'b'"`, command("a", ["$", "b$", "$ b", "$.", "a$'b'"])],
  ["a 'b\nc' \"d\ne\"", command("a", ["b\nc", "d\ne"])],
  ["a b~c '~' a=b", command("a", ["b~c", "~", "a=b"])],
  ["a b# c#d]{}{ } !", command("a", ["b#", "c#d]{}{", "}", "!"])],
  ["a \u{1f600}\u{e9}", command("a", ["\u{1f600}\u{e9}"])],
  ["'if' x; \\! y; i'f'", two("sequence", two("sequence", command("if", ["x"]), command("!", ["y"])), command("if"))],
  ["a if then { }", command("a", ["if", "then", "{", "}"])],
  // Lines
  ["a b\\\nc \\\n d", command("a", ["bc", "d"])],
  ["a \"b\\\nc\" 'b\\\nc'", command("a", ["bc", "b\\\nc"])],
  ["#!/bin/sh\n# first\na # b | c\n", a],
  ["a # b\\\nb", two("sequence", a, b)],
  ["a|\n\nb&&\nc||\n# d\nd", two("or", two("and", pipe(a, b), c), d)],
  // Variables
  ["A=1 B_2='x y' C= a D=2", command("a", ["D=2"], { env: [["A", "1"], ["B_2", "x y"], ["C", ""]] })], // prettier-ignore
  ["A=b=c:d A='~' a", command("a", [], { env: [["A", "b=c:d"], ["A", "~"]] })], // prettier-ignore
  ["'A'=1; \\A=1; 1A=1; A-B=1", two("sequence", two("sequence", two("sequence", command("A=1"), command("A=1")), command("1A=1")), command("A-B=1"))], // prettier-ignore
  // Redirections
  ["a <f", redirected({ kind: "input", path: "f" })],
  ["0<f a", redirected({ kind: "input", path: "f" })],
  ["a >f 1>g 2>h", redirected(output("stdout"), output("stdout", "g"), output("stderr", "h"))],
  ["a >>f 2>> 'g h'", redirected({ kind: "append", from: "stdout", path: "f" }, { kind: "append", from: "stderr", path: "g h" })],
  ["a 2>&1 >& 2", redirected({ kind: "duplicate", from: "stderr", to: "stdout" }, { kind: "duplicate", from: "stdout", to: "stderr" })],
  ["a 2>&2 >&1", a],
  ["a 2 >f '2'>f x2>f", command("a", ["2", "2", "x2"], { redirections: [output("stdout"), output("stdout"), output("stdout")] })],
  ["> f A=1 a", command("a", [], { env: [["A", "1"]], redirections: [output("stdout")] })],
  ["a 2\\\n>\\\n>f", redirected({ kind: "append", from: "stderr", path: "f" })],
  // Operators
  ["a|b | c", pipe(a, b, c)],
  ["a && b || c && d", two("and", two("or", two("and", a, b), c), d)],
  ["a || b | c", two("or", a, pipe(b, c))],
  ["a; b && c; d;", two("sequence", two("sequence", a, two("and", b, c)), d)],
  ["a\nb;\nc", two("sequence", two("sequence", a, b), c)],
  ["a &\\\n& b", two("and", a, b)],
  ["(a)", group(a)],
  ["( a; b ) | (c\n) >f 2>&1", pipe(group(two("sequence", a, b)), group(c, output("stdout"), { kind: "duplicate", from: "stderr", to: "stdout" }))], // prettier-ignore
  ["((a);)", group(group(a))],
  ["(a)&&b", two("and", group(a), b)],
];

test.each(GOOD)("%j is taken", (text, script) => {
  expect(parseScript(text)).toEqual(script);
});

const CHARACTER = (shown: string, escaped = `\\${shown}`): string =>
  `\`${shown}\`: nothing is expanded in a script; \`${escaped}\` is the character itself`;

const BAD: readonly (readonly [text: string, problem: string, place?: string])[] = [
  ["", "the script is empty: it has no command", "1, column 1"],
  [" \n# a\n", "the script is empty: it has no command", "1, column 1"],
  // What a shell would expand
  ["a $HOME", CHARACTER("$HOME", "\\$")],
  ["a b$", CHARACTER("$", "\\$"), "1, column 4"],
  ["a\n  $(b)", CHARACTER("$", "\\$"), "2, column 3"],
  ['a "$HOME"', CHARACTER("$HOME", "\\$"), "1, column 4"],
  ...['"${b}"', '"$1"', '"$?"', '"$(b)"', '"$@"', '"$[1]"', '"$-"'].map((each) => [`a ${each}`, CHARACTER(/\$\w*/.exec(each)?.[0] ?? "", "\\$"), "1, column 4"] as const), // prettier-ignore
  ['a "$\\\nHOME"', CHARACTER("$", "\\$"), "1, column 4"],
  ["a $'b'", CHARACTER("$", "\\$")],
  ["a `b`", "a backquote: nothing is expanded in a script; a backslash before it makes it a character"],
  ['a "`b`"', "a backquote: nothing is expanded in a script; a backslash before it makes it a character", "1, column 4"],
  ["a *.c", CHARACTER("*")],
  ["a b?", CHARACTER("?"), "1, column 4"],
  ["[ a ]", CHARACTER("["), "1, column 1"],
  ["a >*", CHARACTER("*"), "1, column 4"],
  ["a ~", CHARACTER("~")],
  ["~/a", CHARACTER("~"), "1, column 1"],
  ["A=~ a", CHARACTER("~"), "1, column 1"],
  ["A=b:~ a", CHARACTER("~"), "1, column 1"],
  ["a b=~/c", CHARACTER("~")],
  ["a b{c,d}", "`{`: some shells expand braces, and nothing is expanded in a script; `\\{` is the character itself"],
  ["a {1..3}", "`{`: some shells expand braces, and nothing is expanded in a script; `\\{` is the character itself"],
  // Operators of shells
  ["a &", "`&`: a script runs nothing in the background; `\\&` is the character itself"],
  ["a & b", "`&`: a script runs nothing in the background; `\\&` is the character itself"],
  ["a &&& b", "`&`: a script runs nothing in the background; `\\&` is the character itself", "1, column 5"],
  ["a &> f", "`&>` is not POSIX: `> FILE 2>&1` sends both outputs to a file"],
  ["a |& b", "`|&` is not POSIX: `2>&1 |` sends both outputs into a pipe"],
  ["a <<E\nb\nE", "`<<` begins a here document, which a script cannot have: put the text into a file and read it by `< FILE`"],
  ["a <<<b", "`<<` begins a here document, which a script cannot have: put the text into a file and read it by `< FILE`"],
  ["a <&1", "`<&` is not supported: `< FILE` reads a file"],
  ["a <> f", "`<>` is not supported: `< FILE` reads a file, `> FILE` writes one"],
  ["a >| f", "`>|` is not supported: `> FILE` writes a file anew"],
  ["a ;; b", "`;;` belongs to `case`, which a script cannot have"],
  ["a <(b)", "`<` wants a file behind it, found `(`"],
  ["a 3> f", "`3>` is not supported: a program has `<`, `>` and `2>`, its three standard streams"],
  ...["1<", "2<", "0>", "0>>", "10>", "00<"].map((each) => [`a ${each}f`, `\`${each}\` is not supported: a program has \`<\`, \`>\` and \`2>\`, its three standard streams`] as const), // prettier-ignore
  ...["3", "-", "f", "12", "'1'", "0"].map((each) => [`a 2>&${each}`, `\`2>&\` is followed by \`${each.replaceAll("'", "")}\`: \`2>&1\` and \`1>&2\` are supported; \`> FILE 2>&1\` sends both outputs to a file`] as const), // prettier-ignore
  // Reserved words
  ...["if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "for", "in", "while", "until", "!"].map(
    (word) =>
      [
        `a && ${word} b`,
        `\`${word}\` is a word of the shell's own: a script has \`|\`, \`&&\`, \`||\`, \`;\` and \`( )\`; \`'${word}'\` is a program of that name`,
        "1, column 6",
      ] as const,
  ),
  ["{ a; }", "`{` is a word of the shell's own: `( )` makes a group; `'{'` is a program of that name", "1, column 1"],
  ["a; }", "`}` is a word of the shell's own: `( )` makes a group; `'}'` is a program of that name", "1, column 4"],
  // What is missing
  ["A=1", "`A=` without a command: a variable is given to one command, behind it", "1, column 1"],
  ["a; A=1 B=2 > f", "`A=` without a command: a variable is given to one command, behind it", "1, column 4"],
  ["> f", "a redirection without a command", "1, column 1"],
  ["; a", "a command is missing before `;`", "1, column 1"],
  ["| a", "a command is missing before `|`", "1, column 1"],
  ["a; ; b", "a command is missing behind `;`", "1, column 2"],
  ["a\n; b", "a command is missing behind the end of the line", "1, column 2"],
  ["a &&", "a command is missing behind `&&`"],
  ["a || && b", "a command is missing behind `||`"],
  ["a |\n\n", "a command is missing behind the end of the line", "2, column 1"],
  ["(a; | b)", "a command is missing behind `;`", "1, column 3"],
  ["a >", "`>` wants a file behind it, found the end"],
  ["a 2>>\nb", "`2>>` wants a file behind it, found the end of the line"],
  ["a > > f", "`>` wants a file behind it, found `>`"],
  ["a < ''", "the name of a file is empty", "1, column 5"],
  ["'' a", "the name of a program is empty", "1, column 1"],
  // Quotes and groups
  ["a 'b\nc", "`'` opens quotes that nothing closes"],
  ['a "b\\"', '`"` opens quotes that nothing closes'],
  ["a \\", "a backslash ends the script: nothing follows that it could quote"],
  ["()", "`( )` has no command in it", "1, column 1"],
  ["(\n)", "`( )` has no command in it", "1, column 1"],
  ["(a", "`(` opens a group that nothing closes", "1, column 1"],
  ["(a))", "`)` closes nothing", "1, column 4"],
  ["a (b)", "`(` inside of a command: a script has no functions; quotes make it a character"],
  ["a() { b; }", "`(` inside of a command: a script has no functions; quotes make it a character", "1, column 2"],
  ["(a) b", "`b` behind `)`: an operator or the end is wanted there", "1, column 5"],
  ["(a)(b)", "`(` behind `)`: an operator or the end is wanted there", "1, column 4"],
  ["A=1 (a)", "`A=` without a command: a variable is given to one command, behind it", "1, column 1"],
  // Characters
  ["a\r\nb", "a carriage return: lines of a script end in a line feed alone", "1, column 2"],
  ["a \u{b}", "a control character outside of quotes"],
  ["a \u{85}", "a control character outside of quotes"],
  ["a '\0'", "a zero character, which no argument can have", "1, column 4"],
  ["a \u{d800}", "half of a character, which is not Unicode"],
  ["a '\u{1f600}\n\u{1f600}' $b", CHARACTER("$b", "\\$"), "2, column 4"],
];

const PLACED = BAD.map(([text, problem, place = "1, column 3"]) => [text, problem, place] as const);

test.each(PLACED)("%j is refused", (text, problem, place) => {
  const [line, column] = /(\d+), column (\d+)/.exec(place)?.slice(1).map(Number) ?? [];
  const error = errorOf(text);
  expect(error.message).toBe(`${problem} (at line ${place})`);
  expect(error).toMatchObject({ name: "ScriptError", code: "script", line, column });
  expect(error).toBeInstanceOf(NestError);
});

test("a script has 300 commands at most, and a hundred groups in one another", () => {
  expect(() => parseScript(Array(300).fill("a").join(";"))).not.toThrow();
  expect(errorOf(Array(301).fill("a").join("\n")).message).toBe(
    "the script has more than 300 commands, which is the limit (at line 301, column 1)",
  );
  const nested = (depth: number): string => `${"(".repeat(depth)}a${")".repeat(depth)}`;
  expect(parseScript(nested(100)).kind).toBe("group");
  expect(parseScript(Array(200).fill(nested(2)).join(" && ")).kind).toBe("and");
  expect(errorOf(nested(101)).message).toBe("`(` lies in 100 others, which is the limit (at line 1, column 101)");
});

test("what is no text", () => {
  expect(() => parseScript(1 as unknown as string)).toThrow(/^`source` is `1`: a string is wanted$/);
});

test("every beginning of a script is taken or refused", () => {
  const whole = GOOD.map(([text]) => text).join("\n");
  const kinds = new Set<string>();
  for (let end = 0; end <= whole.length; end++) {
    try {
      kinds.add(parseScript(whole.slice(0, end)).kind);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      kinds.add("refused");
    }
  }
  expect(kinds).toContain("refused");
  expect(kinds).toContain("sequence");
});

function errorOf(text: string): ScriptError {
  try {
    parseScript(text);
  } catch (error) {
    if (error instanceof ScriptError) return error;
    throw error;
  }
  throw new Error(`${text} is taken`);
}
