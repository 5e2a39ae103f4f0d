/**
 * A file system as simple as it can be, to compare ours with: what Linux does, in WIT's words. Every function
 * answers what is asked, or the name of an error code in an `Err`.
 */

import { FIXED_SECONDS } from "../../src/image/fixed-time.ts";
import { Err, type Stat } from "./file-system.ts";
import { ANYWHERE, type ModelRules } from "./model-rules.ts";

const MAX_LINKS = 40;
const MAX_NAME = 255;
const FIXED = BigInt(FIXED_SECONDS) * 1_000_000_000n;
const LARGEST = 2n ** 32n;
const BLOCK = 4096;

export class ModelInode {
  readonly type: "regular-file" | "directory" | "symbolic-link";
  bytes: Uint8Array = new Uint8Array();
  readonly entries = new Map<string, ModelInode>();
  target = "";
  links = 0;
  parent: ModelInode;
  times: [bigint, bigint, bigint] = [FIXED, FIXED, FIXED];
  /** Descriptors, streams and listings. */
  opens = 0;
  /** What of it was written, by blocks. */
  readonly blocks = new Set<number>();
  isEmbedded = false;
  /** Something that rules hide is in it, at the host. */
  hasHidden = false;
  /** Directories of the host's below an overlay that rules hide: the links of this one still count them. */
  hiddenDirectories = 0;
  /** Why there is no such directory any more. */
  readonly way: Err | undefined;

  constructor(type: ModelInode["type"], parent?: ModelInode, way?: Err) {
    this.type = type;
    this.way = way;
    this.parent = parent ?? this;
  }

  get subdirectories(): number {
    return [...this.entries.values()].filter(({ type }) => type === "directory").length + this.hiddenDirectories;
  }
}

interface Found {
  readonly directory: ModelInode;
  /** "." and ".." too. */
  readonly name: string;
  readonly slash: boolean;
  readonly inode: ModelInode | undefined;
}

interface Lookup {
  readonly follow?: boolean;
  readonly nameOnly?: boolean;
  readonly creating?: boolean;
}

export interface ModelOptions {
  readonly isReadOnly?: boolean;
  /** Whether what is wrong with a link's target is said before the files are read-only. */
  readonly checksTargets?: boolean;
  readonly maxBytes?: number;
  readonly maxFiles?: number;
  /** What was there at first is the host's: nobody remembers it, and after a reset it is there anew. */
  readonly isOverHost?: boolean;
  readonly rules?: ModelRules;
}

/** Which preopens the two directories of a call are of. */
type Mounts = readonly (number | undefined)[];

/** How many bytes were written, and why no more. */
interface Stored {
  readonly count: number;
  readonly error?: string;
}

export class Model {
  readonly root: ModelInode = new ModelInode("directory");
  readonly isReadOnly: boolean;
  /** Nanoseconds. */
  now = 0n;
  readonly #rules: ModelRules | undefined;
  readonly #checksTargets: boolean;
  readonly #isOverHost: boolean;
  readonly #maxBlocks: number;
  readonly #maxFiles: number;
  /** What has a name or is open. */
  readonly #alive: Set<ModelInode> = new Set([this.root]);

  constructor(options: ModelOptions = {}) {
    const { isReadOnly = false, checksTargets = !isReadOnly, maxBytes = Infinity, maxFiles = Infinity, isOverHost = false } = options;
    this.root.links = 1;
    this.#rules = options.rules;
    this.#isOverHost = isOverHost;
    this.isReadOnly = isReadOnly;
    this.#checksTargets = checksTargets;
    this.#maxBlocks = Math.ceil(maxBytes / BLOCK);
    this.#maxFiles = maxFiles;
  }

  hold(inode: ModelInode): void {
    inode.opens++;
  }

  release(inode: ModelInode): void {
    inode.opens--;
    this.#bury(inode);
  }

