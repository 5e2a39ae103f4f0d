/** Which files and directories of the host's a program uses, told from its calls of `wasi:filesystem`, in 0.2 and 0.3. */
import { lstatSync, realpathSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import type { UsedPlace } from "../adapters/observed.ts";
import type { HostCall } from "./watch-calls.ts";

/** A path of the guest, in one of its directories of the host's. */
interface Place {
  readonly path: string;
  /** The directory of the host's: what it is called, and where it is. */
  readonly offered: string;
  readonly root: string;
  /** Below it. */
  readonly below: string;
}

interface Flags {
  readonly [flag: string]: boolean | undefined;
}

/** Of calls whose first arguments are paths, where these stand; they change the directory that each lies in. */
const CHANGING: Readonly<Record<string, readonly number[]>> = {
  createDirectoryAt: [0],
  removeDirectoryAt: [0],
  unlinkFileAt: [0],
  symlinkAt: [1],
  renameAt: [0, 2],
  linkAt: [1, 3],
};
/** Where the path stands of calls that ask about it. */
const ASKING: Readonly<Record<string, number>> = { statAt: 1, readlinkAt: 0, metadataHashAt: 1 };

export class FileObserver {
  readonly #directories: Readonly<Record<string, string>>;
  readonly #places = new WeakMap<object, Place>();
  readonly #files = new Map<string, UsedPlace>();
  readonly #listed = new Map<string, UsedPlace>();
  readonly #asked = new Set<string>();

  /** Host directories by their path in the guest. */
  constructor(directories: Readonly<Record<string, string>>) {
    this.#directories = directories;
  }

  get files(): readonly UsedPlace[] {
    return [...this.#files.values()];
  }

  get directories(): readonly UsedPlace[] {
    return [...this.#listed.values()];
  }

  get asked(): readonly string[] {
    return [...this.#asked];
  }

  watch({ interface: base, func, self, args }: HostCall): ((result: unknown) => void) | undefined {
    if (base === "wasi:filesystem/preopens" && func === "getDirectories") return (result) => this.#preopens(result);
    const place = typeof self === "object" && self !== null ? this.#places.get(self) : undefined;
    if (place === undefined) return undefined;
    if (func === "openAt") return this.#opening(place, args);
    if (func === "readDirectory") return () => this.#use(this.#listed, place, false);
    if (func === "setSize" || func === "setTimes") return () => this.#noteChange(place);
    if (func === "setTimesAt") return () => this.#noteChange(inside(place, args[1]));
    const changed = CHANGING[func];
    if (changed !== undefined) {
      const other = this.#places.get(args.find((each) => typeof each === "object" && each !== null && this.#places.has(each)) as object);
      // What is renamed or removed is there no more when the call is over.
      const used = changed.map((at, i) => parentOf(inside(i === 0 ? place : (other ?? place), args[at])));
      return () => used.forEach((each) => this.#use(this.#listed, each, true));
    }
    const at = ASKING[func];
    return at === undefined ? undefined : () => this.#ask(inside(place, args[at]));
  }

  #preopens(result: unknown): void {
    for (const [descriptor, name] of result as readonly (readonly [object, string])[]) {
      const host = this.#directories[name];
      if (host !== undefined)
        this.#places.set(descriptor, { path: posix.join("/", name), offered: name, root: realpathSync(host), below: "" });
    }
  }

  #opening(directory: Place, [, path, opening, access]: readonly unknown[]): (result: unknown) => void {
    const place = inside(directory, path);
    const wasThere = statOf(place) !== undefined;
    const { truncate = false, create = false } = (opening ?? {}) as Flags;
    const { write = false } = (access ?? {}) as Flags;
    return (result) => {
      this.#places.set(result as object, place);
      if (create && !wasThere) this.#use(this.#listed, parentOf(place), true);
      else if (statOf(place)?.isDirectory() === true) this.#asked.add(place.path);
      else this.#use(this.#files, place, write || truncate);
    };
  }

  #ask(place: Place): void {
    const stats = statOf(place);
    if (stats?.isFile() === true) this.#use(this.#files, place, false);
    else if (stats !== undefined && place.below !== "") this.#asked.add(place.path);
  }

  #noteChange(place: Place): void {
    this.#use(statOf(place)?.isDirectory() === true ? this.#listed : this.#files, place, true);
  }

  #use(places: Map<string, UsedPlace>, place: Place, isChanged: boolean): void {
    const wasChanged = places.get(place.path)?.isChanged ?? false;
    const host = hostName(place);
    if (host !== undefined) places.set(place.path, { path: place.path, host, isChanged: isChanged || wasChanged });
  }
}

/** The shims do not follow `..` either. */
function inside(directory: Place, path: unknown): Place {
  const below = posix.join(directory.below, String(path)).replace(/\/$/, "").replace(/^\.$/, "");
  return { ...directory, below, path: posix.join(posix.join("/", directory.offered), below) };
}

const parentOf = (place: Place): Place => inside(place, "..");

/** A link is what it leads to, where it leads to anything. */
function statOf({ root, below }: Place) {
  const path = join(root, below);
  for (const wanted of [realpathSync, (own: string) => own])
    try {
      return lstatSync(wanted(path));
    } catch {
      // There is nothing, or nothing that the program can use.
    }
  return undefined;
}

/** What the host calls it, all links followed; `undefined` for what has gone again, or lies elsewhere. */
function hostName({ offered, root, below }: Place): string | undefined {
  let real: string;
  try {
    real = relative(root, realpathSync(join(root, below))).replaceAll(sep, "/");
  } catch {
    return undefined;
  }
  if (real === ".." || real.startsWith("../")) return undefined;
  return offered === "." ? real || "." : posix.join(offered, real);
}
