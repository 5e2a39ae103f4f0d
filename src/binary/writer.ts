/**
 * Writes bytes into a growing array. Large parts are not copied into it: `reference` only remembers
 * where they belong, and `chunks` gives everything in order, theirs as they are.
 */
import { bytesOf, type Chunk } from "./chunk.ts";

const text: TextEncoder = new TextEncoder();

interface Reference {
  /** How many of our own bytes come before it. */
  readonly at: number;
  readonly bytes: Chunk;
}

export class Writer {
  #bytes: Uint8Array;
  #at = 0;
  #references: Reference[] = [];
  #referenced = 0;

  /** `capacity` is how many bytes fit before it grows: up to 64, engines make the array fast. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Everything written so far, references included. */
  get byteLength(): number {
    return this.#at + this.#referenced;
  }

  byte(byte: number): void {
    if (this.#at === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#at++] = byte;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Puts `bytes` here without copying them: they must not change until the output is used. */
  reference(bytes: Chunk): void {
    if (bytes.byteLength === 0) return;
    this.#references.push({ at: this.#at, bytes });
    this.#referenced += bytes.byteLength;
  }

  u32(value: number): void {
    for (; value >= 0x80; value >>>= 7) this.byte((value & 0x7f) | 0x80);
    this.byte(value);
  }

  name(value: string): void {
    const start = this.#at;
    this.u32(value.length);
    this.#reserve(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) {
        // Not as long in bytes as in characters: begin again.
        this.#at = start;
        const bytes = text.encode(value);
        this.u32(bytes.length);
        return this.bytes(bytes);
      }
      this.#bytes[this.#at++] = code;
    }
  }

  /** Puts in front of what `body` writes how many bytes that is. */
  sized(body: () => void): void {
    const start = this.#at;
    const before = this.byteLength;
    const firstReference = this.#references.length;
    body();
    const end = this.#at;
    this.u32(this.byteLength - before);
    // The size comes last and is turned to the front: usually of a few hundred bytes.
    const size = this.#bytes.slice(end, this.#at);
    this.#bytes.copyWithin(start + size.length, start, end);
    this.#bytes.set(size, start);
    for (let i = firstReference; i < this.#references.length; i++) {
      const reference = this.#references[i];
      if (reference !== undefined) this.#references[i] = { at: reference.at + size.length, bytes: reference.bytes };
    }
  }

  /** All bytes in order. Views: the writer must not be used afterwards. */
  chunks(): Chunk[] {
    const chunks: Chunk[] = [];
    let start = 0;
    for (const { at, bytes } of this.#references) {
      if (at > start) chunks.push(this.#bytes.subarray(start, at));
      chunks.push(bytes);
      start = at;
    }
    if (this.#at > start) chunks.push(this.#bytes.subarray(start, this.#at));
    return chunks;
  }

  /** All bytes as one array, copied only if there are references. */
  finish(): Uint8Array {
    const chunks = this.chunks();
    const [only] = chunks;
    return only instanceof Uint8Array && chunks.length === 1 ? only : bytesOf(chunks);
  }

  #reserve(length: number): void {
    const end = this.#at + length;
    if (end <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}
