/**
 * The asynchronous built-ins of the Canonical ABI for one component, of which an adapter's core is all: a table of ends and
 * sets, copies from and to its memory, and the events of its sets. Whatever would trap is an error.
 */

import { type CopyBuffer, Carrier, type Elements, End, type Result } from "./async-copy.ts";
import { ELEMENTS, type ElementType } from "./async-types.ts";
import type { Adapter } from "./harness.ts";

const BLOCKED = 0xffffffff;
const MAX_LENGTH = 2 ** 28 - 1;
/** What a buffer of the adapter's takes at most of one stream's. */
const BUFFER = 4096;

/** What a set waits for: an end of a stream or future, by its index. */
export interface Event {
  readonly event: number;
  readonly index: number;
  readonly payload: number;
}

interface Waitable {
  readonly end: End;
  set: number | undefined;
  /** Where it copies from or to, and how much at most. */
  at: number;
  length: number;
}

export class AsyncAbi {
  readonly #adapter: Adapter;
  readonly #waitables = new Map<number, Waitable>();
  readonly #sets = new Set<number>();
  readonly #free: number[] = [];
  #next = 1;
  /** How often `task.return` was called. */
  returns = 0;
  /** The word of the task that runs. */
  context = 0;
  /** Futures that have not been dropped, now and at most. */
  futures = 0;
  mostFutures = 0;
  /** Where the adapter has had buffers, and how many copies of bytes or entries went on at most. */
  readonly buffers = new Set<number>();
  mostCopies = 0;

  #isInTask = false;

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  /** What is done by a task that goes on when this is over. */
  inTask<T>(action: () => T): T {
    this.#isInTask = true;
    this.#adapter.hasTexts = false;
    const result = action();
    this.#isInTask = false;
    return result;
  }

  /** The built-in that a guest imports under a name. */
  builtIn(name: string): (...args: readonly number[]) => number | bigint | void {
    const [, kind = "", type = ""] = /^\[(.+?)\](.*)$/.exec(name) ?? [];
    const [carrier = "", deed = ""] = kind.split(".");
    if (kind === "waitable-set.new") return () => this.#newSet();
    if (kind === "waitable.join") return (index = 0, set = 0) => this.#join(index, set);
    if (kind === "task.return") return () => void this.returns++;
    if (kind === "context.get") return () => this.context;
    if (kind === "context.set") return (word = 0) => void (this.context = word);
    // Calls to others that go on are for whoever plays those.
    if (kind === "task.cancel" || carrier === "subtask")
      return () => {
        throw new Error(`nobody has calls for ${name}`);
      };
    if (carrier !== "stream" && carrier !== "future") throw new Error(`no built-in ${name}`);
    const of = (index: number, isReadable: boolean): Waitable => this.#end(index, carrier, type, isReadable);
    if (deed === "new") return () => this.#new(carrier, type);
    if (deed === "write") return (index = 0, at = 0, count = 1) => this.#write(of(index, false), at, carrier === "future" ? 1 : count);
    if (deed === "read") return (index = 0, at = 0, count = 1) => this.#read(of(index, true), at, count);
    if (deed === "drop-writable") return (index = 0) => this.#drop(index, of(index, false));
    if (deed === "drop-readable") return (index = 0) => this.#drop(index, of(index, true));
    throw new Error(`no built-in ${name}`);
  }

