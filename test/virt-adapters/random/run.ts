/** A sequence of random operations on files and on a model of them: after each, both must have answered the same. */

import { expect } from "vitest";
import type { Descriptors } from "../descriptors.ts";
import { unitsOf } from "../balance.ts";
import type { ModelInode } from "../model.ts";
import * as descriptors from "./descriptors.ts";
import * as names from "./names.ts";
import { State, type Setting } from "./state.ts";
import { Streams } from "./streams.ts";
import { freeTransfers, Transfers, TRANSFERS } from "./transfers.ts";

/** Names, those of what both versions have, and how often they come. */
const COMMON: readonly (readonly [weight: number, operation: (state: State) => void])[] = [
  [6, names.openSome],
  [2, names.closeSome],
  [3, names.mkdir],
  [1, names.rmdir],
  [2, names.unlink],
  [3, names.rename],
  [3, names.link],
  [2, names.symlink],
  [1, names.readlink],
  [1, names.statAt],
  [1, names.setTimesAt],
  [1, names.hashAt],
  [1, descriptors.stat],
  [1, descriptors.kind],
  [1, descriptors.setSize],
  [1, descriptors.setTimes],
  [1, descriptors.advise],
  [1, descriptors.sync],
  [1, descriptors.identity],
  [1, descriptors.list],
  [2, descriptors.write],
  [1, descriptors.read],
];

export class Run {
  readonly state: State;
  readonly streams: Streams;
  readonly transfers: Transfers | undefined;
  readonly #operations: readonly (() => void)[];
  #nextReset = 300;
  /** Of memory, before anything was done. */
  readonly #units: number;

  constructor(seed: number, setting: Setting) {
    this.state = new State(seed, setting);
    const { state } = this;
    this.#units = state.model.isReadOnly ? 0 : unitsOf(state.fs);
    this.streams = new Streams(state);
    this.transfers = state.async === undefined ? undefined : new Transfers(state, state.async);
    const { streams, transfers } = this;
    const own: readonly (readonly [number, () => void])[] = [
      [1, () => streams.start()],
      [3, () => streams.use()],
      [1, () => streams.end()],
      [1, () => streams.startListing()],
      [5, () => streams.advance()],
    ];
    const ofAsync: readonly (readonly [number, () => void])[] =
      transfers === undefined
        ? []
        : [
            [6, () => transfers.start()],
            [4, () => transfers.use()],
          ];
    const common = COMMON.map(([weight, operation]) => [weight, () => operation(state)] as const);
    this.#operations = [...common, ...own, ...ofAsync].flatMap(([weight, operation]) => Array.from({ length: weight }, () => operation));
  }

  step(): void {
    const { state } = this;
    state.step++;
    state.fs.time = BigInt(state.step);
    state.model.now = state.fs.time * 1_000_000_000n + 7n;
    state.pick(this.#operations)();
    if (state.step === this.#nextReset) this.#reset();
    this.streams.forget();
    this.transfers?.forget();
    this.transfers?.use();
    this.transfers?.goOn();
  }

  /** What was there all the time may be another entry by now, so that no reading has to have it. */
  #reset(): void {
    const { state } = this;
    this.#nextReset = state.step + 50 + state.random(500);
    if (state.model.isReadOnly) return;
    state.fs.reset();
    state.model.reset();
    state.note("reset");
    this.streams.reset();
    this.transfers?.reset();
  }

  /** The whole tree, by both versions, and what is open. */
  compareAll(): void {
    const { state } = this;
    this.transfers?.settle();
    for (const files of state.faces) this.#compareTree(files, files.base, state.model.root);
    if (!state.model.isReadOnly) this.#compareList();
    for (const { files, handle, inode } of state.open) state.same("stat", files.stat(handle), state.model.stat(inode), files);
    state.same("blocks", state.fs.usedBytes, BigInt(state.model.usedBlocks) * 4096n);
    if (!state.model.isReadOnly) state.same("names", state.fs.usedFiles, state.model.usedNames);
  }

  #compareTree(files: Descriptors, handle: number, inode: ModelInode): void {
    const { state } = this;
    const { async } = state;
    const found = files.list(handle).map(([, name]) => name);
    state.same("names", found.toSorted(), [...inode.entries.keys()].sort(), files);
    for (const [name, child] of inode.entries) {
      state.same(`stat-at ${name}`, files.statAt(handle, name, false), state.model.stat(child), files);
      if (child.type === "symbolic-link") continue;
      const opened = files.must(files.openAt(handle, name, { follow: false }));
      if (child.type === "directory") this.#compareTree(files, opened, child);
      else {
        const bytes = files === async ? async.read(opened) : state.fs.must(state.fs.read(opened, 10n ** 6n, 0n))[0];
        state.same(`contents of ${name}`, Buffer.compare(bytes, child.bytes), 0, files);
      }
      files.close(opened);
    }
  }

  /** What whoever embeds the files sees: of a directory of the host's, not all. */
  #compareList(): void {
    const { fs, host, model } = this.state;
    const listed = (inode: ModelInode, path: string): string[] =>
      [...inode.entries].flatMap(([name, child]) => {
        const { type, size } = model.stat(child);
        return [`${path}/${name} ${type.replace("regular-", "")} ${size}`, ...listed(child, `${path}/${name}`)];
      });
    const ours = fs.lines().map((line) => line.replace(/ changed$/, ""));
    const expected = listed(model.root, "").sort();
    this.state.same("everything", ours, host === undefined ? expected : expected.filter((line) => ours.includes(line)));
  }

  /** Lets go of everything. */
  letGo(): void {
    const { state } = this;
    while (state.open.length > state.faces.length) state.closeSome();
    this.streams.endAll();
    this.transfers?.endAll();
  }

  /** Lets go of everything, and takes all changes back: nothing is left of what was done. */
  end(): void {
    const { state, transfers } = this;
    const { fs, host, async } = state;
    this.letGo();
    if (!state.model.isReadOnly) {
      fs.reset();
      expect({ units: unitsOf(fs), bytes: fs.usedBytes, files: fs.usedFiles }).toEqual({ units: this.#units, bytes: 0n, files: 0 });
    }
    // The directory itself.
    if (host !== undefined) expect(host.open.size).toBe(1);
    if (async === undefined || transfers === undefined) return;
    const { endCount, futures, mostFutures, buffers, mostCopies } = fs.adapter.async;
    expect({ endCount, futures, loops: async.taskCount }).toEqual({ endCount: 0, futures: 0, loops: 0 });
    // One of each size for each copy that goes on.
    if (!state.model.isReadOnly) expect(buffers.size).toBeLessThanOrEqual(2 * mostCopies);
    expect(freeTransfers(async)).toBe(Math.ceil(mostFutures / TRANSFERS) * TRANSFERS);
  }

  /** How many operations had each outcome. */
  get outcomes(): ReadonlyMap<string, number> {
    return this.state.outcomes;
  }

  /** Of all operations, those that succeeded. */
  get successes(): number {
    return [...this.outcomes].reduce((sum, [name, count]) => sum + (name.endsWith(" ok") ? count : 0), 0);
  }
}
