/** Files and a model of them, on which the same is done by chance: what is open, in which version of WASI, and what was done. */

import { isDeepStrictEqual } from "node:util";
import { visible } from "../../../src/adapters/filesystem/rules.ts";
import type { Directory } from "../../../src/image/tree.ts";
import { randomOf } from "../../differential/random.ts";
import { AsyncFiles } from "../async-files.ts";
import type { Descriptors } from "../descriptors.ts";
import { ExportedFiles } from "../exported.ts";
import { FIXED_SECONDS } from "../../../src/image/fixed-time.ts";
import { directory, Err, file, link } from "../file-system.ts";
import { hostTreeOf, HostTree } from "../host-tree.ts";
import type { Script } from "./script.ts";
import { Model, ModelInode, type ModelOptions } from "../model.ts";
import { fileRules, type Globs, ModelRules } from "../model-rules.ts";

export const bytesOf = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + seed * 13 + 1) & 255);

/** What is embedded: files of all sorts of sizes, links, and directories in one another. */
export const EMBEDDED: Directory = directory({
  a: file("short"),
  b: directory({
    a: file(bytesOf(4096, 1)),
    b: directory({ c: file(bytesOf(10_000, 2)), d: link("../a"), e: directory({}) }),
    c: file(bytesOf(20_001, 3)),
    d: directory({}),
    e: link("b/c"),
  }),
  c: link("b/b"),
  d: file(bytesOf(5000, 4)),
  e: link("nowhere"),
});

export function copy(
  from: Directory,
  to: ModelInode,
  rules?: ModelRules,
  below?: "the host" | "an overlay",
  path: readonly string[] = [],
): void {
  for (const [name, entry] of from.entries) {
    if (rules?.isHidden([...path, name])) {
      to.hasHidden = below === "the host";
      if (below === "an overlay" && entry.kind === "directory") to.hiddenDirectories++;
      continue;
    }
    const inode = new ModelInode(entry.kind === "file" ? "regular-file" : entry.kind === "link" ? "symbolic-link" : "directory", to);
    inode.links = 1;
    if (entry.kind === "file") inode.bytes = entry.contents.slice();
    else if (entry.kind === "link") inode.target = entry.target;
    else copy(entry, inode, rules, below, [...path, name]);
    to.entries.set(name, inode);
  }
}

export interface Open {
  /** Of the version that it was opened by. */
  readonly files: Descriptors;
  readonly handle: number;
  readonly inode: ModelInode;
  readonly flags: readonly string[];
  readonly isProtected?: boolean;
  /** Of several preopens, that which it was opened from. */
  readonly mount?: number;
}

export interface Setting extends ModelOptions {
  readonly tree: Directory;
  /** Beside WASI 0.2. */
  readonly hasAsync?: boolean;
  /** There is another mount, which can be written. */
  readonly isBeside?: boolean;
  /** What rules hide is there on the host, and not elsewhere. */
  readonly globs?: Globs;
  /** The files are those of a program that does as it is told. */
  readonly script?: Script;
  /** Preopens, by the names to each from the first. */
  readonly mounts?: readonly (readonly string[])[];
  /** The files are those of a directory of the host's, which programs change: a directory that is open is what its path leads to. */
  readonly isHost?: boolean;
}

/** What a directory has had since it began to be read: names, and what they lead to. */
export type Due = Map<string, ModelInode>;

/** After each operation: what has gone need not be seen, nor what has given its name to another, which comes later. */
export function forgetGone({ entries }: ModelInode, due: Due): void {
  for (const [name, inode] of due) if (entries.get(name) !== inode) due.delete(name);
}

/** Lines that a failure tells. */
const TOLD = 30;

export class State {
  readonly fs: ExportedFiles;
  readonly host: HostTree | undefined;
  readonly async: AsyncFiles | undefined;
  readonly model: Model;
  readonly random: (limit: number) => number;
  readonly open: Open[] = [];
  readonly #log: string[] = [];
  readonly script: Script | undefined;
  readonly isHost: boolean;
  readonly #rootCount: number;
  readonly #names: readonly string[];
  step = 0;
  /** Operations that both did, by name, and whether they succeeded. */
  readonly outcomes = new Map<string, number>();

