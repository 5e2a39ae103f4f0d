/**
 * The io adapter as a file system to test: WIT's functions with WIT's words in and out.
 */

import { Descriptors, Err, ERROR_CODES, TYPES, type Version } from "./descriptors.ts";
import { Adapter, type Host } from "./harness.ts";
import { filesCore, hostFilesCore, ioCore, ruledFilesCore, ruledHostFilesCore } from "../../src/adapters/prebuilt.ts";
import { type FilesOptions, filesImage } from "../../src/image/files-image.ts";
import type { Packing } from "../../src/image/packing.ts";
import { deflate } from "../../src/node/compressor.ts";
import type { Directory, Entry, File, Preopen, SymbolicLink } from "../../src/image/tree.ts";

export { Err, ERROR_CODES, TYPES, type OpenOptions, type Stat } from "./descriptors.ts";

/** WASI 0.2: enums. */
const ENUMS: Version = {
  prefix: "",
  leastPayload: 1,
  typeSize: 8,
  errorAt: ({ view }, at) => ERROR_CODES[view.getUint8(at)] ?? "?",
  typeAt: ({ view }, at) => TYPES[view.getUint8(at)] ?? "?",
};

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

/** A preopen that is there so that others, which are read-only, are in the hands of the core that can write. */
const BESIDE: Preopen = { path: "/writable", directory: directory({ f: file("") }), writable: {} };

/** Compresses whatever it costs. */
const ALL: Packing = { compress: deflate, codeBytes: -Infinity, most: Infinity };

/** The core of the io adapter that serves such files, with them. */
function adapterOf({ preopens = [], stdin, ...options }: Partial<FilesOptions>, host: Host, maxPages?: number): Adapter {
  const [overHost, own] = options.rules === undefined ? [hostFilesCore, filesCore] : [ruledHostFilesCore, ruledFilesCore];
  const core = isOverHost(preopens) ? overHost : preopens.some(({ writable }) => writable !== undefined) ? own : ioCore;
  return new Adapter(core, filesImage({ preopens, stdin, ...(FileSystem.isCompressed && { packing: ALL }), ...options }), host, maxPages);
}

const isOverHost = (preopens: readonly Preopen[]): boolean => preopens.some(({ host }) => host !== undefined);

export class FileSystem extends Descriptors {
  /** Read-only files are served by the core that can write, too. */
  static besideWritable = false;
  /** All embedded files are compressed. */
  static isCompressed = false;
  readonly #hasBeside: boolean;
  readonly #isOverHost: boolean;

  constructor({ preopens = [], ...options }: Partial<FilesOptions>, host: Host = {}, maxPages?: number) {
    const all = FileSystem.besideWritable ? [...preopens, BESIDE] : preopens;
    super(adapterOf({ preopens: all, ...options }, host, maxPages), ENUMS);
    this.#hasBeside = FileSystem.besideWritable;
    this.#isOverHost = isOverHost(all);
  }

  static of(entries: Readonly<Record<string, Entry>>): FileSystem {
    return new FileSystem({ preopens: [{ path: "/", directory: directory(entries) }] });
  }

  preopens(): readonly (readonly [number, string])[] {
    const name = `filesystem_preopens__get_directories${this.#isOverHost ? "__host" : ""}`;
    return this.adapter.call(name, [], (result) => this.preopensAt(result, Number(this.#hasBeside)));
  }

  read(descriptor: number, length: bigint, offset: bigint): readonly [Uint8Array, boolean] | Err {
    return this.types("descriptor_read", [this.rep(descriptor), length, offset], 4, (at) => [
      this.adapter.listAt(at),
      this.adapter.view.getUint8(at + 8) === 1,
    ]);
  }

  readViaStream(descriptor: number, offset: bigint): number | Err {
    const args = [this.rep(descriptor), offset];
    return this.types("descriptor_read_via_stream", args, 4, (at) => this.adapter.view.getInt32(at, true));
  }

  readDirectory(descriptor: number): number | Err {
    return this.types("descriptor_read_directory", [this.rep(descriptor)], 4, (at) => this.adapter.view.getInt32(at, true));
  }

  /** Type and name of the next entry. */
  nextEntry(stream: number): readonly [string, string] | undefined | Err {
    return this.types("directory_entry_stream_read_directory_entry", [this.rep(stream)], 4, (at) => {
      if (this.adapter.view.getUint8(at) === 0) return undefined;
      return [this.typeAt(at + 4), this.adapter.textAt(at + 8)] as const;
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

  /** Any method whose payload lies elsewhere than that of `plain`, of which only the error is of interest. */
  failure(name: string, offset: number, descriptor: number, ...args: readonly (number | bigint)[]): unknown {
    return this.types(`descriptor_${name}`, [this.rep(descriptor), ...args], offset, () => "ok");
  }
}
