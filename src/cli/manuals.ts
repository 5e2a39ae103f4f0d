/** The manuals of all commands, for what is made of all of them: completion, docs/cli.md, the page for `man`. */
import type { CommandName } from "./commands.ts";
import type { Manual } from "./help.ts";

/** `virtualize` may be left out, and `help` and `version` take no options. */
type Described = "" | Exclude<CommandName, "virtualize" | "help" | "version">;

const MANUALS: Readonly<Record<Described, () => Promise<Manual>>> = {
  "": async () => (await import("./commands/virtualize.ts")).VIRTUALIZE_MANUAL,
  compose: async () => (await import("./commands/compose.ts")).COMPOSE_MANUAL,
  bundle: async () => (await import("./commands/compose.ts")).BUNDLE_MANUAL,
  adapter: async () => (await import("./commands/adapter.ts")).ADAPTER_MANUAL,
  run: async () => (await import("./commands/run.ts")).RUN_MANUAL,
  serve: async () => (await import("./commands/serve.ts")).SERVE_MANUAL,
  inspect: async () => (await import("./commands/inspect.ts")).INSPECT_MANUAL,
  files: async () => (await import("./commands/files.ts")).FILES_MANUAL,
  diff: async () => (await import("./commands/diff.ts")).DIFF_MANUAL,
  init: async () => (await import("./commands/init.ts")).INIT_MANUAL,
  types: async () => (await import("./commands/types.ts")).TYPES_MANUAL,
  completion: async () => (await import("./commands/completion.ts")).COMPLETION_MANUAL,
};

/** By the name of the command, "" for the one without a name, in the order of the help. */
export async function manuals(): Promise<ReadonlyMap<string, Manual>> {
  const all = Object.entries(MANUALS).map(async ([name, manual]) => [name, await manual()] as const);
  return new Map(await Promise.all(all));
}
