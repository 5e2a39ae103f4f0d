/**
 * Makes the changes of a program (directory-changes.ts) in the directory itself, and nothing outside of it. Everything is looked at
 * first: what was changed since the program began is named, and then nothing is done unless it is forced. What goes is moved into
 * a directory in the same one, and deleted at the end: if anything fails, all is moved back.
 */
import {
  closeSync,
  copyFileSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { FIXED_SECONDS } from "../image/fixed-time.ts";
import {
  type Children,
  childrenOf,
  type Contents,
  type DirectoryChanges,
  directoryOf,
  type Overlaid,
  pathIn,
  type Placing,
} from "./directory-changes.ts";
import { isUnchanged, namesIn, stateOf } from "./directory-state.ts";
import { InputError, reasonOf } from "./input-error.ts";

/** Fills the target with what a file has from an offset on. */
export type ReadContents = (contents: Contents, target: Uint8Array, offset: number) => void;

export interface Applying {
  readonly overlaid: Overlaid;
  readonly changes: DirectoryChanges;
  readonly read: ReadContents;
  /** Also where the directory was changed since. */
  readonly force: boolean;
}

/**
 * @returns directories that were to be removed and are kept, because rules hide something in them
 * @throws InputError
 */
export function applyChanges({ overlaid, changes, read, force }: Applying): readonly string[] {
  const { root } = overlaid;
  if (changes.placings.length + changes.removals.length === 0) return [];
  if (changes.escaping.length > 0) throw new InputError(changes.escaping.map((path) => `the link \`${path}\` may lead out of \`${root}\``));
  const children = childrenOf(overlaid.before);
  const { paths, kept } = removed(overlaid, changes, children);
  for (const { path } of changes.placings)
    if (kept.has(path)) throw new InputError([`\`${path}\` cannot be replaced: \`--hide\` hides something in it`]);
  refuseConflicts(overlaid, changes, paths, children, force);
  let aside: string;
  try {
    aside = mkdtempSync(join(root, ".wasi-nest-"));
  } catch (error) {
    throw new InputError([`\`${root}\` ${written(error)}`]);
  }
  const mover = new Mover(root, aside);
  try {
    const files = writeFiles(aside, overlaid, changes.placings, read);
    // That may have taken its time.
    refuseConflicts(overlaid, changes, paths, children, force);
    mover.remove(paths, changes.placings);
    for (const each of changes.placings) if (each.kind !== "name") mover.place(each, files);
    for (const each of changes.placings) if (each.kind === "name") mover.place(each, files);
  } catch (error) {
    mover.undo();
    rmSync(aside, { recursive: true, force: true });
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
  return [...kept].filter((path) => changes.removals.includes(path));
}

const written = (error: unknown): string => reasonOf(error).replace("cannot be read", "cannot be written");

/** Of before: what goes, each whole or after what is in it; and directories that stay, because of what is hidden in them. */
function removed(
  { before, isHidden }: Overlaid,
  { removals, placings }: DirectoryChanges,
  children: Children,
): { readonly paths: readonly string[]; readonly kept: ReadonlySet<string> } {
  const kept = new Set<string>();
  const paths: string[] = [];
  const moved = new Set(placings.flatMap((each) => (each.kind === "moved" ? [each.from] : [])));
  /** Whether nothing of it stays. */
  const visit = (path: string): boolean => {
    if (moved.has(path)) return true;
    if (isHidden(path)) return false;
    // Each has to be done: there is no way out of the middle.
    const isAll = (children.get(path) ?? []).map(visit).every(Boolean);
    if (isAll) paths.push(path);
    else kept.add(path);
    return isAll;
  };
  for (const path of removals) if (before.has(path)) visit(path);
  return { paths: [...new Set(paths)], kept };
}

/** @throws InputError that names what is no longer what it was, unless `force` says that it does not matter */
function refuseConflicts(
  { root, before }: Overlaid,
  { touched, vacant, placings }: DirectoryChanges,
  removals: readonly string[],
  children: Children,
  force: boolean,
): void {
  if (force) return;
  const problems = new Set<string>();
  const at = (path: string): string => join(root, path);
  const check = (path: string): void => {
    const state = before.get(path);
    if (state === undefined || isUnchanged(state, stateOf(at(path)))) return;
    problems.add(`\`${path || root}\` was changed while the program ran`);
  };
  const checkWay = (path: string): void => {
    for (let directory = path; directory !== "";) check((directory = directoryOf(directory)));
  };
  for (const path of [...touched, ...removals, ...vacant]) checkWay(path);
  for (const path of [...touched, ...removals]) check(path);
  for (const path of vacant) if (stateOf(at(path)) !== undefined) problems.add(`\`${path}\` was made while the program ran`);
  const moved = new Set(placings.flatMap((each) => (each.kind === "moved" ? [each.from] : [])));
  for (const path of removals) {
    if (before.get(path)?.kind !== "directory") continue;
    const known = new Set(children.get(path) ?? []);
    for (const name of namesIn(at(path)))
      if (!known.has(pathIn(path, name)) && !moved.has(path)) problems.add(`\`${pathIn(path, name)}\` was made while the program ran`);
  }
  if (problems.size > 0) throw new InputError([...problems], "nothing was applied; `--force` applies the changes all the same");
}

const PIECE_LENGTH = 1 << 20;

/** Writes what is new beside all else. @returns where, by the path that each is for */
function writeFiles(aside: string, { before }: Overlaid, placings: readonly Placing[], read: ReadContents): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const each of placings) {
    if (each.kind !== "file") continue;
    const file = join(aside, `file-${files.size}`);
    files.set(each.path, file);
    try {
      writeFile(file, each.contents, read, each.before === undefined ? undefined : before.get(each.before)?.mode);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError([`\`${each.path}\` ${written(error)}`]);
    }
  }
  return files;
}

