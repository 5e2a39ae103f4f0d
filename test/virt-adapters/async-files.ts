/** The files of an adapter as WASI 0.3 shows them, beside those of 0.2, with what stands around its core. */

import { AppEnd, Carrier, type Elements, End } from "./async-copy.ts";
import { AsyncLoop } from "./async-loop.ts";
import { descriptorTypeAt, ENTRY, type Entry, errorCodeAt, OUTCOME } from "./async-types.ts";
import { Descriptors, Err, type Version } from "./descriptors.ts";
import type { Adapter } from "./harness.ts";

/** WASI 0.3: variants. */
const VARIANTS: Version = { prefix: "p3_", leastPayload: 4, typeSize: 16, errorAt: errorCodeAt, typeAt: descriptorTypeAt };

/** What the app has of a transfer. */
export interface Started {
  /** Of the stream, which it reads or writes. */
  readonly stream: AppEnd;
  readonly future: AppEnd;
}

export class AsyncFiles extends Descriptors {
  readonly #below: (limit: number) => number;
  readonly #loop: AsyncLoop;

  constructor(adapter: Adapter, below: (limit: number) => number) {
    super(adapter, VARIANTS);
    this.#below = below;
    this.#loop = new AsyncLoop(adapter, below);
  }

  /** Is called when the adapter has done something. */
  set judge(judge: () => void) {
    this.#loop.judge = judge;
  }

  preopens(): readonly (readonly [number, string])[] {
    return this.adapter.call("p3_filesystem_preopens__get_directories", [], (result) => this.preopensAt(result, 0));
  }

  #call<T>(name: string, args: readonly (number | bigint)[], lift: (result: number) => T): T {
    return this.#loop.call(`p3_filesystem_types__descriptor_${name}`, args, lift);
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
    return this.#loop.turn();
  }

  /** Lets tasks go on as long as they can. What is left waits for the app. */
  settle(): void {
    this.#loop.settle();
    const { forgotten } = this.adapter.async;
    if (forgotten.length > 0) throw new Error(`ends ${forgotten.join(", ")} are forgotten`);
  }

  /** How many loops run. */
  get taskCount(): number {
    return this.#loop.taskCount;
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
