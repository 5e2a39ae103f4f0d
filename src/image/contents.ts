/**
 * The contents of files, each stored once and never copied. Contents whose sizes and a sample of their bytes agree are
 * compared in full; where more than two agree, only those with an equal digest of all bytes are. So a large file that has
 * no double is not read, and no file is read for each of the others.
 */
import { bytesIn, type Chunk } from "../binary/chunk.ts";
import { Digest } from "./digest.ts";

/** Bytes of a sample, and from how many places of a larger content they come. */
const SAMPLE_LENGTH = 256;
const SAMPLE_PLACES = 4;
/** What is read at once, of each, when contents are compared. */
const PIECE_LENGTH = 1 << 18;

interface Stored {
  readonly contents: Chunk;
  readonly sample: number;
  readonly offset: number;
}

/** Contents whose samples agree. */
interface Alike {
  readonly first: Stored;
  /** All of them by digest, as soon as one of them differs from the first. */
  byDigest: Map<string, Stored[]> | undefined;
}

export class ContentStore {
  readonly #bySample = new Map<number, Alike>();
  readonly #chunks: Chunk[] = [];
  #byteLength = 0;

  /** Where the contents lie, in bytes from the start of the store. */
  add(contents: Chunk): { readonly offset: number; readonly sample: number } {
    const sample = sampleOf(contents);
    if (contents.byteLength === 0) return { offset: 0, sample };
    const alike = this.#bySample.get(sample);
    if (alike === undefined) {
      const first = this.#store(contents, sample);
      this.#bySample.set(sample, { first, byDigest: undefined });
      return first;
    }
    if (alike.byDigest === undefined) {
      if (areEqual(alike.first.contents, contents)) return alike.first;
      alike.byDigest = new Map([[digestOfAll(alike.first.contents), [alike.first]]]);
    }
    const digest = digestOfAll(contents);
    const same = alike.byDigest.get(digest) ?? [];
    const known = same.find((stored) => areEqual(stored.contents, contents));
    if (known !== undefined) return known;
    const added = this.#store(contents, sample);
    alike.byDigest.set(digest, [...same, added]);
    return added;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  #store(contents: Chunk, sample: number): Stored {
    const stored = { contents, sample, offset: this.#byteLength };
    this.#chunks.push(contents);
    this.#byteLength += contents.byteLength;
    return stored;
  }
}

const sampleBuffer: Uint8Array = new Uint8Array(SAMPLE_LENGTH);

/** A hash (FNV-1a, 32 bits) of the size and a few of the bytes, the first and last among them. */
function sampleOf(contents: Chunk): number {
  const { byteLength } = contents;
  const seed = 0x811c9dc5 ^ byteLength;
  if (byteLength <= SAMPLE_LENGTH) return hashOf(contents, 0, byteLength, seed) >>> 0;
  const length = SAMPLE_LENGTH / SAMPLE_PLACES;
  let hash = seed;
  for (let place = 0; place < SAMPLE_PLACES; place++) {
    const start = Math.floor(((byteLength - length) * place) / (SAMPLE_PLACES - 1));
    hash = hashOf(contents, start, start + length, hash);
  }
  return hash >>> 0;
}

/** Of the bytes from `start` to `end`, going on from `seed`. Nothing but locals: engines make that fast first. */
function hashOf(contents: Chunk, start: number, end: number, seed: number): number {
  if (!(contents instanceof Uint8Array)) return hashOf(bytesIn(contents, start, end, sampleBuffer), 0, end - start, seed);
  let hash = seed;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (contents[index] ?? 0), 0x01000193);
  return hash;
}

/** Of the size and all bytes. */
function digestOfAll(contents: Chunk): string {
  const digest = new Digest(contents.byteLength);
  const piece = new Uint8Array(contents instanceof Uint8Array ? 0 : PIECE_LENGTH);
  for (let start = 0; start < contents.byteLength; start += PIECE_LENGTH)
    digest.addBytes(bytesIn(contents, start, Math.min(start + PIECE_LENGTH, contents.byteLength), piece));
  return digest.words().join(" ");
}

function areEqual(a: Chunk, b: Chunk): boolean {
  if (a === b) return true;
  if (a.byteLength !== b.byteLength) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return areEqualBytes(a, b);
  const [aPiece, bPiece] = [new Uint8Array(PIECE_LENGTH), new Uint8Array(PIECE_LENGTH)];
  for (let start = 0; start < a.byteLength; start += PIECE_LENGTH) {
    const end = Math.min(start + PIECE_LENGTH, a.byteLength);
    if (!areEqualBytes(bytesIn(a, start, end, aPiece), bytesIn(b, start, end, bPiece))) return false;
  }
  return true;
}

function areEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
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
