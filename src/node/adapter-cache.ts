/**
 * Components that engines have made, kept under what they were made of: outside of any project, where the system
 * has its caches. What cannot be kept is made anew.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

function cacheFolder(): string {
  const { env, platform } = process;
  const system =
    platform === "win32"
      ? (env["LOCALAPPDATA"] ?? join(homedir(), "AppData/Local"))
      : (env["XDG_CACHE_HOME"] ?? join(homedir(), platform === "darwin" ? "Library/Caches" : ".cache"));
  return join(system, "wasi-nest", "adapters");
}

/** What `make` gave the last time for the same `inputs`, or gives now. */
export async function cached(inputs: readonly string[], make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${Buffer.byteLength(input)}:`).update(input);
  const folder = cacheFolder();
  const file = join(folder, `${hash.digest("hex")}.wasm`);
  try {
    return await readFile(file);
  } catch {
    const made = await make();
    await keep(folder, file, made).catch(() => undefined);
    return made;
  }
}

/** Appears under its name when it is whole. */
async function keep(folder: string, file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
