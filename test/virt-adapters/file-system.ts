/**
 * The io adapter as a file system to test: WIT's functions with WIT's words in and out.
 */

import { Adapter, type Host } from "./harness.ts";
import { filesCore, hostFilesCore, ioCore } from "../../src/adapters/prebuilt.ts";
import { type FilesOptions, filesImage } from "../../src/image/files-image.ts";
import type { Directory, Entry, File, Preopen, SymbolicLink } from "../../src/image/tree.ts";

export const ERROR_CODES: readonly string[] =
  `access would-block already bad-descriptor busy deadlock quota exist file-too-large illegal-byte-sequence
  in-progress interrupted invalid io is-directory loop too-many-links message-size name-too-long no-device
  no-entry no-lock insufficient-memory insufficient-space not-directory not-empty not-recoverable unsupported
  no-tty no-such-device overflow not-permitted pipe read-only invalid-seek text-file-busy cross-device`.split(/\s+/);
export const TYPES: readonly string[] = [
  ...["unknown", "block-device", "character-device", "directory"],
  ...["fifo", "symbolic-link", "regular-file", "socket"],
];
const OPEN_FLAGS = ["create", "directory", "exclusive", "truncate"];
const DESCRIPTOR_FLAGS = [...["read", "write", "file-integrity-sync", "data-integrity-sync", "requested-write-sync"], "mutate-directory"];

export function file(contents: string | Uint8Array, modified?: bigint): File {
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  return { kind: "file", contents: bytes, ...(modified === undefined ? {} : { modified }) };
}

export function directory(entries: Readonly<Record<string, Entry>>, modified?: bigint): Directory {
  return {
    kind: "directory",
    entries: new Map(Object.entries(entries)),
    ...(modified === undefined ? {} : { modified }),
  };
}

export function link(target: string): SymbolicLink {
  return { kind: "link", target };
}

export interface Stat {
  readonly type: string;
  readonly links: number;
  readonly size: number;
  readonly times: readonly bigint[];
}

export interface OpenOptions {
  readonly follow?: boolean;
  readonly open?: readonly string[];
  readonly flags?: readonly string[];
}

/** A result is its `ok` value, or its error's name in an `Err`. */
export class Err {
  readonly error: string;
  constructor(error: string) {
    this.error = error;
  }
}

/** A preopen that is there so that others, which are read-only, are in the hands of the core that can write. */
const BESIDE: Preopen = { path: "/writable", directory: directory({ f: file("") }), writable: {} };

export class FileSystem {
  /** Read-only files are served by the core that can write, too. */
  static besideWritable = false;
  readonly adapter: Adapter;
  readonly #hasBeside: boolean;
  readonly #isOverHost: boolean;

  constructor({ preopens = [], stdin, ...options }: Partial<FilesOptions>, host: Host = {}, maxPages?: number) {
    this.#hasBeside = FileSystem.besideWritable;
    const all = this.#hasBeside ? [...preopens, BESIDE] : preopens;
    this.#isOverHost = all.some(({ host: name }) => name !== undefined);
    const core = this.#isOverHost ? hostFilesCore : all.some(({ writable }) => writable !== undefined) ? filesCore : ioCore;
    this.adapter = new Adapter(core, filesImage({ preopens: all, stdin, ...options }), host, maxPages);
  }

  static of(entries: Readonly<Record<string, Entry>>): FileSystem {
    return new FileSystem({ preopens: [{ path: "/", directory: directory(entries) }] });
  }

