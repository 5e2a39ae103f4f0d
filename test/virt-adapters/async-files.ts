/**
 * The files of an adapter as WASI 0.3 shows them, beside those of 0.2, with what stands around its core: a façade that starts
 * the loop (src/compose/facade.ts), and the loop as a task, which gets its events one at a time, in an order by chance.
 */

import { AppEnd, Carrier, type Elements, End } from "./async-copy.ts";
import { descriptorTypeAt, ENTRY, type Entry, errorCodeAt, OUTCOME } from "./async-types.ts";
import { Descriptors, Err, type Version } from "./descriptors.ts";
import type { Adapter } from "./harness.ts";

/** WASI 0.3: variants. */
const VARIANTS: Version = { prefix: "p3_", leastPayload: 4, typeSize: 16, errorAt: errorCodeAt, typeAt: descriptorTypeAt };

const [EXIT, WAIT] = [0, 2];

/** What the app has of a transfer. */
export interface Started {
  /** Of the stream, which it reads or writes. */
  readonly stream: AppEnd;
  readonly future: AppEnd;
}

/** How often in a row nothing may wait for anything else. */
const MOST_TURNS = 100_000;

export class AsyncFiles extends Descriptors {
  readonly #below: (limit: number) => number;
  /** Is called when the adapter has done something. */
  judge: () => void = () => undefined;
  #starting = 0;
  /** Sets that tasks wait for. */
  readonly #waiting: number[] = [];

  constructor(adapter: Adapter, below: (limit: number) => number) {
    super(adapter, VARIANTS);
    this.#below = below;
  }

  preopens(): readonly (readonly [number, string])[] {
    return this.adapter.call("p3_filesystem_preopens__get_directories", [], (result) => this.preopensAt(result, 0));
  }

  /** Calls a function of streams as the façade does. Its call of the loop may come back before the loop has begun to run. */
  #call<T>(name: string, args: readonly (number | bigint)[], lift: (result: number) => T): T {
    const result = this.adapter.call(`p3_filesystem_types__descriptor_${name}`, args, lift);
    if (this.adapter.call("p3_loop__is_running", [], (is) => is === 0)) {
      this.#starting++;
      if (this.#below(2) === 0) this.turn();
    }
    this.judge();
    return result;
  }

  #reading(name: string, args: readonly (number | bigint)[], element: string): Started {
    return this.#call(name, args, (at) => ({
      stream: new AppEnd(this.adapter.async.lift(this.adapter.view.getInt32(at, true), "stream", element)),
      future: this.#future(this.adapter.view.getInt32(at + 4, true)),
    }));
  }

  #future(index: number): AppEnd {
    return new AppEnd(this.adapter.async.lift(index, "future", OUTCOME));
  }

  readViaStream(descriptor: number, offset: bigint): Started {
    return this.#reading("read_via_stream", [this.rep(descriptor), offset], "u8");
  }

  readDirectory(descriptor: number): Started {
    return this.#reading("read_directory", [this.rep(descriptor)], ENTRY);
  }

  /** Appends without an offset. `bytes`: what the app writes before it hands out the stream. */
  writeVia(descriptor: number, offset?: bigint, bytes?: Uint8Array): Started {
    const carrier = new Carrier("stream", "u8");
    const stream = new AppEnd(new End(carrier, false));
    if (bytes !== undefined) stream.write(bytes);
    const data = this.adapter.async.lower(new End(carrier, true));
    const [name, rest] = offset === undefined ? ["append_via_stream", []] : ["write_via_stream", [offset]];
    return { stream, future: this.#call(name, [this.rep(descriptor), data, ...rest], (index) => this.#future(index)) };
  }

  /** Lets one task go on, if one can. */
  turn(): boolean {
    const { async } = this.adapter;
    if (this.#starting > 0) {
      this.#starting--;
      const before = async.returns;
      const next = this.adapter.call("p3_loop__start", [], (status) => status);
      if (async.returns !== before + 1) throw new Error("the loop does not return once");
      this.#goOn(next);
      this.judge();
      return true;
    }
    for (const [i, set] of this.#waiting.entries()) {
      const event = async.event(set, this.#below);
      if (event === undefined) continue;
      this.#waiting.splice(i, 1);
      this.#goOn(this.adapter.call("p3_loop__callback", [event.event, event.index, event.payload], (status) => status));
      this.judge();
      return true;
    }
    return false;
  }

  #goOn(status: number): void {
    if (status === EXIT) return;
    const set = status >>> 4;
    if ((status & 15) !== WAIT || !this.adapter.async.hasSet(set)) throw new Error(`a callback returns ${status}`);
    this.#waiting.push(set);
  }

  /** Lets tasks go on as long as they can. What is left waits for the app. */
  settle(): void {
    for (let turns = 0; this.turn(); turns++) if (turns > MOST_TURNS) throw new Error("the loop never waits");
    const { async } = this.adapter;
    if (async.forgotten.length > 0) throw new Error(`ends ${async.forgotten.join(", ")} are forgotten`);
    if (this.taskCount > 1) throw new Error("there are two loops");
    if ((this.taskCount === 1) !== async.endCount > 0) throw new Error("the loop waits for nothing, or nobody waits for an end");
  }

  /** How many loops run. */
  get taskCount(): number {
    return this.#starting + this.#waiting.length;
  }

  /** Reads to the end, of which the future must say that it is one. */
  #all({ stream, future }: Started): readonly Elements[] {
    const all: Elements[] = [];
    while (!stream.isDone) {
      stream.read(1 + this.#below(5000));
      this.settle();
      if (stream.poll() === undefined) throw new Error("a reader is not served");
      all.push(...stream.elements);
    }
    stream.drop();
    const outcome = this.outcomeOf(future);
    if (outcome !== "ok") throw outcome instanceof Err ? new Error(outcome.error) : new Error(`the future says ${String(outcome)}`);
    return all;
  }

  outcomeOf(future: AppEnd): unknown {
    future.read(1);
    this.settle();
    if (future.poll() === undefined) throw new Error("a future is not written");
    const [[outcome] = []] = future.elements as readonly (readonly unknown[])[];
    future.drop();
    this.settle();
    return outcome;
  }

  list(descriptor: number): readonly Entry[] {
    return this.#all(this.readDirectory(descriptor)).flatMap((entries) => entries as readonly Entry[]);
  }

  /** All bytes from an offset on. */
  read(descriptor: number, offset = 0n): Uint8Array {
    return Buffer.concat(this.#all(this.readViaStream(descriptor, offset)) as readonly Uint8Array[]);
  }
}
