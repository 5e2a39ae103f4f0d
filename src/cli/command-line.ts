/**
 * Parses a command line by an option table. Values are taken as they are, `--arg --verbose`, `--arg '"x"'`
 * and `--arg 007` included. yargs, which would unquote and convert some of them and takes longer to load
 * than all of our work, only writes the help.
 */
import { UsageError } from "./usage-error.ts";

export interface OptionSyntax {
  readonly type: "string" | "boolean";
  readonly alias?: string;
  /** May be given more than once. */
  readonly array?: boolean;
  readonly choices?: readonly string[];
  /** The value may be left out, and is the empty string then; given, it needs `=`. */
  readonly optionalValue?: boolean;
  /** Any text is a value, also what looks like an option. */
  readonly anyValue?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSyntax>>;

type Value<Syntax extends OptionSyntax> = Syntax extends { readonly type: "boolean" }
  ? true
  : Syntax extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : Syntax extends { readonly array: true }
      ? readonly string[]
      : string;

/** The options that were given. */
export type Given<Table extends OptionTable> = { readonly [Name in keyof Table]?: Value<Table[Name]> };

export interface CommandLine<Table extends OptionTable> {
  readonly given: Given<Table>;
  readonly positionals: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
}

/** @throws UsageError for an unknown option, one without its value, a value that is no choice, one that is given twice */
export function parse<Table extends OptionTable>(argv: readonly string[], table: Table): CommandLine<Table> {
  const end = argv.indexOf("--");
  const pending = (end < 0 ? argv : argv.slice(0, end)).toReversed();
  const given = new Map<string, true | string | string[]>();
  const positionals: string[] = [];
  for (let token = pending.pop(); token !== undefined; token = pending.pop()) {
    if (!token.startsWith("-") || token === "-") {
      positionals.push(token);
      continue;
    }
    const { name, flag, attached } = split(token, table);
    const syntax = Object.hasOwn(table, name) ? table[name] : undefined;
    if (syntax === undefined) throw new UsageError(`unknown option \`${flag}\`${suggestion(name, Object.keys(table))}`);
    const value = syntax.type === "boolean" ? noValue(attached, flag) : checked(attached ?? nextValue(pending, flag, syntax), flag, syntax);
    const earlier = given.get(name);
    if (earlier !== undefined && syntax.array !== true) throw new UsageError(`\`${flag}\` is given twice`);
    if (Array.isArray(earlier) && typeof value === "string") earlier.push(value);
    else given.set(name, syntax.array === true && typeof value === "string" ? [value] : value);
  }
  // Each value was made as its row of the table says, which is what the type spells out.
  return { given: Object.fromEntries(given) as Given<Table>, positionals, rest: end < 0 ? [] : argv.slice(end + 1) };
}

/** `--name`, `--name=value`, `-n`, `-nvalue`. */
function split(token: string, table: OptionTable): { readonly name: string; readonly flag: string; readonly attached: string | undefined } {
  if (token.startsWith("--")) {
    const equals = token.indexOf("=");
    const flag = equals < 0 ? token : token.slice(0, equals);
    return { name: flag.slice(2), flag, attached: equals < 0 ? undefined : token.slice(equals + 1) };
  }
  const flag = token.slice(0, 2);
  const name = Object.keys(table).find((each) => table[each]?.alias === flag.slice(1));
  if (name === undefined) return { name: token.slice(1), flag: token, attached: undefined };
  return { name, flag, attached: token.length > 2 ? token.slice(2) : undefined };
}

function noValue(attached: string | undefined, flag: string): true {
  if (attached !== undefined) throw new UsageError(`\`${flag}\` takes no value, found \`${attached}\``);
  return true;
}

function nextValue(pending: string[], flag: string, syntax: OptionSyntax): string {
  if (syntax.optionalValue === true) return "";
  const value = pending.at(-1);
  const isOption = value !== undefined && value.startsWith("-") && value !== "-";
  if (value === undefined || (isOption && syntax.anyValue !== true)) throw new UsageError(`\`${flag}\` needs a value`);
  pending.pop();
  return value;
}

function checked(value: string, flag: string, { choices, anyValue, optionalValue }: OptionSyntax): string {
  if (choices !== undefined && !choices.includes(value)) {
    throw new UsageError(`\`${flag}\` is \`${value}\`, which is none of ${choices.map((choice) => `\`${choice}\``).join(", ")}`);
  }
  if (value === "" && anyValue !== true && optionalValue !== true) throw new UsageError(`\`${flag}\` is empty`);
  return value;
}

function suggestion(name: string, known: readonly string[]): string {
  const [best] = known.map((each) => ({ each, distance: editDistance(name, each) })).sort((left, right) => left.distance - right.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? `: did you mean \`--${best.each}\`?` : "";
}

/** Insertions, deletions and substitutions from one word to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
