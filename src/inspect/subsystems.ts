/**
 * Which part of the host an import reaches, in the words of the options, and whether it is any power at all.
 *
 * Streams, errors and polling give none: they only carry what another interface gave. That holds for what is known of
 * `wasi:io`; a function or a version of it that is not known is power. A clock of which only waiting is used counts with
 * them: it tells no time of day, though how long something took can be measured by asking what it gives in a loop. So does the function
 * of files that says why a stream has failed, where nothing else of theirs is used.
 */
import { SERIES, wasiKey } from "../adapters/series.ts";
import { wordFor } from "../adapters/modules.ts";
import { wholeCatalogue } from "../adapters/prebuilt-core.ts";
import { keyOf, parseInterfaceName } from "../component/names.ts";

/** The words for what can be reached: those of the modules. */
export type Word =
  | "clocks"
  | "config"
  | "environment"
  | "exit"
  | "filesystem"
  | "http"
  | "random"
  | "sockets"
  | "stderr"
  | "stdin"
  | "stdout"
  | "terminals";

/** `io` gives no power by itself; `other` is everything that has no word. */
export type Subsystem = Word | "io" | "other";

const MONOTONIC_CLOCK = "wasi:clocks/monotonic-clock";
/** By these a component waits for a length of time. `subscribe-instant` is not among them: it tells the time to who tries. */
const WAITING: ReadonlySet<string> = new Set(["subscribe-duration", "wait-for"]);
/** Those that have such a clock. */
const WAITING_SERIES: readonly string[] = [SERIES, "0.3"];

/** The word for an instance of the interface `name`, of which these functions, and what else there is, are used. */
export function wordOf(name: string, functions: readonly string[]): Subsystem {
  const base = parseInterfaceName(name)?.base;
  if (base === undefined) return "other";
  if (carries(name, base, functions) || waits(name, functions) || explains(name, functions)) return "io";
  const word = wordFor(base);
  return word === undefined || word === "io" ? "other" : (word as Subsystem); // the registry has no others
}

function carries(name: string, base: string, functions: readonly string[]): boolean {
  if (!base.startsWith("wasi:io/") || keyOf(name) !== wasiKey(base)) return false;
  const known = [...wholeCatalogue().imports].find(([each]) => keyOf(each) === wasiKey(base))?.[1];
  return known?.kind === "instance" && functions.every((label) => known.exports.get(label)?.kind === "func");
}

function explains(name: string, functions: readonly string[]): boolean {
  return keyOf(name) === wasiKey("wasi:filesystem/types") && functions.length === 1 && functions[0] === "filesystem-error-code";
}

function waits(name: string, functions: readonly string[]): boolean {
  return WAITING_SERIES.some((series) => keyOf(name) === `${MONOTONIC_CLOCK}@${series}`) && functions.every((each) => WAITING.has(each));
}
