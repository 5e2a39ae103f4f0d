/**
 * Checks a command line against an option table. Node's own parser reads it, because that takes values as
 * they are (`--arg --verbose`, `--arg '"x"'`, `--arg 007`) and is there already; yargs, which would unquote
 * some of them and takes as long to load as all of our work, only writes the help.
 */
import { parseArgs } from "node:util";
import { choicesOf, type FlagSyntax, type FlagTable, type Given } from "../adapters/option-table.ts";
import { nearest } from "../suggestion.ts";
import { UsageError } from "../errors.ts";

export interface CommandLine<Table extends FlagTable> {
  readonly given: Given<Table>;
  readonly positionals: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
  /** Positionals right behind an option that takes its value behind `=` only: they may have been meant for it. */
  readonly misplaced: readonly Misplaced[];
}

export interface Misplaced {
  readonly flag: string;
  readonly value: string;
  /** Which of the positionals it is. */
  readonly at: number;
}

/** The `hint` of commands that give a program arguments. */
export const OWN_OPTIONS = "the program's own options stand behind `--`";

/**
 * `hint` is added to what is said of an unknown option.
 * @throws UsageError for an unknown option, one without its value, a value that is no choice, one that is given twice, and a word
 *   behind an option without a value that says yes or no in a way that the option does not take
 */
export function parse<Table extends FlagTable>(argv: readonly string[], table: Table, hint?: string): CommandLine<Table> {
  const given = new Map<string, boolean | string | string[]>();
  const positionals: string[] = [];
  const rest: string[] = [];
  const misplaced: Misplaced[] = [];
  /** The word for a flag that was given last, by its name. */
  const words = new Map<string, string>();
  let ended = false;
  /** The option without a value that is the word before. */
  let before: { readonly flag: string; readonly takesValue: boolean } | undefined;
  const tokens = [...tokensOf(argv, table)];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (token.kind === "option-terminator") ended = true;
    if (token.kind === "positional") {
      (ended ? rest : positionals).push(token.value);
      if (before !== undefined) refuseAnswer(before.flag, token.value, hint);
      if (before?.takesValue === true) misplaced.push({ flag: before.flag, value: token.value, at: positionals.length - 1 });
    }
    before = undefined;
    if (token.kind !== "option") continue;
    const { name, rawName: flag } = token;
    const syntax = Object.hasOwn(table, name) ? table[name] : undefined;
    if (syntax === undefined) throw new UsageError(`unknown option \`${flag}\`${suggestion(name, table, hint)}`);
    const [next] = tokens;
    if (token.value === undefined && next?.kind === "positional" && takesWord(syntax, next.value)) {
      token = { ...token, value: next.value, inlineValue: false };
      tokens.shift();
    }
    const takesValue = syntax.optionalValue === true;
    if (token.value === undefined && (takesValue || syntax.type === "boolean")) before = { flag, takesValue };
    const read = isSwitch(syntax, token.value) ? switched(token.value, flag) : checked(textOf(token, syntax), flag, syntax);
    const [meant, value] = meaningOf(name, read, table);
    const earlier = given.get(meant);
    const isList = table[meant]?.array === true && typeof value === "string";
    if (earlier !== undefined && !(isList && Array.isArray(earlier))) throw new UsageError(twice(flag, words.get(meant) ?? name, name));
    words.set(meant, name);
    if (Array.isArray(earlier) && isList) earlier.push(value);
    else given.set(meant, isList ? [value] : value);
  }
  // Each value was made as its row of the table says, which is what the type spells out.
  return { given: Object.fromEntries(given) as Given<Table>, positionals, rest, misplaced };
}

const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  true: ["true", "yes", "y", "on", "1", "all", "always", "allow", "enable", "enabled"],
  false: ["false", "no", "n", "off", "0", "none", "never", "deny", "disable", "disabled"],
};

/** Hardly anybody means such a word as an argument; to whoever means the option, it must not open what it should close. */
function refuseAnswer(flag: string, value: string, hint: string | undefined): void {
  const word = value.toLowerCase();
  const [said] = Object.entries(ANSWERS).find(([, words]) => words.includes(word)) ?? [];
  const meant = said ?? nearest(word, Object.keys(ANSWERS));
  if (meant !== undefined) throw new UsageError(misplacedText({ flag, value }, hint, meant));
}

