/**
 * How much memory a mount of limited size may take. The size is that of contents, in blocks; a quarter more is for all
 * else: files, names, targets, tables, what is open. From this follows how many entries there can be.
 */
import type { Writable, WritableLimits } from "./tree.ts";

const BLOCK = 4096;
/** What even the smallest mount has for names. */
const LEAST = 65536;

/** All ones: no limit. */
export const UNLIMITED = 0xffffffffffffffffn;

/** In bytes, of a mount or all of them together, for the size of their contents. */
export function memoryLimit(maxBytes: number | undefined): bigint {
  if (maxBytes === undefined) return UNLIMITED;
  const blocks = BigInt(Math.ceil(maxBytes / BLOCK)) * BigInt(BLOCK);
  return blocks + blocks / 4n + BigInt(LEAST);
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
