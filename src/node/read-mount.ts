/**
 * Reads a directory, or a single file, into a tree for `mounts`. All that is wrong with it is one error.
 *
 * Symbolic links stay links where they stay inside (`link-target.ts`); sockets, pipes, devices, names that
 * are not UTF-8 and what cannot be read are refused. The reading is synchronous: for thousands of small
 * files that is several times faster than promises.
 */
import { readdirSync, readlinkSync, realpathSync, statSync, lstatSync, type BigIntStats, type Dirent } from "node:fs";
import { join, resolve } from "node:path";
import type { Directory as AnyDirectory, Entry as AnyEntry, File as AnyFile } from "../index.ts";
import type { Chunk, SymbolicLink } from "../index.ts";
import { ruleOf } from "../adapters/filesystem/rule-globs.ts";
import { type FileRule, saidAt, startPlaces, stepPlaces } from "../image/file-rules.ts";
import { callable, check, checkOptions, flag, list, path, text } from "../shapes.ts";
import { ContentsReader } from "./file-contents.ts";
import { idAt, idOf } from "./file-id.ts";
import { filterOf, type Filter, type UnusedGlobs } from "./glob-filter.ts";
import { InputError, reasonOf } from "./input-error.ts";
import { escapingLinks, leadsNowhere, relativeTarget, targetInGuest } from "./link-target.ts";
import { isMangled, namesIn } from "./mangled-names.ts";

export interface ReadMountOptions {
  /** Globs (picomatch) relative to the directory; only what matches one, or lies below a match, is read. */
  readonly include?: readonly string[];
  /** Globs of what is left out; an excluded directory is not looked into. */
  readonly exclude?: readonly string[];
  /** Embeds what symbolic links point to, instead of the links. */
  readonly follow?: boolean;
  /** Keeps modification times; without it they are one fixed time, so that equal contents give equal bytes. */
  readonly keepTimes?: boolean;
  /** Where it will be mounted, such as `/`: an absolute link may lead to what lies in it there. */
  readonly guestPath?: string;
  /**
   * Leaves contents of more than 64 KB on disk: they are read when the output is, and if the file is not
   * the same any more, that fails with an `InputError`.
   */
  readonly lazy?: boolean;
  /** The file that the component will be written to: it must not be among those that are read. */
  readonly output?: string;
  /** Called after each file. */
  readonly onProgress?: (files: number, bytes: number) => void;
  /** Called at the end with the globs that match nothing, if there are any. */
  readonly onUnusedGlobs?: (globs: UnusedGlobs) => void;
}

type Directory = AnyDirectory<Chunk>;
type File = AnyFile<Chunk>;
type Entry = AnyEntry<Chunk>;

const FOLLOW_HINT = "`--follow` embeds what links point to";
const OUTPUT_HINT = "`--exclude` leaves it out";

/** Links that are followed may bring the same directories in any number of times: so many of their entries, no more. */
const MOST_REPEATED = 100_000;

/**
 * @throws InputError that names every path that cannot be embedded
 * @throws OptionError for an unknown option, or one of another type
 */
export async function readMount(localPath: string, options?: ReadMountOptions & { readonly lazy?: false }): Promise<AnyDirectory | AnyFile>;
export async function readMount(localPath: string, options: ReadMountOptions): Promise<Directory | File>;
export async function readMount(localPath: string, options: ReadMountOptions = {}): Promise<Directory | File> {
  check(path, localPath, "localPath");
  checkOptions<ReadMountOptions>(
    {
      include: list(text),
      exclude: list(text),
      follow: flag,
      keepTimes: flag,
      guestPath: text,
      lazy: flag,
      output: path,
      onProgress: callable,
      onUnusedGlobs: callable,
    },
    options,
  );
  return readUnhidden(localPath, options, []);
}

/**
 * The same for a component that gets these globs as `hide`: what they hide is neither opened nor listed. It is an empty file in the
 * tree, which is left out with what else the globs hide.
 */
export async function readUnhidden(localPath: string, options: ReadMountOptions, hide: readonly string[]): Promise<Directory | File> {
  const filter = await filterOf(options.include, options.exclude);
  const rules = hide.flatMap((glob) => ruleOf("hide", glob));
  const entry = new MountReader(localPath, filter, options, rules).read();
  const unused = filter.unused();
  if (unused.include.length + unused.exclude.length > 0) options.onUnusedGlobs?.(unused);
  return entry;
}

