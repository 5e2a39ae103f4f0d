/**
 * Streams and futures as the Canonical ABI has them: a copy takes place when there is a buffer on both sides. What a side
 * learns of it waits as its event until it is asked for; until then, the other side can go on with what is left of the buffer.
 */

export const COMPLETED = 0;
export const DROPPED = 1;
export const CANCELLED = 2;

/** Bytes, entries of a directory, or the one value of a future. */
export type Elements = Uint8Array | readonly unknown[];

/** Elements to be copied, or room for some. */
export interface CopyBuffer {
  readonly length: number;
  /** Elements from `start` on, of those to be copied. */
  readonly read?: (start: number, count: number) => Elements;
  /** Puts some after those that are there. */
  readonly write?: (elements: Elements, start: number) => void;
}

export interface Result {
  readonly code: number;
  /** Of elements, since the copy began. */
  readonly count: number;
}

/** What the adapter's side has done, in order. */
export interface Deed {
  /** It offers elements, it has learned that it got some, or it has dropped its end. */
  readonly kind: "offered" | "got" | "dropped";
  readonly elements: Elements;
  /** How many elements have been copied before, and how often the other side has begun a copy. */
  readonly position: number;
  readonly asked: number;
  /** Whether the other side has room for elements now. */
  readonly isAwaited: boolean;
}

interface Pending {
  readonly buffer: CopyBuffer;
  progress: number;
  readonly copied: (reclaim: () => void) => void;
  readonly done: (code: number) => void;
}

const left = ({ buffer, progress }: Pending): number => buffer.length - progress;

/** What both ends share. */
export class Carrier {
  readonly kind: "stream" | "future";
  /** Of elements, as built-ins name it. */
  readonly type: string;
  isDropped = false;
  /** Elements that have been copied. */
  copied = 0;
  /** Copies of the app's that have begun. */
  asked = 0;
  readonly deeds: Deed[] = [];
  #pending: Pending | undefined;

  constructor(kind: Carrier["kind"], type: string) {
    this.kind = kind;
    this.type = type;
  }

  tell(kind: Deed["kind"], elements: Elements = []): void {
    const isAwaited = this.#pending?.buffer.write !== undefined && left(this.#pending) > 0;
    this.deeds.push({ kind, elements, position: this.copied, asked: this.asked, isAwaited });
  }

  #notify(code: number): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.done(code);
  }

  copy(mine: Pending): void {
    const other = this.#pending;
    if (this.isDropped) return mine.done(DROPPED);
    if (other === undefined) {
      this.#pending = mine;
      return;
    }
    const isWrite = mine.buffer.read !== undefined;
    if (isWrite === (other.buffer.read !== undefined)) throw new Error("both sides do the same");
    if (left(other) > 0) {
      const count = Math.min(left(mine), left(other));
      if (count > 0) {
        this.#move(isWrite ? mine : other, isWrite ? other : mine, count);
        // A future has no more elements.
        if (this.kind === "future") this.#notify(COMPLETED);
        else other.copied(() => (this.#pending = undefined));
      }
      return mine.done(COMPLETED);
    }
    if (isWrite && mine.buffer.length === 0 && other.buffer.length === 0) return mine.done(COMPLETED);
    this.#notify(COMPLETED);
    this.#pending = mine;
  }

  #move(from: Pending, to: Pending, count: number): void {
    to.buffer.write?.(from.buffer.read?.(from.progress, count) ?? [], to.progress);
    from.progress += count;
    to.progress += count;
    this.copied += count;
  }

  cancel(): void {
    this.#notify(CANCELLED);
  }

  drop(): void {
    if (this.isDropped) return;
    this.isDropped = true;
    this.#notify(DROPPED);
  }
}

/** One of the ends. What would trap is an error. */
export class End {
  readonly carrier: Carrier;
  readonly isReadable: boolean;
  state: "idle" | "copying" | "done" = "idle";
  #event: (() => Result) | undefined;

  constructor(carrier: Carrier, isReadable: boolean) {
    this.carrier = carrier;
    this.isReadable = isReadable;
  }

  /** Nothing if it blocks. */
  copy(buffer: CopyBuffer): Result | undefined {
    if (this.state !== "idle") throw new Error(`a copy begins while the end is ${this.state}`);
    const event = (code: number, reclaim: () => void) => (): Result => {
      reclaim();
      const isOver = code === DROPPED || (this.carrier.kind === "future" && code === COMPLETED);
      this.state = isOver ? "done" : "idle";
      return { code, count: mine.progress };
    };
    const mine: Pending = {
      buffer,
      progress: 0,
      copied: (reclaim) => (this.#event = event(COMPLETED, reclaim)),
      done: (code) => (this.#event = event(code, () => undefined)),
    };
    this.state = "copying";
    this.carrier.copy(mine);
    return this.event();
  }

  get hasEvent(): boolean {
    return this.#event !== undefined;
  }

  event(): Result | undefined {
    const event = this.#event;
    this.#event = undefined;
    return event?.();
  }

  cancel(): Result {
    if (this.state !== "copying") throw new Error("nothing to cancel");
    if (!this.hasEvent) this.carrier.cancel();
    const result = this.event();
    if (result === undefined) throw new Error("a cancelled copy has no event");
    return result;
  }

  drop(): void {
    if (this.state === "copying") throw new Error("an end is dropped during a copy");
    // A promise is kept, unless nobody wants to know.
    if (this.carrier.kind === "future" && !this.isReadable && this.state !== "done")
      throw new Error("a future is dropped before it is written");
    this.carrier.drop();
  }
}

/** An end of the app's, which does one copy at a time. */
export class AppEnd {
  readonly end: End;
  #copied: Elements[] = [];

  constructor(end: End) {
    this.end = end;
  }

  get isPending(): boolean {
    return this.end.state === "copying";
  }

  /** Whether no more copy can begin. */
  get isDone(): boolean {
    return this.end.state === "done";
  }

  read(length: number): void {
    this.end.carrier.asked++;
    this.#begin({ length, write: (elements) => this.#copied.push(elements.slice()) });
  }

  write(elements: Elements): void {
    this.end.carrier.asked++;
    this.#begin({ length: elements.length, read: (start, count) => elements.slice(start, start + count) });
  }

  #result: Result | undefined;

  #begin(buffer: CopyBuffer): void {
    this.#copied = [];
    this.#result = this.end.copy(buffer);
  }

  /** What has become of the copy: nothing yet, or its result. */
  poll(): Result | undefined {
    const result = this.#result ?? (this.isPending ? this.end.event() : undefined);
    this.#result = undefined;
    return result;
  }

  cancel(): Result {
    return this.#result ?? this.end.cancel();
  }

  /** What the last copy has brought. */
  get elements(): readonly Elements[] {
    return this.#copied;
  }

  drop(): void {
    this.end.drop();
  }
}
