/**
 * An image: the bytes that configure an adapter, as data segments for its memory (layout.ts draws it).
 * Here is what all images share: a header, whose words are zero where they are not set and cost nothing
 * then, and a body of tables and contents from IMAGE_BASE on.
 */

import { byteLength, type Chunk } from "../binary/chunk.ts";
import { MAX_NESTED_BYTES } from "../binary/component.ts";
import { LinkError } from "../errors.ts";
import { IMAGE_BASE } from "./layout.ts";

/** Bytes that lie one after the other from `address` on. */
export interface Segment {
  readonly address: number;
  readonly chunks: readonly Chunk[];
}

export interface Image {
  readonly segments: readonly Segment[];
  /** The first free address after the image. */
  readonly end: number;
}

/** Bytes between two words that are set belong to the header as well, if there are so few of them: layout.ts keeps headers together. */
const MOST_UNSET = 64;

/** Collects the words of a header. */
export class Header {
  readonly #words = new Map<number, number>();

  /** Sets the 32-bit words from `offset` on. */
  set(offset: number, ...words: readonly number[]): void {
    for (const [index, word] of words.entries()) if (word !== 0) this.#words.set(offset + index * 4, word);
  }

  /**
   * The header as segments, from a word that is set to another. What lies between two segments may be of another header: all
   * images are in one memory.
   */
  segments(): readonly Segment[] {
    const runs: { readonly start: number; end: number }[] = [];
    for (const address of [...this.#words.keys()].sort((left, right) => left - right)) {
      const last = runs.at(-1);
      if (last === undefined || address - last.end > MOST_UNSET) runs.push({ start: address, end: address + 4 });
      else last.end = address + 4;
    }
    return runs.map(({ start, end }) => {
      const bytes = new DataView(new ArrayBuffer(end - start));
      for (let address = start; address < end; address += 4) bytes.setUint32(address - start, this.#words.get(address) ?? 0, true);
      return { address: start, chunks: [new Uint8Array(bytes.buffer)] };
    });
  }
}

/** The image of a header and a body, which is made of `what` and lies at `base`; chunks of no bytes are left out. */
export function imageOf(header: Header, body: readonly Chunk[], what: string, base: number = IMAGE_BASE): Image {
  const chunks = body.filter((chunk) => chunk.byteLength > 0);
  const length = byteLength(chunks);
  checkFits(length, what);
  const end = base + length;
  const segments = [...header.segments()];
  if (chunks.length > 0) segments.push({ address: base, chunks });
  return { segments, end };
}

/**
 * Refuses an image that no engine loads, because it lies in a component within the output. The writer of components
 * checks the whole of that component; here we know `what` is embedded, and have not read it yet.
 */
export function checkFits(byteLength: number, what: string): void {
  if (byteLength <= MAX_NESTED_BYTES) return;
  throw new LinkError(
    `embedding ${what} takes more than ${MAX_NESTED_BYTES} bytes (1 GiB), which is all that engines load in one component`,
  );
}
