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

/** Collects the words of a header. */
export class Header {
  readonly #bytes: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(IMAGE_BASE));
  #start = IMAGE_BASE;
  #end = 0;

  /** Sets the 32-bit words from `offset` on. */
  set(offset: number, ...words: readonly number[]): void {
    for (const [index, word] of words.entries()) {
      if (word === 0) continue;
      const address = offset + index * 4;
      this.#bytes.setUint32(address, word, true);
      this.#start = Math.min(this.#start, address);
      this.#end = Math.max(this.#end, address + 4);
    }
  }

  /** The header as segments: none if no word is set, else from the first to the last of these. */
  segments(): readonly Segment[] {
    if (this.#end === 0) return [];
    return [{ address: this.#start, chunks: [new Uint8Array(this.#bytes.buffer, this.#start, this.#end - this.#start)] }];
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
