/**
 * Guests are built on first use and kept in .cache/guests, under a key that names all that goes into them.
 * Two test workers that want the same guest at once build it once: the second waits for the first.
 */

import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../hosts/disk-cache.ts";

const CACHE = path.join(root, ".cache/guests");
const WAIT_MILLISECONDS = 200;
/** Longer than any build may take. */
const LOCK_MILLISECONDS = 900_000;

const inThisWorker = new Map<string, Promise<Uint8Array>>();

/** The bytes made by `build`, or what it made the last time with the same inputs. The name is for people. */
export function cached(name: string, inputs: readonly (string | Uint8Array)[], build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  const file = path.join(CACHE, `${name}-${hash.digest("hex").slice(0, 24)}.wasm`);
  const found = inThisWorker.get(file) ?? readOrBuild(file, build);
  inThisWorker.set(file, found);
  // What failed is tried again: the cause may be gone, and a kept failure would hide the next one.
  found.catch(() => inThisWorker.delete(file));
  return found;
}

async function readOrBuild(file: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  await mkdir(CACHE, { recursive: true });
  const lock = `${file}.lock`;
  while (!existsSync(file)) {
    if (await take(lock)) {
      try {
        if (!existsSync(file)) await writeWhole(file, await build());
      } finally {
        await rm(lock, { force: true });
      }
    } else {
      await sleep(WAIT_MILLISECONDS);
    }
  }
  return readFile(file);
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.${randomUUID()}.draft`;
  await writeFile(draft, bytes);
  await rename(draft, file);
}

/** Takes the lock if it is free; frees it if its holder is no more. */
async function take(lock: string): Promise<boolean> {
  // A link appears with its contents, so nobody sees a lock without its holder.
  const draft = `${lock}.${randomUUID()}`;
  await writeFile(draft, String(process.pid));
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  if (await isAbandoned(lock)) await rm(lock, { force: true });
  return false;
}

/** A process id alone is not enough: another process may have got it meanwhile. */
async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    return Date.now() - mtimeMs > LOCK_MILLISECONDS || !isAlive(Number(await readFile(lock, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return false;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
