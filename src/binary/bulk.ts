/**
 * Finds what makes a component large and what only hosts look into: the code and the data of core modules. The rest
 * says what the component is. Reads headers of sections, so that the bulk need not be in memory.
 */
import { FormatError } from "../errors.ts";
import { COMPONENT_SECTION, kindOf, MODULE_SECTION, PREAMBLE_LENGTH } from "./component.ts";
import { SECTION } from "./core-module.ts";
import { Reader } from "./reader.ts";

/** Bytes of a file, from `start` to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A byte, and a number of five. */
const HEADER_LENGTH = 6;
/** Components that lie deeper in each other are refused when they are decoded. */
const MOST_DEPTH = 100;

/**
 * In ascending order. `bytesAt` gives the bytes of a range, which lies in the file. Where the file is not well-formed
 * nothing more is found: whoever decodes it will say so.
 */
export function* bulkOf(bytesAt: (range: Range) => Uint8Array, file: Range, depth = 0): Iterable<Range> {
  if (file.end - file.start < PREAMBLE_LENGTH || depth > MOST_DEPTH) return;
  const kind = kindOf(bytesAt({ start: file.start, end: file.start + PREAMBLE_LENGTH }));
  if (kind === "other") return;
  for (let at = file.start + PREAMBLE_LENGTH; at < file.end;) {
    const header = headerOf(bytesAt({ start: at, end: Math.min(at + HEADER_LENGTH, file.end) }));
    if (header === undefined) return;
    const contents = { start: at + header.byteLength, end: at + header.byteLength + header.size };
    if (contents.end > file.end) return;
    if (kind === "core module") {
      if (header.id === SECTION.code || header.id === SECTION.data) yield contents;
    } else if (header.id === MODULE_SECTION || header.id === COMPONENT_SECTION) yield* bulkOf(bytesAt, contents, depth + 1);
    at = contents.end;
  }
}

/** `id:<byte> size:<u32>` */
function headerOf(bytes: Uint8Array): { readonly id: number; readonly size: number; readonly byteLength: number } | undefined {
  const reader = new Reader(bytes);
  try {
    return { id: reader.byte(), size: reader.u32(), byteLength: reader.offset };
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
