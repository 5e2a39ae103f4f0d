/**
 * The help of a command, laid out by yargs, which is not worth its loading time for anything else here.
 */
import yargs, { type Options } from "yargs";
import type { OptionTable } from "./command-line.ts";

const WIDEST = 100;

export interface Manual {
  readonly usage: string;
  readonly options: OptionTable;
  readonly groups: readonly (readonly [heading: string, names: readonly string[]])[];
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  readonly epilogue: string;
}

export async function helpOf({ usage, options, groups, examples, epilogue }: Manual): Promise<string> {
  const parser = yargs().scriptName("wasi-nest").detectLocale(false).usage(usage).help(false).version(false);
  for (const [heading, names] of groups) parser.group(names, heading);
  // yargs writes `[array]` beside what may be given more than once, which says nothing of what it takes.
  const once = Object.entries(options).map(([name, option]) => [name, { ...option, array: false }] as const);
  parser.options(Object.fromEntries(once) as Readonly<Record<string, Options>>);
  for (const [command, purpose] of examples) parser.example(command, purpose.replaceAll("$0", "wasi-nest"));
  const help = await parser
    .epilogue(epilogue)
    .wrap(Math.min(WIDEST, process.stdout.columns ?? WIDEST))
    .getHelp();
  return help;
}
