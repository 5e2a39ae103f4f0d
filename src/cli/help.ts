/**
 * The help of a command, in lines that break at words at any width, as all that is printed.
 */
import { columns } from "./columns.ts";
import type { OptionSyntax, OptionTable } from "./command-line.ts";
import { textOf } from "./terminal.ts";

const WIDEST = 100;

export interface Manual {
  /** How the command is called, a line each; `$0` is its name. */
  readonly usage: readonly string[];
  readonly purpose: string;
  readonly options: OptionTable;
  readonly groups: readonly (readonly [heading: string, names: readonly string[]])[];
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  /** Paragraphs. */
  readonly epilogue: readonly string[];
}

export function helpOf({ usage, purpose, options, groups, examples, epilogue }: Manual): string {
  const grouped = new Set(groups.flatMap(([, names]) => names));
  const others = Object.keys(options).filter((name) => !grouped.has(name));
  const sections = [...groups, ["Options:", others] as const].map(([heading, names]) => [
    heading,
    ...columns(names.map((name) => optionRow(name, options[name]))),
  ]);
  const shown = examples.flatMap(([command, what]) => [`  ${command}`, `      ${what}`]);
  const paragraphs = [usage, [purpose], ...sections, ["Examples:", ...shown], ...epilogue.map((each) => [each])];
  const lines = paragraphs.flatMap((each, i) => (i === 0 ? each : ["", ...each])).map((line) => line.replaceAll("$0", "wasi-nest"));
  return textOf(lines, false, Math.min(WIDEST, process.stdout.columns ?? WIDEST));
}

/** An option that takes a value says so, and which there are if not any. */
function optionRow(name: string, syntax: OptionSyntax = { type: "boolean" }): readonly string[] {
  const { alias, type, choices, prefix, optionalValue, describe = "" } = syntax;
  const all = choices === undefined ? [] : [...choices, ...(prefix === undefined ? [] : [`${prefix}PATH`])];
  const value = type === "boolean" ? "" : optionalValue === true ? "[=VALUE]" : " VALUE";
  return [
    `${alias === undefined ? "   " : `-${alias},`} --${name}${value}`,
    `${describe}${all.length === 0 ? "" : ` [${all.join(", ")}]`}`,
  ];
}
