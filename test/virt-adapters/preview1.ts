/**
 * The guest of preview 1 and its bridge, between the memory of a program and a host that answers by chance: it says yes or no, and gives
 * what the types allow. It checks what it is asked for: lists in the program's memory lie in it, and results beside them.
 */
import { unpack } from "../../src/adapters/packed.ts";
import { preview1BridgeCore, preview1Core } from "../../src/adapters/prebuilt.ts";
import { IMAGE_BASE, STAT_HASH } from "../../src/image/layout.ts";
import { Adapter } from "./harness.ts";

export const PAGES = 2;
export const MEMORY_SIZE: number = PAGES * 0x10000;

type Functions = Record<string, (...args: never[]) => unknown>;
type Bridge = Record<"into" | "realloc" | "pages", (...args: number[]) => number>;

export class Preview1 {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  readonly guest: Adapter;
  /** Handles that are open. */
  readonly handles: Set<number> = new Set<number>();
  /** Where the host has written, on being told to. */
  readonly written: (readonly [start: number, end: number])[] = [];
  /** What files in the same memory leave behind a stat; 0: those of the host leave nothing. */
  statHash = 0n;
  /** How often a hash was asked for. */
  hashCalls = 0;
  #nextHandle = 1;
  readonly #random: (below: number) => number;
  readonly #bridge: Bridge;

  constructor(random: (below: number) => number) {
    this.#random = random;
    const bridge = new WebAssembly.Instance(new WebAssembly.Module(unpack(preview1BridgeCore)), {
      env: { memory: this.memory },
      ours: {
        store_block: (at: number, ...numbers: number[]) =>
          numbers.forEach((each, i) => this.guest.view.setFloat64((at >>> 0) + 8 * i, each, true)),
        store64: (at: number, value: bigint) => this.guest.view.setBigUint64(at >>> 0, value, true),
        store8: (at: number, value: number) => this.guest.view.setUint8(at >>> 0, value),
      },
    });
    const named = Object.entries(bridge.exports).map(([name, item]) => [name.replace("bridge__", ""), item] as const);
    this.#bridge = Object.fromEntries(named) as unknown as Bridge;
    const host = {
      ...Object.fromEntries(named.map(([name, item]) => [`app#${name}`, item])),
      "app#copied_out": () => 0,
      ...this.#host(),
    } as unknown as Record<string, (...args: never[]) => unknown>;
    this.guest = new Adapter(preview1Core, { segments: [], end: IMAGE_BASE }, host);
  }

  call(name: string, args: readonly (number | bigint)[]): number {
    this.written.length = 0;
    return this.guest.call(`preview1__${name}`, args, (result) => result);
  }

  #handle(): number {
    this.handles.add(this.#nextHandle);
    return this.#nextHandle++;
  }

