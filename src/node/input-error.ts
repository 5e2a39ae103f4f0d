/// <reference lib="es2022.error" preserve="true" />
/**
 * Files that cannot be read, or not as what they are wanted for.
 */
import { NestError } from "../errors.ts";

interface InputErrorOptions extends ErrorOptions {
  /** Lines below the problems. */
  readonly details?: readonly string[];
}

/** Problems that a message names; it counts the others. */
const MOST_NAMED = 10;

/** One clause a problem; each names its path. */
export class InputError extends NestError {
  override readonly name = "InputError";
  readonly code = "input";
  /** All of them; the message names the first ten. */
  readonly problems: readonly string[];
  /** What the caller may do about it. */
  readonly hint: string | undefined;

  constructor(problems: readonly string[], hint?: string, { details = [], ...options }: InputErrorOptions = {}) {
    const [only = ""] = problems;
    const named = problems.slice(0, MOST_NAMED).map((problem) => `  ${problem}`);
    const others = problems.length > MOST_NAMED ? [`  and ${problems.length - MOST_NAMED} more`] : [];
    const lines = problems.length === 1 ? [only] : [`${problems.length} problems:`, ...named, ...others];
    super([...lines, ...details], options);
    this.problems = problems;
    this.hint = hint;
  }
}

/** The reason in an error of `node:fs`, without the system call and the path that we name ourselves. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "does not exist";
    case "ENOTDIR":
      return "leads through something that is not a directory";
    case "EEXIST":
      return "exists already, and is something else";
    case "EISDIR":
      return "is a directory";
    case "EACCES":
    case "EPERM":
      return "cannot be read: permission denied";
    case "ELOOP":
      return "is a link that leads back to itself";
    case "ENAMETOOLONG":
      return "is too long a path";
    default:
      if (typeof code !== "string") throw error;
      return `cannot be read: ${(error as Error).message.replace(/^[A-Z0-9]+: /, "").replace(/, \w+( '.*)?$/s, "")}`;
  }
}
