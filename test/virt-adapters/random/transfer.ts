/** One stream of WASI 0.3 with its future, beside the model: judged by each thing that the adapter does with it. */

import { CANCELLED, COMPLETED, type Deed, DROPPED, type Elements, type Result } from "../async-copy.ts";
import type { Started } from "../async-files.ts";
import type { Entry } from "../async-types.ts";
import { Err } from "../file-system.ts";
import type { ModelInode } from "../model.ts";
import type { Due, State } from "./state.ts";

export type Kind = "in" | "out" | "append" | "entries";

/** Elements that one side has given and the other has not looked at. */
class Tape {
  #start = 0;
  #elements: Elements = [];

  /** From `position` on, instead of what was there. */
  put(position: number, elements: Elements): void {
    const kept = this.#elements.slice(0, position - this.#start);
    this.#elements =
      elements instanceof Uint8Array ? Buffer.concat([Uint8Array.from(kept as Uint8Array), elements]) : [...kept, ...elements];
  }

  /** Whether these are what comes next. */
  take(elements: Elements): boolean {
    const next = this.#elements.slice(0, elements.length);
    this.#elements = this.#elements.slice(elements.length);
    this.#start += elements.length;
    return isSame(next, elements);
  }
}

function isSame(one: Elements, other: Elements): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return JSON.stringify([...one]) === JSON.stringify([...other]);
}

export class Transfer {
  readonly #state: State;
  readonly kind: Kind;
  readonly inode: ModelInode;
  readonly #offset: number;
  readonly started: Started;
  readonly due: Due;
  /** Whether the app has dropped its ends. */
  isStreamDropped = false;
  isFutureDropped = false;
  /** Whether the adapter has: of the stream; what the future has to say then; whether it has said so. */
  hasEnded = false;
  #outcome: unknown;
  #hasSaid = false;
  readonly #tape = new Tape();
  readonly #seen: Entry[] = [];
  #position: number;
  #askedBefore = 0;
  readonly #isHeld: boolean;
  #got = 0;

  /** `refused`: why there is nothing to transfer; `sent`: what the app has begun to write. */
  constructor(state: State, kind: Kind, inode: ModelInode, offset: number, started: Started, refused: Err | undefined, sent: Uint8Array) {
    this.#state = state;
    this.kind = kind;
    this.inode = inode;
    this.#offset = this.#position = offset;
    this.started = started;
    this.due = new Map(kind === "entries" ? inode.entries : []);
    this.#outcome = refused;
    this.#isHeld = refused === undefined;
    if (this.#isHeld) state.model.hold(inode);
    this.#tape.put(0, sent);
  }

  /** Whether the app writes. */
  get isOut(): boolean {
    return this.kind === "out" || this.kind === "append";
  }

  #check(what: string, is: boolean): void {
    if (!is) this.#state.fail(`0.3 ${this.kind} ${what}`);
  }

  /** What the adapter has done since the last time. */
  judge(): void {
    const { stream, future } = this.started;
    for (const deed of stream.end.carrier.deeds.splice(0)) {
      this.#check("goes on after its end", !this.hasEnded);
      this.#check("transfers what is refused", deed.kind === "dropped" || deed.elements.length === 0 || !(this.#outcome instanceof Err));
      if (deed.kind === "dropped") this.#end(deed);
      else if (deed.kind === "got") this.#store(deed);
      else if (this.kind === "entries") this.#offerEntries(deed);
      else this.#offer(deed);
    }
    for (const { kind, elements } of future.end.carrier.deeds.splice(0)) {
      if (kind !== "offered") continue;
      this.#check("has a future before its end", this.hasEnded && !this.#hasSaid);
      this.#state.same(`${this.kind}-future`, elements[0], this.#outcome, this.#state.async);
      this.#hasSaid = true;
    }
  }

