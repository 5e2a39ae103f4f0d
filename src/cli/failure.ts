/**
 * What the user sees of an error, and the exit code: 1 for an expected failure, 2 for a wrong command line.
 * Anything unexpected is a bug of ours and keeps its stack.
 */
import { UsageError } from "./usage-error.ts";

export async function reportFailure(error: unknown): Promise<void> {
  if (error instanceof UsageError) {
    say(error.message, "`wasi-nest --help` lists the options");
    process.exitCode = 2;
    return;
  }
  const { NestError, OptionError } = await import("../index.ts");
  process.exitCode = error instanceof OptionError ? 2 : 1;
  // Whoever read our output has heard enough.
  if (error instanceof Error && "code" in error && error.code === "EPIPE") return;
  if (!(error instanceof NestError)) {
    process.stderr.write(`wasi-nest: this is a bug of wasi-nest\n${error instanceof Error ? error.stack : String(error)}\n`);
    return;
  }
  say(messageOf(error), "hint" in error && typeof error.hint === "string" ? error.hint : undefined);
}

function say(message: string, hint: string | undefined): void {
  process.stderr.write(`wasi-nest: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
}

/** With its causes: a single line after a colon, longer ones indented below. */
function messageOf(error: Error): string {
  if (!(error.cause instanceof Error)) return error.message;
  const cause = messageOf(error.cause);
  return cause.includes("\n") ? `${error.message}\n${cause.replace(/^/gm, "  ")}` : `${error.message}: ${cause}`;
}
