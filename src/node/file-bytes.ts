/**
 * Reads files of any size that an array can have; `readFileSync` stops at 2 GiB.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** No single read may ask for more. */
const LARGEST_READ = 1 << 30;
/** What a size of zero makes us ask for: pipes and files in `/proc` do not say theirs. */
const UNSIZED_READ = 1 << 16;

/** The size of a section is a number of 32 bits. */
export const MOST_BYTES: number = 2 ** 32 - 1;

/** @throws what `node:fs` throws, and `RangeError` where the file has more than `limit` bytes */
export function readBytes(path: string, limit: number = MOST_BYTES): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const { isFile, size } = shapeOf(descriptor);
    if (size > limit) throw new RangeError(`has ${size} bytes, more than the ${limit} that a component can hold`);
    return isFile && size > 0 ? readSized(descriptor, size) : readAll(descriptor, limit);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * What is open, which may be a pipe. `fstat` gives bigints here: once it has given numbers for a pipe, Node (20 to 26) resolves
 * no links in what it imports next, and does not find packages that are links, such as those of pnpm.
 */
export function shapeOf(descriptor: number): { readonly isFile: boolean; readonly isCharacterDevice: boolean; readonly size: number } {
  const stats = fstatSync(descriptor, { bigint: true });
  return { isFile: stats.isFile(), isCharacterDevice: stats.isCharacterDevice(), size: Number(stats.size) };
}

function readSized(descriptor: number, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(size);
  return bytes.subarray(0, readInto(descriptor, bytes, 0));
}

/** Fills `bytes` with those of the file from `position` on, and returns how many there were. */
export function readInto(descriptor: number, bytes: Uint8Array, position: number): number {
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(descriptor, bytes, length, Math.min(bytes.length - length, LARGEST_READ), position + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}

/**
 * Up to the end, from what does not know its size, and may have no end.
 * @throws what `node:fs` throws, and `RangeError` where there are more than `limit` bytes
 */
export function readAll(descriptor: number, limit: number = MOST_BYTES): Uint8Array {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(UNSIZED_READ);
    const count = readSync(descriptor, chunk, 0, chunk.length, null);
    if (count === 0) return chunks.length === 0 ? new Uint8Array() : Buffer.concat(chunks);
    length += count;
    if (length > limit) throw new RangeError(`has more than the ${limit} bytes that a component can hold`);
    chunks.push(chunk.subarray(0, count));
  }
}
