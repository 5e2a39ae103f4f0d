/**
 * What takes long to make, kept under what it was made of: components that engines have made, and what jco makes of
 * components. It lies outside of any project, where the system has its caches. What cannot be kept is made anew, and so
 * is what is not what was kept.
 *
 *     digest of the rest, 32 bytes | key, 32 bytes | what was made
 */
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, isOwn } from "./cache-folder.ts";

const DIGEST_LENGTH = 32;
const HEAD_LENGTH = 2 * DIGEST_LENGTH;

/** What `make` gave the last time for the same `inputs`, or gives now. Each kind of thing has a folder. */
export async function cached(
  kind: "adapters" | "transpiled",
  inputs: readonly (string | Uint8Array)[],
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const folder = cacheFolder(kind);
  if (folder === undefined) return make();
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${Buffer.byteLength(input)}:`).update(input);
  const key = hash.digest();
  const file = join(folder, key.toString("hex"));
  const kept = await find(file, key).catch(() => undefined);
  if (kept !== undefined) return kept;
  const made = await make();
  await keep(file, key, made).catch(() => undefined);
  return made;
}

/** `undefined` for an entry that somebody else has made, or that is damaged. */
async function find(file: string, key: Uint8Array): Promise<Uint8Array | undefined> {
  // Windows has no such flag.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || !isOwn(stats)) return undefined;
    const entry = await readFile(handle);
    const isWhole = digestOf(entry.subarray(DIGEST_LENGTH)).equals(entry.subarray(0, DIGEST_LENGTH));
    return isWhole && entry.subarray(DIGEST_LENGTH, HEAD_LENGTH).equals(key) ? entry.subarray(HEAD_LENGTH) : undefined;
  } finally {
    await handle.close();
  }
}

/** Appears under its name when it is whole. */
async function keep(file: string, key: Uint8Array, made: Uint8Array): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, [digestOf(key, made), key, made], { flag: "wx", mode: 0o600 });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

function digestOf(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
