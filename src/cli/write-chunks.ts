/**
 * Writes chunks one behind the other. Nothing is joined in memory first, and what comes next is read while the last is
 * being written.
 */
import { closeSync, writev } from "node:fs";
import type { Chunk } from "../index.ts";
import { writeAll } from "../node/write-all.ts";

const STDOUT = 1;
/** Linux takes no more buffers in one call. */
const MOST_BUFFERS = 1024;
/** Nor quite 2 GiB. */
const MOST_BYTES = 1 << 30;
/** What is read at once. */
const PIECE_LENGTH = 1 << 20;

/** Writes everything and closes. */
export async function writeChunks(descriptor: number, chunks: readonly Chunk[]): Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  try {
    for (const batch of batchesOf(chunks)) {
      await writing;
      writing = writeBatch(descriptor, batch);
    }
    await writing;
  } finally {
    // Where reading failed, the last batch is still on its way.
    await writing.catch(() => {});
    closeSync(descriptor);
  }
}

/** Standard output is not waited for by Node's own ways: it may be a pipe that is full. */
export function writeChunksToStdout(chunks: readonly Chunk[]): void {
  for (const batch of batchesOf(chunks)) for (const part of batch) writeAll(STDOUT, part);
}

/** What to write at once. Batches that are read share two buffers: no third may be asked for before the first is written. */
function* batchesOf(chunks: readonly Chunk[]): Generator<readonly Uint8Array[]> {
  const buffers = [0, 1].map(() => new Uint8Array(PIECE_LENGTH));
  let turn = 0;
  let gathered: Uint8Array[] = [];
  let byteLength = 0;
  for (const chunk of chunks) {
    const largest = chunk instanceof Uint8Array ? MOST_BYTES : PIECE_LENGTH;
    for (let start = 0; start < chunk.byteLength; start += largest) {
      const end = Math.min(start + largest, chunk.byteLength);
      const isRead = !(chunk instanceof Uint8Array);
      if (gathered.length > 0 && (isRead || gathered.length === MOST_BUFFERS || byteLength + end - start > MOST_BYTES)) {
        yield gathered;
        gathered = [];
        byteLength = 0;
      }
      if (chunk instanceof Uint8Array) {
        gathered.push(chunk.subarray(start, end));
        byteLength += end - start;
      } else {
        const piece = (buffers[turn++ % 2] as Uint8Array).subarray(0, end - start); // there are two
        chunk.readInto(piece, start);
        yield [piece];
      }
    }
  }
  if (gathered.length > 0) yield gathered;
}

async function writeBatch(descriptor: number, batch: readonly Uint8Array[]): Promise<void> {
  for (let left = batch; left.length > 0;) {
    const written = await new Promise<number>((resolve, reject) =>
      writev(descriptor, left, (error, count) => (error === null ? resolve(count) : reject(error))),
    );
    left = remainder(left, written);
  }
}

/** What is left of `batch` after `written` bytes. */
function remainder(batch: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let skip = written;
  const left: Uint8Array[] = [];
  for (const part of batch) {
    if (skip < part.length) left.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return left;
}