  #offer({ elements, position, asked, isAwaited }: Deed): void {
    const { model } = this.#state;
    const at = this.#offset + position;
    const expected = this.inode.bytes.subarray(at, at + elements.length);
    this.#check(`has ${elements.length} wrong bytes at ${at}`, elements instanceof Uint8Array && Buffer.compare(elements, expected) === 0);
    this.#check("is handed out before anybody asks", model.isReadOnly || isAwaited || asked > this.#askedBefore);
    this.#askedBefore = asked;
    this.#tape.put(position, elements);
  }

  /** What was offered before is as it was; all else is as the directory is now. */
  #offerEntries({ elements, position }: Deed): void {
    const entries = elements as readonly Entry[];
    const known = this.#seen.slice(position);
    this.#check("offers other entries", isSame(known, entries.slice(0, known.length)));
    for (const [type, name] of entries.slice(known.length)) {
      this.#check(`has ${name} of type ${type}`, this.inode.entries.get(name)?.type === type);
      this.#seen.push([type, name]);
    }
    this.#tape.put(position, entries);
  }

  #store({ elements }: Deed): void {
    this.#check("takes other bytes", this.#tape.take(elements));
    this.#got += elements.length;
    const at = this.kind === "append" ? this.inode.bytes.length : this.#position;
    const { count, error } = this.#state.model.store(this.inode, elements as Uint8Array, BigInt(at));
    this.#position = at + count;
    if (error !== undefined) this.#outcome = new Err(error);
  }

  #end({ position }: Deed): void {
    this.hasEnded = true;
    if (!(this.#outcome instanceof Err)) {
      if (this.isOut) {
        this.#check("ends before its writer", this.isStreamDropped);
        this.#check("loses bytes", position === this.#got);
      } else if (!this.isStreamDropped) {
        if (this.kind === "in") this.#check(`ends at ${this.#offset + position}`, this.#offset + position >= this.inode.bytes.length);
        else this.#seenAll();
      }
      this.#outcome = "ok";
    }
    if (this.#isHeld) this.#state.model.release(this.inode);
  }

  #seenAll(): void {
    const names = this.#seen.map(([, name]) => name).filter((name) => this.due.has(name));
    this.#state.same("seen", names.sort(), [...this.due.keys()].sort(), this.#state.async);
  }

  /** The app has heard of its copy. */
  hear({ code, count }: Result, isCancelled: boolean): void {
    const elements = this.started.stream.elements;
    const length = elements.reduce((sum, each) => sum + each.length, 0);
    this.#check("counts otherwise", this.isOut || length === count);
    if (!this.isOut) for (const each of elements) this.#check("hands over other elements", this.#tape.take(each));
    if (code === CANCELLED) this.#check("is cancelled by itself", isCancelled);
    if (code === DROPPED) this.#check("says that it has ended", this.hasEnded);
    this.#check(`says ${code}`, code >= COMPLETED && code <= CANCELLED);
  }

  write(bytes: Uint8Array): void {
    const { stream } = this.started;
    this.#tape.put(stream.end.carrier.copied, bytes);
    stream.write(bytes);
  }

  hearOutcome(): void {
    const [[outcome] = []] = this.started.future.elements as readonly (readonly unknown[])[];
    this.#check("has a future that says what it did not", this.#hasSaid);
    this.#state.same("future", outcome, this.#outcome);
  }

  /** When the loop waits: whoever is ready is served. */
  checkServed(): void {
    const { stream, future } = this.started;
    if (!this.isStreamDropped && stream.isPending) this.#check("leaves the app waiting", stream.end.hasEvent);
    if (this.isStreamDropped || this.#outcome instanceof Err) this.#check("goes on without the app", this.hasEnded);
    if (this.hasEnded && !this.isFutureDropped) this.#check("has no outcome", this.#hasSaid);
    if (this.hasEnded && future.isPending) this.#check("does not tell its outcome", future.end.hasEvent);
  }

  get isOver(): boolean {
    return this.isStreamDropped && this.isFutureDropped && this.hasEnded;
  }
}
