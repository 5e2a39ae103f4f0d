/**
 * Reads bytes, and the numbers and names of core WebAssembly that everything else is made of.
 * Offsets are counted from the start of the file, also in a window or a nested component.
 * Nothing is read beyond a window's end, and nothing is copied.
 */
import { FormatError } from "../errors.ts";

/** Longer names are refused. */
export const MAX_NAME_BYTES = 100_000;
/** Up to this length, joining characters is faster than a call to `TextDecoder`. */
const SHORT_NAME = 64;

const utf8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Reader {
  /** How deep we are in rules that contain themselves. */
  depth = 0;
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #what: string;
  #at: number;

  /** `baseOffset` is where `bytes` lies in the file; `what` says in errors what it is; `start` bytes are left out. */
  constructor(bytes: Uint8Array, baseOffset = 0, what = "the input", start = 0) {
    this.#bytes = bytes;
    this.#base = baseOffset;
    this.#what = what;
    this.#at = start;
  }

  get offset(): number {
    return this.#base + this.#at;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  peek(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new FormatError(`unexpected end of ${this.#what}`, this.offset);
    return byte;
  }

  byte(): number {
    const byte = this.peek();
    this.#at++;
    return byte;
  }

  /** The next bytes, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** The bytes that `read` goes over, as a view. */
  span(read: () => void): Uint8Array {
    const start = this.#at;
    read();
    return this.#bytes.subarray(start, this.#at);
  }

  /** A reader over the next bytes, which this reader skips. */
  window(length: number, what: string): Reader {
    const baseOffset = this.offset;
    return new Reader(this.bytes(length), baseOffset, what);
  }

  u32(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    const start = this.offset - 1;
    let value = byte & 0x7f;
    for (let shift = 7; shift <= 28; shift += 7) {
      byte = this.byte();
      if (shift === 28 && byte > 0x0f) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new FormatError("a number does not fit in 32 bits", start);
  }

  name(): string {
    const lengthOffset = this.offset;
    const length = this.u32();
    if (length > MAX_NAME_BYTES) throw new FormatError(`a name of ${length} bytes, the limit is ${MAX_NAME_BYTES}`, lengthOffset);
    const start = this.#skip(length);
    return this.#ascii(start, length) ?? this.#utf8(start);
  }

  #ascii(start: number, length: number): string | undefined {
    if (length > SHORT_NAME) return undefined;
    let text = "";
    for (let i = start; i < this.#at; i++) {
      const byte = this.#bytes[i] ?? 0x80;
      if (byte >= 0x80) return undefined;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #utf8(start: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(start, this.#at));
    } catch (cause) {
      throw new FormatError("a name is not valid UTF-8", this.#base + start, { cause });
    }
  }

  /** Moves on and returns where it was. */
  #skip(length: number): number {
    const start = this.#at;
    if (length > this.remaining)
      throw new FormatError(`unexpected end of ${this.#what}: ${length} bytes wanted, ${this.remaining} left`, this.offset);
    this.#at += length;
    return start;
  }
}
