/**
 * What wasi:filesystem has in 0.2 and in 0.3, as functions with WIT's words in and out. Both have the same names and
 * parameters; error codes and types of descriptors lie elsewhere and have other numbers.
 */

import type { Adapter } from "./harness.ts";

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

/** How a version of WASI lies in memory. */
export interface Version {
  /** What names of exports begin with. */
  readonly prefix: string;
  /** Where the payload of a result lies at least: error codes need it. */
  readonly leastPayload: number;
  /** How long a `descriptor-type` is where a u64 follows. */
  readonly typeSize: number;
  readonly errorAt: (adapter: Adapter, at: number) => string;
  readonly typeAt: (adapter: Adapter, at: number) => string;
}

export abstract class Descriptors {
  readonly adapter: Adapter;
  readonly #version: Version;

  constructor(adapter: Adapter, version: Version) {
    this.adapter = adapter;
    this.#version = version;
  }

  abstract preopens(): readonly (readonly [number, string])[];

  /** What is in a directory: type and name of each entry. */
  abstract list(descriptor: number): readonly (readonly [string, string])[];

  /** Calls a function that returns `result<T, error-code>`, whose payload lies at `offset` if it is not the error. */
  protected types<T>(name: string, args: readonly (number | bigint)[], offset: number, lift: (payload: number) => T): T | Err {
    const { prefix, leastPayload } = this.#version;
    return this.adapter.call(`${prefix}filesystem_types__${name}`, args, (result) => {
      const payload = result + Math.max(offset, leastPayload);
      return this.adapter.view.getUint8(result) === 1 ? this.errorAt(payload) : lift(payload);
    });
  }

  protected errorAt(at: number): Err {
    return new Err(this.#version.errorAt(this.adapter, at));
  }

  protected typeAt(at: number): string {
    return this.#version.typeAt(this.adapter, at);
  }

  protected rep(handle: number): number {
    return this.adapter.representation(handle);
  }

  /** Handles and paths, whose list lies at `at`. */
  protected preopensAt(at: number, without: number): readonly (readonly [number, string])[] {
    const { view } = this.adapter;
    const first = view.getUint32(at, true);
    return Array.from({ length: view.getUint32(at + 4, true) - without }, (_, index) => [
      view.getInt32(first + index * 12, true),
      this.adapter.textAt(first + index * 12 + 4),
    ]);
  }

  root(): number {
    return this.preopens()[0]?.[0] ?? -1;
  }

  #base: number | undefined;

  /** The first preopen, opened once. */
  get base(): number {
    return (this.#base ??= this.root());
  }

  openAt(base: number, path: string | Uint8Array, options: OpenOptions = {}): number | Err {
    const { follow = true, open = [], flags = ["read"] } = options;
    const args = [this.rep(base), Number(follow), ...this.adapter.lower(path), bits(OPEN_FLAGS, open), bits(DESCRIPTOR_FLAGS, flags)];
    return this.types("descriptor_open_at", args, 4, (at) => this.adapter.view.getInt32(at, true));
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
    this.adapter.drop(descriptor, `${this.#version.prefix}filesystem_types__descriptor_dtor`);
  }

  flags(descriptor: number): readonly string[] | Err {
    return this.types("descriptor_get_flags", [this.rep(descriptor)], 1, (at) => {
      const set = this.adapter.view.getUint8(at);
      return DESCRIPTOR_FLAGS.filter((_, bit) => set & (1 << bit));
    });
  }

  type(descriptor: number): string | Err {
    return this.types("descriptor_get_type", [this.rep(descriptor)], 1, (at) => this.typeAt(at));
  }

  stat(descriptor: number): Stat | Err {
    return this.types("descriptor_stat", [this.rep(descriptor)], 8, (at) => this.#statAt(at));
  }

  statAt(base: number, path: string, follow = true): Stat | Err {
    const args = [this.rep(base), Number(follow), ...this.adapter.lower(path)];
    return this.types("descriptor_stat_at", args, 8, (at) => this.#statAt(at));
  }

  #statAt(at: number): Stat {
    const { view } = this.adapter;
    const rest = at + this.#version.typeSize;
    const times = [16, 40, 64].map((offset) => {
      if (view.getUint8(rest + offset) !== 1) throw new Error("a time is missing");
      const seconds = view.getBigInt64(rest + offset + 8, true);
      return seconds * 1_000_000_000n + BigInt(view.getUint32(rest + offset + 16, true));
    });
    const [links, size] = [Number(view.getBigUint64(rest, true)), Number(view.getBigUint64(rest + 8, true))];
    return { type: this.typeAt(at), links, size, times };
  }

  hash(descriptor: number): string | Err {
    return this.types("descriptor_metadata_hash", [this.rep(descriptor)], 8, (at) => this.#hashAt(at));
  }

  hashAt(base: number, path: string, follow = true): string | Err {
    const args = [this.rep(base), Number(follow), ...this.adapter.lower(path)];
    return this.types("descriptor_metadata_hash_at", args, 8, (at) => this.#hashAt(at));
  }

  #hashAt(at: number): string {
    return Buffer.from(this.adapter.bytesAt(at, 16)).toString("hex");
  }

  isSame(a: number, b: number): boolean {
    const name = `${this.#version.prefix}filesystem_types__descriptor_is_same_object`;
    return this.adapter.call(name, [this.rep(a), this.rep(b)], (same) => same === 1);
  }

  readlinkAt(base: number, path: string): string | Err {
    const args = [this.rep(base), ...this.adapter.lower(path)];
    return this.types("descriptor_readlink_at", args, 4, (at) => this.adapter.textAt(at));
  }

  setSize(descriptor: number, size: bigint): "ok" | Err {
    return this.plain("set_size", descriptor, size);
  }

  rename(from: string, to: string, base: number = this.base, newBase: number = base): "ok" | Err {
    return this.plain("rename_at", base, from, this.borrow(newBase), to);
  }

  link(from: string, to: string, follow = false, base: number = this.base, newBase: number = base): "ok" | Err {
    return this.plain("link_at", base, Number(follow), from, this.borrow(newBase), to);
  }

  symlink(target: string, at: string, base: number = this.base): "ok" | Err {
    return this.plain("symlink_at", base, target, at);
  }

  mkdir(at: string, base: number = this.base): "ok" | Err {
    return this.plain("create_directory_at", base, at);
  }

  rmdir(at: string, base: number = this.base): "ok" | Err {
    return this.plain("remove_directory_at", base, at);
  }

  unlink(at: string, base: number = this.base): "ok" | Err {
    return this.plain("unlink_file_at", base, at);
  }

  /** Any method that returns `result<_, error-code>`; strings are lowered, handles of ours borrowed. */
  plain(name: string, descriptor: number, ...args: readonly (number | bigint | string)[]): "ok" | Err {
    const lowered = args.flatMap((arg) => (typeof arg === "string" ? [...this.adapter.lower(arg)] : [arg]));
    return this.types(`descriptor_${name}`, [this.rep(descriptor), ...lowered], 1, () => "ok");
  }

  borrow(descriptor: number): number {
    return this.rep(descriptor);
  }
}

function bits(names: readonly string[], set: readonly string[]): number {
  return set.reduce((sum, name) => sum | (1 << names.indexOf(name)), 0);
}
