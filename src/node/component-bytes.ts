/**
 * Reads a component for whoever looks at what it is, and not at its code: of a large file, the code and the data of core
 * modules stay on disk. In their place are zeros that nobody touches, which take no memory. Core modules that are no part
 * of a component are read whole.
 */
import { closeSync, openSync } from "node:fs";
import { bulkOf, type Range } from "../binary/bulk.ts";
import type { Chunk } from "../binary/chunk.ts";
import { kindOf } from "../binary/component.ts";
import { MOST_BYTES, readBytes, readInto, shapeOf } from "./file-bytes.ts";

/** Smaller files, and smaller ranges, are not worth the trouble. */
const LARGE_FILE = 1 << 22;
const LARGE_RANGE = 1 << 20;
/** What is read at once where headers are looked for. */
const WINDOW_LENGTH = 1 << 14;

/** @throws what `node:fs` throws, and `RangeError` for a file that no component can be, or that changes meanwhile */
export { bytesOf } from "../binary/chunk.ts";

export function readComponentBytes(path: string): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const stats = shapeOf(descriptor);
    if (!stats.isFile || stats.size < LARGE_FILE || stats.size > MOST_BYTES) return readBytes(path);
    const start = new Uint8Array(16);
    readInto(descriptor, start, 0);
    return kindOf(start) === "component" ? withoutBulk(descriptor, stats.size) : readBytes(path);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * All bytes of a component that was read from a file, for who wants those that were left out.
 * @throws what `node:fs` throws, and `RangeError` for a file that has changed meanwhile; so does reading
 */
export function componentSource(path: string, component: Uint8Array): Chunk {
  if (component.length < LARGE_FILE) return component;
  const descriptor = openSync(path, "r");
  const stats = shapeOf(descriptor);
  // What is no file was read whole.
  if (stats.isFile && stats.size === component.length)
    return { byteLength: stats.size, readInto: (target, start) => readWhole(descriptor, target, start) };
  closeSync(descriptor);
  if (stats.isFile) throw new RangeError(CHANGED);
  return component;
}

const CHANGED = "changed while it was read";

function readWhole(descriptor: number, target: Uint8Array, position: number): void {
  if (readInto(descriptor, target, position) < target.length) throw new RangeError(CHANGED);
}

function withoutBulk(descriptor: number, size: number): Uint8Array {
  const read = (target: Uint8Array, position: number): void => readWhole(descriptor, target, position);
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
