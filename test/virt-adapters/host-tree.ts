/**
 * A host with one directory for the adapter's core to lie over: what the core may ask of it is answered from a tree of
 * plain objects, written the way the canonical ABI writes it, and everything else throws.
 */

import { directory, ERROR_CODES, TYPES } from "./file-system.ts";
import type { Host } from "./harness.ts";
import type { FileRule } from "../../src/image/file-rules.ts";
import type { Directory, Preopen, Writable, WritableLimits } from "../../src/image/tree.ts";
import { ExportedFiles } from "./exported.ts";

export interface HostNode {
  readonly type: string;
  contents?: Uint8Array;
  /** Of the contents, where they are not there: all zeros. */
  size?: bigint;
  readonly target?: string;
  readonly entries?: Map<string, HostNode>;
  readonly links?: number;
  /** What the host says instead, by function: `stat-at`, `open-at`, `read`, `read-directory-entry` where it would be listed. */
  readonly refuses?: Record<string, string>;
}

export const hostFile = (contents: string | Uint8Array, rest: Partial<HostNode> = {}): HostNode => ({
  type: "regular-file",
  contents: typeof contents === "string" ? new TextEncoder().encode(contents) : contents,
  ...rest,
});
export const hostLink = (target: string): HostNode => ({ type: "symbolic-link", target });
export const hostDirectory = (entries: Readonly<Record<string, HostNode>>): HostNode => ({
  type: "directory",
  entries: new Map(Object.entries(entries)),
});

/** The same tree on a host, where directories have the size that they have in memory. */
export const hostTreeOf = ({ entries }: Directory): Readonly<Record<string, HostNode>> =>
  Object.fromEntries(
    [...entries].map(([name, entry]) => [
      name,
      entry.kind === "file"
        ? hostFile(entry.contents)
        : entry.kind === "link"
          ? hostLink(entry.target)
          : { ...hostDirectory(hostTreeOf(entry)), size: 0n },
    ]),
  );

interface HostTreeOptions {
  readonly maxPages?: number;
  readonly writable?: Writable;
  readonly limits?: WritableLimits;
  /** One over what the host calls `/host`, unless told. */
  readonly preopens?: readonly Preopen[];
  readonly rules?: readonly FileRule[];
  /** What the host calls its directory: `/host`, unless told. */
  readonly name?: string;
  /** All times, in seconds and nanoseconds: 500 and 5, unless told. */
  readonly time?: readonly [seconds: bigint, nanoseconds: number];
}

type Arguments = readonly [self: number, ...rest: (number | bigint)[]];

export class HostTree {
  readonly root: HostNode;
  /** What each handle of the host's that is open stands for. */
  readonly open = new Map<number, HostNode | { readonly left: (readonly [string, HostNode])[] }>();
  /** Each function that was called, with the path where it took one, or how many bytes were read. */
  readonly calls: string[] = [];
  readonly files: ExportedFiles;
  readonly #name: string;
  readonly #time: readonly [seconds: bigint, nanoseconds: number];
  #nextHandle = 1;