  constructor(
    seed: number,
    { tree, hasAsync = false, isBeside = false, globs, script, mounts = [[]], isHost = false, ...options }: Setting,
  ) {
    this.random = randomOf(seed).below;
    const modelRules = globs && new ModelRules(globs, mounts);
    this.model = new Model({ ...options, ...(modelRules && { rules: modelRules }) });
    const rules = globs && { rules: fileRules(globs) };
    const shown = rules === undefined ? tree : (visible(tree, rules.rules, [[]], () => undefined) as Directory);
    const ruleStarts = globs && { ruleStarts: [[]] };
    const { isReadOnly = false, isOverHost = false, maxBytes, maxFiles } = options;
    const writable = isReadOnly ? {} : { writable: {} };
    const limits = { ...(maxBytes === undefined ? {} : { maxBytes }), ...(maxFiles === undefined ? {} : { maxFiles }) };
    const beside = isBeside ? [{ path: "/beside", directory: directory({}), writable: {} }] : [];
    this.host =
      isOverHost && script === undefined
        ? new HostTree(hostTreeOf(tree), { limits, time: [BigInt(FIXED_SECONDS), 0], ...rules })
        : undefined;
    this.script = script;
    // Rules that hide and protect take both cases for the same, exceptions do not.
    this.#names = ["a", "b", "c", "d", "e", ...(script === undefined ? [] : ["A", "D"])];
    this.isHost = isHost;
    this.fs =
      (script as ExportedFiles | undefined) ??
      this.host?.files ??
      new ExportedFiles({
        // What rules hide is not embedded.
        preopens: [{ path: isBeside ? "/files" : "/", directory: shown, ...writable, ...ruleStarts }, ...beside],
        limits,
        ...rules,
      });
    this.async = hasAsync ? new AsyncFiles(this.fs.adapter, this.random) : undefined;
    copy(tree, this.model.root, modelRules, isHost ? "the host" : isOverHost ? "an overlay" : undefined);
    this.model.compose();
    const handles =
      script === undefined ? this.faces.map((files) => [files, files.base] as const) : mounts.map((_, i) => [script, i] as const);
    this.#rootCount = handles.length;
    for (const [mount, [files, handle]] of handles.entries()) {
      const inode = script === undefined ? this.model.root : this.model.byPath(mounts[mount] ?? []);
      const root = { files, handle, inode, flags: ["read"], isProtected: this.model.isProtected(inode, ".", false) };
      this.keep(script === undefined ? root : { ...root, mount });
    }
  }

  /** Both versions, or one. */
  get faces(): readonly Descriptors[] {
    return this.async === undefined ? [this.fs] : [this.fs, this.async];
  }

  /** What is open from the beginning: by each version, or of each preopen. */
  get roots(): readonly Open[] {
    return this.open.slice(0, this.#rootCount);
  }

  keep(open: Open): void {
    this.model.hold(open.inode);
    this.open.push(this.isHost && open.inode.type === "directory" ? this.#byPath(open) : open);
  }

  #byPath(open: Open): Open {
    const { model } = this;
    const path = model.pathTo(open.inode);
    return {
      ...open,
      get inode() {
        return model.byPath(path);
      },
    };
  }

  /** Closes one that is open, but not a preopen. */
  closeSome(): void {
    const length = this.#rootCount;
    if (this.open.length === length) return;
    const gone = this.open[length + this.random(this.open.length - length)];
    if (gone !== undefined) this.close(gone);
  }

  close(gone: Open): void {
    this.open.splice(this.open.indexOf(gone), 1);
    gone.files.close(gone.handle);
    this.model.release(gone.inode);
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.random(list.length)];
    if (found === undefined) throw new Error("nothing to pick");
    return found;
  }

  /** A few names, or now and then those of something that is there. */
  path(): string {
    if (this.random(3) === 0) return this.known();
    const names = Array.from({ length: 1 + this.random(3) }, () =>
      this.random(12) === 0 ? this.pick([".", "..", "..", "", "n".repeat(256)]) : this.pick(this.#names),
    );
    return names.join("/") + (this.random(15) === 0 ? "/" : "");
  }

  /** Where something is, from the root. */
  known(): string {
    const names: string[] = [];
    let at = this.model.root;
    do {
      const entries = [...at.entries];
      if (entries.length === 0) break;
      const [name, inode] = this.pick(entries);
      names.push(name);
      at = inode;
    } while (this.random(3) > 0);
    return names.length === 0 ? "a" : names.join("/");
  }

  /** A descriptor to start from: most often a root. */
  from(files?: Descriptors): Open {
    const all = files === undefined ? this.open : this.open.filter((each) => each.files === files);
    const roots = files === undefined ? this.#rootCount : 1;
    // In preview 1, descriptors that are no directories are told before all else.
    if (this.script !== undefined && this.random(3) === 0) return this.pick(all.filter(({ inode }) => inode.type === "directory"));
    if (this.script !== undefined) return this.pick(this.roots);
    return this.random(3) > 0 ? this.pick(all.slice(0, roots)) : this.pick(all);
  }

  /** One of 0.2, which has functions of its own. */
  ofOld(): Open {
    return this.pick(this.open.filter(({ files }) => files === this.fs));
  }

  length(): number {
    return this.pick([0, 1, 7, 64, 100, 4095, 4096, 4097, 8192, 12_345]);
  }

  offset(): number {
    return this.pick([0, 0, 1, 100, 4000, 4096, 5000, 8191, 16_384, 30_000]);
  }

  /** Compares an answer of ours with one of the model's. */
  same(what: string, ours: unknown, expected: unknown, files?: Descriptors): void {
    const show = (value: unknown): unknown => (value instanceof Err ? `! ${value.error}` : (value ?? "ok"));
    const [got, wanted] = [show(ours), show(expected)];
    if (this.script !== undefined) return this.script.expect(expected);
    this.#log.push(`${this.step}${files === undefined || files === this.fs ? "" : " 0.3"} ${what} → ${text(got)}`.slice(0, 200));
    if (this.#log.length > TOLD) this.#log.shift();
    if (!isDeepStrictEqual(got, wanted)) throw new Error([...this.#log, `but the model says ${text(wanted)}`].join("\n"));
    const key = `${files === this.async && files !== undefined ? "0.3 " : ""}${what.split(" ")[0]} ${ours instanceof Err ? ours.error : "ok"}`;
    this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
  }

  note(what: string): void {
    this.same(what, undefined, undefined);
  }

  /** What is wrong, with what was done before. */
  fail(what: string): never {
    throw new Error([...this.#log, what].join("\n"));
  }
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
}