/** What is said of a word that may have been meant for the option before it. */
export function misplacedText({ flag, value }: Pick<Misplaced, "flag" | "value">, hint?: string, meant: string = value): string {
  const argument = hint === OWN_OPTIONS ? `; an argument of the program stands behind \`--\`: \`-- ${value}\`` : "";
  return `\`${flag}\` takes its value behind \`=\`, such as \`${flag}=${meant}\`${argument}`;
}

/** A list that may be all is one, too: `=false` takes back what a policy gives. */
const isSwitch = ({ type, array, optionalValue }: FlagSyntax, value: string | undefined): boolean =>
  type === "boolean" || (array === true && optionalValue === true && (value === "true" || value === "false"));

/** Whether the word behind a flag without `=` is its value. */
const takesWord = ({ type, bare }: FlagSyntax, word: string): boolean =>
  bare !== undefined || (type === "boolean" && (word === "true" || word === "false"));

/** The flag that one stands for, which may be itself, and the value there; `false` is none, and takes back what an earlier place gives. */
export function meaningOf<V>(name: string, value: V, table: FlagTable): readonly [flag: string, value: V | string | false] {
  const { means, optionalValue } = (Object.hasOwn(table, name) ? table[name] : undefined) ?? {};
  if (means !== undefined) return [means.flag, value === true ? means.yes : (means.no ?? false)];
  return [name, optionalValue === true && value === true ? "" : value];
}

const twice = (flag: string, before: string, name: string): string =>
  before === name ? `\`${flag}\` is given twice` : `\`--${before}\` and \`${flag}\` are two names of one option, and both are given`;

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];

function tokensOf(argv: readonly string[], table: FlagTable): readonly Token[] {
  const options = Object.entries(table).map(([name, { type, alias, optionalValue, bare }]) => {
    // What reads like a flag leaves the next word alone, and may still have a value behind `=`.
    const kind = optionalValue === true || bare !== undefined ? "boolean" : type;
    return [name, alias === undefined ? { type: kind } : { type: kind, short: alias }] as const;
  });
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens.map(withoutEquals);
}

/** `-o=FILE` is as `-o FILE`: many tools take it so, and hardly a file is called `=FILE`. */
function withoutEquals(token: Token): Token {
  if (token.kind !== "option" || token.inlineValue !== true || token.rawName.startsWith("--")) return token;
  return { ...token, value: token.value.replace(/^=/, "") };
}

/** `--flag=false` is not nothing: it says no where another option would say yes. */
function switched(value: string | undefined, flag: string): boolean {
  if (value === undefined || value === "true") return true;
  if (value === "false") return false;
  throw new UsageError(`\`${flag}\` is \`${value}\`, which is neither \`true\` nor \`false\``);
}

function textOf({ value, inlineValue, rawName }: Extract<Token, { readonly kind: "option" }>, syntax: FlagSyntax): string {
  if (value === undefined && syntax.optionalValue === true) return "";
  if (value === undefined && syntax.bare !== undefined) return syntax.bare;
  // Such as of a shell variable that is not set: it must not mean what the option means by itself.
  if (value === "" && inlineValue === true && syntax.anyValue !== true) throw new UsageError(`\`${rawName}\` is empty`);
  const isOption = inlineValue === false && value.startsWith("-") && value !== "-";
  if (value === undefined || (isOption && syntax.anyValue !== true)) throw new UsageError(`\`${rawName}\` needs a value`);
  return value;
}

/** @throws UsageError for a value that the flag does not take */
export function checked(value: string, flag: string, syntax: FlagSyntax): string {
  const { choices, prefixes = {}, anyValue, optionalValue } = syntax;
  if (choices !== undefined && !choices.includes(value) && !Object.keys(prefixes).some((prefix) => value.startsWith(prefix))) {
    const all = choicesOf(syntax);
    throw new UsageError(`\`${flag}\` is \`${value}\`, which is none of ${all.map((choice) => `\`${choice}\``).join(", ")}`);
  }
  if (value === "" && anyValue !== true && optionalValue !== true) throw new UsageError(`\`${flag}\` is empty`);
  return value;
}

function suggestion(name: string, table: FlagTable, hint?: string): string {
  const said = Object.values(table).flatMap(({ elsewhere = {} }) => (Object.hasOwn(elsewhere, name) ? [elsewhere[name]] : []));
  const near = nearest(name, Object.keys(table));
  const meant = said.length > 0 || near === undefined ? said : [near];
  if (meant.length === 0) return hint === undefined ? "" : `: ${hint}`;
  return `: did you mean ${meant.map((each) => `\`--${each}\``).join(" or ")}?`;
}
