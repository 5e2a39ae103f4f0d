/**
 * Writes what a component exports after it has run into files of this machine. Nothing that the component says is taken as it is:
 * paths, kinds, and sizes may be anything, and nothing is written outside of the target.
 */
import { statSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Chunk } from "../binary/chunk.ts";
import { LinkError } from "../errors.ts";
import { checkEntry } from "../image/nodes.ts";
import { MAX_PATH_LENGTH } from "../image/layout.ts";
import type { Directory, Entry } from "../index.ts";
import type { ExportedEntry, ExportedFiles } from "./exported-files.ts";
import { extractTree } from "./extract-tree.ts";
import { InputError, reasonOf } from "./input-error.ts";

export interface Take {
  /** Absolute, in the component. */
  readonly guest: string;
  /** A directory or a file of this machine, which is made. */
  readonly local: string;
}

/** What a component holds is in its memory, which ends there. */
const MOST_BYTES = 2 ** 32;
const MOST_ENTRIES = 1_000_000;

interface Draft {
  readonly kind: "directory";
  readonly entries: Map<string, Entry<Chunk> | Draft>;
}

/**
 * What may be written to at all. Who asks before the program runs does not let it run for nothing.
 * @throws InputError if there is a file, or a directory with something in it
 */
export function checkTarget({ local }: Take, force: boolean): void {
  if (force) return;
  let problem: string | undefined;
  try {
    const found = statSync(local, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) problem = readdirSync(local).length > 0 ? "is not empty" : undefined;
    else if (found !== undefined) problem = "exists already";
  } catch (error) {
    throw new InputError([`\`${local}\` ${reasonOf(error)}`]);
  }
  if (problem !== undefined) throw new InputError([`\`${local}\` ${problem}`], "`--force` writes there, and replaces files");
}

/**
 * @returns how many files and directories were written, and warnings of what was left out
 * @throws InputError if nothing is at the path, or the component says what cannot be, or something cannot be written
 */
export function takeFiles(
  files: ExportedFiles,
  take: Take,
  force: boolean,
): { readonly count: number; readonly warnings: readonly string[] } {
  const { guest, local } = take;
  checkTarget(take, force);
  const { tree, file, warnings } = read(files, guest);
  if (file !== undefined) {
    const entries = new Map([[basename(local), file]]);
    return { count: extractTree({ kind: "directory", entries }, dirname(local), { force }), warnings };
  }
  if (tree.entries.size === 0 && warnings.length === 0 && files.isDirectory(guest) !== true)
    throw new InputError([`the program has left nothing at \`${guest}\``]);
  return { count: extractTree(tree as Directory<Chunk>, local, { force }), warnings };
}

/** What is at a path: a file, or a directory with all that is in it. */
function read(
  files: ExportedFiles,
  guest: string,
): { readonly tree: Draft; readonly file: Entry<Chunk> | undefined; readonly warnings: readonly string[] } {
  const tree: Draft = { kind: "directory", entries: new Map() };
  let file: Entry<Chunk> | undefined;
  const warnings: string[] = [];
  const above = namesOf(guest);
  const listed = files.list();
  if (listed.length > MOST_ENTRIES) throw new InputError([`the component lists ${listed.length} files, more than ${MOST_ENTRIES}`]);
  let bytes = 0n;
  for (const entry of listed) {
    const { path, kind, size } = entry;
    const names = checkedNames(path);
    if (!above.every((name, i) => names[i] === name)) continue;
    const below = names.slice(above.length);
    if (kind === "symbolic-link" || kind === "other") {
      warnings.push(`\`${path}\` is ${kind === "other" ? "neither a file nor a directory" : "a symbolic link"}, and is left out`);
      continue;
    }
    if (kind === "file") bytes += size;
    if (bytes > BigInt(MOST_BYTES))
      throw refused(path, `and the files before it are said to have ${bytes} bytes, more than a component can hold`);
    if (below.length > 0) place(tree, below, entry, files);
    else if (kind === "file") file = fileOf(entry, files);
  }
  if (file !== undefined && tree.entries.size > 0) throw refused(guest, "is said to be a file and a directory");
  return { tree, file, warnings };
}

const namesOf = (path: string): readonly string[] => path.split("/").filter((name) => name !== "");

const refused = (path: string, why: string): InputError => new InputError([`the component's \`${path}\` ${why}: nothing is written`]);

/** @throws InputError for a path that is none of what a component has */
function checkedNames(path: string): readonly string[] {
  const names = path.split("/").slice(1);
  if (!path.startsWith("/") || path.length > MAX_PATH_LENGTH) throw refused(path.slice(0, MAX_PATH_LENGTH), "is no path of a file");
  // The root itself has no name.
  if (path === "/") return [];
  try {
    for (const name of names) checkEntry(name, { kind: "directory", entries: new Map() });
  } catch (error) {
    if (error instanceof LinkError) throw refused(path, "is no path of a file");
    throw error;
  }
  return names;
}

function place(tree: Draft, names: readonly string[], entry: ExportedEntry, files: ExportedFiles): void {
  let directory = tree;
  for (const name of names.slice(0, -1)) {
    const next = directory.entries.get(name);
    if (next !== undefined && next.kind !== "directory") throw refused(entry.path, `lies in \`${name}\`, which is a file`);
    const inner = (next as Draft | undefined) ?? { kind: "directory", entries: new Map() };
    directory.entries.set(name, inner);
    directory = inner;
  }
  const last = names.at(-1) ?? "";
  if (directory.entries.has(last)) throw refused(entry.path, "is there twice");
  directory.entries.set(last, entry.kind === "directory" ? { kind: "directory", entries: new Map() } : fileOf(entry, files));
}

function fileOf({ path, size }: ExportedEntry, files: ExportedFiles): Entry<Chunk> {
  return {
    kind: "file",
    contents: { byteLength: Number(size), readInto: (target, start) => files.readInto(path, target, BigInt(start)) },
  };
}
