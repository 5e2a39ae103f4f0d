/** One component, virtualized as flags say: to be written, or to be run. */
import type { FlagTable } from "../adapters/option-table.ts";
import type { Options } from "../adapters/registry.ts";
import { adaptPreview1, type Chunk, kindOf } from "../index.ts";
import type { ComponentOf } from "../node/as-component.ts";
import { virtualize } from "../virtualize/virtualize.ts";
import type { VirtualizeGiven } from "./options.ts";
import { programName, readComponent } from "./read-component.ts";
import type { Making } from "./write-component.ts";

export const virtualizing = (path: string, given: VirtualizeGiven, table: FlagTable): Making<ComponentOf> => ({
  given,
  table,
  subject: path,
  read: (progress) => readComponent(path, { adapt: given.adapt, keepsModule: true }, progress),
  adapted: ({ adapted }) => adapted,
  importing: ({ component }, options) => importing(component, options),
  make: ({ component }, options) => virtualize(component, { programName: programName(path), ...options }),
});

/** A component that imports what the output's app will, for adapters to be made for that. */
function importing(component: Uint8Array, { exitWithCode = false, stubImports = false }: Options<Chunk>): Uint8Array {
  return kindOf(component) === "core module" ? adaptPreview1(component, { exitWithCode, stubImports }) : component;
}