  constructor(entries: Readonly<Record<string, HostNode>>, options: HostTreeOptions = {}) {
    const { maxPages, writable = {}, limits = {}, preopens, rules, name = "/host", time = [500n, 5] } = options;
    this.#time = time;
    this.#name = name;
    this.root = hostDirectory(entries);
    const over = [{ path: "/", directory: directory({}), writable, host: "/host", ...(rules && { ruleStarts: [[]] }) }];
    this.files = new ExportedFiles({ preopens: preopens ?? over, limits, ...(rules && { rules }) }, this.#imports(), maxPages);
  }

  #imports(): Host {
    const method = (name: string, act: (...args: Arguments) => void): Host => ({ [`wasi:filesystem/types#[method]${name}`]: act });
    const drop = (name: string): Host => ({
      [`wasi:filesystem/types#[resource-drop]${name}`]: (handle: number) => {
        if (!this.open.delete(handle)) throw new Error(`no handle ${handle} to drop`);
      },
    });
    return {
      "wasi:filesystem/preopens#get-directories": (result: number) => {
        const { adapter } = this.files;
        const [address, length] = adapter.lower(this.#name);
        const list = adapter.allocate(4, 12);
        for (const [i, word] of [this.#handle(this.root), address, length].entries()) adapter.view.setUint32(list + i * 4, word, true);
        adapter.view.setUint32(result, list, true);
        adapter.view.setUint32(result + 4, 1, true);
      },
      ...method("descriptor.open-at", (self, _follow, path, length, openFlags, flags, result) => {
        // To read, and at most a directory.
        if (Number(flags) !== 1 || (Number(openFlags) & ~2) !== 0) throw new Error(`opens with ${openFlags} and ${flags}`);
        this.#answer("open-at", self, [path, length], [result, 4], (node, at) =>
          this.files.adapter.view.setUint32(at, this.#handle(node), true),
        );
      }),
      ...method("descriptor.stat-at", (self, follow, path, length, result) => {
        if (follow !== 0) throw new Error("follows links");
        this.#answer("stat-at", self, [path, length], [result, 8], (node, at) => this.#stat(node, at));
      }),
      ...method("descriptor.readlink-at", (self, path, length, result) => {
        this.#answer("readlink-at", self, [path, length], [result, 4], ({ target = "" }, at) => this.#text(target, at));
      }),
      ...method("descriptor.read", (self, length, offset, result) => {
        const node = this.open.get(self) as HostNode;
        const { view } = this.files.adapter;
        const error = node.refuses?.["read"];
        this.calls.push(`read ${length}`);
        view.setUint8(Number(result), Number(error !== undefined));
        if (error !== undefined) return view.setUint8(Number(result) + 4, ERROR_CODES.indexOf(error));
        const start = Number(offset);
        const all = node.contents ?? new Uint8Array(Math.max(0, Math.min(Number(length), Number(node.size ?? 0n) - start)));
        const bytes = node.contents === undefined ? all : all.subarray(start, start + Number(length));
        this.#bytes(bytes, Number(result) + 4);
        view.setUint8(Number(result) + 12, Number(bytes.length === 0));
      }),
      ...method("descriptor.read-directory", (self, result) => {
        const node = this.open.get(self) as HostNode;
        this.calls.push("read-directory");
        this.files.adapter.view.setUint8(Number(result), 0);
        this.files.adapter.view.setUint32(Number(result) + 4, this.#handle({ left: [...(node.entries ?? [])] }), true);
      }),
      ...method("directory-entry-stream.read-directory-entry", (self, result) => {
        const { left } = this.open.get(self) as { left: (readonly [string, HostNode])[] };
        const next = left.shift();
        const { view } = this.files.adapter;
        const error = next?.[1].refuses?.["read-directory-entry"];
        view.setUint8(Number(result), Number(error !== undefined));
        if (error !== undefined) return view.setUint8(Number(result) + 4, ERROR_CODES.indexOf(error));
        view.setUint8(Number(result) + 4, Number(next !== undefined));
        if (next === undefined) return;
        view.setUint8(Number(result) + 8, TYPES.indexOf(next[1].type));
        this.#text(next[0], Number(result) + 12);
      }),
      ...drop("descriptor"),
      ...drop("directory-entry-stream"),
    };
  }

  #handle(node: HostNode | { readonly left: (readonly [string, HostNode])[] }): number {
    this.open.set(this.#nextHandle, node);
    return this.#nextHandle++;
  }

  /** Finds what a path leads to, without following links, and writes it or an error. */
  #answer(
    name: string,
    self: number,
    [address, length]: readonly (number | bigint | undefined)[],
    [result, offset]: readonly [number | bigint | undefined, number],
    write: (node: HostNode, at: number) => void,
  ): void {
    const { adapter } = this.files;
    const path = Buffer.from(adapter.bytesAt(Number(address), Number(length))).toString();
    this.calls.push(`${name} ${path}`);
    let node: HostNode | undefined = this.open.get(self) as HostNode;
    for (const part of path.split("/")) {
      if (part === "..") throw new Error(`asks for ${path}`);
      if (part !== ".") node = node?.entries?.get(part);
    }
    const error = node === undefined ? "no-entry" : node.refuses?.[name];
    adapter.view.setUint8(Number(result), Number(error !== undefined));
    if (error !== undefined) adapter.view.setUint8(Number(result) + offset, ERROR_CODES.indexOf(error));
    else if (node !== undefined) write(node, Number(result) + offset);
  }

  #stat(node: HostNode, at: number): void {
    const { view } = this.files.adapter;
    const directories = [...(node.entries?.values() ?? [])].filter(({ type }) => type === "directory").length;
    view.setUint8(at, TYPES.indexOf(node.type));
    view.setBigUint64(at + 8, BigInt(node.links ?? (node.entries === undefined ? 1 : 2 + directories)), true);
    view.setBigUint64(at + 16, node.size ?? BigInt(node.contents?.length ?? node.target?.length ?? 4096), true);
    for (const time of [24, 48, 72]) {
      view.setUint8(at + time, 1);
      view.setBigUint64(at + time + 8, this.#time[0], true);
      view.setUint32(at + time + 16, this.#time[1], true);
    }
  }

  #text(text: string, at: number): void {
    this.#bytes(new TextEncoder().encode(text), at);
  }

  #bytes(bytes: Uint8Array, at: number): void {
    const [address, length] = this.files.adapter.lower(bytes);
    this.files.adapter.view.setUint32(at, address, true);
    this.files.adapter.view.setUint32(at + 4, length, true);
  }
}