const HIDDEN: File = { kind: "file", contents: new Uint8Array() };

class MountReader {
  readonly #local: string;
  readonly #filter: Filter;
  readonly #options: ReadMountOptions;
  readonly #rules: readonly FileRule[];
  readonly #contents: ContentsReader;
  readonly #problems: string[] = [];
  #linkProblems = 0;
  #files = 0;
  #bytes = 0;
  readonly #output: string | undefined;
  #hasOutput = false;
  /** Directories that have been listed, where links are followed. */
  readonly #listed = new Set<string>();
  #repeated = 0;
  /** Where the directory lies, under each of its names, to tell what absolute links point to. */
  #roots: readonly string[] = [];
  /** Links that have been refused, by their paths below the directory. */
  readonly #refused = new Set<string>();
  /** Links whose absolute targets may be meant in the guest, with these. */
  readonly #guestLinks = new Map<string, string>();

  constructor(local: string, filter: Filter, options: ReadMountOptions, rules: readonly FileRule[]) {
    this.#rules = rules;
    this.#local = local;
    this.#filter = filter;
    this.#options = options;
    this.#contents = new ContentsReader(options.lazy === true);
    this.#output = options.output === undefined ? undefined : idAt(options.output);
  }

  read(): Directory | File {
    const stats = this.#attempt(this.#local, () => statSync(this.#local, { bigint: true }));
    let entry: Directory | File | undefined;
    if (stats?.isDirectory()) {
      this.#roots = [resolve(this.#local), realpathSync(this.#local)];
      entry = this.#directory(this.#local, "", false, [idOf(stats)]) ?? { kind: "directory", entries: new Map() };
      this.#refuseEscapes(entry);
    } else if (stats !== undefined) {
      entry = this.#special(this.#local, stats) ? undefined : this.#file(this.#local);
    }
    if (this.#problems.length > 0 || entry === undefined)
      throw new InputError(this.#problems, this.#linkProblems > 0 ? FOLLOW_HINT : this.#hasOutput ? OUTPUT_HINT : undefined);
    return entry;
  }

  /** `undefined` for one that `include` leaves nothing of. `above` are the directories that it lies in. */
  #directory(path: string, relative: string, included: boolean, above: readonly string[]): Directory | undefined {
    const listing = this.#attempt(path, () => this.#listing(path));
    if (listing === undefined) return undefined;
    if (this.#options.follow) this.#count(above, listing.length);
    const entries = new Map<string, Entry>();
    for (const child of listing.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const childRelative = relative === "" ? child.name : `${relative}/${child.name}`;
      if (this.#filter.excludes(childRelative)) continue;
      // Asked for what is included already, too: a glob that matches it is of use.
      const isIncluded = this.#filter.includes(childRelative) || included;
      const entry = this.#isHidden(childRelative)
        ? isIncluded && HIDDEN
        : this.#entry(`${path}/${child.name}`, childRelative, child, isIncluded, above);
      if (entry) entries.set(child.name, entry);
    }
    if (entries.size === 0 && !included && relative !== "") return undefined;
    return { kind: "directory", entries, ...this.#times(path) };
  }

  #isHidden(relative: string): boolean {
    if (this.#rules.length === 0) return false;
    const start = startPlaces(this.#rules);
    const places = relative.split("/").reduce((before, name) => stepPlaces(this.#rules, before, name), start);
    return saidAt(this.#rules, places).isHidden;
  }

  #entry(path: string, relative: string, child: Dirent, included: boolean, above: readonly string[]): Entry | undefined {
    if (child.isDirectory())
      return this.#directory(path, relative, included, this.#options.follow ? [...above, idOf(statSync(path, { bigint: true }))] : above);
    if (child.isSymbolicLink() && this.#options.follow) return this.#followed(path, relative, included, above);
    if (!included) return undefined;
    if (child.isFile()) return this.#file(path);
    if (child.isSymbolicLink()) return this.#link(path, relative);
    this.#special(path, child);
    return undefined;
  }

  /** @throws InputError where links lead to the same directories too often; the last one of `above` is listed now */
  #count(above: readonly string[], entries: number): void {
    const id = above.at(-1) ?? "";
    if (this.#listed.has(id)) this.#repeated += entries;
    this.#listed.add(id);
    if (this.#repeated <= MOST_REPEATED) return;
    throw new InputError(
      [`\`${this.#local}\` has links by which the same directories come in again and again, with more than ${MOST_REPEATED} entries`],
      "without `--follow`, links stay links; `--exclude` leaves some out",
    );
  }

  #file(path: string): File | undefined {
    if (this.#output !== undefined && idAt(path) === this.#output) {
      this.#hasOutput = true;
      this.#problems.push(`\`${path}\` is the output itself`);
      return undefined;
    }
    const contents = this.#attempt(path, () => this.#contents.read(path));
    if (contents === undefined) return undefined;
    this.#bytes += contents.byteLength;
    this.#options.onProgress?.(++this.#files, this.#bytes);
    return { kind: "file", contents, ...this.#times(path) };
  }

  #link(path: string, relative: string): SymbolicLink | undefined {
    const target = this.#attempt(path, () => readlinkSync(path));
    if (target === undefined) return undefined;
    if (isMangled(target) && !Buffer.from(target).equals(readlinkSync(path, { encoding: "buffer" }))) {
      this.#problems.push(`\`${path}\` points to a path that is not UTF-8`);
      return undefined;
    }
    const kept = relativeTarget(target, relative, this.#roots);
    if (kept !== undefined) return { kind: "link", target: kept, ...this.#times(path) };
    const { guestPath } = this.#options;
    const inGuest = guestPath === undefined ? undefined : targetInGuest(target, relative, guestPath);
    if (inGuest !== undefined) {
      this.#guestLinks.set(relative, target);
      return { kind: "link", target: inGuest, ...this.#times(path) };
    }
    this.#refuseLink(path, `points to \`${target}\`, outside of the mount`);
    // It stays in the tree for those that lead through it.
    this.#refused.add(relative);
    return { kind: "link", target: "../".repeat(relative.split("/").length) };
  }

  #followed(path: string, relative: string, included: boolean, above: readonly string[]): Entry | undefined {
    const stats = this.#attempt(path, () => statSync(path, { bigint: true }), "is a link whose target does not exist");
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) {
      const id = idOf(stats);
      if (!above.includes(id)) return this.#directory(path, relative, included, [...above, id]);
      this.#problems.push(`\`${path}\` is a link to a directory that it lies in`);
      return undefined;
    }
    if (!included || this.#special(path, stats)) return undefined;
    return this.#file(path);
  }

  /** Whether it is none of file, directory and link, which is a problem. */
  #special(path: string, entry: Dirent | BigIntStats): boolean {
    if (entry.isFile() || entry.isDirectory() || entry.isSymbolicLink()) return false;
    const what = entry.isSocket() ? "a socket" : entry.isFIFO() ? "a named pipe" : "a device";
    this.#problems.push(`\`${path}\` is ${what}, which cannot be embedded`);
    return true;
  }

  #listing(path: string): Dirent[] {
    const listing = readdirSync(path, { withFileTypes: true });
    if (!listing.some(({ name }) => isMangled(name))) return listing;
    const { good, bad } = namesIn(path);
    for (const name of bad) this.#problems.push(`\`${path}/${name}\` has a name that is not UTF-8`);
    return listing.filter(({ name }) => good.has(name));
  }

  #refuseEscapes(directory: Directory): void {
    const escaping = escapingLinks(directory).filter(({ path }) => !this.#guestLinks.has(path) && !this.#refused.has(path));
    const leadingNowhere = [...this.#guestLinks].filter(([path]) => leadsNowhere(directory, path));
    for (const { path, target } of [...escaping, ...leadingNowhere.map(([path, target]) => ({ path, target }))])
      this.#refuseLink(join(this.#local, path), `points to \`${target}\`, outside of the mount`);
  }

  #refuseLink(path: string, why: string): void {
    this.#linkProblems++;
    this.#problems.push(`\`${path}\` ${why}`);
  }

  #times(path: string): { readonly modified?: bigint } {
    if (!this.#options.keepTimes) return {};
    return { modified: (this.#options.follow ? statSync : lstatSync)(path, { bigint: true }).mtimeNs };
  }

  #attempt<T>(path: string, action: () => T, missing?: string): T | undefined {
    try {
      return action();
    } catch (error) {
      const reason = error instanceof RangeError ? error.message : reasonOf(error);
      this.#problems.push(`\`${path}\` ${missing !== undefined && reason === "does not exist" ? missing : reason}`);
      return undefined;
    }
  }
}
