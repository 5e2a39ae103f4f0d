/** Scripts by chance, on dash and by the model of what the parser made of them. */
import { ScriptError } from "../../src/errors.ts";
import { parseScript } from "../../src/script/parse.ts";
import type { Script } from "../../src/script/script.ts";
import { randomOf } from "../differential/random.ts";
import { type Ran, refusedByDash, runOnDash } from "./dash.ts";
import { type Call, runModel } from "./model.ts";
import { randomScript, randomTokens, type Vocabulary } from "./random-scripts.ts";

/** A program's letter says what it reads, its number its exit code. */
const VOCABULARY: Vocabulary = {
  programs: ["all0", "all0", "all0", "all1", "all3", "line0", "line7", "none0", "none255", "drop0", "drop2", "if", "a b0", "x$0"],
  variables: ["A", "B", "C_1"],
  inputs: ["in 1", "in2", "empty", "missing"],
  outputs: ["out1", "out 2", "out'3", "-out4", "2", "out*", "~", "#7"],
};
const FILES = new Map([["in 1", "one\ntwo\nthree\n"], ["in2", "four\nfive\n"], ["empty", ""]]); // prettier-ignore
const STDIN = "standard\ninput\n";

/** Prints itself to both outputs, and what it reads to standard output; each length is that of what follows it. */
const SOURCE = `
trap '' PIPE
n_=\${0##*/} i_= e_='
'
case $n_ in
  line*) IFS= read -r l_ && i_="$l_$e_" || i_=$l_ ;;
  none*) ;;
  *) while IFS= read -r l_; do i_="$i_$l_$e_"; done; i_="$i_$l_" ;;
esac
case $n_ in drop*) i_= ;; esac
r_="$n_ $#"
for a_ in "$@"; do r_="$r_ \${#a_}:$a_"; done
[ -n "\${A+x}" ] && r_="$r_ A=\${#A}:$A"
[ -n "\${B+x}" ] && r_="$r_ B=\${#B}:$B"
[ -n "\${C_1+x}" ] && r_="$r_ C_1=\${#C_1}:$C_1"
printf 'ran %s\\n' "$r_" >&2 2>/dev/null
printf '%s\\n%s' "$r_" "$i_" 2>/dev/null
s_=\${n_##*[!0-9]}
exit "\${s_:-0}"
`;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What SOURCE does. */
function program({ program: name, args, env, read, write }: Call): number {
  let input = name.startsWith("none") ? "" : name.startsWith("line") ? lineOf(read) : new TextDecoder().decode(read());
  if (name.startsWith("drop")) input = "";
  const sized = (text: string): string => `${bytes(text).length}:${text}`;
  const variables = VOCABULARY.variables.flatMap((each) => (env.has(each) ? [`${each}=${sized(env.get(each) ?? "")}`] : []));
  const record = [name, args.length, ...args.map(sized), ...variables].join(" ");
  write("stderr", bytes(`ran ${record}\n`));
  write("stdout", bytes(`${record}\n${input}`));
  return Number(/[0-9]*$/.exec(name)?.[0] || 0);
}

function lineOf(read: Call["read"]): string {
  const line: number[] = [];
  while (line.at(-1) !== 0x0a) {
    const [byte] = read(1);
    if (byte === undefined) break;
    line.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(line));
}

export interface Tally {
  readonly accepted: number;
  readonly refused: number;
}

/** How often a script runs again that dash runs otherwise than the model does: if it does as the model once, that is a possible order. */
const AGAIN = 30;

/** How many are compared. @throws Error that has the script, for one that dash runs otherwise than the model does */
export function compareRuns(seed: number, count: number): Tally & { readonly compared: number } {
  const random = randomOf(seed);
  const scripts = Array.from({ length: count }, () => randomScript(random, VOCABULARY));
  const parsed = scripts.flatMap((text) => {
    const script = parsedOr(text);
    return script === undefined ? [] : [{ text, script }];
  });
  const onDash = (scripts: readonly string[]): readonly Ran[] =>
    runOnDash(scripts, { files: FILES, stdin: STDIN, programs: VOCABULARY.programs, source: SOURCE });
  const ran = onDash(parsed.map(({ text }) => text));
  let compared = 0;
  for (const [i, { text, script }] of parsed.entries()) {
    const files = new Map([...FILES].map(([name, contents]) => [name, bytes(contents)] as const));
    const model = runModel(script, { files, stdin: bytes(STDIN), run: program });
    // The model does not write it, so what reads or overwrites it there is another.
    if (model.saysElsewhere) continue;
    compared++;
    const expected = shown(ran[i], script);
    const found = shown(asText(model), script);
    // Where two stages write to one pipe, of which the next one reads a line, that is now the one's and now the other's.
    const isOneOf = (): boolean => onDash(Array<string>(AGAIN).fill(text)).some((each) => shown(each, script) === found);
    if (expected !== found && !isOneOf())
      throw new Error(`seed ${seed}: ${JSON.stringify(text)}\n\ndash:\n${expected}\n\nmodel:\n${found}`);
  }
  return { accepted: parsed.length, refused: count - parsed.length, compared };
}

/** @throws Error that has the script, for one that dash refuses and the parser takes */
export function compareRefusals(seed: number, count: number): Tally {
  const random = randomOf(seed);
  const scripts = Array.from({ length: count }, () => randomTokens(random));
  const accepted = scripts.filter((text) => parsedOr(text) !== undefined);
  const refused = refusedByDash(accepted);
  const [wrong] = refused;
  if (wrong !== undefined) throw new Error(`seed ${seed}: dash refuses ${JSON.stringify(wrong)}`);
  return { accepted: accepted.length, refused: count - accepted.length };
}

/** @throws whatever is not a ScriptError */
function parsedOr(text: string): Script | undefined {
  try {
    return parseScript(text);
  } catch (error) {
    if (error instanceof ScriptError) return undefined;
    throw error;
  }
}

function asText({ status, stdout, stderr, files }: ReturnType<typeof runModel>): Ran {
  const text = (contents: Uint8Array): string => new TextDecoder().decode(contents);
  return { status, stdout: text(stdout), stderr: text(stderr), files: new Map([...files].map(([name, each]) => [name, text(each)])) };
}

/** Stages that do not wait for one another write their lines in any order, and dash says between them what it cannot open. */
function shown(ran: Ran | undefined, script: Script): string {
  const inAnyOrder = (text: string): string =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .toSorted()
      .join("\n");
  const lines = (text: string): string => (isOrdered(script) ? text : inAnyOrder(text));
  const { status, stdout, stderr, files } = ran ?? { status: -1, stdout: "", stderr: "", files: new Map<string, string>() };
  const named = [...files].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([name, text]) => [name, lines(text)]);
  return JSON.stringify({ status, stdout: lines(stdout), stderr: lines(stderr), files: Object.fromEntries(named) }, undefined, 1);
}

/** Whether each stage reads all that the one before it writes, before it writes anything itself. */
function isOrdered(script: Script): boolean {
  const text = JSON.stringify(script);
  return !text.includes('"kind":"pipe"') || !/"program":"(line|none)|"redirections":\[\{/.test(text);
}
