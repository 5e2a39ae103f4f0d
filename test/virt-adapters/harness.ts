/**
 * Runs an adapter's core module without a component around it: gives it memory, an arena and handles,
 * plays the host, and lifts and lowers by hand. After every call the arena must be empty again.
 */

import { type Packed, unpack } from "../../src/adapters/packed.ts";
import { bytesOf } from "../../src/binary/chunk.ts";
import { AsyncAbi } from "./async-abi.ts";
import { guestNameOf, untold } from "../../src/adapters/guest-names.ts";
import { compressedCore } from "../../src/adapters/prebuilt.ts";
import { wasiKey } from "../../src/adapters/series.ts";
import type { Image } from "../../src/image/image.ts";

const PAGE = 65536;

/** What a fake host offers, by `interface#function`. */
export type Host = Readonly<Record<string, (...args: never[]) => unknown>>;

type Called = (...args: number[]) => unknown;

export class Adapter {
  readonly memory: WebAssembly.Memory;
  /** Where the memory begins that is given out; the image lies below. */
  readonly heapStart: number;
  readonly arena: WebAssembly.Global<"i32">;
  readonly arenaBase: WebAssembly.Global<"i32">;
  /** What each live handle of ours stands for, by handle. */
  readonly handles = new Map<number, { readonly resource: string; readonly representation: number }>();
  /** Its streams and futures. */
  readonly async: AsyncAbi = new AsyncAbi(this);
  readonly exports: WebAssembly.Exports;
  /** Whether a future that was read has put texts into the arena, where they stay until the loop goes on. */
  hasTexts = false;
  /** Whether blocks take an even number of bytes, as the adapter wants it. */
  hasEvenBlocks = false;
  #nextHandle = 1;
  #isInPostReturn = false;

  /** `maxPages`: beyond that memory does not grow. */
  constructor(core: Packed | Uint8Array, image: Image, host: Host = {}, maxPages = PAGE) {
    const start = Math.ceil(image.end / 16) * 16;
    this.heapStart = start;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(start / PAGE) + 1, maximum: maxPages });
    this.arena = new WebAssembly.Global({ value: "i32", mutable: true }, start);
    this.arenaBase = new WebAssembly.Global({ value: "i32", mutable: true }, start);
    for (const { address, chunks } of image.segments) {
      new Uint8Array(this.memory.buffer).set(bytesOf(chunks), address);
    }

    const module = new WebAssembly.Module(core instanceof Uint8Array ? new Uint8Array(core) : unpack(core));
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      imports[from] ??= {};
      if (kind === "memory") imports[from][name] = this.memory;
      else if (from === "memory") imports[from][name] = this.#memoryImport(name);
      else if (from === "compressed") imports[from][name] = this.#inflateFile();
      else if (["told", "wasi-nest:trace/limit"].includes(from)) imports[from][name] = (value: number) => value;
      else if (from === "own") imports[from][name] = this.#ownImport(name);
      else if (from === "async")
        imports[from][name] = this.#outward(`async#${name}`, (host[`async#${name}`] as Called | undefined) ?? this.async.builtIn(name));
      else imports[from][name] = this.#outward(`${from}#${name}`, host[`${from}#${name}`] as Called | undefined);
    }
    this.exports = new WebAssembly.Instance(module, imports).exports;
  }

  /** What inflates files, beside the core as it is in it. */
  #inflateFile(): WebAssembly.ImportValue {
    const module = new WebAssembly.Module(unpack(compressedCore));
    const memory = { arena: this.arena, "arena-base": this.arenaBase };
    return new WebAssembly.Instance(module, { env: { memory: this.memory }, memory }).exports
      .compressed__inflate_file as WebAssembly.ImportValue;
  }

  #memoryImport(name: string): WebAssembly.ImportValue {
    if (name === "arena") return this.arena;
    if (name === "arena-base") return this.arenaBase;
    if (name !== "realloc") throw new Error(`unknown import of memory: ${name}`);
    return (_old: number, _oldSize: number, align: number, size: number) => this.allocate(align, size);
  }

  #ownImport(name: string): WebAssembly.ImportValue {
    const [, operation = "", resource = ""] = /^\[resource-(\w+)\](.*)$/.exec(name) ?? [];
    if (operation === "rep") return (handle: number) => this.representation(handle);
    if (operation === "drop") return (handle: number) => this.#end(handle, resource);
    return (representation: number) => {
      // jco keeps bit 30 for itself and takes 0 for nothing.
      if (representation <= 0 || representation >= 2 ** 30) throw new Error(`bad representation ${representation}`);
      this.handles.set(this.#nextHandle, { resource, representation });
      return this.#nextHandle++;
    };
  }

  #outward(name: string, found: Called | undefined): WebAssembly.ImportValue {
    return (...args: number[]) => {
      if (found === undefined) throw new Error(`the host was asked for ${name}`);
      // The component model does not let a component out then.
      if (this.#isInPostReturn) throw new Error(`a post-return calls ${name}`);
      return found(...args);
    };
  }

  allocate(align: number, byteLength: number): number {
    const at = Math.ceil((this.arena.value >>> 0) / align) * align;
    const missing = at + byteLength - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    const end = at + byteLength;
    this.arena.value = this.hasEvenBlocks ? end + (end & 1) : end;
    return at;
  }

  /** Puts bytes where the canonical ABI puts an argument. */
  lower(bytes: Uint8Array | string): readonly [number, number] {
    const source = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    const at = this.allocate(1, source.length);
    new Uint8Array(this.memory.buffer).set(source, at);
    return [at, source.length];
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  bytesAt(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length).slice();
  }

  /** The string or byte list whose address and length lie at `at`. */
  listAt(at: number): Uint8Array {
    return this.bytesAt(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  textAt(at: number): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.listAt(at));
  }

  /** Calls an export, reads its result with `lift`, then runs its post-return. */
  call<T>(name: string, args: readonly (number | bigint)[], lift: (result: number) => T): T {
    const run = this.#function(name);
    const returned = run(...args);
    const result = lift(returned);
    const post = `${untold(name)}__post`;
    if (post in this.exports) {
      this.#isInPostReturn = true;
      this.#function(post)(returned);
      this.#isInPostReturn = false;
    }
    if (this.arena.value !== this.arenaBase.value && !this.hasTexts) throw new Error(`${name} leaves something in the arena`);
    return result;
  }

  /** Calls an export that may go on when this is over, or one that goes on. */
  callOn(name: string, args: readonly (number | bigint)[]): number {
    return this.#function(name)(...args);
  }

  #function(name: string): (...args: readonly (number | bigint)[]) => number {
    const found = this.exports[name];
    if (typeof found !== "function") throw new Error(`no export ${name}`);
    return found as (...args: readonly (number | bigint)[]) => number;
  }

  /** What stands behind a handle of ours. */
  representation(handle: number): number {
    const found = this.handles.get(handle);
    if (found === undefined) throw new Error(`no handle ${handle}`);
    return found.representation;
  }

  /** The guest drops a handle of its own, in a call. */
  #end(handle: number, resource: string): void {
    const representation = this.representation(handle);
    this.handles.delete(handle);
    const [base = "", label = ""] = resource.split("#");
    const destructor = `${guestNameOf(base.includes("@") ? base : wasiKey(base), label)}_dtor`;
    if (destructor in this.exports) this.#function(destructor)(representation);
  }

  /** Drops a handle of ours, as the component would. */
  drop(handle: number, destructor: string): void {
    const representation = this.representation(handle);
    this.handles.delete(handle);
    if (destructor in this.exports) this.call(destructor, [representation], () => undefined);
  }
}
