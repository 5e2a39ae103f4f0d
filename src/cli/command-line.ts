/**
 * Brings a command line into the one form in which yargs takes values as they are: `--name="value"`.
 * Otherwise yargs splits, unquotes and swallows: `--arg --verbose`, `--arg '"x"'`, `--allow-env app.wasm`.
 * Unknown options are refused here too, since it is here that all names are at hand.
 */
import { UsageError } from "./usage-error.ts";

/** What the options of a command are to this file. */
export interface OptionSyntax {
  readonly type: "string" | "boolean";
  readonly alias?: string;
  /** May be given more than once. */
  readonly array?: boolean;
  /** The value may be left out; it needs `=`. */
  readonly optionalValue?: boolean;
  /** Any text is a value, also what looks like an option. */
  readonly anyValue?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSyntax>>;

export interface CommandLine {
  /** For yargs. */
  readonly argv: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
}

/** @throws UsageError for an unknown option, one without its value, and one that is given twice */
export function normalize(argv: readonly string[], table: OptionTable): CommandLine {
  const end = argv.indexOf("--");
  const pending = (end < 0 ? argv : argv.slice(0, end)).toReversed();
  const result: string[] = [];
  const seen = new Set<string>();
  for (let token = pending.pop(); token !== undefined; token = pending.pop()) {
    if (!token.startsWith("-") || token === "-") {
      result.push(token);
      continue;
    }
    const { name, flag, value } = split(token, table);
    const syntax = table[name];
    if (syntax === undefined) throw new UsageError(`unknown option \`${flag}\`${suggestion(name, Object.keys(table))}`);
    if (seen.has(name) && syntax.array !== true) throw new UsageError(`\`${flag}\` is given twice`);
    seen.add(name);
    if (syntax.type === "boolean") {
      if (value !== undefined) throw new UsageError(`\`${flag}\` takes no value, found \`${value}\``);
      result.push(`--${name}`);
    } else {
      result.push(`--${name}="${value ?? (syntax.optionalValue === true ? "" : nextValue(pending, flag, syntax))}"`);
    }
  }
  return { argv: result, rest: end < 0 ? [] : argv.slice(end + 1) };
}

/** `--name`, `--name=value`, `-n`, `-nvalue`. */
function split(token: string, table: OptionTable): { readonly name: string; readonly flag: string; readonly value: string | undefined } {
  if (token.startsWith("--")) {
    const equals = token.indexOf("=");
    const flag = equals < 0 ? token : token.slice(0, equals);
    return { name: flag.slice(2), flag, value: equals < 0 ? undefined : token.slice(equals + 1) };
  }
  const flag = token.slice(0, 2);
  const name = Object.keys(table).find((each) => table[each]?.alias === flag.slice(1));
  if (name === undefined) return { name: token.slice(1), flag: token, value: undefined };
  return { name, flag, value: token.length > 2 ? token.slice(2) : undefined };
}

function nextValue(pending: string[], flag: string, syntax: OptionSyntax): string {
  const value = pending.at(-1);
  const isOption = value !== undefined && value.startsWith("-") && value !== "-";
  if (value === undefined || (isOption && syntax.anyValue !== true)) throw new UsageError(`\`${flag}\` needs a value`);
  pending.pop();
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
