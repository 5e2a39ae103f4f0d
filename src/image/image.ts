/**
 * An image: the bytes that configure an adapter, as data segments for its memory (layout.ts draws it).
 * Here is what all images share: a header, whose words are zero where they are not set and cost nothing
 * then, and a body of tables and contents from IMAGE_BASE on.
 */

import { byteLength, type Chunk } from "../binary/chunk.ts";
import { LinkError } from "../errors.ts";
import { HEADER, IMAGE_BASE } from "./layout.ts";

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

/** What is left for an image, when the adapter has what it needs to run: 4 GiB less 2 MiB. */
export const MAX_IMAGE_END: number = 2 ** 32 - 2 ** 21;

/** Collects the words of a header. */
export class Header {
  readonly #bytes: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(IMAGE_BASE));
  #end = HEADER;

  /** Sets the 32-bit words from `offset` on. */
  set(offset: number, ...words: readonly number[]): void {
    for (const [index, word] of words.entries()) {
      if (word === 0) continue;
      const address = offset + index * 4;
      this.#bytes.setUint32(address, word, true);
      this.#end = Math.max(this.#end, address + 4);
    }
  }

  /** The header as segments: none if no word is set, else as long as the last one needs. */
  segments(): readonly Segment[] {
    if (this.#end === HEADER) return [];
    return [{ address: HEADER, chunks: [new Uint8Array(this.#bytes.buffer, HEADER, this.#end - HEADER)] }];
  }
}

/** The image of a header and a body; chunks of no bytes are left out. */
export function imageOf(header: Header, body: readonly Chunk[]): Image {
  const chunks = body.filter((chunk) => chunk.byteLength > 0);
  const end = IMAGE_BASE + byteLength(chunks);
  checkFits(end);
  const segments = [...header.segments()];
  if (chunks.length > 0) segments.push({ address: IMAGE_BASE, chunks });
  return { segments, end };
}

/** Refuses an image that ends beyond what a 32-bit memory can hold. */
export function checkFits(end: number): void {
  if (end <= MAX_IMAGE_END) return;
  throw new LinkError(
    `embedded contents need ${end - IMAGE_BASE} bytes, but at most ${MAX_IMAGE_END - IMAGE_BASE} fit into an adapter's memory`,
  );
}
