/** The sections of a core module, as they lie in the file. */
import { PREAMBLE_LENGTH } from "../binary/component.ts";
import { Reader } from "../binary/reader.ts";

export interface Section {
  readonly id: number;
  /** Where it lies in the file, its header included, and where its contents begin. */
  readonly start: number;
  readonly contents: number;
  readonly end: number;
}

export function sectionsOf(bytes: Uint8Array): readonly Section[] {
  const reader = new Reader(bytes, 0, "the core module", PREAMBLE_LENGTH);
  const sections: Section[] = [];
  while (!reader.done) {
    const start = reader.offset;
    const id = reader.byte();
    const length = reader.u32();
    const contents = reader.offset;
    reader.bytes(length);
    sections.push({ id, start, contents, end: reader.offset });
  }
  return sections;
}
