/** Streams and futures of WASI 0.3: the app reads and writes as much as it likes, waits or does not, cancels, and drops in any order. */

import { Err } from "../file-system.ts";
import type { AsyncFiles, Started } from "../async-files.ts";
import { bytesOf, forgetGone, type Open, type State } from "./state.ts";
import { type Kind, Transfer } from "./transfer.ts";

const MOST = 10;

export class Transfers {
  readonly #state: State;
  readonly #files: AsyncFiles;
  readonly #all: Transfer[] = [];
  /** How many there were. */
  started = 0;

  constructor(state: State, files: AsyncFiles) {
    this.#state = state;
    this.#files = files;
    files.judge = () => this.#judge();
  }

  start(): void {
    const state = this.#state;
    const all = state.open.filter(({ files }) => files === this.#files);
    const ofFiles = all.filter(({ inode }) => inode.type !== "directory");
    const open = state.pick(ofFiles.length > 0 && state.random(4) > 0 ? ofFiles : all);
    const kind = state.pick<Kind>(
      open.inode.type === "directory" ? ["in", "out", "entries", "entries"] : ["in", "in", "out", "append", "entries"],
    );
    const transfer = this.#make(kind, open, state.offset());
    this.#all.push(transfer);
    this.started++;
    this.#judge();
    if (this.#all.length > MOST) this.#drop(state.pick(this.#all));
  }

  #make(kind: Kind, { handle, inode, flags }: Open, near: number): Transfer {
    const state = this.#state;
    const refused = refusalOf(kind, inode.type === "directory", flags);
    const of = (started: Started, offset = 0, why = refused, sent: Uint8Array = new Uint8Array()): Transfer =>
      new Transfer(state, kind, inode, offset, started, why, sent);
    if (kind === "entries") return of(this.#files.readDirectory(handle));
    const far = state.random(20) === 0;
    if (kind === "in") {
      const offset = far ? 2n ** 63n : BigInt(near);
      const why = refused ?? (far ? new Err("invalid") : undefined);
      state.note(`start in ${offset}`);
      return of(this.#files.readViaStream(handle, offset), near, why);
    }
    const offset = far ? 2 ** 32 : near;
    const bytes = state.random(3) === 0 ? bytesOf(state.length(), state.step) : undefined;
    state.note(`start ${kind} ${offset} ${bytes?.length}`);
    return of(this.#files.writeVia(handle, kind === "append" ? undefined : BigInt(offset), bytes), offset, refused, bytes);
  }

  use(): void {
    if (this.#all.length === 0) return;
    const state = this.#state;
    const transfer = state.pick(this.#all);
    // Now and then some at once, of which the adapter hears together, or one after another.
    const isTogether = state.random(2) === 0;
    for (let times = state.pick([1, 1, 8]); times > 0; times--) {
      if (state.random(4) === 0) this.#useFuture(transfer);
      else this.#useStream(transfer);
      if (!isTogether) this.#files.turn();
    }
    this.#judge();
  }

  #useStream(transfer: Transfer): void {
    const state = this.#state;
    const { stream } = transfer.started;
    if (transfer.isStreamDropped) return;
    const [what, length] = [state.random(8), state.pick([state.length(), 1, 70_000])];
    if (what === 0 || (stream.isDone && what < 6)) return this.#dropStream(transfer);
    if (stream.isDone) return;
    if (!stream.isPending) {
      state.note(`${transfer.kind} ${transfer.isOut ? "write" : "read"} ${length}`);
      if (transfer.isOut) transfer.write(bytesOf(length, state.step));
      else stream.read(transfer.kind === "entries" ? Math.min(length, 1 + state.random(5)) : length);
    } else if (what < 3) {
      state.note(`${transfer.kind} cancel`);
      transfer.hear(stream.cancel(), true);
      if (transfer.isOut && state.random(2) === 0) this.#writeAndGo(transfer);
      return;
    }
    const result = stream.poll();
    if (result !== undefined) transfer.hear(result, false);
  }

  /** What seldom comes by itself: the adapter has room for bytes, gets some, and the writer is gone before it hears of them. */
  #writeAndGo(transfer: Transfer): void {
    const { stream } = transfer.started;
    while (this.#files.turn());
    if (stream.isDone) return;
    const bytes = bytesOf(this.#state.pick([1, 100, 4096, 5000]), this.#state.step);
    this.#state.note(`${transfer.kind} write ${bytes.length} and go`);
    transfer.write(bytes);
    const result = stream.poll();
    if (result !== undefined) transfer.hear(result, false);
    this.#dropStream(transfer);
  }

  #useFuture(transfer: Transfer): void {
    const { future } = transfer.started;
    if (transfer.isFutureDropped) return;
    const what = this.#state.random(6);
    if (what === 0 || future.isDone) return this.#dropFuture(transfer);
    if (!future.isPending) future.read(1);
    else if (what === 1) {
      if (future.cancel().count > 0) transfer.hearOutcome();
      return;
    }
    if (future.poll() !== undefined) transfer.hearOutcome();
  }

  #dropStream(transfer: Transfer): void {
    const { stream } = transfer.started;
    if (stream.isPending) transfer.hear(stream.cancel(), true);
    transfer.isStreamDropped = true;
    this.#state.note(`${transfer.kind} drop`);
    stream.drop();
  }

  #dropFuture(transfer: Transfer): void {
    const { future } = transfer.started;
    if (future.isPending && future.cancel().count > 0) transfer.hearOutcome();
    transfer.isFutureDropped = true;
    this.#state.note(`${transfer.kind} drop future`);
    future.drop();
  }

  /** Both ends, one after the other in any order. */
  #drop(transfer: Transfer): void {
    const drops = [
      () => transfer.isStreamDropped || this.#dropStream(transfer),
      () => transfer.isFutureDropped || this.#dropFuture(transfer),
    ];
    for (const drop of this.#state.random(2) === 0 ? drops : drops.toReversed()) drop();
    this.settle();
  }

  /** The loop goes on a little, or as far as it can. */
  goOn(): void {
    const turns = this.#state.random(4);
    if (turns === 3) return this.settle();
    for (let turn = 0; turn < turns; turn++) this.#files.turn();
  }

  settle(): void {
    this.#files.settle();
    for (const transfer of this.#all) transfer.checkServed();
    this.#judge();
  }

  /** What the adapter has done. */
  #judge(): void {
    for (const transfer of this.#all) transfer.judge();
    for (const over of this.#all.filter(({ isOver }) => isOver)) this.#all.splice(this.#all.indexOf(over), 1);
  }

  forget(): void {
    for (const { inode, due } of this.#all) forgetGone(inode, due);
  }

  reset(): void {
    for (const { due } of this.#all) due.clear();
  }

  endAll(): void {
    while (this.#all.length > 0) this.#drop(this.#state.pick(this.#all));
    this.settle();
  }
}

function refusalOf(kind: Kind, isDirectory: boolean, flags: readonly string[]): Err | undefined {
  if (kind === "entries") return isDirectory ? undefined : new Err("not-directory");
  if (!flags.includes(kind === "in" ? "read" : "write")) return new Err("bad-descriptor");
  return isDirectory ? new Err("is-directory") : undefined;
}

/** Memory for transfers is taken for so many at once. */
export const TRANSFERS = 64;

/** How many can begin before memory is taken for more. What is refused takes nothing else. */
export function freeTransfers(files: AsyncFiles): number {
  const { arenaBase } = files.adapter;
  const before = arenaBase.value;
  const all: Started[] = [];
  while (arenaBase.value === before) all.push(files.readViaStream(files.base, 0n));
  for (const { stream, future } of all) {
    stream.drop();
    future.drop();
  }
  files.settle();
  return all.length - 1;
}