  #drop(handle: number): void {
    if (!this.handles.delete(handle)) throw new Error(`the handle ${handle} is dropped, and is none`);
  }

  #use(handle: number): void {
    if (!this.handles.has(handle)) throw new Error(`the handle ${handle} is used, and is none`);
  }

  /** Results: case 0 with this payload, or an error. */
  #result(at: number, offset: number, ok: (payload: number) => void): void {
    const view = this.guest.view;
    // What is no payload may be anything.
    for (let i = 0; i < 104; i++) view.setUint8(at + i, this.#random(256));
    const failed = this.#random(4) === 0;
    view.setUint8(at, failed ? 1 : 0);
    if (failed) view.setUint8(at + offset, this.#random(37));
    else ok(at + offset);
  }

  #streamError(view: DataView, at: number): void {
    const isClosed = this.#random(2);
    view.setUint8(at, isClosed);
    if (isClosed === 0) view.setUint32(at + 4, this.#handle(), true);
  }

  #string(at: number, most = 40): void {
    const length = this.#random(most);
    const address = this.guest.allocate(1, length);
    new Uint8Array(this.guest.memory.buffer, address, length).fill(0x61);
    this.guest.view.setUint32(at, address, true);
    this.guest.view.setUint32(at + 4, length, true);
  }

  /** `count` entries of so many bytes. */
  #list(at: number, count: number, stride: number, write: (entry: number) => void): void {
    const address = this.guest.allocate(4, count * stride);
    for (let i = 0; i < count; i++) write(address + i * stride);
    this.guest.view.setUint32(at, address, true);
    this.guest.view.setUint32(at + 4, count, true);
  }

  #inOurs(address: number, length: number): void {
    if (address + length > this.guest.memory.buffer.byteLength) throw new Error(`${length} bytes at ${address} of this memory`);
  }

  /** That a list of the program's lies in its memory, and 16 bytes for the result beside it, in its memory as well. */
  #inApp(address: number, length: number, result: number): DataView {
    if (address + length > MEMORY_SIZE) throw new Error(`${length} bytes at ${address}`);
    if (result % 8 !== 0 || result + 16 > MEMORY_SIZE) throw new Error(`a result at ${result}`);
    if (result < address + length && address < result + 16) throw new Error(`a result at ${result} in ${length} bytes at ${address}`);
    return new DataView(this.memory.buffer);
  }

  /** A list of bytes goes where the bridge says; address and length are written. */
  #bytesInto(most: bigint, view: DataView, at: number, result: number): void {
    const length = this.#random(Number(most < 70000n ? most : 70000n) + 1);
    const address = this.#bridge.realloc(0, 0, 1, length) >>> 0;
    this.#inApp(address, length, result);
    new Uint8Array(this.memory.buffer, address, length).fill(0xcd);
    this.written.push([address, address + length]);
    view.setUint32(at, address, true);
    view.setUint32(at + 4, length, true);
  }

  #ourBytes(most: bigint, at: number): void {
    const length = this.#random(Number(most < 70000n ? most : 70000n) + 1);
    const address = this.guest.allocate(1, length);
    new Uint8Array(this.guest.memory.buffer, address, length).fill(0xcd);
    this.guest.view.setUint32(at, address, true);
    this.guest.view.setUint32(at + 4, length, true);
  }

  #host(): Functions {
    const files = "wasi:filesystem/types#[method]descriptor.";
    const input = "wasi:io/streams#[method]input-stream.";
    const output = "wasi:io/streams#[method]output-stream.";
    const view = (): DataView => this.guest.view;
    const plain = (at: number): void => this.#result(at, 1, () => {});
    const opened = (at: number): void => this.#result(at, 4, (payload) => view().setUint32(payload, this.#handle(), true));
    const words = (at: number): void => this.#result(at, 8, () => {});
    const terminal = (at: number): void => {
      view().setUint8(at, this.#random(2));
      if (view().getUint8(at) === 1) view().setUint32(at + 4, this.#handle(), true);
    };
    const hash = (at: number): void => {
      this.hashCalls++;
      words(at);
    };
    const stat = (at: number): void =>
      this.#result(at, 8, (payload) => {
        if (this.statHash !== 0n) view().setBigUint64(STAT_HASH, this.statHash, true);
        view().setUint8(payload, this.#random(8));
        for (const time of [at + 32, at + 56, at + 80]) {
          view().setUint8(time, this.#random(2));
          if (this.#random(8) !== 0) view().setBigUint64(time + 8, BigInt(this.#random(2 ** 31)), true);
        }
      });
    /** A result without payload and a stream-error, which lie at an offset. */
    const streamed = (at: number, data: DataView, offset: number, ok: () => void): void => {
      const failed = this.#random(4) === 0;
      data.setUint8(at, failed ? 1 : 0);
      if (failed) this.#streamError(data, at + offset);
      else ok();
    };
    const dropped = (handle: number): void => this.#drop(handle);
    const path = (handle: number, address: number, length: number): void => {
      this.#use(handle);
      this.#inOurs(address, length);
      new TextDecoder("utf-8", { fatal: true }).decode(this.guest.bytesAt(address, length));
    };
    const pollable = (): number => this.#handle();
    const own: Functions = {
      "wasi:cli/environment#get-arguments": (at: number) => this.#list(at, this.#random(4), 8, (entry) => this.#string(entry)),
      "wasi:cli/environment#get-environment": (at: number) =>
        this.#list(at, this.#random(4), 16, (entry) => {
          this.#string(entry);
          this.#string(entry + 8);
        }),
      "wasi:filesystem/preopens#get-directories": (at: number) =>
        this.#list(at, 2, 12, (entry) => {
          view().setUint32(entry, this.#handle(), true);
          this.#string(entry + 4);
        }),
      "wasi:filesystem/types#filesystem-error-code": (error: number, at: number) => {
        this.#use(error);
        view().setUint8(at, this.#random(2));
        view().setUint8(at + 1, this.#random(37));
      },
      "wasi:cli/stdin#get-stdin": () => this.#handle(),
      "wasi:cli/stdout#get-stdout": () => this.#handle(),
      "wasi:cli/stderr#get-stderr": () => this.#handle(),
      "wasi:cli/terminal-stdin#get-terminal-stdin": terminal,
      "wasi:cli/terminal-stdout#get-terminal-stdout": terminal,
      "wasi:cli/terminal-stderr#get-terminal-stderr": terminal,
      "wasi:clocks/monotonic-clock#now": () => 5n,
      "wasi:clocks/monotonic-clock#resolution": () => 5n,
      "wasi:clocks/monotonic-clock#subscribe-instant": pollable,
      "wasi:clocks/monotonic-clock#subscribe-duration": pollable,
      "wasi:clocks/wall-clock#now": (at: number) => view().setBigUint64(at, 5n, true),
      "wasi:clocks/wall-clock#resolution": (at: number) => view().setBigUint64(at, 0n, true),
      "wasi:io/poll#poll": (list: number, count: number, at: number) => {
        for (let i = 0; i < count; i++) this.#use(view().getUint32(list + 4 * i, true));
        const ready = Array.from({ length: count }, (_, i) => i).filter((i) => i === 0 || this.#random(2) === 0);
        let next = 0;
        this.#list(at, ready.length, 4, (entry) => view().setUint32(entry, ready[next++]!, true));
      },
      "wasi:io/poll#[method]pollable.ready": (handle: number) => (this.#use(handle), this.#random(2)),
      "wasi:io/poll#[method]pollable.block": (handle: number) => this.#use(handle),
      "wasi:random/random#get-random-bytes": (length: bigint, at: number) => {
        const address = this.guest.allocate(1, Number(length));
        view().setUint32(at, address, true);
        view().setUint32(at + 4, Number(length), true);
      },
      "app wasi:random/random#get-random-bytes": (length: bigint, at: number) => {
        const data = new DataView(this.memory.buffer);
        const address = this.#bridge.realloc(0, 0, 1, Number(length)) >>> 0;
        this.#inApp(address, Number(length), at >>> 0);
        this.written.push([address, address + Number(length)]);
        data.setUint32(at >>> 0, address, true);
        data.setUint32((at >>> 0) + 4, Number(length), true);
      },
    };
    for (const each of ["sync", "sync-data"])
      own[files + each] = (handle: number, at: number) => {
        this.#use(handle);
        plain(at);
      };
    own[`${files}advise`] = (_handle: number, _offset: bigint, _length: bigint, _advice: number, at: number) => plain(at);
    own[`${files}set-size`] = (_handle: number, _size: bigint, at: number) => plain(at);
    own[`${files}set-times`] = (...args: number[]) => plain(args.at(-1)!);
    for (const each of ["get-flags", "get-type"])
      own[files + each] = (handle: number, at: number) => {
        this.#use(handle);
        this.#result(at, 1, (payload) => view().setUint8(payload, this.#random(8)));
      };
    own[`${files}stat`] = (handle: number, at: number) => {
      this.#use(handle);
      stat(at);
    };
    own[`${files}metadata-hash`] = (_handle: number, at: number) => hash(at);
    for (const [each, write] of Object.entries({ "stat-at": stat, "metadata-hash-at": hash }))
      own[files + each] = (handle: number, _flags: number, address: number, length: number, at: number) => {
        path(handle, address, length);
        write(at);
      };
    for (const each of ["create-directory-at", "unlink-file-at", "remove-directory-at"])
      own[files + each] = (handle: number, address: number, length: number, at: number) => {
        path(handle, address, length);
        plain(at);
      };
    own[`${files}set-times-at`] = (handle: number, _flags: number, address: number, length: number, ...rest: number[]) => {
      path(handle, address, length);
      plain(rest.at(-1)!);
    };
    own[`${files}open-at`] = (handle: number, _: number, address: number, length: number, _open: number, _flags: number, at: number) => {
      path(handle, address, length);
      opened(at);
    };
    own[`${files}symlink-at`] = (handle: number, target: number, targetLength: number, address: number, length: number, at: number) => {
      path(handle, target, targetLength);
      path(handle, address, length);
      plain(at);
    };
    own[`${files}rename-at`] = (from: number, old: number, oldLength: number, to: number, address: number, length: number, at: number) => {
      path(from, old, oldLength);
      path(to, address, length);
      plain(at);
    };
    own[`${files}link-at`] = (
      from: number,
      _: number,
      old: number,
      oldLength: number,
      to: number,
      address: number,
      length: number,
      at: number,
    ) => {
      path(from, old, oldLength);
      path(to, address, length);
      plain(at);
    };
    own[`${files}readlink-at`] = (handle: number, address: number, length: number, at: number) => {
      path(handle, address, length);
      this.#result(at, 4, (payload) => this.#string(payload, 300));
    };
    own[`${files}read-directory`] = (handle: number, at: number) => {
      this.#use(handle);
      opened(at);
    };
    own["wasi:filesystem/types#[method]directory-entry-stream.read-directory-entry"] = (handle: number, at: number) => {
      this.#use(handle);
      this.#result(at, 4, (payload) => {
        view().setUint8(payload, this.#random(6) === 0 ? 0 : 1);
        view().setUint8(payload + 4, this.#random(8));
        this.#string(payload + 8, this.#random(10) === 0 ? 3000 : 30);
      });
    };
    own[`${files}append-via-stream`] = (handle: number, at: number) => {
      this.#use(handle);
      opened(at);
    };
    own[`${files}read`] = (handle: number, length: bigint, _offset: bigint, at: number) => {
      this.#use(handle);
      this.#result(at, 4, (payload) => this.#ourBytes(length, payload));
    };
    own[`app ${files}read`] = (handle: number, length: bigint, _offset: bigint, at: number) => {
      this.#use(handle);
      const data = new DataView(this.memory.buffer);
      const failed = this.#random(4) === 0;
      data.setUint8(at >>> 0, failed ? 1 : 0);
      if (failed) data.setUint8((at >>> 0) + 4, this.#random(37));
      else this.#bytesInto(length, data, (at >>> 0) + 4, at >>> 0);
    };
    own[`${files}write`] = (handle: number, address: number, length: number, _offset: bigint, at: number) => {
      this.#use(handle);
      this.#inOurs(address, length);
      this.#result(at, 8, (payload) => view().setBigUint64(payload, BigInt(this.#random(length + 1)), true));
    };
    own[`app ${files}write`] = (handle: number, address: number, length: number, _offset: bigint, at: number) => {
      this.#use(handle);
      const data = this.#inApp(address >>> 0, length >>> 0, at >>> 0);
      const failed = this.#random(4) === 0;
      data.setUint8(at >>> 0, failed ? 1 : 0);
      if (failed) data.setUint8((at >>> 0) + 8, this.#random(37));
      else data.setBigUint64((at >>> 0) + 8, BigInt(this.#random((length >>> 0) + 1)), true);
    };
    for (const each of ["read", "blocking-read"]) {
      own[input + each] = (handle: number, length: bigint, at: number) => {
        this.#use(handle);
        streamed(at, view(), 4, () => this.#ourBytes(length, at + 4));
      };
      own[`app ${input}${each}`] = (handle: number, length: bigint, at: number) => {
        this.#use(handle);
        const data = new DataView(this.memory.buffer);
        streamed(at >>> 0, data, 4, () => this.#bytesInto(length, data, (at >>> 0) + 4, at >>> 0));
      };
    }
    own[`${output}check-write`] = (handle: number, at: number) => {
      this.#use(handle);
      streamed(at, view(), 8, () => view().setBigUint64(at + 8, BigInt(this.#random(3) * 5000), true));
    };
    own[`${output}blocking-flush`] = (handle: number, at: number) => {
      this.#use(handle);
      streamed(at, view(), 4, () => {});
    };
    for (const each of ["write", "blocking-write-and-flush"]) {
      own[output + each] = (handle: number, address: number, length: number, at: number) => {
        this.#use(handle);
        this.#inOurs(address, length);
        streamed(at, view(), 4, () => {});
      };
      own[`app ${output}${each}`] = (handle: number, address: number, length: number, at: number) => {
        this.#use(handle);
        if (each !== "write" && length > 4096) throw new Error(`${length} bytes are written at once`);
        const data = this.#inApp(address >>> 0, length >>> 0, at >>> 0);
        streamed(at >>> 0, data, 4, () => {});
      };
    }
    for (const stream of [input, output])
      own[`${stream}subscribe`] = (handle: number) => {
        this.#use(handle);
        return this.#handle();
      };
    for (const each of [
      "wasi:filesystem/types#[resource-drop]descriptor",
      "wasi:filesystem/types#[resource-drop]directory-entry-stream",
      "wasi:io/streams#[resource-drop]input-stream",
      "wasi:io/streams#[resource-drop]output-stream",
      "wasi:io/error#[resource-drop]error",
      "wasi:io/poll#[resource-drop]pollable",
      "wasi:cli/terminal-input#[resource-drop]terminal-input",
      "wasi:cli/terminal-output#[resource-drop]terminal-output",
    ])
      own[each] = dropped;
    return own;
  }
}
