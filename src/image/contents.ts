/**
 * The contents of files, each stored once and never copied. Two contents can only be equal if their
 * sizes are, and are only compared in full if a sample of their bytes agrees as well, so that a large
 * file that has no double is not read.
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
  readonly #bySize = new Map<number, Stored[]>();
  readonly #chunks: Uint8Array[] = [];
  #byteLength = 0;

  /** Where the contents lie, in bytes from the start of the store. */
  add(contents: Uint8Array): { readonly offset: number; readonly sample: number } {
    const sample = sampleOf(contents);
    if (contents.length === 0) return { offset: 0, sample };
    const sameSize = this.#bySize.get(contents.length);
    const known = sameSize?.find((stored) => stored.sample === sample && areEqual(stored.contents, contents));
    if (known !== undefined) return known;

    const stored = { contents, sample, offset: this.#byteLength };
    if (sameSize === undefined) this.#bySize.set(contents.length, [stored]);
    else sameSize.push(stored);
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

/** A hash (FNV-1a, 32 bits) of a few of the bytes, the first and last among them. */
function sampleOf(contents: Uint8Array): number {
  let hash = 0x811c9dc5;
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

/** Whether two contents of one size have the same bytes. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
