/**
 * Which part of the host an import reaches, in the words of the options, and whether it is any power at all.
 *
 * Streams, errors and polling give none: they only carry what another interface gave. The same holds for a
 * clock of which only waiting is used: it cannot be read. And for an interface of which only types are imported.
 */
import { parseInterfaceName } from "../component/names.ts";
import { subsystemOf } from "../options.ts";

/** The words for what can be reached. */
export const WORDS = [
  "clocks",
  "environment",
  "exit",
  "filesystem",
  "http",
  "random",
  "sockets",
  "stderr",
  "stdin",
  "stdout",
  "terminals",
] as const;
export type Word = (typeof WORDS)[number];

/** `io` gives no power by itself; `other` is everything that has no word. */
export type Subsystem = Word | "io" | "other";

const CLI: Readonly<Record<string, Word>> = {
  "wasi:cli/environment": "environment",
  "wasi:cli/exit": "exit",
  "wasi:cli/stderr": "stderr",
  "wasi:cli/stdin": "stdin",
  "wasi:cli/stdout": "stdout",
  "wasi:cli/terminal-input": "terminals",
  "wasi:cli/terminal-output": "terminals",
  "wasi:cli/terminal-stderr": "terminals",
  "wasi:cli/terminal-stdin": "terminals",
  "wasi:cli/terminal-stdout": "terminals",
};
const IO: ReadonlySet<string> = new Set(["wasi:io/error", "wasi:io/poll", "wasi:io/streams"]);
const MONOTONIC_CLOCK = "wasi:clocks/monotonic-clock";
/** By these a component waits for a length of time. `subscribe-instant` is not among them: it tells the time to who tries. */
const WAITING: ReadonlySet<string> = new Set(["subscribe-duration", "wait-for"]);

export function wordOf(name: string, functions: readonly string[]): Subsystem {
  const base = parseInterfaceName(name)?.base;
  if (base === undefined) return "other";
  if (IO.has(base) || isWaiting(base, functions)) return "io";
  return CLI[base] ?? subsystemOf(base) ?? "other";
}

function isWaiting(base: string, functions: readonly string[]): boolean {
  return base === MONOTONIC_CLOCK && functions.every((each) => WAITING.has(each));
}
