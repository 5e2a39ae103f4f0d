/**
 * Writes the component: a file appears whole or not at all, and nothing is joined in memory first.
 */
import { closeSync, fchmodSync, openSync, realpathSync, renameSync, rmSync, type Stats, statSync, writev } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Chunk } from "../index.ts";
import { InputError, reasonOf } from "../node/input-error.ts";

/** Linux takes no more buffers in one call. */
const MOST_BUFFERS = 1024;
/** Nor quite 2 GiB. */
const MOST_BYTES = 1 << 30;
/** What is read at once. */
const PIECE_LENGTH = 1 << 20;

/**
 * Before the work begins: can there be a file?
 * @throws InputError
 */
export function checkOutput(path: string, input?: string): void {
  if (path === "-") return;
  const directory = statOf(dirname(path));
  if (directory === undefined) throw new InputError([`the output's directory \`${dirname(path)}\` does not exist`]);
  if (!directory.isDirectory()) throw new InputError([`\`${dirname(path)}\`, where the output would go, is not a directory`]);
  const existing = statOf(path);
  if (existing?.isDirectory() || path.endsWith("/")) throw new InputError([`the output \`${path}\` is a directory`]);
  const component = input === undefined ? undefined : statOf(input);
  if (existing !== undefined && existing.dev === component?.dev && existing.ino === component.ino)
    throw new InputError([`the output \`${path}\` is the input itself`]);
}

/** @throws InputError if it cannot be written, or what is still to be read has changed: then there is no file */
export async function writeOutput(path: string, chunks: readonly Chunk[]): Promise<void> {
  if (path === "-") return writeToStdout(chunks);
  try {
    const existing = statOf(path);
    // A device or a pipe is written to, not replaced.
    if (existing !== undefined && !existing.isFile()) return await writeTo(openSync(path, "w"), chunks);
    await replace(existing === undefined ? path : realpathSync(path), existing, chunks);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError([`\`${path}\` ${reasonOf(error).replace("cannot be read", "cannot be written")}`]);
  }
}

async function replace(path: string, existing: Stats | undefined, chunks: readonly Chunk[]): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const descriptor = openSync(temporary, "wx");
  try {
    if (existing !== undefined) fchmodSync(descriptor, existing.mode);
    await writeTo(descriptor, chunks);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes everything and closes. What comes next is read while the last is being written. */
async function writeTo(descriptor: number, chunks: readonly Chunk[]): Promise<void> {
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

async function writeToStdout(chunks: readonly Chunk[]): Promise<void> {
  for (const batch of batchesOf(chunks)) {
    for (const part of batch) {
      await new Promise<void>((resolve, reject) => process.stdout.write(part, (error) => (error ? reject(error) : resolve())));
    }
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
