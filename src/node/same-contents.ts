/** Whether a file of the component has the contents that one of the directory has. */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { IsSame, Overlaid } from "./directory-changes.ts";
import type { ExportedFiles } from "./exported-files.ts";

const PIECE_LENGTH = 1 << 20;

/** What cannot be read is another file. */
export function sameContents({ root, before }: Overlaid, files: ExportedFiles): IsSame {
  return (path, { guest, size }) => {
    const state = before.get(path);
    if (state?.kind !== "file" || state.size !== BigInt(size)) return false;
    let descriptor: number;
    try {
      descriptor = openSync(join(root, path), "r");
    } catch {
      return false;
    }
    try {
      const [ours, theirs] = [Buffer.alloc(Math.min(PIECE_LENGTH, size)), Buffer.alloc(Math.min(PIECE_LENGTH, size))];
      for (let start = 0; start < size; start += PIECE_LENGTH) {
        const length = Math.min(PIECE_LENGTH, size - start);
        files.readInto(guest, ours.subarray(0, length), BigInt(start));
        if (readSync(descriptor, theirs, 0, length, start) !== length) return false;
        if (!ours.subarray(0, length).equals(theirs.subarray(0, length))) return false;
      }
      return true;
    } finally {
      closeSync(descriptor);
    }
  };
}
