/**
 * The files that the command line names to be read. Each is remembered, because no output may take its place.
 */
import { type BigIntStats, fstatSync, statSync } from "node:fs";
import { readAll, readBytes } from "../node/file-bytes.ts";
import { idAt, idOf } from "../node/file-id.ts";
import { InputError, reasonOf } from "../node/input-error.ts";
import { UsageError } from "../errors.ts";

/** Not `process.stdin.fd`: to ask for that opens a stream which does not wait. */
const STDIN = 0;

/** What this process has read, by what the files are and not by their names. */
const names = new Map<string, string>();
let stdinIsRead = false;

/** The name of what has been read, if it is the file with this id. */
export const inputAt = (id: string): string | undefined => names.get(id);

/** Remembers a file that something else reads. */
export function noteInput(path: string): void {
  const id = idAt(path);
  if (id !== undefined) remember(id, path);
}

/** A parent that has a channel to this process gets the path, as `--watch` wants it (watch.ts). */
function remember(id: string, path: string): void {
  names.set(id, path);
  process.send?.(path, undefined, undefined, () => undefined);
}

/**
 * `-` is standard input.
 * @throws InputError
 * @throws UsageError the second time that it is standard input
 */
export function readInput(path: string, read: (path: string) => Uint8Array = readBytes): Uint8Array {
  if (path === "-" && stdinIsRead) throw new UsageError("standard input can be read once only, and `-` names it twice");
  stdinIsRead ||= path === "-";
  return reading(path, () => {
    const bytes = path === "-" ? readAll(STDIN) : read(path);
    note(path === "-" ? fstatSync(STDIN, { bigint: true }) : statSync(path, { bigint: true }), path);
    return bytes;
  });
}

/** @throws InputError that says what is wrong with the file */
export function reading<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new InputError([`\`${path}\` ${error instanceof RangeError ? error.message : reasonOf(error)}`]);
  }
}

/** A terminal or a pipe stays what it is when something is written to it. */
function note(stats: BigIntStats, path: string): void {
  if (stats.isFile()) remember(idOf(stats), path);
}
