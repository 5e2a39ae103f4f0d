/**
 * A number that tells one list of bytes from another. Not a cryptographic hash: whoever makes two that agree gets
 * the same metadata hash for two files, or makes composing slow.
 */
export class Digest {
  #low: number;
  #high = 0x85ebca6b;

  constructor(byteLength: number) {
    this.#low = 0x9e3779b9 ^ byteLength;
  }

  add(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x01000193) ^ (this.#low >>> 15);
    this.#high = Math.imul(this.#high ^ this.#low, 0xcc9e2d51) ^ (this.#high >>> 13);
  }

  /** By words, and what is left of them by bytes. */
  addBytes(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength & ~3);
    // Nothing but locals: engines make that fast first.
    let [low, high] = [this.#low, this.#high];
    for (let offset = 0; offset < view.byteLength; offset += 4) {
      low = Math.imul(low ^ view.getInt32(offset, true), 0x01000193) ^ (low >>> 15);
      high = Math.imul(high ^ low, 0xcc9e2d51) ^ (high >>> 13);
    }
    [this.#low, this.#high] = [low, high];
    for (const byte of bytes.subarray(view.byteLength)) this.add(byte);
  }

  /** 64 bits, low word first. */
  words(): readonly [number, number] {
    return [this.#low >>> 0, this.#high >>> 0];
  }
}

/**
 * Of an image: of the tables and of a sample of each file's contents, so that files of two images do not look like one
 * and the same to an app that compares their metadata hashes.
 */
export function digestOf(tables: Uint8Array, samples: readonly number[]): readonly [number, number] {
  const digest = new Digest(tables.length);
  digest.addBytes(tables);
  for (const sample of samples) digest.add(sample);
  return digest.words();
}
