/**
 * Counts what a piece of our code does, instead of timing it: how often V8 enters each block of `src`, and how many
 * items the built-in searches, copies and iterations go over, which have no blocks. The numbers are the same each time.
 */
import { type Profiler, Session } from "node:inspector";
import { setFlagsFromString } from "node:v8";

const session = new Session();

/** Must come before the code that is counted is loaded: V8 counts what it compiles from then on. */
export function startCounting(): void {
  // Functions that are optimized or forgotten are not counted.
  for (const flag of ["--no-opt", "--no-maglev", "--no-flush-bytecode"]) setFlagsFromString(flag);
  session.connect();
  post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true }, refuse);
}

export function steps(run: () => void): number {
  taken();
  let walked = 0;
  const restore = BUILT_INS.map(([holder, name, itemsOf]) => countCalls(holder, name, itemsOf, (items) => void (walked += items)));
  try {
    run();
  } finally {
    for (const each of restore) each();
  }
  return taken() + Math.round(walked);
}

/** How often blocks of ours were entered since it was asked for the last time. */
function taken(): number {
  let coverage: Profiler.TakePreciseCoverageReturnType | undefined;
  session.post("Profiler.takePreciseCoverage", (error, result) => {
    refuse(error);
    coverage = result;
  });
  const ours = coverage?.result.filter(({ url }) => /\/src\/[^?]*\.ts/.test(url)) ?? [];
  return ours.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges)).reduce((sum, { count }) => sum + count, 0);
}

function post(method: "Profiler.enable"): void {
  session.post(method, refuse);
}

function refuse(error: Error | null): void {
  if (error !== null) throw error;
}

type ItemsOf = (self: never, result: never, args: never) => number;
type Sized = { readonly length: number };

const ofSelf = (self: Sized): number => self.length;
const ofResult = (_: unknown, result: Sized): number => result.length;
const ofSize = ({ size }: { readonly size: number }): number => size;
/** A word at once, or a character of a short text. */
const ofBytes = (_: unknown, result: Sized | undefined, args: readonly (Sized | undefined)[]): number =>
  (result?.length ?? args[0]?.length ?? 0) / 16;
const BYTES = Object.getPrototypeOf(Uint8Array.prototype) as object;

const BUILT_INS: readonly (readonly [holder: object, name: PropertyKey, itemsOf: ItemsOf])[] = [
  [Array.prototype, "includes", ofSelf],
  [Array.prototype, "indexOf", ofSelf],
  [Array.prototype, "join", ofSelf],
  [Array.prototype, "entries", ofSelf],
  [Array.prototype, Symbol.iterator, ofSelf],
  [Array.prototype, "slice", ofResult],
  [Array.prototype, "concat", ofResult],
  [Array.prototype, "flat", ofResult],
  [Array.prototype, "toSorted", ofResult],
  [Object, "entries", ofResult],
  [Object, "keys", ofResult],
  ...[Map.prototype, Set.prototype].flatMap((each) =>
    [Symbol.iterator, "keys", "values", "entries"].map((name) => [each, name, ofSize] as const),
  ),
  [JSON, "stringify", ofBytes],
  [BYTES, "slice", ofBytes],
  [BYTES, "set", ofBytes],
];

/** Until the function that it returns is called. */
function countCalls(holder: object, name: PropertyKey, itemsOf: ItemsOf, count: (items: number) => void): () => void {
  const original = Object.getOwnPropertyDescriptor(holder, name);
  const method: unknown = original?.value;
  if (original === undefined || typeof method !== "function") throw new Error(`there is no ${String(name)}`);
  Object.defineProperty(holder, name, {
    ...original,
    value(this: unknown, ...args: unknown[]): unknown {
      const result: unknown = Reflect.apply(method, this, args);
      count(Reflect.apply(itemsOf as (...all: unknown[]) => number, undefined, [this, result, args]));
      return result;
    },
  });
  return () => Object.defineProperty(holder, name, original);
}
