/**
 * The strings of an image, in UTF-8, one after the other, each stored once. Addresses are known when
 * the pool has a place; until then a string is its offset in the pool.
 */

const encoder: TextEncoder = new TextEncoder();

export interface PooledString {
  /** Bytes from the start of the pool. */
  readonly offset: number;
  readonly byteLength: number;
}

export class StringPool {
  readonly #strings = new Map<string, PooledString>();
  #bytes = new Uint8Array(256);
  #end = 0;

  add(text: string): PooledString {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const most = this.#end + text.length * 3;
    if (most > this.#bytes.length) {
      const larger = new Uint8Array(most * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#end));
    const added = { offset: this.#end, byteLength: written };
    this.#strings.set(text, added);
    this.#end += written;
    return added;
  }

  /** All strings so far. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }
}

/** Bytes of a string in a list: address, byte length. */
export const STRING_SIZE = 8;

/** Strings of a pool that lies at `poolAt`, as a list. */
export function stringTable(strings: readonly PooledString[], poolAt: number): Uint8Array {
  const table = new DataView(new ArrayBuffer(strings.length * STRING_SIZE));
  for (const [index, { offset, byteLength }] of strings.entries()) {
    table.setUint32(index * STRING_SIZE, poolAt + offset, true);
    table.setUint32(index * STRING_SIZE + 4, byteLength, true);
  }
  return new Uint8Array(table.buffer);
}