  /** Calls a function that returns `result<T, error-code>`, whose payload lies at `offset`. */
  #types<T>(name: string, args: readonly (number | bigint)[], offset: number, lift: (payload: number) => T): T | Err {
    return this.adapter.call(`filesystem_types__${name}`, args, (result) => {
      const isError = this.adapter.view.getUint8(result) === 1;
      if (!isError) return lift(result + offset);
      return this.errorAt(result + offset);
    });
  }

  protected errorAt(at: number): Err {
    return new Err(ERROR_CODES[this.adapter.view.getUint8(at)] ?? "?");
  }

  #rep(handle: number): number {
    return this.adapter.representation(handle);
  }

  preopens(): readonly (readonly [number, string])[] {
    return this.adapter.call(`filesystem_preopens__get_directories${this.#isOverHost ? "__host" : ""}`, [], (result) => {
      const at = this.adapter.view.getUint32(result, true);
      const count = this.adapter.view.getUint32(result + 4, true);
      return Array.from({ length: count - Number(this.#hasBeside) }, (_, index) => [
        this.adapter.view.getInt32(at + index * 12, true),
        this.adapter.textAt(at + index * 12 + 4),
      ]);
    });
  }

  root(): number {
    return this.preopens()[0]?.[0] ?? -1;
  }

  openAt(base: number, path: string | Uint8Array, options: OpenOptions = {}): number | Err {
    const { follow = true, open = [], flags = ["read"] } = options;
    const args = [this.#rep(base), Number(follow), ...this.adapter.lower(path), bits(OPEN_FLAGS, open), bits(DESCRIPTOR_FLAGS, flags)];
    return this.#types("descriptor_open_at", args, 4, (at) => this.adapter.view.getInt32(at, true));
  }

  /** Opens what must be there. */
  open(path: string, options: OpenOptions = {}): number {
    return this.must(this.openAt(this.root(), path, options));
  }

  must<T>(result: T | Err): T {
    if (result instanceof Err) throw new Error(result.error);
    return result;
  }

  close(descriptor: number): void {
    this.adapter.drop(descriptor, "filesystem_types__descriptor_dtor");
  }

  flags(descriptor: number): readonly string[] | Err {
    return this.#types("descriptor_get_flags", [this.#rep(descriptor)], 1, (at) => {
      const set = this.adapter.view.getUint8(at);
      return DESCRIPTOR_FLAGS.filter((_, bit) => set & (1 << bit));
    });
  }

  type(descriptor: number): string | Err {
    return this.#types("descriptor_get_type", [this.#rep(descriptor)], 1, (at) => this.#typeAt(at));
  }

  #typeAt(at: number): string {
    return TYPES[this.adapter.view.getUint8(at)] ?? "?";
  }

  read(descriptor: number, length: bigint, offset: bigint): readonly [Uint8Array, boolean] | Err {
    return this.#types("descriptor_read", [this.#rep(descriptor), length, offset], 4, (at) => [
      this.adapter.listAt(at),
      this.adapter.view.getUint8(at + 8) === 1,
    ]);
  }

  readViaStream(descriptor: number, offset: bigint): number | Err {
    const args = [this.#rep(descriptor), offset];
    return this.#types("descriptor_read_via_stream", args, 4, (at) => this.adapter.view.getInt32(at, true));
  }

  stat(descriptor: number): Stat | Err {
    return this.#types("descriptor_stat", [this.#rep(descriptor)], 8, (at) => this.#statAt(at));
  }

  statAt(base: number, path: string, follow = true): Stat | Err {
    const args = [this.#rep(base), Number(follow), ...this.adapter.lower(path)];
    return this.#types("descriptor_stat_at", args, 8, (at) => this.#statAt(at));
  }

  #statAt(at: number): Stat {
    const { view } = this.adapter;
    const times = [24, 48, 72].map((offset) => {
      if (view.getUint8(at + offset) !== 1) throw new Error("a time is missing");
      const seconds = view.getBigInt64(at + offset + 8, true);
      return seconds * 1_000_000_000n + BigInt(view.getUint32(at + offset + 16, true));
    });
    return {
      type: this.#typeAt(at),
      links: Number(view.getBigUint64(at + 8, true)),
      size: Number(view.getBigUint64(at + 16, true)),
      times,
    };
  }

  hash(descriptor: number): string | Err {
    return this.#types("descriptor_metadata_hash", [this.#rep(descriptor)], 8, (at) => this.#hashAt(at));
  }

  hashAt(base: number, path: string, follow = true): string | Err {
    const args = [this.#rep(base), Number(follow), ...this.adapter.lower(path)];
    return this.#types("descriptor_metadata_hash_at", args, 8, (at) => this.#hashAt(at));
  }

  #hashAt(at: number): string {
    return Buffer.from(this.adapter.bytesAt(at, 16)).toString("hex");
  }

  isSame(a: number, b: number): boolean {
    const args = [this.#rep(a), this.#rep(b)];
    return this.adapter.call("filesystem_types__descriptor_is_same_object", args, (same) => same === 1);
  }

  readlinkAt(base: number, path: string): string | Err {
    const args = [this.#rep(base), ...this.adapter.lower(path)];
    return this.#types("descriptor_readlink_at", args, 4, (at) => this.adapter.textAt(at));
  }

  readDirectory(descriptor: number): number | Err {
    return this.#types("descriptor_read_directory", [this.#rep(descriptor)], 4, (at) => this.adapter.view.getInt32(at, true));
  }

  /** Type and name of the next entry. */
  nextEntry(stream: number): readonly [string, string] | undefined | Err {
    return this.#types("directory_entry_stream_read_directory_entry", [this.#rep(stream)], 4, (at) => {
      if (this.adapter.view.getUint8(at) === 0) return undefined;
      return [this.#typeAt(at + 4), this.adapter.textAt(at + 8)] as const;
    });
  }

  closeDirectory(stream: number): void {
    this.adapter.drop(stream, "filesystem_types__directory_entry_stream_dtor");
  }

  list(descriptor: number): readonly (readonly [string, string])[] {
    const stream = this.must(this.readDirectory(descriptor));
    const found: (readonly [string, string])[] = [];
    for (;;) {
      const entry = this.must(this.nextEntry(stream));
      if (entry === undefined) break;
      found.push(entry);
    }
    this.closeDirectory(stream);
    return found;
  }

  /** Any method that returns `result<_, error-code>`; strings are lowered, handles of ours borrowed. */
  plain(name: string, descriptor: number, ...args: readonly (number | bigint | string)[]): "ok" | Err {
    const lowered = args.flatMap((arg) => (typeof arg === "string" ? [...this.adapter.lower(arg)] : [arg]));
    return this.#types(`descriptor_${name}`, [this.#rep(descriptor), ...lowered], 1, () => "ok");
  }

  /** The same for results whose payload lies elsewhere, of which only the error is of interest. */
  failure(name: string, offset: number, descriptor: number, ...args: readonly (number | bigint)[]): unknown {
    return this.#types(`descriptor_${name}`, [this.#rep(descriptor), ...args], offset, () => "ok");
  }

  borrow(descriptor: number): number {
    return this.#rep(descriptor);
  }
}

function bits(names: readonly string[], set: readonly string[]): number {
  return set.reduce((sum, name) => sum | (1 << names.indexOf(name)), 0);
}
