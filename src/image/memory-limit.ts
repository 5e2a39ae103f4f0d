/**
 * How much memory a mount of limited size may take. The size is that of contents, in blocks; a quarter more is for all
 * else: files, names, targets, tables, what is open. From this follows how many entries there can be.
 */
import { NO_LIMIT } from "./layout.ts";
import type { Writable, WritableLimits } from "./tree.ts";

const BLOCK = 4096;
/** What even the smallest mount has for names, in blocks. */
const LEAST = 16;

/** In blocks, of a mount or all of them together, for the size of their contents. */
export function memoryLimit(maxBytes: number = Infinity): number {
  const blocks = contentsLimit(maxBytes);
  return Math.min(blocks + Math.floor(blocks / 4) + LEAST, NO_LIMIT);
}

/** In blocks: less than a block is one, too. */
export function contentsLimit(maxBytes: number = Infinity): number {
  return Math.min(Math.ceil(maxBytes / BLOCK), NO_LIMIT);
}

/** What limits all mounts together: their own limits do, where each has one and nothing is written beside them. */
export function sizeOfAll(
  mounts: readonly (Writable | undefined)[],
  { maxBytes = Infinity }: WritableLimits,
  hasPipes: boolean,
): number | undefined {
  const writable = mounts.filter((mount) => mount !== undefined);
  const isOpen = hasPipes || writable.length === 0;
  const sum = isOpen ? Infinity : writable.reduce((total, mount) => total + (mount.maxBytes ?? Infinity), 0);
  const least = Math.min(sum, maxBytes);
  return least === Infinity ? undefined : Math.min(least, Number.MAX_SAFE_INTEGER);
}
