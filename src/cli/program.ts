/**
 * Finds the command and turns errors into exit codes; what a command needs is imported by the command, so that a short
 * one is over quickly.
 */
import { commandOf } from "./commands.ts";
import { reportFailure } from "./failure.ts";
import { refuseOptionsOfNode } from "./start.ts";
import { UsageError } from "../errors.ts";

export async function main(argv: readonly string[]): Promise<void> {
  await mainCommand(argv).catch(reportFailure);
}

async function mainCommand(argv: readonly string[]): Promise<void> {
  refuseOptionsOfNode(argv, process.execArgv);
  const { name, args, run } = commandOf(argv);
  try {
    await run(args);
  } catch (error) {
    throw error instanceof UsageError ? error.of(name) : error;
  }
}