  #index(): number {
    return this.#free.pop() ?? this.#next++;
  }

  #newSet(): number {
    const index = this.#index();
    this.#sets.add(index);
    return index;
  }

  #waitable(index: number): Waitable {
    const found = this.#waitables.get(index);
    if (found === undefined) throw new Error(`no end ${index}`);
    return found;
  }

  #join(index: number, set: number): void {
    if (set !== 0 && !this.#sets.has(set)) throw new Error(`no set ${set}`);
    this.#waitable(index).set = set === 0 ? undefined : set;
  }

  #end(index: number, kind: string, type: string, isReadable: boolean): Waitable {
    const found = this.#waitable(index);
    const { carrier, isReadable: is } = found.end;
    if (carrier.kind !== kind || carrier.type !== type || is !== isReadable) throw new Error(`end ${index} is another`);
    return found;
  }

  /** Both ends of a stream or future that the adapter makes: the readable one below. */
  #new(kind: Carrier["kind"], type: string): bigint {
    const carrier = new Carrier(kind, type);
    const [readable, writable] = [this.lower(new End(carrier, true)), this.lower(new End(carrier, false))];
    if (kind === "future") this.mostFutures = Math.max(this.mostFutures, ++this.futures);
    return (BigInt(writable) << 32n) | BigInt(readable);
  }

  /** Gives an end to the adapter. */
  lower(end: End): number {
    const index = this.#index();
    this.#waitables.set(index, { end, set: undefined, at: 0, length: 0 });
    return index;
  }

  /** Takes a readable end from the adapter. */
  lift(index: number, kind: Carrier["kind"], type: string): End {
    const { end, set } = this.#end(index, kind, type, true);
    if (end.state !== "idle" || set !== undefined) throw new Error("an end that is in use is handed out");
    this.#remove(index);
    return end;
  }

  #remove(index: number): void {
    this.#waitables.delete(index);
    this.#free.push(index);
  }

  #drop(index: number, { end, set }: Waitable): void {
    if (set !== undefined) throw new Error("an end is dropped that is in a set");
    end.carrier.tell("dropped");
    end.drop();
    if (end.carrier.kind === "future") this.futures--;
    this.#remove(index);
  }

  static #typeOf(name: string): ElementType {
    const type = ELEMENTS.get(name);
    if (type === undefined) throw new Error(`no type ${name}`);
    return type;
  }

  #check(at: number, count: number, { size, align }: ElementType): void {
    if (count > MAX_LENGTH) throw new Error(`a copy of ${count} elements`);
    if (count > 0 && at % align !== 0) throw new Error("a buffer is not aligned");
    if (count > 0 && at + count * size > this.#adapter.memory.buffer.byteLength) throw new Error("a buffer is not in memory");
  }

  #write(waitable: Waitable, at: number, count: number): number {
    const { carrier } = waitable.end;
    const type = AsyncAbi.#typeOf(carrier.type);
    this.#check(at, count, type);
    const read = (start: number, some: number): Elements =>
      carrier.type === "u8"
        ? this.#adapter.bytesAt(at + start, some)
        : Array.from({ length: some }, (_, i) => type.lift(this.#adapter, at + (start + i) * type.size));
    if (count > 0) carrier.tell("offered", read(0, count));
    return this.#copy(waitable, at, { length: count, read });
  }

  #read(waitable: Waitable, at: number, count: number): number {
    const { kind, type: name } = waitable.end.carrier;
    const type = AsyncAbi.#typeOf(name);
    this.#check(at, count, type);
    // Wasmtime traps if the task is over when the value is written.
    if (kind === "future" && !this.#isInTask) throw new Error("a future is read within a call");
    const write = (elements: Elements, start: number): void => {
      this.#adapter.hasTexts ||= kind === "future";
      if (elements instanceof Uint8Array) return new Uint8Array(this.#adapter.memory.buffer).set(elements, at + start);
      elements.forEach((each, i) => type.lower(this.#adapter, at + (start + i) * type.size, each));
    };
    return this.#copy(waitable, at, { length: count, write });
  }

  #copy(waitable: Waitable, at: number, buffer: CopyBuffer): number {
    const { end } = waitable;
    const isRest = end.carrier.type !== "u8" && at > waitable.at && at < waitable.at + BUFFER;
    waitable.length = buffer.length;
    if (buffer.length > 0 && !isRest) waitable.at = at;
    if (buffer.length > 0 && end.carrier.kind === "stream") {
      // What is embedded is handed over from where it lies.
      if (waitable.at >= this.#adapter.heapStart) this.buffers.add(waitable.at);
      const others = [...this.#waitables.values()].filter((each) => each !== waitable && each.end.state === "copying" && each.length > 0);
      this.mostCopies = Math.max(this.mostCopies, 1 + others.filter((each) => each.end.carrier.kind === "stream").length);
    }
    const result = end.copy(buffer);
    return result === undefined ? BLOCKED : this.#learned(waitable, result);
  }

  /** What the adapter is told of a copy. */
  #learned({ end, at }: Waitable, { code, count }: Result): number {
    if (end.isReadable) end.carrier.tell("got", this.#adapter.bytesAt(at, count));
    return end.carrier.kind === "stream" ? code | (count << 4) : code;
  }

  /** Takes an event of a set, of those that there are the one that `pick` says. */
  event(set: number, pick: (count: number) => number): Event | undefined {
    const ready = [...this.#waitables].filter(([, waitable]) => waitable.set === set && waitable.end.hasEvent);
    const [index, waitable] = ready[pick(ready.length)] ?? [];
    const result = waitable?.end.event();
    if (index === undefined || waitable === undefined || result === undefined) return undefined;
    const { carrier, isReadable } = waitable.end;
    const event = (carrier.kind === "stream" ? 2 : 4) + (isReadable ? 0 : 1);
    return { event, index, payload: this.#learned(waitable, result) };
  }

  /**
   * What the adapter would never hear of again: ends that do nothing or are in no set. Only a future that has not been written
   * does nothing, as long as its stream goes on.
   */
  get forgotten(): readonly number[] {
    const idle = [...this.#waitables].filter(([, { end, set }]) => end.state !== "copying" || set === undefined);
    const promises = idle.filter(([, { end, set }]) => end.carrier.kind === "future" && end.state === "idle" && set === undefined);
    const streams = [...this.#waitables.values()].filter(({ end }) => end.carrier.kind === "stream");
    return (promises.length === streams.length ? idle.filter((each) => !promises.includes(each)) : idle).map(([index]) => index);
  }

  get endCount(): number {
    return this.#waitables.size;
  }

  hasSet(set: number): boolean {
    return this.#sets.has(set);
  }

  /** How many ends are in a set. */
  membersOf(set: number): number {
    return [...this.#waitables.values()].filter((waitable) => waitable.set === set).length;
  }
}