function writeFile(file: string, contents: Contents, read: ReadContents, mode: number | undefined): void {
  const descriptor = openSync(file, "wx");
  try {
    const piece = new Uint8Array(Math.min(PIECE_LENGTH, contents.size));
    for (let start = 0; start < contents.size; start += PIECE_LENGTH) {
      const bytes = piece.subarray(0, Math.min(PIECE_LENGTH, contents.size - start));
      read(contents, bytes, start);
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    }
    if (mode !== undefined) fchmodSync(descriptor, mode & 0o777);
    // A program without clocks has one time for all.
    const seconds = Number(contents.seconds) + contents.nanoseconds / 1e9;
    if (contents.seconds !== BigInt(FIXED_SECONDS)) futimesSync(descriptor, seconds, seconds);
  } finally {
    closeSync(descriptor);
  }
}

/** Moves things within the directory, and back again. */
class Mover {
  readonly #root: string;
  readonly #aside: string;
  readonly #back: (() => void)[] = [];
  /** Where what is moved lies meanwhile, by its path before. */
  readonly #held = new Map<string, string>();
  #count = 0;

  constructor(root: string, aside: string) {
    this.#root = root;
    this.#aside = aside;
  }

  /** What is removed and what is moved elsewhere, the deepest first: one may lie in the other. */
  remove(removals: readonly string[], placings: readonly Placing[]): void {
    const moved = placings.flatMap((each) => (each.kind === "moved" ? [each.from] : []));
    const depth = (path: string): number => path.split("/").length;
    for (const path of [...removals, ...moved].sort((left, right) => depth(right) - depth(left)))
      this.#doing(path, () => {
        if (stateOf(this.#at(path)) !== undefined) this.#held.set(path, this.#setAside(path));
      });
  }

  place(placing: Placing, files: ReadonlyMap<string, string>): void {
    const { path } = placing;
    this.#doing(path, () => {
      const target = this.#at(path);
      const there = stateOf(target);
      if (there?.kind === "directory") {
        if (placing.kind === "directory") return;
        throw new InputError([`\`${path}\` is a directory by now`]);
      }
      const copy = placing.kind === "file" && there !== undefined ? this.#linkAside(path) : undefined;
      if (copy === undefined) {
        if (there !== undefined) this.#setAside(path);
        return this.#make(placing, target, files);
      }
      // The name leads to the one file, and then to the other: there is no time without.
      renameSync(files.get(path) ?? "", target);
      this.#back.push(() => renameSync(copy, target));
    });
  }

  #make(placing: Placing, target: string, files: ReadonlyMap<string, string>): void {
    switch (placing.kind) {
      case "directory":
        mkdirSync(target);
        this.#back.push(() => rmdirSync(target));
        return;
      case "link":
        symlinkSync(placing.target, target);
        this.#back.push(() => unlinkSync(target));
        return;
      case "name":
        this.#guard(placing.of);
        linkOrCopy(this.#at(placing.of), target);
        this.#back.push(() => unlinkSync(target));
        return;
      case "file":
      case "moved": {
        const from = placing.kind === "file" ? files.get(placing.path) : this.#held.get(placing.from);
        if (from === undefined)
          throw new InputError([`\`${placing.kind === "moved" ? placing.from : placing.path}\` is not there any more`]);
        renameSync(from, target);
        this.#back.push(() => renameSync(target, from));
        return;
      }
      default:
        placing satisfies never;
    }
  }

  /** @throws InputError if that fails, too: then nothing is deleted */
  undo(): void {
    try {
      for (const action of this.#back.reverse()) action();
    } catch (cause) {
      throw new InputError([`\`${this.#root}\` could not be put back: what it lacks is in \`${this.#aside}\``], undefined, { cause });
    }
  }

  #setAside(path: string): string {
    const [from, to] = [this.#at(path), this.#free()];
    renameSync(from, to);
    this.#back.push(() => renameSync(to, from));
    return to;
  }

  /** `undefined` where this file system has no second names. */
  #linkAside(path: string): string | undefined {
    const copy = this.#free();
    try {
      linkSync(this.#at(path), copy);
      return copy;
    } catch {
      return undefined;
    }
  }

  readonly #at = (path: string): string => join(this.#root, path);
  readonly #free = (): string => join(this.#aside, `old-${this.#count++}`);

  /** @throws InputError that names the path, and where a name on the way is no directory: it might be a link that leads out */
  #doing(path: string, action: () => void): void {
    this.#guard(path);
    try {
      action();
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError([`\`${path}\` ${written(error)}`], "nothing was applied", { cause: error });
    }
  }

  #guard(path: string): void {
    for (let directory = directoryOf(path); directory !== ""; directory = directoryOf(directory))
      if (lstatSync(this.#at(directory), { throwIfNoEntry: false })?.isDirectory() !== true)
        throw new InputError([`\`${directory}\` is no directory any more`], "nothing was applied");
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
