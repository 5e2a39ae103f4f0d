/** What `--policy` and `--profile` add to the command line. */
import type { FlagTable } from "../../adapters/option-table.ts";
import { policyFlags, type PolicyGiven } from "../options.ts";
import { type Flags, merge } from "./merge.ts";
import { type Beside, policyPath, readPolicy } from "./policy-file.ts";
import { PROFILES } from "./profiles.ts";
import { say } from "../terminal.ts";

/**
 * The profile lies below the file, and the file below the command line; `component` is what `auto` looks beside.
 * @throws InputError, UsageError for a file that is no policy
 */
export async function addPolicy<G extends PolicyGiven>(given: G, table: FlagTable, component: string | undefined): Promise<G> {
  const beside: Beside = { mounts: [], notes: [] };
  const file = given.policy === undefined ? {} : await readPolicy(policyPath(given.policy, component), policyFlags(table), beside);
  if ((given as Flags)["quiet"] !== true) say(beside.notes.map((note) => `note: ${note}`));
  const flags = merge(file, given as Flags, table);
  // Of its flags, those that the command has.
  const ofProfile = Object.entries(PROFILES[flags["profile"] as keyof typeof PROFILES]?.flags ?? {}).filter(([flag]) => flag in table);
  const all = merge(Object.fromEntries(ofProfile), flags, table);
  const inline: object = beside.mounts.length > 0 ? { inlineMounts: beside.mounts } : {};
  // Each value is as its row of the table says, as those of the command line are.
  return { ...all, ...inline } as G;
}
