/** The values of a policy file: those of the command line's flags, as JSON has them. */
import { choicesOf, type FlagSyntax, type FlagTable } from "../../adapters/option-table.ts";
import { UsageError } from "../../errors.ts";
import { nearest } from "../../suggestion.ts";
import { checked, meaningOf } from "../command-line.ts";
import type { Flags } from "./merge.ts";

type Value = Flags[string];
/** Turns a text of the file into the one that is meant. */
export type Rewrite = (text: string, flag: string) => string;

/**
 * The flags that an object has, for a command with this table. `others` are keys that mean something else.
 * @throws UsageError for a key that is no flag, and for a value that the flag does not take
 */
export function flagsIn(object: object, table: FlagTable, others: readonly string[], rewrite: Rewrite): Flags {
  const entries = Object.entries(object).filter(([name]) => !others.includes(name));
  const flags = new Map<string, Value>();
  for (const [name, value] of entries) {
    const [meant, said] = meaningOf(name, valueOf(value, name, syntaxOf(name, table, others), rewrite), table);
    if (flags.has(meant)) throw new UsageError(`has \`${name}\` beside another name of the same option`);
    // What gives nothing takes back what an earlier place gives, too.
    const given = said ?? false;
    flags.set(meant, table[meant]?.array === true && typeof given === "string" ? [given] : given);
  }
  return Object.fromEntries(flags);
}

function syntaxOf(name: string, table: FlagTable, others: readonly string[]): FlagSyntax {
  const syntax = Object.hasOwn(table, name) ? table[name] : undefined;
  if (syntax !== undefined) return syntax;
  const meant = name.startsWith("--") ? name.slice(2) : nearest(name, [...Object.keys(table), ...others]);
  const isKnown = meant !== undefined && (Object.hasOwn(table, meant) || others.includes(meant));
  throw new UsageError(`\`${name}\` is no option here${isKnown ? `: did you mean \`${meant}\`?` : ""}`);
}

function valueOf(value: unknown, name: string, syntax: FlagSyntax, rewrite: Rewrite): Value {
  const { type, array, optionalValue, pair } = syntax;
  const text = (each: string): string => checked(rewrite(each, name), name, syntax);
  if (type === "boolean" || optionalValue === true) {
    if (typeof value === "boolean") return type === "boolean" || !value ? value : array === true ? [""] : "";
    if (type === "boolean") throw new UsageError(`\`${name}\` is ${shown(value)}, and \`true\` or \`false\` is wanted`);
  }
  if (array !== true) {
    if (typeof value === "string") return text(value);
    const wanted =
      syntax.choices === undefined
        ? "a text"
        : choicesOf(syntax)
            .map((each) => `\`${each}\``)
            .join(", ");
    throw new UsageError(`\`${name}\` is ${shown(value)}, and ${wanted} is wanted`);
  }
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.map(text);
  if (pair === true && isObject(value)) return Object.entries(value).map(([key, each]) => text(pairOf(key, each, name)));
  const wanted =
    pair === true ? "a list of texts, or an object of them" : optionalValue === true ? "`true` or a list of texts" : "a list of texts";
  throw new UsageError(`\`${name}\` is ${shown(value)}, and ${wanted} is wanted`);
}

function pairOf(key: string, value: unknown, name: string): string {
  if (key.includes("=")) throw new UsageError(`\`${name}\` has the name \`${key}\`, and no name has a \`=\``);
  if (typeof value !== "string") throw new UsageError(`\`${key}\` in \`${name}\` is ${shown(value)}, and a text is wanted`);
  return `${key}=${value}`;
}

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** What was found, in a few characters. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return value instanceof Date ? "a date" : "an object";
  return `\`${String(value)}\``;
}
