/** Flags such as `--env NAME=VALUE`, and the files of such lines beside them. */
import { UsageError } from "../errors.ts";
import type { Machine } from "./option-table.ts";

interface AssignmentFlag {
  readonly flag: string;
  /** What stands before the `=`. */
  readonly noun: "name" | "key";
  /** The flag that gives the host's. */
  readonly allow: string;
}

/** Those of the files first, so that flags have precedence. */
export function assignmentsOf(
  { flag, noun, allow }: AssignmentFlag,
  files: readonly string[] = [],
  assignments: readonly string[] = [],
  machine: Machine,
): ReadonlyMap<string, string> {
  const values = new Map(files.flatMap((path) => [...machine.variables(path)]));
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    if (equals < 0)
      throw new UsageError(
        `\`--${flag} ${assignment}\` has no \`=\`: ${noun.toUpperCase()}=VALUE is wanted, and \`--${allow}=${assignment}\` gives the host's`,
      );
    if (equals === 0) throw new UsageError(`\`--${flag} ${assignment}\` has no ${noun} before the \`=\``);
    values.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  return values;
}
