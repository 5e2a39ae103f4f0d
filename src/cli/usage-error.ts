/**
 * The command line is at fault: exit code 2, and a word on where to read more.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
