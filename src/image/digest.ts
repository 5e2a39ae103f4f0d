/**
 * A number that tells one image from another, so that files of two images do not look like one and the
 * same to an app that compares their metadata hashes. Not a cryptographic hash: nobody attacks it.
 */

/** 64 bits, low word first, of the tables and of a sample of each file's contents. */
export function digestOf(tables: Uint8Array, samples: readonly number[]): readonly [number, number] {
  const words = new DataView(tables.buffer, tables.byteOffset, tables.byteLength & ~3);
  let low = 0x9e3779b9 ^ tables.length;
  let high = 0x85ebca6b;
  const add = (word: number): void => {
    low = Math.imul(low ^ word, 0x01000193) ^ (low >>> 15);
    high = Math.imul(high ^ low, 0xcc9e2d51) ^ (high >>> 13);
  };
  for (let offset = 0; offset < words.byteLength; offset += 4) add(words.getUint32(offset, true));
  for (const byte of tables.subarray(words.byteLength)) add(byte);
  for (const sample of samples) add(sample);
  return [low >>> 0, high >>> 0];
}
