/** Scripts by chance as texts: the same words in many spellings, and pieces of them in any order. */
import type { Random } from "../differential/random.ts";

/** What is random about a script's commands. */
export interface Vocabulary {
  readonly programs: readonly string[];
  readonly variables: readonly string[];
  /** Files that are there, and one that is not. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const CHARACTERS = [..."aB01_=:%^.,/!@+-#~{}]", "é", "\u{1f600}", ..."[*?$`'\"\\|&;()<> \t\n"];
const BARE = /[\w=:%^.,/!@+\-#~{}\]\u{80}-\u{10ffff}]/u;

/** A script that a shell takes, with everything that the grammar has; the parser may refuse some of its words. */
export function randomScript(random: Random, vocabulary: Vocabulary): string {
  // What runs at once and writes into one file would be told apart by chance alone.
  const hasPipes = random.chance(0.5);
  const outputs = [...vocabulary.outputs];
  const blank = (): string => random.pick([" ", " ", " ", "  ", "\t", " \\\n", "\\\n "]);
  const newlines = (): string => random.pick(["", "", "\n", "\n\n", " # a | b ' \\\n", "\\\n"]);
  const word = (text: string): string => spelled(text, random);
  const redirection = (): string => {
    const output = hasPipes ? outputs.pop() : random.pick(outputs);
    const path = (text: string): string => random.pick(["", " "]) + word(text);
    const written = output === undefined ? "2>&1" : random.pick([">", "1>", ">>", "2>", "2>>"]) + path(output);
    return random.weighted([
      [3, `<${path(random.pick(vocabulary.inputs))}`],
      [5, written],
      [1, "2>&1"],
      [1, random.pick(["1>&2", ">&2", "2>&2", "0<empty"])],
      [1, `>${path("nowhere/file")}`],
    ]);
  };
  const redirections = (): readonly string[] => Array.from({ length: random.weighted([[6, 0], [3, 1], [1, 2], [1, 3]]) }, redirection); // prettier-ignore
  const command = (): string => {
    const assignments = Array.from(
      { length: random.weighted([[4, 0], [1, 1], [1, 2]]) }, // prettier-ignore
      () => `${random.pick(vocabulary.variables)}=${word(randomText(random))}`,
    );
    const args = Array.from({ length: random.below(4) }, () => word(randomText(random)));
    const around = redirections();
    const split = random.below(around.length + 1);
    const words = [...assignments, ...around.slice(0, split), word(random.pick(vocabulary.programs)), ...args, ...around.slice(split)];
    return words.reduce((all, each) => all + blank() + each);
  };
  const stage = (depth: number): string => {
    if (depth === 0 || random.chance(0.8)) return command();
    const behind = redirections();
    return `(${newlines()}${list(depth - 1)}${newlines()})${behind.map((each) => random.pick(["", " "]) + each).join("")}`;
  };
  const pipe = (depth: number): string =>
    joined(hasPipes ? random.weighted([[3, 1], [3, 2], [1, 3]]) : 1, () => stage(depth), () => `|${newlines()}`); // prettier-ignore
  const andOr = (depth: number): string =>
    joined(random.weighted([[4, 1], [3, 2], [1, 3]]), () => pipe(depth), () => random.pick(["&&", "||", "&\\\n&"]) + newlines()); // prettier-ignore
  const list = (depth: number): string => {
    const between = (): string => random.pick([";", " ; ", "\n", ";\n", " # c && d\n"]);
    return joined(random.weighted([[5, 1], [2, 2], [1, 3]]), () => andOr(depth), between) + random.pick(["", "", ";", "\n"]); // prettier-ignore
  };
  return random.pick(["", "", "\n", "# first\n"]) + list(2);
}

/** Tokens in any order: most is wrong, and the rest means something. */
export function randomTokens(random: Random): string {
  const tokens = [
    ..."|&;()<>\n\n \t#'\"\\$`*?[]{}!~=",
    ...["&&", "||", ";;", ">>", "<<", ">&", "<&", ">|", "<>", "2>", "2>&1", "1>&2", "3>", "12", "A=1", "'b c'", '"d"', "\\\n", "# e\n"],
    ...["if", "then", "fi", "do", "done", "in", "case", "esac", "for", "while", "a", "b", "c.wasm", "a()", "\\'", "$a", '"$a"', "''"],
  ];
  const usual = ["a", " b ", "|", "&&", "||", ";", "(", ")", "> f", " "];
  return Array.from({ length: 1 + random.below(9) }, () => random.pick(random.chance(0.8) ? usual : tokens)).join("");
}

function joined(count: number, each: () => string, between: () => string): string {
  let text = each();
  for (let i = 1; i < count; i++) text += between() + each();
  return text;
}

const randomText = (random: Random): string => Array.from({ length: random.below(6) }, () => random.pick(CHARACTERS)).join("");

/** The word in quotes of all kinds. */
function spelled(text: string, random: Random): string {
  const pieces = [...text].map((character, i) => {
    const escapedInQuotes = /[$`"\\]/.test(character) ? `\\${character}` : character;
    const quotes = [
      ...(character === "'" ? [] : [`'${character}'`]),
      `"${escapedInQuotes}"`,
      ...(character === "\n" ? [] : [`\\${character}`]),
    ];
    // Where a word begins, `#` is a comment, behind which another word would be the program, and `~` is refused.
    const bare = BARE.test(character) && (i > 0 || !/[#~]/.test(character)) ? [character, character, character, character] : [];
    return random.pick([...bare, ...quotes]) + (random.chance(0.02) ? "\\\n" : "");
  });
  // Quotes that meet become one pair, which is another way to say the same.
  const together = pieces.join("");
  if (pieces.length === 0) return random.pick(["''", '""']);
  return random.chance(0.5) ? together : together.replaceAll(/(?<![\\"'])''(?![\\"'])/g, "");
}
