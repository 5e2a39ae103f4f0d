/** A component with other core modules in the places of its own and of those nested in it; all else stays as it is. */
import type { Chunk } from "./chunk.ts";
import { COMPONENT_SECTION, CUSTOM_SECTION, MODULE_SECTION, PREAMBLE_LENGTH } from "./component.ts";
import { encodeSection } from "./core-module.ts";
import { Reader } from "./reader.ts";

export interface Rewriting {
  /** What takes the place of a module. */
  readonly module: (bytes: Uint8Array) => readonly Chunk[];
  /** Whether custom sections of components are left out. */
  readonly withoutCustom?: boolean;
}

/** @throws FormatError where `component` is not well-formed */
export function rewriteModules(component: Uint8Array, rewriting: Rewriting): readonly Chunk[] {
  const chunks: Chunk[] = [component.subarray(0, PREAMBLE_LENGTH)];
  const reader = new Reader(component, 0, "the component", PREAMBLE_LENGTH);
  while (!reader.done) {
    const id = reader.byte();
    const contents = reader.bytes(reader.u32());
    if (id === CUSTOM_SECTION && rewriting.withoutCustom === true) continue;
    if (id === MODULE_SECTION) chunks.push(...encodeSection(id, rewriting.module(contents)));
    else chunks.push(...encodeSection(id, id === COMPONENT_SECTION ? rewriteModules(contents, rewriting) : [contents]));
  }
  return chunks;
}
