/**
 * The contents of files, each stored once and never copied. Two contents are only compared in full if
 * their sizes and a sample of their bytes agree, so that a large file that has no double is not read.
 */

/** Bytes of a sample, and from how many places of a larger content they come. */
const SAMPLE_LENGTH = 256;
const SAMPLE_PLACES = 4;

interface Stored {
  readonly contents: Uint8Array;
  readonly sample: number;
  readonly offset: number;
}

export class ContentStore {
  readonly #bySample = new Map<number, Stored[]>();
  readonly #chunks: Uint8Array[] = [];
  #byteLength = 0;

  /** Where the contents lie, in bytes from the start of the store. */
  add(contents: Uint8Array): { readonly offset: number; readonly sample: number } {
    const sample = sampleOf(contents);
    if (contents.length === 0) return { offset: 0, sample };
    const alike = this.#bySample.get(sample);
    const known = alike?.find((stored) => areEqual(stored.contents, contents));
    if (known !== undefined) return known;

    const stored = { contents, sample, offset: this.#byteLength };
    if (alike === undefined) this.#bySample.set(sample, [stored]);
    else alike.push(stored);
    this.#chunks.push(contents);
    this.#byteLength += contents.length;
    return stored;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }
}

/** A hash (FNV-1a, 32 bits) of the size and a few of the bytes, the first and last among them. */
function sampleOf(contents: Uint8Array): number {
  let hash = 0x811c9dc5 ^ contents.length;
  const add = (start: number, end: number): void => {
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ (contents[index] ?? 0), 0x01000193);
  };
  if (contents.length <= SAMPLE_LENGTH) {
    add(0, contents.length);
  } else {
    const length = SAMPLE_LENGTH / SAMPLE_PLACES;
    for (let place = 0; place < SAMPLE_PLACES; place++) {
      const start = Math.floor(((contents.length - length) * place) / (SAMPLE_PLACES - 1));
      add(start, start + length);
    }
  }
  return hash >>> 0;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  // Four bytes at once where both lie so that they can be read like that: whole files do.
  const wordCount = (a.byteOffset | b.byteOffset) % 4 === 0 ? Math.floor(a.length / 4) : 0;
  if (wordCount > 0) {
    const [x, y] = [wordsOf(a, wordCount), wordsOf(b, wordCount)];
    for (let index = 0; index < wordCount; index++) if (x[index] !== y[index]) return false;
  }
  for (let index = wordCount * 4; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function wordsOf({ buffer, byteOffset }: Uint8Array, wordCount: number): Int32Array {
  return new Int32Array(buffer, byteOffset, wordCount);
}
