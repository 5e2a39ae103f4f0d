/**
 * Writes a tree into a directory of this machine, and nothing outside of it, whatever names and links the tree has: no link is
 * followed below the directory, and none may lead out of it.
 */
import {
  closeSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { bytesIn, type Chunk } from "../binary/chunk.ts";
import type { Directory, Entry } from "../index.ts";
import { InputError, reasonOf } from "./input-error.ts";
import { escapingLinks, targetInGuest } from "./link-target.ts";
import { makeDirectories } from "./make-directories.ts";

export interface ExtractOptions {
  /** Files and links that are there already are replaced. Directories never give way. */
  readonly force?: boolean;
}

type Tree = Directory<Chunk>;

const PIECE_LENGTH = 1 << 20;

/**
 * `directory` is made if it does not exist. Everything is looked at before anything is written.
 * @returns how many files, links and directories there are
 * @throws InputError that names every path that cannot be written
 */
export function extractTree(tree: Tree, directory: string, { force = false }: ExtractOptions = {}): number {
  const here = linksInside(tree);
  const problems: string[] = [...refusedNames(here), ...refusedLinks(here)];
  if (problems.length === 0) problems.push(...inTheWay(here, directory, force));
  if (problems.length > 0)
    throw new InputError(problems, problems.some((each) => each.endsWith(EXISTS)) ? "`--force` replaces files" : undefined);
  try {
    makeDirectories(directory);
  } catch (error) {
    throw new InputError([`\`${directory}\` ${written(error)}`]);
  }
  return writeEntries(here, directory, force);
}

/** Absolute targets become relative ones: what is `/` for the guest is the directory here. */
function linksInside(tree: Tree): Tree {
  const visit = (directory: Tree, above: string): Tree => {
    const entries = new Map<string, Entry<Chunk>>();
    for (const [name, entry] of directory.entries) {
      const path = `${above}${name}`;
      const target = entry.kind === "link" ? targetInGuest(entry.target, path, "/") : undefined;
      if (entry.kind === "directory") entries.set(name, visit(entry, `${path}/`));
      else entries.set(name, entry.kind === "link" && target !== undefined ? { ...entry, target } : entry);
    }
    return { ...directory, entries };
  };
  return visit(tree, "");
}

/** Each path below the directory, the directories before their entries. */
function* pathsIn({ entries }: Tree, above = ""): Iterable<readonly [path: string, name: string, entry: Entry<Chunk>]> {
  for (const [name, entry] of entries) {
    yield [above + name, name, entry];
    if (entry.kind === "directory") yield* pathsIn(entry, `${above}${name}/`);
  }
}

/** What separates names, or means something else than a name, on Windows. */
const NO_NAME_ON_WINDOWS = /[\\:*?"<>|\p{Cc}]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

const refusedNames = (tree: Tree): readonly string[] =>
  process.platform === "win32"
    ? [...pathsIn(tree)].flatMap(([path, name]) => (NO_NAME_ON_WINDOWS.test(name) ? [`\`${path}\` is no name of a file here`] : []))
    : [];

const refusedLinks = (tree: Tree): readonly string[] =>
  escapingLinks(tree as Directory).map(({ path, target }) => `the link \`${path}\` points to \`${target}\`, outside of the directory`);

const EXISTS = "exists already";

/** What is there already and cannot stay or give way. */
function inTheWay(tree: Tree, directory: string, force: boolean): readonly string[] {
  const problems: string[] = [];
  const visit = ({ entries }: Tree, at: string): void => {
    for (const [name, entry] of entries) {
      const path = `${at}/${name}`;
      const found = statsOf(path, problems);
      if (found === undefined) continue;
      if (entry.kind === "directory" && found.isDirectory()) visit(entry, path);
      else if (entry.kind === "directory") problems.push(`\`${path}\` is no directory`);
      else if (found.isDirectory()) problems.push(`\`${path}\` is a directory`);
      else if (!force) problems.push(`\`${path}\` ${EXISTS}`);
    }
  };
  const found = attempt(directory, problems, () => statSync(directory, { throwIfNoEntry: false }));
  if (found?.isDirectory()) visit(tree, directory);
  else if (found !== undefined) problems.push(`\`${directory}\` is no directory`);
  return problems;
}

const statsOf = (path: string, problems: string[]): Stats | undefined =>
  attempt(path, problems, () => lstatSync(path, { throwIfNoEntry: false }));

function attempt<T>(path: string, problems: string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    problems.push(`\`${path}\` ${written(error)}`);
    return undefined;
  }
}

const written = (error: unknown): string => reasonOf(error).replace("cannot be read", "cannot be written");

/** @throws InputError */
function writeEntries({ entries }: Tree, at: string, force: boolean): number {
  let count = 0;
  for (const [name, entry] of entries) {
    const path = `${at}/${name}`;
    count++;
    try {
      if (entry.kind === "directory") {
        makeDirectory(path);
        count += writeEntries(entry, path, force);
      } else {
        if (force) removeFile(path);
        // Fails where anything is, a link included.
        if (entry.kind === "link") symlinkSync(entry.target, path);
        else writeFile(path, entry.contents);
      }
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError([`\`${path}\` ${error instanceof RangeError ? error.message : written(error)}`]);
    }
    setTime(path, entry);
  }
  return count;
}

/** A link to a directory is none. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function removeFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) unlinkSync(path);
}

function writeFile(path: string, contents: Chunk): void {
  const descriptor = openSync(path, "wx");
  try {
    const piece = new Uint8Array(contents instanceof Uint8Array ? 0 : PIECE_LENGTH);
    for (let start = 0; start < contents.byteLength; start += PIECE_LENGTH) {
      const bytes = bytesIn(contents, start, Math.min(start + PIECE_LENGTH, contents.byteLength), piece);
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Nanoseconds since the epoch to the seconds that Node takes. What this file system cannot hold stays the time of now. */
function setTime(path: string, { kind, modified }: Entry<Chunk>): void {
  if (modified === undefined) return;
  const seconds = Number(modified / 1_000_000_000n) + Number(modified % 1_000_000_000n) / 1e9;
  try {
    (kind === "link" ? lutimesSync : utimesSync)(path, seconds, seconds);
  } catch {
    // The contents are what counts.
  }
}
