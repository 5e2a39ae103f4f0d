/** Makes many files, writes to some of them, deletes each, and tells what is left of them. */

import { CREATE, WritableFiles } from "./writing.ts";

const SIZES = [1, 100, 5000, 70_000, 3000];
/** By then each size was written many times. */
const WARM = 10_000;

interface Left {
  /** Since the first 10,000 files. */
  readonly pagesGrown: number;
  readonly usedBytes: bigint;
  readonly usedFiles: number;
}

export function makeAndDelete(count: number): Left {
  const fs = WritableFiles.over();
  let pages = 0;
  for (let index = 0; index < count; index++) {
    const name = `f${index % 10}-${"x".repeat(index % 97)}`;
    const descriptor = fs.must(fs.openAt(fs.base, name, CREATE));
    if (index % 50 === 0) fs.must(fs.write(descriptor, new Uint8Array(SIZES[(index / 50) % 5] ?? 0), 0n));
    fs.close(descriptor);
    if (fs.unlink(name) !== "ok") throw new Error(`cannot delete ${name}`);
    if (index === WARM) pages = fs.pages;
  }
  return { pagesGrown: fs.pages - pages, usedBytes: fs.usedBytes, usedFiles: fs.usedFiles };
}
