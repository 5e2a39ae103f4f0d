/**
 * Folders for what can be made anew, where the system has its caches and nobody else can write: what lies there is
 * executed or built into components. A folder of somebody else is not used, and neither is one that others can write to.
 */
import { lstatSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { makeDirectories } from "./make-directories.ts";

const OWNER_ONLY = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/** `undefined` where there can be none. */
export function cacheFolder(name: string): string | undefined {
  try {
    const system = systemFolder();
    makeDirectories(system);
    return ownFolder(join(system, "wasi-nest")) && ownFolder(join(system, "wasi-nest", name));
  } catch {
    return undefined;
  }
}

function systemFolder(): string {
  const { env, platform } = process;
  if (platform === "win32") return env["LOCALAPPDATA"] ?? join(homedir(), "AppData/Local");
  return env["XDG_CACHE_HOME"] || join(homedir(), platform === "darwin" ? "Library/Caches" : ".cache");
}

function ownFolder(folder: string): string | undefined {
  makeDirectories(folder, OWNER_ONLY);
  const stats = lstatSync(folder);
  return stats.isDirectory() && isOwn(stats) ? folder : undefined;
}

/** Windows has no modes, and keeps such folders to their user by itself. */
export function isOwn({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & WRITABLE_BY_OTHERS) === 0);
}
