/**
 * With which options of the command a denied interface is let through: for the names of the functions that trap, which
 * hosts show in their traces.
 */
import { type Subsystem, subsystemOf } from "./options.ts";
import { isStream, STREAMS } from "./policy.ts";

const OPTIONS: Readonly<Record<Subsystem, string>> = {
  clocks: "--allow-clocks",
  exit: "--allow-exit",
  filesystem: "--mount, --tmpfs or --preopen",
  http: "--allow-http",
  random: "--allow-random",
  sockets: "--allow-sockets",
};

/** As the command calls them; `undefined` for an interface that only its name can deny. */
export function optionsAllowing(base: string): string | undefined {
  const subsystem = subsystemOf(base);
  if (subsystem !== undefined) return OPTIONS[subsystem];
  if (isStream(base)) return `--${STREAMS[base]} allow`;
  return base.startsWith("wasi:") ? "--allow-all" : undefined;
}

/** What stands behind "is denied" where an interface is denied because no option allows it. */
export function allowedByText(base: string): string {
  const options = optionsAllowing(base);
  return options === undefined ? "" : `; ${options} lets it through`;
}

/** The same where an option denies it by its name. */
export const BY_NAME = " by --deny-import";
