/** Scripts of test/guests/c/stage.c, in few words. */
import type { Command, Redirection, Script } from "../../src/index.ts";

export { and, or, pipe, sequence } from "../../src/index.ts";

/** `stage` with these arguments. */
export const stage = (...args: readonly string[]): Command => ({ kind: "command", program: "stage", args, env: [], redirections: [] });

export const group = (body: Script, ...redirections: readonly Redirection[]): Script => ({ kind: "group", body, redirections });

/** A command with redirections. */
export const to = (command: Command, ...redirections: readonly Redirection[]): Command => ({
  ...command,
  redirections: [...command.redirections, ...redirections],
});
export const input = (path: string): Redirection => ({ kind: "input", path });
export const output = (path: string, from: "stdout" | "stderr" = "stdout"): Redirection => ({ kind: "output", from, path });
export const append = (path: string, from: "stdout" | "stderr" = "stdout"): Redirection => ({ kind: "append", from, path });
export const duplicate = (from: "stdout" | "stderr"): Redirection => ({
  kind: "duplicate",
  from,
  to: from === "stdout" ? "stderr" : "stdout",
});
