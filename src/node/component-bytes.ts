/**
 * Reads a component for whoever looks at what it is, and not at its code: of a large file, the code and the data of core
 * modules stay on disk. In their place are zeros that nobody touches, which take no memory. Core modules that are no part
 * of a component are read whole.
 */
import { closeSync, fstatSync, openSync } from "node:fs";
import { bulkOf, type Range } from "../binary/bulk.ts";
import { kindOf } from "../binary/component.ts";
import { MOST_BYTES, readBytes, readInto } from "./file-bytes.ts";

/** Smaller files, and smaller ranges, are not worth the trouble. */
const LARGE_FILE = 1 << 22;
const LARGE_RANGE = 1 << 20;
/** What is read at once where headers are looked for. */
const WINDOW_LENGTH = 1 << 14;

/** @throws what `node:fs` throws, and `RangeError` for a file that no component can be, or that changes meanwhile */
export function readComponentBytes(path: string): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size < LARGE_FILE || stats.size > MOST_BYTES) return readBytes(path);
    const start = new Uint8Array(16);
    readInto(descriptor, start, 0);
    return kindOf(start) === "component" ? withoutBulk(descriptor, stats.size) : readBytes(path);
  } finally {
    closeSync(descriptor);
  }
}

function withoutBulk(descriptor: number, size: number): Uint8Array {
  const read = (target: Uint8Array, position: number): void => {
    if (readInto(descriptor, target, position) < target.length) throw new RangeError("changed while it was read");
  };
  const window = new Uint8Array(WINDOW_LENGTH);
  let windowAt = -WINDOW_LENGTH;
  const bytesAt = ({ start, end }: Range): Uint8Array => {
    if (start < windowAt || end > windowAt + WINDOW_LENGTH) {
      windowAt = start;
      read(window.subarray(0, size - start), start);
    }
    return window.subarray(start - windowAt, end - windowAt);
  };
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const { start, end } of bulkOf(bytesAt, { start: 0, end: size })) {
    if (end - start < LARGE_RANGE) continue;
    read(bytes.subarray(at, start), at);
    at = end;
  }
  read(bytes.subarray(at), at);
  return bytes;
}
