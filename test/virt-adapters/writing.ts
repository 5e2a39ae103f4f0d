/** What a file system that can be written offers besides ./file-system.ts, as functions with WIT's words. */

import { Err, FileSystem, type OpenOptions, directory } from "./file-system.ts";
import type { Host } from "./harness.ts";
import type { FilesOptions } from "../../src/image/files-image.ts";
import { CONTENTS, COUNTER_COUNT, FILES, INODES, PREOPENS, PREOPEN_SIZE } from "../../src/image/layout.ts";
import type { Entry } from "../../src/image/tree.ts";

export const WRITE: OpenOptions = { flags: ["read", "write"] };
export const CREATE: OpenOptions = { flags: ["read", "write"], open: ["create"] };

/** What a stream answers: its payload, `closed`, or the error code of why the last operation failed. */
export type Streamed<T> = T | "closed" | Err;

export class WritableFiles extends FileSystem {
  /** What the clock says, in seconds. */
  time = 1000n;

  constructor(options: Partial<FilesOptions>, host: Host = {}, maxPages?: number) {
    const clock: Host = {
      "wasi:clocks/wall-clock#now": (at: number) => {
        this.adapter.view.setBigUint64(at, this.time, true);
        this.adapter.view.setUint32(at + 8, 7, true);
      },
    };
    super(options, { ...clock, ...host }, maxPages);
  }

  /** With one writable preopen. */
  static over(
    entries: Readonly<Record<string, Entry>> = {},
    options: Partial<FilesOptions> & { readonly maxBytes?: number } = {},
  ): WritableFiles {
    const { maxBytes, ...rest } = options;
    const writable = maxBytes === undefined ? {} : { maxBytes };
    return new WritableFiles({ preopens: [{ path: "/", directory: directory(entries), writable }], ...rest });
  }

  write(descriptor: number, bytes: Uint8Array | string, offset: bigint): number | Err {
    const { adapter } = this;
    const args = [adapter.representation(descriptor), ...adapter.lower(bytes), offset];
    return adapter.call("filesystem_types__descriptor_write", args, (at) =>
      adapter.view.getUint8(at) === 1 ? this.errorAt(at + 8) : Number(adapter.view.getBigUint64(at + 8, true)),
    );
  }

  /** The handle of an output stream. */
  writeVia(descriptor: number, offset?: bigint): number | Err {
    const { adapter } = this;
    const name = offset === undefined ? "append_via_stream" : "write_via_stream";
    const args = [adapter.representation(descriptor), ...(offset === undefined ? [] : [offset])];
    return adapter.call(`filesystem_types__descriptor_${name}`, args, (at) =>
      adapter.view.getUint8(at) === 1 ? this.errorAt(at + 4) : adapter.view.getInt32(at + 4, true),
    );
  }

  /** Sets both times to the epoch. */
  setTimesAt(at: string, base: number = this.base): "ok" | Err {
    return this.plain("set_times_at", base, 0, at, 2, 0n, 0, 2, 0n, 0);
  }

  /** Calls a function of a stream whose result has its payload at 4 or 8. */
  stream<T>(name: string, self: number, args: readonly (number | bigint)[], payload: 4 | 8, lift: (at: number) => T): Streamed<T> {
    const { adapter } = this;
    return adapter.call(`io_streams__${name}`, [adapter.representation(self), ...args], (at) => {
      if (adapter.view.getUint8(at) === 0) return lift(at + payload);
      if (adapter.view.getUint8(at + payload) === 1) return "closed";
      const error = adapter.view.getUint32(at + payload + 4, true);
      const code = this.#code(error);
      adapter.drop(error, "io_error__error_dtor");
      return code;
    });
  }

  #code(error: number): Err {
    const { adapter } = this;
    return adapter.call("filesystem_types__filesystem_error_code", [adapter.representation(error)], (at) => {
      if (adapter.view.getUint8(at) !== 1) throw new Error("an error without a code");
      return this.errorAt(at + 1);
    });
  }

  put(stream: number, bytes: Uint8Array | string): Streamed<"ok"> {
    return this.stream("output_stream_write", stream, this.adapter.lower(bytes), 4, () => "ok");
  }

  permit(stream: number): Streamed<number> {
    return this.stream("output_stream_check_write", stream, [], 8, (at) => Number(this.adapter.view.getBigUint64(at, true)));
  }

  take(stream: number, length: bigint): Streamed<Uint8Array> {
    return this.stream("input_stream_read", stream, [length], 4, (at) => this.adapter.listAt(at));
  }

  closeOutput(stream: number): void {
    this.adapter.drop(stream, "io_streams__output_stream_dtor");
  }

  closeInput(stream: number): void {
    this.adapter.drop(stream, "io_streams__input_stream_dtor");
  }

  /** Everything in a file. */
  contents(at: string): string {
    const descriptor = this.must(this.openAt(this.base, at));
    const [bytes] = this.must(this.read(descriptor, 2n ** 40n, 0n));
    this.close(descriptor);
    return Buffer.from(bytes).toString();
  }

  /** Makes a file with these contents, or replaces them. */
  save(at: string, contents: Uint8Array | string): void {
    const descriptor = this.must(this.openAt(this.base, at, { flags: ["write"], open: ["create", "truncate"] }));
    const written = this.must(this.write(descriptor, contents, 0n));
    if (written !== Buffer.byteLength(contents)) throw new Error(`only ${written} bytes were written`);
    this.close(descriptor);
  }

  names(at = "."): readonly string[] {
    const descriptor = this.must(this.openAt(this.base, at));
    const names = this.list(descriptor).map(([, name]) => name);
    this.close(descriptor);
    return names;
  }

  /** What is embedded: names and contents, behind the tables that the adapter writes to. */
  imageBytes(): Uint8Array {
    const { view } = this.adapter;
    const end = view.getUint32(INODES, true);
    const start = view.getUint32(PREOPENS, true) + PREOPEN_SIZE * view.getUint32(PREOPENS + 4, true);
    return this.adapter.bytesAt(start, end - start);
  }

  /** Of contents, over all mounts: whole blocks. */
  get usedBytes(): bigint {
    return BigInt(this.adapter.view.getUint32(CONTENTS + COUNTER_COUNT, true)) * 4096n;
  }

  get usedFiles(): number {
    return this.adapter.view.getUint32(FILES, true);
  }

  get pages(): number {
    return this.adapter.memory.buffer.byteLength / 65536;
  }
}
