/**
 * How guests name their functions, and which of them stand for a function of an interface:
 *
 *   exports   `<package>_<interface>__<function>[__<variant>][__post]`, and `..._dtor` for a resource; with `p3_` before it, of
 *             WASI 0.3; `p3_loop__...` is what feeds streams
 *   lent      `lent__<package>_<interface>__<function>[__<variant>]`, what other guests may call in the place of the host's
 */
import type { Adapter } from "./adapter.ts";
import { ASYNC_SERIES, wasiKey } from "./series.ts";

/** What names of a guest begin with that are for other guests. */
export const LENT_PREFIX = "lent__";
/** What names of a guest begin with that are of the series 0.3, and what feeds its streams. */
const ASYNC_PREFIX = "p3_";
export const LOOP_PREFIX: string = `${ASYNC_PREFIX}loop__`;

/** The variant that tells what it refuses; what ends a call is the same as without it. */
export const TOLD = "told";

/** The guest's name without that. */
export const untold = (guestName: string): string => guestName.replace(/__told$/, "");

export const baseOf = (key: string): string => key.replace(/@.*/, "");
export const seriesOf = (key: string): string => key.replace(/^[^@]*@?/, "");

/** `wasi:io/streams@0.2`, `[method]input-stream.read` → `io_streams__input_stream_read` */
export function guestNameOf(key: string, name: string): string {
  const plain = name.replace(/^\[[^\]]*\]/, "");
  const prefix = seriesOf(key) === ASYNC_SERIES ? ASYNC_PREFIX : "";
  return prefix + `${baseOf(key).replace(/^[^:]*:/, "")}__${plain}`.replace("/", "_").replace(/[-.]/g, "_");
}

export function guestFunction(adapter: Adapter, key: string, name: string): string | undefined {
  const variants = adapter.variantsOf(baseOf(key), name, seriesOf(key));
  const found = find(adapter, guestNameOf(key, name), variants);
  if (found !== undefined || adapter.isAlike !== true) return found;
  const base = baseOf(key);
  return find(adapter, guestNameOf(wasiKey(adapter.sameAs?.[base] ?? base), name), variants);
}

export function find(adapter: Adapter, guestName: string, variants: readonly string[]): string | undefined {
  return [...variants.map((variant) => `${guestName}__${variant}`), guestName].find((name) => adapter.core.exports.has(name));
}

/** Whether a guest has a function to stand in front of another. */
export const isInFront = (adapter: Adapter, key: string, name: string): boolean => guestFunction(adapter, key, name) !== undefined;
