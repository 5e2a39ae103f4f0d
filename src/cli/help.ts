/**
 * The help of a command, laid out by yargs, which is not worth its loading time for anything else here.
 */
import yargs, { type Options } from "yargs";
import { choicesOf, type FlagSyntax, type FlagTable } from "../adapters/option-table.ts";

const WIDEST = 100;
/** In fewer columns yargs breaks words. What is printed breaks its lines between them. */
const NARROWEST = 60;

export interface Manual {
  /** How the command is called, a line each; `$0` is its name. */
  readonly usage: readonly string[];
  /** The words that may stand behind the command, by their places; where there are none, and behind them, stand files. */
  readonly words?: readonly (readonly string[] | undefined)[];
  readonly purpose: string;
  readonly options: FlagTable;
  readonly groups: readonly (readonly [heading: string, names: readonly string[]])[];
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  /** Paragraphs. */
  readonly epilogue: readonly string[];
}

export async function helpOf({ usage, purpose, options, groups, examples, epilogue }: Manual): Promise<string> {
  const parser = yargs().scriptName("wasi-nest").detectLocale(false).help(false).version(false);
  parser.usage(`${usage.join("\n")}\n\n${purpose}`);
  for (const [heading, names] of groups) parser.group(names, heading);
  parser.options(Object.fromEntries(Object.entries(options).map(([name, syntax]) => [name, optionOf(syntax)])));
  for (const [command, what] of examples) parser.example(command, what.replaceAll("$0", "wasi-nest"));
  const width = Math.max(NARROWEST, Math.min(WIDEST, process.stdout.columns ?? WIDEST));
  return parser.epilogue(epilogue.join("\n\n")).wrap(width).getHelp();
}

function optionOf(syntax: FlagSyntax): Options {
  const { alias, type, choices, describe = "" } = syntax;
  // yargs would write `[array]` beside what may be given more than once, which says nothing of what it takes.
  const all = choices && choicesOf(syntax);
  return { type, describe, ...(alias !== undefined && { alias }), ...(all !== undefined && { choices: all }) };
}
