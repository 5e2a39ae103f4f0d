/**
 * What the user sees of an error, and the exit code: 1 for an expected failure, 2 for a wrong command line.
 * Anything unexpected is a bug of ours and keeps its stack. What another tool has said is summed up in our message, and is
 * printed whole if that is asked for.
 */
import { NestError, OptionError } from "../errors.ts";
import { InputError } from "../node/input-error.ts";
import { say } from "./terminal.ts";
import { UsageError } from "../errors.ts";

let isVerbose = false;

/** Prints what other tools say. */
export function beVerbose(): void {
  isVerbose = true;
}

export function reportFailure(error: unknown): void {
  if (error instanceof UsageError) {
    const help = ["wasi-nest", ...(error.command === "" ? [] : [error.command]), "--help"].join(" ");
    say([`wasi-nest: ${error.message}`, `  \`${help}\` lists the options`]);
    process.exitCode = 2;
    return;
  }
  process.exitCode = error instanceof OptionError ? 2 : 1;
  // Whoever read our output has heard enough.
  if (error instanceof Error && "code" in error && error.code === "EPIPE") return;
  sayFailure(error);
}

/** Prints it, and goes on. */
export function sayFailure(error: unknown): void {
  if (!(error instanceof NestError)) {
    say(["wasi-nest: this is a bug of wasi-nest", ...(error instanceof Error ? (error.stack ?? "") : String(error)).split("\n")]);
    return;
  }
  const [first = "", ...more] = linesOf(error);
  const hint = "hint" in error && typeof error.hint === "string" ? [`  ${error.hint}`] : [];
  const others = othersWords(error);
  // Where a place in a file is named, there is hardly more to know.
  const isLongStory = others.length > 1 && !(error instanceof InputError);
  const verbose = isVerbose ? others : isLongStory ? ["  `--verbose` shows all that was said"] : [];
  say([`wasi-nest: ${first}`, ...more, ...hint, ...verbose]);
}

/** What a tool has said from which an error comes. */
function othersWords({ cause }: Error): readonly string[] {
  if (!(cause instanceof Error)) return [];
  if (cause instanceof NestError) return othersWords(cause);
  // Of a trap, the stack is what there is to know.
  const said = cause.name === "RuntimeError" ? (cause.stack ?? cause.message) : cause.message;
  return said
    .trim()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd());
}

/** With its causes: a single line after a colon, longer ones indented below. */
function linesOf(error: Error): readonly string[] {
  const lines = error.message.split("\n");
  if (!(error.cause instanceof NestError)) return lines;
  const cause = linesOf(error.cause);
  return cause.length > 1 ? [...lines, ...cause.map((line) => `  ${line}`)] : [...lines.slice(0, -1), `${lines.at(-1)}: ${cause[0]}`];
}