  /** What has no name and is not open counts no more. */
  #bury(inode: ModelInode): void {
    if (inode.links > 0 || inode.opens > 0) return;
    inode.blocks.clear();
    if (!inode.isEmbedded) this.#alive.delete(inode);
  }

  get usedBlocks(): number {
    return [...this.#alive].reduce((sum, { blocks }) => sum + blocks.size, 0);
  }

  /** Of what was made, and beyond the first of what is embedded. What is open counts as if it had one. */
  get usedNames(): number {
    return [...this.#alive].reduce((sum, { links, isEmbedded }) => sum + Math.max(links, 1) - Number(isEmbedded), 0);
  }

  /** The names to a directory, and one more; or nothing, where it is nowhere any more. */
  #pathOf(directory: ModelInode, ...names: readonly string[]): readonly string[] | undefined {
    if (directory === this.root) return names;
    if (directory.parent === directory) return ANYWHERE;
    const [own = ""] = [...directory.parent.entries].find(([, inode]) => inode === directory) ?? [];
    return this.#pathOf(directory.parent, own, ...names);
  }

  pathTo(directory: ModelInode): readonly string[] {
    return this.#pathOf(directory) ?? [];
  }

  /** The directory that is at a path without links, or one with the reason why there is none. */
  byPath(path: readonly string[]): ModelInode {
    let at = this.root;
    for (const name of path) {
      const next = at.entries.get(name);
      if (next?.type !== "directory") return new ModelInode("directory", undefined, new Err(next === undefined ? "no-entry" : "busy"));
      at = next;
    }
    return at;
  }

  #isHidden(directory: ModelInode, name: string): boolean {
    return this.#rules?.isHidden(this.#pathOf(directory, name)) ?? false;
  }

  /** Whether rules protect what a path has led to. */
  #isFixed({ directory, name, inode }: Found): boolean {
    const isNamed = name !== "." && name !== "..";
    return this.#rules?.isProtected(isNamed ? this.#pathOf(directory, name) : this.#pathOf(inode ?? directory)) ?? false;
  }

  #refusal({ directory, name }: Found): Err | undefined {
    const refused = this.#rules?.refusal(this.#pathOf(directory, name));
    return refused === undefined ? undefined : new Err(refused);
  }

  /** Whether what a path leads to is protected, if it leads anywhere. */
  isProtected(base: ModelInode, path: string, follow: boolean): boolean {
    const found = this.#find(base, path, { follow });
    return !(found instanceof Err) && found.inode !== undefined && this.#isFixed(found);
  }

  /** Whether there cannot be one more. */
  get #isFull(): boolean {
    return this.#maxFiles !== Infinity && this.usedNames >= this.#maxFiles;
  }

  /** What was there at first, to come back to. */
  readonly #composed = new Map<ModelInode, ModelInode>();

  /** From now on, this is what was there at first. */
  compose(): void {
    const visit = (inode: ModelInode): void => {
      inode.isEmbedded = true;
      this.#alive.add(inode);
      const copy = new ModelInode(inode.type, inode.parent);
      Object.assign(copy, { bytes: inode.bytes.slice(), target: inode.target, links: inode.links, times: [...inode.times] });
      for (const [name, child] of inode.entries) {
        copy.entries.set(name, child);
        visit(child);
      }
      this.#composed.set(inode, copy);
    };
    visit(this.root);
  }

  /** Everything is as it was at first, open or not; what was made has no name, nor anything in it. */
  reset(): void {
    const lose = (inode: ModelInode): void => {
      const children = [...inode.entries.values()];
      inode.entries.clear();
      for (const child of children) lose(child);
      inode.links = 0;
      inode.parent = inode;
      this.#bury(inode);
    };
    if (this.#isOverHost) {
      lose(this.root);
      this.#composeAnew(this.root, this.root);
      return;
    }
    for (const inode of this.#composed.keys()) lose(inode);
    for (const [inode, { bytes, entries, links, times, parent }] of this.#composed) {
      inode.blocks.clear();
      Object.assign(inode, { bytes: bytes.slice(), links, parent: parent === inode ? inode : parent, times: [...times] });
      for (const [name, child] of entries) inode.entries.set(name, child);
    }
    this.root.parent = this.root;
  }

  /** Makes an inode what another was at first, with all that was in it. */
  #composeAnew(inode: ModelInode, first: ModelInode): void {
    const { bytes, entries, links, times, target } = this.#composed.get(first) ?? first;
    const { hiddenDirectories } = first;
    Object.assign(inode, { bytes: bytes.slice(), target, links, times: [...times], isEmbedded: true, hiddenDirectories });
    this.#alive.add(inode);
    for (const [name, child] of entries) {
      const made = new ModelInode(child.type, inode);
      inode.entries.set(name, made);
      this.#composeAnew(made, child);
    }
  }

  #find(base: ModelInode, path: string, { follow = false, nameOnly = false, creating = false }: Lookup): Found | Err {
    let links = 0;
    const walk = (from: ModelInode, text: string, following: boolean, isMaking: boolean): Found | Err => {
      if (text.startsWith("/")) return new Err("not-permitted");
      const names = text.split("/").filter((name) => name !== "");
      const slash = text.endsWith("/");
      let at = from;
      for (const [index, name] of names.entries()) {
        const isLast = index === names.length - 1;
        const hasSlash = !isLast || slash;
        if (name === "." || name === "..") {
          if (name === ".." && at === base) return new Err("not-permitted");
          const inode = name === "." ? at : at.parent;
          if (isLast) return { directory: at, name, slash, inode };
          at = inode;
          continue;
        }
        if (Buffer.byteLength(name) > MAX_NAME) return new Err("name-too-long");
        if (isLast && slash && isMaking) return new Err("is-directory");
        const inode = this.#isHidden(at, name) ? undefined : at.entries.get(name);
        if (isLast && nameOnly && text === path) return { directory: at, name, slash, inode };
        if (inode === undefined) return isLast ? { directory: at, name, slash, inode } : new Err("no-entry");
        if (inode.type === "symbolic-link" && (hasSlash || following)) {
          if (++links > MAX_LINKS) return new Err("loop");
          const found = walk(at, inode.target, true, isLast && isMaking);
          if (found instanceof Err || (isLast && !slash)) return found;
          if (found.inode === undefined) return new Err("no-entry");
          if (found.inode.type !== "directory") return new Err("not-directory");
          if (isLast) return found;
          at = found.inode;
          continue;
        }
        if (hasSlash && inode.type !== "directory") return new Err("not-directory");
        if (isLast) return { directory: at, name, slash, inode };
        at = inode;
      }
      throw new Error("an empty path");
    };
    if (path.includes("\0")) return new Err("invalid");
    if (path === "") return new Err("no-entry");
    if (base.way !== undefined) return base.way;
    if (base.type !== "directory") return new Err("not-directory");
    return walk(base, path, follow, creating);
  }

  /** What a path leads to. */
  resolve(base: ModelInode, path: string, follow: boolean): ModelInode | Err {
    const found = this.#find(base, path, { follow });
    return found instanceof Err ? found : (found.inode ?? new Err("no-entry"));
  }

  #touch(...inodes: readonly ModelInode[]): void {
    for (const { times } of inodes) times[2] = this.now;
  }

  #modify(...inodes: readonly ModelInode[]): void {
    for (const { times } of inodes) times[1] = this.now;
    this.#touch(...inodes);
  }

  #make(found: Found, type: ModelInode["type"]): ModelInode | Err {
    const { directory, name } = found;
    if (this.isReadOnly) return new Err("read-only");
    const refused = this.#refusal(found);
    if (refused !== undefined) return refused;
    if (directory.links === 0) return new Err("no-entry");
    if (this.#isFull) return new Err("insufficient-space");
    const inode = new ModelInode(type, directory);
    this.#alive.add(inode);
    inode.links = 1;
    inode.times = [this.now, this.now, this.now];
    directory.entries.set(name, inode);
    this.#modify(directory);
    return inode;
  }

  open(base: ModelInode, path: string, follow: boolean, open: readonly string[], flags: readonly string[]): ModelInode | Err {
    const [create, isDirectory, exclusive, truncate] = ["create", "directory", "exclusive", "truncate"].map((flag) => open.includes(flag));
    if (create && isDirectory) return new Err("invalid");
    const isNew = create && exclusive;
    const found = this.#find(base, path, { follow: follow && !isNew, nameOnly: isNew === true, creating: create === true });
    if (found instanceof Err) return found;
    const { inode } = found;
    if (inode === undefined) return create ? this.#make(found, "regular-file") : new Err("no-entry");
    if (isNew) return new Err("exist");
    if (inode.type === "symbolic-link") return new Err("loop");
    if (inode.type === "directory" && (create || truncate || flags.includes("write"))) return new Err("is-directory");
    if (inode.type !== "directory" && isDirectory) return new Err("not-directory");
    if ((this.isReadOnly || this.#isFixed(found)) && (truncate || flags.includes("write"))) return new Err("read-only");
    if (truncate) this.setSize(inode, 0n);
    return inode;
  }

  setSize(inode: ModelInode, size: bigint): void {
    const length = Number(size);
    for (const block of inode.blocks) if (block * BLOCK >= length) inode.blocks.delete(block);
    resize(inode, length);
    this.#modify(inode);
  }

  write(inode: ModelInode, bytes: Uint8Array, offset: bigint): Err | number {
    const { count, error } = this.store(inode, bytes, offset);
    return error === undefined || count > 0 ? count : new Err(error);
  }

  /** As much as there is room for. */
  store(inode: ModelInode, bytes: Uint8Array, offset: bigint): Stored {
    if (offset >= 2n ** 63n) return { count: 0, error: "invalid" };
    if (bytes.length === 0) return { count: 0 };
    if (offset >= LARGEST) return { count: 0, error: "file-too-large" };
    const start = Number(offset);
    let room = this.#maxBlocks === Infinity ? Infinity : this.#maxBlocks - this.usedBlocks;
    let count = 0;
    while (count < bytes.length) {
      const block = Math.floor((start + count) / BLOCK);
      if (!inode.blocks.has(block) && room-- <= 0) break;
      inode.blocks.add(block);
      count = Math.min(bytes.length, (block + 1) * BLOCK - start);
    }
    if (count > 0) {
      if (start + count > inode.bytes.length) resize(inode, start + count);
      inode.bytes.set(bytes.subarray(0, count), start);
      this.#modify(inode);
    }
    return count < bytes.length ? { count, error: "insufficient-space" } : { count };
  }

  #taken(base: ModelInode, path: string, isDirectory: boolean): Found | Err {
    const found = this.#find(base, path, { nameOnly: true });
    if (found instanceof Err) return found;
    if (found.inode !== undefined) return new Err("exist");
    if (found.slash && !isDirectory) return new Err("no-entry");
    return this.isReadOnly ? new Err("read-only") : (this.#refusal(found) ?? found);
  }

  mkdir(base: ModelInode, path: string): Err | undefined {
    const found = this.#taken(base, path, true);
    const made = found instanceof Err ? found : this.#make(found, "directory");
    return made instanceof Err ? made : undefined;
  }

  symlink(base: ModelInode, target: string, path: string): Err | undefined {
    if (this.#checksTargets && target === "") return new Err("no-entry");
    if (this.#checksTargets && target.startsWith("/")) return new Err("not-permitted");
    const found = this.#taken(base, path, false);
    const made = found instanceof Err ? found : this.#make(found, "symbolic-link");
    if (made instanceof Err) return made;
    made.target = target;
    return undefined;
  }

  readlink(base: ModelInode, path: string): string | Err {
    const inode = this.resolve(base, path, false);
    if (inode instanceof Err) return inode;
    return inode.type === "symbolic-link" ? inode.target : new Err("invalid");
  }

  link(base: ModelInode, from: string, follow: boolean, newBase: ModelInode, to: string, mounts: Mounts = []): Err | undefined {
    const inode = this.resolve(base, from, follow);
    if (inode instanceof Err) return inode;
    if (!this.isReadOnly && this.isProtected(base, from, follow)) return new Err("read-only");
    const found = this.#taken(newBase, to, false);
    if (found instanceof Err) return found;
    if (found.directory.links === 0) return new Err("no-entry");
    if (mounts[0] !== mounts[1]) return new Err("cross-device");
    if (inode.type === "directory") return new Err("not-permitted");
    if (this.#isFull) return new Err("insufficient-space");
    found.directory.entries.set(found.name, inode);
    inode.links++;
    this.#touch(inode);
    this.#modify(found.directory);
    return undefined;
  }

  #lose(inode: ModelInode): void {
    inode.links--;
    if (inode.type === "directory") inode.parent = inode;
    this.#touch(inode);
    this.#bury(inode);
  }

  unlink(base: ModelInode, path: string): Err | undefined {
    const found = this.#find(base, path, { nameOnly: true });
    if (found instanceof Err) return found;
    const { directory, name, inode, slash } = found;
    if (name === "." || name === "..") return new Err("is-directory");
    if (this.isReadOnly) return new Err("read-only");
    if (inode === undefined) return new Err("no-entry");
    if (inode.type === "directory") return new Err("is-directory");
    if (slash) return new Err("not-directory");
    const refused = this.#refusal(found);
    if (refused !== undefined) return refused;
    directory.entries.delete(name);
    this.#modify(directory);
    this.#lose(inode);
    return undefined;
  }

  rmdir(base: ModelInode, path: string): Err | undefined {
    const found = this.#find(base, path, { nameOnly: true });
    if (found instanceof Err) return found;
    const { directory, name, inode } = found;
    if (name === ".") return new Err("invalid");
    if (name === "..") return new Err("not-empty");
    if (this.isReadOnly) return new Err("read-only");
    if (inode === undefined) return new Err("no-entry");
    if (inode.type !== "directory") return new Err("not-directory");
    const refused = this.#refusal(found);
    if (refused !== undefined) return refused;
    if (inode.entries.size > 0 || inode.hasHidden) return new Err("not-empty");
    directory.entries.delete(name);
    this.#modify(directory);
    this.#lose(inode);
    return undefined;
  }

  /** A directory could show under its other name what was hidden in it. */
  #movingRefusal(old: Found, target: Found, mount: number): Err | undefined {
    const [from, to] = [old, target].map(({ directory, name }) => this.#pathOf(directory, name));
    if (this.#rules === undefined || from === ANYWHERE) return undefined;
    return to !== ANYWHERE && this.#rules.isAlike(mount, from, to) ? undefined : new Err("not-permitted");
  }

  rename(base: ModelInode, from: string, newBase: ModelInode, to: string, [mount = 0, other = 0]: Mounts = []): Err | undefined {
    const old = this.#find(base, from, { nameOnly: true });
    if (old instanceof Err) return old;
    const target = this.#find(newBase, to, { nameOnly: true });
    if (target instanceof Err) return target;
    if (mount !== other) return new Err("cross-device");
    if ([old.name, target.name].some((name) => name === "." || name === "..")) return new Err("busy");
    if (this.isReadOnly) return new Err("read-only");
    const { inode } = old;
    if (inode === undefined) return new Err("no-entry");
    const isDirectory = inode.type === "directory";
    const refused = this.#refusal(old) ?? this.#refusal(target) ?? (isDirectory ? this.#movingRefusal(old, target, mount) : undefined);
    if (refused !== undefined) return refused;
    if (!isDirectory && (old.slash || target.slash)) return new Err("not-directory");
    const isWithin = (at: ModelInode, outer: ModelInode): boolean => at === outer || (at.parent !== at && isWithin(at.parent, outer));
    if (isDirectory && isWithin(target.directory, inode)) return new Err("invalid");
    if (target.inode !== undefined) {
      if (isWithin(old.directory, target.inode)) return new Err("not-empty");
      if (target.inode === inode) return undefined;
      if (isDirectory && target.inode.type !== "directory") return new Err("not-directory");
      if (!isDirectory && target.inode.type === "directory") return new Err("is-directory");
      if (target.inode.entries.size > 0 || target.inode.hasHidden) return new Err("not-empty");
    }
    if (target.directory.links === 0) return new Err("no-entry");
    if (target.inode !== undefined) this.#lose(target.inode);
    old.directory.entries.delete(old.name);
    target.directory.entries.set(target.name, inode);
    if (isDirectory) inode.parent = target.directory;
    this.#touch(inode);
    this.#modify(old.directory, target.directory);
    return undefined;
  }

  setModified(base: ModelInode, path: string, follow: boolean, time: bigint): Err | undefined {
    const inode = this.resolve(base, path, follow);
    if (inode instanceof Err) return inode;
    return this.isProtected(base, path, follow) ? new Err("read-only") : this.setTimes(inode, undefined, time);
  }

  /** Those that are given. */
  setTimes(inode: ModelInode, accessed: bigint | undefined, modified: bigint | undefined): Err | undefined {
    if (this.isReadOnly) return new Err("read-only");
    if (accessed !== undefined || modified !== undefined) this.#touch(inode);
    if (accessed !== undefined) inode.times[0] = accessed;
    if (modified !== undefined) inode.times[1] = modified;
    return undefined;
  }

  stat(inode: ModelInode): Stat {
    const { type, links, times, bytes, target } = inode;
    const size = type === "regular-file" ? bytes.length : type === "directory" ? 0 : Buffer.byteLength(target);
    return { type, links: type === "directory" && links > 0 ? 2 + inode.subdirectories : links, size, times: [...times] };
  }
}

function resize(inode: ModelInode, size: number): void {
  const bytes = new Uint8Array(size);
  bytes.set(inode.bytes.subarray(0, size));
  inode.bytes = bytes;
}
