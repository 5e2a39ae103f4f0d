/**
 * Pieces of an output: bytes that are there, or contents that are read when they are needed, so that a
 * large file goes from disk to disk without lying in memory.
 */

/** Bytes that lie elsewhere. They must stay the same from the first reading to the last. */
export interface Contents {
  readonly byteLength: number;
  /** Fills `target`, which is the caller's to use again, with the bytes from `start` on; there are enough. */
  readInto(target: Uint8Array, start: number): void;
}

export type Chunk = Uint8Array | Contents;

export function byteLength(chunks: Iterable<Chunk>): number {
  let sum = 0;
  for (const chunk of chunks) sum += chunk.byteLength;
  return sum;
}

/** The bytes from `start` to `end`: a view of the chunk, or of `buffer`, which must hold that many. */
export function bytesIn(chunk: Chunk, start: number, end: number, buffer: Uint8Array): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk.subarray(start, end);
  const target = buffer.subarray(0, end - start);
  chunk.readInto(target, start);
  return target;
}

/** Those bytes as a chunk of their own, which are not read yet if the chunk's are not. */
export function sliceOf(chunk: Chunk, start: number, end: number): Chunk {
  if (chunk instanceof Uint8Array) return chunk.subarray(start, end);
  return { byteLength: end - start, readInto: (target, from) => chunk.readInto(target, start + from) };
}

/** All of them as one array. */
export function bytesOf(chunks: readonly Chunk[]): Uint8Array {
  const whole = new Uint8Array(byteLength(chunks));
  let at = 0;
  for (const chunk of chunks) {
    if (chunk instanceof Uint8Array) whole.set(chunk, at);
    else chunk.readInto(whole.subarray(at, at + chunk.byteLength), 0);
    at += chunk.byteLength;
  }
  return whole;
}
