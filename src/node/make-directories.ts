/** Directories, made with those above them. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Node's option `recursive` is not used. Where a file system makes no directories, such as `/proc`, it never returns.
 * @throws what `node:fs` throws
 */
export function makeDirectories(path: string, mode?: number): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent, mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Somebody else was faster.
    if (!isDirectory(path)) throw error;
  }
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
