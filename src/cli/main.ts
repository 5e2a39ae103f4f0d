#!/usr/bin/env node
/**
 * The command line. Finds the command, lets yargs parse, and turns errors into exit codes; what a command
 * needs is imported by its handler, so that a short one is over quickly.
 */
import yargs from "yargs";
import { normalize } from "./command-line.ts";
import { runCommandOf } from "./commands/run.ts";
import { virtualizeCommand } from "./commands/virtualize.ts";
import { reportFailure } from "./failure.ts";
import { RUN_OPTIONS, VIRTUALIZE_OPTIONS } from "./options.ts";
import { UsageError } from "./usage-error.ts";

const WIDEST_HELP = 100;

async function main(given: readonly string[]): Promise<void> {
  const isRun = given[0] === "run";
  const { argv, rest } = normalize(given, isRun ? RUN_OPTIONS : VIRTUALIZE_OPTIONS);
  if (argv.includes("--version")) {
    const { VERSION } = await import("../index.ts");
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  if (!isRun && rest.length > 0) throw new UsageError("only `run` takes arguments after `--`; `--arg` fixes an argument");
  const parser = yargs()
    .scriptName("wasi-nest")
    .usage("$0 <component> -o FILE [options]\n$0 run <component> [options] [-- arguments]")
    .command(virtualizeCommand)
    .command(runCommandOf(rest))
    .parserConfiguration({ "boolean-negation": false, "camel-case-expansion": false, "dot-notation": false, "greedy-arrays": false, "parse-numbers": false, "parse-positional-numbers": false })
    .strict()
    .version(false)
    .help()
    .detectLocale(false)
    .wrap(Math.min(WIDEST_HELP, process.stdout.columns ?? WIDEST_HELP))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(inOurWords(message));
    });
  await parser.parseAsync(argv);
}

function inOurWords(message: string): string {
  if (message.startsWith("Not enough non-option arguments")) return "no component given";
  const extra = /^Unknown arguments?: (.*)$/s.exec(message)?.[1];
  if (extra !== undefined) return `one component is wanted, \`${extra}\` is too much`;
  const choice = /Argument: (\S+), Given: "(.*)", Choices: (.*)$/s.exec(message);
  if (choice !== null) return `\`--${choice[1]}\` is \`${choice[2]}\`, which is none of ${choice[3]?.replaceAll('"', "`")}`;
  return message;
}

process.stdout.on("error", reportFailure);
await main(process.argv.slice(2)).catch(reportFailure);
