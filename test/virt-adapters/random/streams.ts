/** Streams of WASI 0.2, and directories that are being read. */

import { Err } from "../file-system.ts";
import type { ModelInode } from "../model.ts";
import { bytesOf, type Due, forgetGone, type State } from "./state.ts";

/** A directory that is being read. */
interface Listing {
  readonly handle: number;
  readonly inode: ModelInode;
  readonly due: Due;
  readonly seen: string[];
}

interface OpenStream {
  readonly handle: number;
  readonly inode: ModelInode;
  readonly kind: "in" | "out" | "append";
  position: number;
  hasFailed: boolean;
}

export class Streams {
  readonly #state: State;
  readonly #streams: OpenStream[] = [];
  readonly #listings: Listing[] = [];
  /** Directories that were read to the end. */
  finished = 0;

  constructor(state: State) {
    this.#state = state;
  }

  start(): void {
    const state = this.#state;
    const { handle, inode, flags } = state.ofOld();
    if (inode.type === "directory") return;
    const [kind, position] = [state.pick(["in", "out", "append"] as const), state.offset()];
    const ours =
      kind === "in"
        ? state.fs.readViaStream(handle, BigInt(position))
        : state.fs.writeVia(handle, kind === "out" ? BigInt(position) : undefined);
    const isAllowed = flags.includes(kind === "in" ? "read" : "write");
    state.same(`${kind}-stream`, ours instanceof Err ? ours : undefined, isAllowed ? undefined : new Err("bad-descriptor"));
    if (ours instanceof Err) return;
    state.model.hold(inode);
    this.#streams.push({ handle: ours, inode, kind, position, hasFailed: false });
    if (this.#streams.length > 8) this.end();
  }

  use(): void {
    const state = this.#state;
    if (this.#streams.length === 0) return;
    const stream = state.pick(this.#streams);
    const { handle, inode, kind, position } = stream;
    const length = state.length();
    if (kind === "in") {
      const ours = state.fs.take(handle, BigInt(length));
      const expected = inode.bytes.subarray(position, position + length);
      if (position >= inode.bytes.length) return state.same("take", ours, "closed");
      state.same(`take ${length}`, ours instanceof Uint8Array && Buffer.compare(ours, expected) === 0, true);
      stream.position += expected.length;
      return;
    }
    const bytes = bytesOf(length, state.step);
    const ours = state.fs.put(handle, bytes);
    if (stream.hasFailed) return state.same("put", ours, "closed");
    const at = kind === "append" ? inode.bytes.length : position;
    const { count, error } = state.model.store(inode, bytes, BigInt(at));
    state.same(`put ${length}`, ours, error === undefined ? "ok" : new Err(error));
    stream.hasFailed = error !== undefined;
    stream.position = at + count;
  }

  end(): void {
    const state = this.#state;
    if (this.#streams.length === 0) return;
    const [gone] = this.#streams.splice(state.random(this.#streams.length), 1);
    if (gone === undefined) return;
    if (gone.kind === "in") state.fs.closeInput(gone.handle);
    else state.fs.closeOutput(gone.handle);
    state.model.release(gone.inode);
  }

  startListing(): void {
    const state = this.#state;
    if (this.#listings.length > 3) return;
    const { handle, inode } = state.pick(state.open.filter((each) => each.files === state.fs && each.inode.type === "directory"));
    state.model.hold(inode);
    this.#listings.push({ handle: state.fs.must(state.fs.readDirectory(handle)), inode, due: new Map(inode.entries), seen: [] });
  }

  advance(): void {
    const state = this.#state;
    if (this.#listings.length === 0) return;
    const listing = state.pick(this.#listings);
    const entry = state.fs.must(state.fs.nextEntry(listing.handle));
    if (entry !== undefined) {
      const [type, name] = entry;
      state.same(`next ${name}`, type, listing.inode.entries.get(name)?.type);
      listing.seen.push(name);
      return;
    }
    state.same("seen", listing.seen.filter((name) => listing.due.has(name)).sort(), [...listing.due.keys()].sort());
    state.fs.closeDirectory(listing.handle);
    state.model.release(listing.inode);
    this.#listings.splice(this.#listings.indexOf(listing), 1);
    this.finished++;
  }

  /** After each operation. */
  forget(): void {
    for (const { inode, due } of this.#listings) forgetGone(inode, due);
  }

  /** What was there all the time may be another entry by now, so that no reading has to have it. */
  reset(): void {
    for (const { due } of this.#listings) due.clear();
  }

  endAll(): void {
    while (this.#streams.length > 0) this.end();
    while (this.#listings.length > 0) this.advance();
  }
}
