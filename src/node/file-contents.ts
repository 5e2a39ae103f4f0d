/**
 * The contents of a mount's files: small files are read at once, many of them into one buffer; large ones
 * may stay where they are until somebody wants their bytes, and must not have changed by then.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Chunk, Contents } from "../index.ts";
import { MAX_NESTED_BYTES } from "../binary/component.ts";
import { readBytes } from "./file-bytes.ts";
import { InputError, reasonOf } from "./input-error.ts";

/** What is larger is not read with others. */
const SMALL = 1 << 16;
const SLAB_LENGTH = 1 << 22;
/** Contents begin at multiples of this, so that they can be compared by words. */
const ALIGNMENT = 8;

export class ContentsReader {
  readonly #lazy: boolean;
  readonly #open = new OpenFile();
  #slab: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(lazy: boolean) {
    this.#lazy = lazy;
  }

  /** @throws what `node:fs` throws, and `RangeError` for a file that no component can hold */
  read(path: string): Chunk {
    const descriptor = openSync(path, "r");
    try {
      const small = this.#readSmall(descriptor);
      if (small !== undefined) return small;
      const { size, mtimeMs } = fstatSync(descriptor);
      // A file in `/proc` does not say its size, and one that is too large is for `readBytes` to refuse.
      if (this.#lazy && size > SMALL && size <= MAX_NESTED_BYTES) return new FileContents(path, size, mtimeMs, this.#open);
    } finally {
      closeSync(descriptor);
    }
    return readBytes(path, MAX_NESTED_BYTES);
  }

  /** `undefined` for a file that is not small, which only reading tells for sure. */
  #readSmall(descriptor: number): Uint8Array | undefined {
    if (this.#slab.length - this.#at <= SMALL) {
      this.#slab = new Uint8Array(Buffer.allocUnsafeSlow(SLAB_LENGTH).buffer);
      this.#at = 0;
    }
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, this.#slab, this.#at + length, SMALL + 1 - length, null);
      length += count;
      if (length > SMALL) return undefined;
      if (count > 0) continue;
      const contents = this.#slab.subarray(this.#at, this.#at + length);
      this.#at += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
      return contents;
    }
  }
}

/** A file that is opened when it is read. */
class FileContents implements Contents {
  readonly path: string;
  readonly byteLength: number;
  /** In milliseconds since the epoch, fractions included. */
  readonly modified: number;
  readonly #open: OpenFile;

  constructor(path: string, byteLength: number, modified: number, open: OpenFile) {
    this.path = path;
    this.byteLength = byteLength;
    this.modified = modified;
    this.#open = open;
  }

  /** @throws InputError if the file is not what it was */
  readInto(target: Uint8Array, start: number): void {
    try {
      this.#open.readInto(this, target, start);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError([`\`${this.path}\` ${reasonOf(error)}`], CHANGED_HINT, { cause: error });
    }
  }
}

const CHANGED_HINT = "files must stay as they are until the output is written";

/** The file that was read last: one at a time is open, and none whose end has been read. */
class OpenFile {
  #file: FileContents | undefined;
  #descriptor = -1;

  readInto(file: FileContents, target: Uint8Array, start: number): void {
    if (this.#file !== file) this.#change(file);
    for (let length = 0; length < target.length;) {
      const count = readSync(this.#descriptor, target, length, target.length - length, start + length);
      if (count === 0) throw changed(file);
      length += count;
    }
    if (start + target.length === file.byteLength) this.#close();
  }

  #change(file: FileContents): void {
    this.#close();
    this.#descriptor = openSync(file.path, "r");
    this.#file = file;
    const { size, mtimeMs } = fstatSync(this.#descriptor);
    if (size === file.byteLength && mtimeMs === file.modified) return;
    this.#close();
    throw changed(file);
  }

  #close(): void {
    if (this.#file === undefined) return;
    this.#file = undefined;
    closeSync(this.#descriptor);
  }
}

const changed = ({ path }: FileContents): InputError => new InputError([`\`${path}\` changed while it was being embedded`], CHANGED_HINT);
