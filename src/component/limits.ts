/**
 * What a component may be made of. Written down, a type can be small and still have no end of parts, and so can what
 * instances of it export: so parts are counted as often as they occur, as hosts do it. Work is counted too, never timed.
 * The numbers are wasmparser's, which hosts validate with, but for the number of steps.
 */
import { FormatError } from "../errors.ts";
import { TypeSizes } from "./type-sizes.ts";

/** Of a type, an instance, or all imports and exports of a component. */
export const MAX_PARTS = 1_000_000;
/** How deep types may lie in each other. */
export const MAX_DEPTH = 100;
/** How deep components may lie in each other. */
export const MAX_NESTING = 100;
/** For all of a component: each part that is compared, put in place of another or looked into is a step. All of WASI takes 6,000. */
export const MAX_STEPS = 1_000_000;
/** In a record, variant, tuple or enum. */
export const MAX_MEMBERS = 10_000;
export const MAX_FLAGS = 32;
export const MAX_CANON_OPTIONS = 10;
export const MAX_ARGS = 100_000;

/** In one component, by what they are. */
export const MAX_ITEMS_OF = {
  types: 1_000_000,
  functions: 1_000_000,
  "core tables": 1_000_000,
  "core memories": 1_000_000,
  "core globals": 1_000_000,
  "core tags": 1_000_000,
  "core modules": 1_000,
  components: 1_000,
  instances: 1_000,
} as const;

/** Counts the steps of one validation. */
export class Work {
  readonly sizes: TypeSizes = new TypeSizes();
  /** Where in the file we are, for errors. */
  offset = 0;
  #steps = 0;

  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw new FormatError(`the component takes more than ${MAX_STEPS} steps to validate`, this.offset);
  }

  fail(message: string): never {
    throw new FormatError(message, this.offset);
  }
}
