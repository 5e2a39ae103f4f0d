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

/** Lists of strings as the canonical ABI has them: tables, one behind the other from `base` on, then the strings. */
export class StringLists {
  readonly #pool = new StringPool();
  readonly #lists: (readonly PooledString[])[];
  readonly #starts: number[] = [];
  readonly #poolAt: number;

  /** `more` are strings in no list. */
  constructor(base: number, lists: readonly (readonly string[])[], more: readonly string[] = []) {
    this.#lists = lists.map((list) => list.map((text) => this.#pool.add(text)));
    let end = base;
    for (const { length } of lists) {
      this.#starts.push(end);
      end += length * STRING_SIZE;
    }
    this.#poolAt = end;
    for (const text of more) this.#pool.add(text);
  }

  /** Where a list begins. */
  startOf(list: number): number {
    return this.#starts[list] ?? this.#poolAt;
  }

  /** A string: its address and byte length. */
  addressOf(text: string): readonly [address: number, byteLength: number] {
    const { offset, byteLength } = this.#pool.add(text);
    return [this.#poolAt + offset, byteLength];
  }

  /** The tables and the strings. */
  chunks(): readonly Uint8Array[] {
    const strings = this.#lists.flat();
    return [stringTable(strings, this.#poolAt), this.#pool.bytes()];
  }
}
