/**
 * Writes the component: a file appears whole or not at all, and nothing is joined in memory first.
 */
import { closeSync, fchmodSync, openSync, realpathSync, renameSync, rmSync, type Stats, statSync, writevSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError, reasonOf } from "../node/input-error.ts";

/** Linux takes no more buffers in one call. */
const MOST_BUFFERS = 1024;
/** Nor quite 2 GiB. */
const MOST_BYTES = 1 << 30;

/**
 * Before the work begins: can there be a file?
 * @throws InputError
 */
export function checkOutput(path: string, input: string): void {
  if (path === "-") return;
  const directory = statOf(dirname(path));
  if (directory === undefined) throw new InputError([`the output's directory \`${dirname(path)}\` does not exist`]);
  if (!directory.isDirectory()) throw new InputError([`\`${dirname(path)}\`, where the output would go, is not a directory`]);
  const existing = statOf(path);
  if (existing?.isDirectory() || path.endsWith("/")) throw new InputError([`the output \`${path}\` is a directory`]);
  const component = statOf(input);
  if (existing !== undefined && existing.dev === component?.dev && existing.ino === component.ino)
    throw new InputError([`the output \`${path}\` is the input itself`]);
}

/** @throws InputError */
export async function writeOutput(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  if (path === "-") return writeToStdout(chunks);
  try {
    const existing = statOf(path);
    // A device or a pipe is written to, not replaced.
    if (existing !== undefined && !existing.isFile()) return writeTo(openSync(path, "w"), chunks);
    replace(existing === undefined ? path : realpathSync(path), existing, chunks);
  } catch (error) {
    throw new InputError([`\`${path}\` ${reasonOf(error).replace("cannot be read", "cannot be written")}`]);
  }
}

function replace(path: string, existing: Stats | undefined, chunks: readonly Uint8Array[]): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const descriptor = openSync(temporary, "wx");
  try {
    if (existing !== undefined) fchmodSync(descriptor, existing.mode);
    writeTo(descriptor, chunks);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes everything and closes. */
function writeTo(descriptor: number, chunks: readonly Uint8Array[]): void {
  try {
    const pending = chunks.filter((chunk) => chunk.length > 0).toReversed();
    while (pending.length > 0) {
      const batch: Uint8Array[] = [];
      let bytes = 0;
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const part = next.subarray(0, MOST_BYTES - bytes);
        batch.push(part);
        bytes += part.length;
        if (part.length < next.length) pending.push(next.subarray(part.length));
        if (batch.length === MOST_BUFFERS || bytes === MOST_BYTES) break;
      }
      pending.push(...remainder(batch, writevSync(descriptor, batch)));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** What is left of `batch` after `written` bytes, last first. */
function remainder(batch: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let skip = written;
  const left: Uint8Array[] = [];
  for (const part of batch) {
    if (skip < part.length) left.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return left.reverse();
}

async function writeToStdout(chunks: readonly Uint8Array[]): Promise<void> {
  for (const chunk of chunks) {
    await new Promise<void>((resolve, reject) => process.stdout.write(chunk, (error) => (error ? reject(error) : resolve())));
  }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
