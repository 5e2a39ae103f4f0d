/** Trees of files in directories of this machine, and whether they are still what they were. */

import { execFileSync } from "node:child_process";
import { lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Directory } from "../../src/index.ts";

/** Puts what a directory has into one of this machine. */
export async function write(folder: string, { entries }: Directory): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, entry] of entries) {
    const inner = path.join(folder, name);
    if (entry.kind === "directory") await write(inner, entry);
    else if (entry.kind === "file") await writeFile(inner, entry.contents);
    else await symlink(entry.target, inner);
  }
}

/** The same, all of it of one time, in nanoseconds since the epoch, which are more than Node can set. */
export async function writeTree(folder: string, directory: Directory, modified: bigint): Promise<void> {
  await write(folder, directory);
  const seconds = `@${modified / 1_000_000_000n}.${String(modified % 1_000_000_000n).padStart(9, "0")}`;
  execFileSync("find", [folder, "-exec", "touch", "-h", "-d", seconds, "{}", "+"]);
}

/** All that a change would show in, by path: times, sizes, link counts, contents and targets. */
export async function readTree(folder: string): Promise<ReadonlyMap<string, string>> {
  const tree = new Map<string, string>();
  for (const name of ["", ...(await readdir(folder, { recursive: true })).sort()]) {
    const entry = path.join(folder, name);
    const stat = await lstat(entry, { bigint: true });
    const contents = stat.isSymbolicLink() ? await readlink(entry) : stat.isFile() ? (await readFile(entry)).toString("base64") : "";
    tree.set(name, [stat.mode, stat.nlink, stat.size, stat.ino, stat.mtimeNs, stat.ctimeNs, contents].join(" "));
  }
  return tree;
}

/** The first path at which two trees are not the same. */
export function differenceOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const changed = paths.find((each) => before.get(each) !== after.get(each)) ?? "";
  return `\`${changed}\` was ${before.get(changed)?.slice(0, 200)} and is ${after.get(changed)?.slice(0, 200)}`;
}
