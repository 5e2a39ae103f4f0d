/**
 * The command line is at fault: exit code 2, and a word on where to read more.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** Whose help says more, "" for the command without a name. */
  command = "";

  of(command: string): this {
    this.command = command;
    return this;
  }
}
