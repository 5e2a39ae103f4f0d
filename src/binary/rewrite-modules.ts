/** A component with other core modules in the places of its own and of those nested in it; all else stays as it is. */
import { byteLength, type Chunk } from "./chunk.ts";
import { COMPONENT_SECTION, CUSTOM_SECTION, MODULE_SECTION } from "./component.ts";
import { encode } from "./core-module.ts";
import { Reader } from "./reader.ts";

/** Of a component, and of a core module. */
export const PREAMBLE_LENGTH = 8;

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
    if (id === MODULE_SECTION) chunks.push(...section(id, rewriting.module(contents)));
    else chunks.push(...section(id, id === COMPONENT_SECTION ? rewriteModules(contents, rewriting) : [contents]));
  }
  return chunks;
}

/** A section of a component or a core module. */
export function section(id: number, contents: readonly Chunk[]): readonly Chunk[] {
  const header = encode((writer) => {
    writer.byte(id);
    writer.u32(byteLength(contents));
  });
  return [header, ...contents];
}
