/**
 * What the user sees of an error, and the exit code: 1 for an expected failure, 2 for a wrong command line.
 * Anything unexpected is a bug of ours and keeps its stack.
 */
import { NestError, OptionError } from "../errors.ts";
import { say } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

export async function reportFailure(error: unknown): Promise<void> {
  if (error instanceof UsageError) {
    const help = ["wasi-nest", ...(error.command === "" ? [] : [error.command]), "--help"].join(" ");
    say([`wasi-nest: ${error.message}`, `  \`${help}\` lists the options`]);
    process.exitCode = 2;
    return;
  }
  process.exitCode = error instanceof OptionError ? 2 : 1;
  // Whoever read our output has heard enough.
  if (error instanceof Error && "code" in error && error.code === "EPIPE") return;
  if (!(error instanceof NestError)) {
    say(["wasi-nest: this is a bug of wasi-nest", ...(error instanceof Error ? (error.stack ?? "") : String(error)).split("\n")]);
    return;
  }
  const [first = "", ...more] = linesOf(error);
  const hint = "hint" in error && typeof error.hint === "string" ? [`  ${error.hint}`] : [];
  say([`wasi-nest: ${first}`, ...more, ...hint]);
}

/** With its causes: a single line after a colon, longer ones indented below. */
function linesOf(error: Error): readonly string[] {
  const lines = error.message.split("\n");
  if (!(error.cause instanceof Error)) return lines;
  const cause = linesOf(error.cause);
  return cause.length > 1 ? [...lines, ...cause.map((line) => `  ${line}`)] : [...lines.slice(0, -1), `${lines.at(-1)}: ${cause[0]}`];
}
