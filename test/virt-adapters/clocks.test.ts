/** wasi:clocks as the clocks adapter answers it. */

import { describe, expect, test } from "vitest";
import { clocks } from "../../src/adapters/clocks/index.ts";
import type { Clock } from "../../src/adapters/clocks/settings.ts";
import { Adapter, type Host } from "./harness.ts";

/** A time: seconds and nanoseconds. */
type Time = readonly [seconds: bigint, nanoseconds: number];

/** Of an app that has nothing. */
const DRAFT = { world: { imports: new Map() }, undecided: new Map(), providerOf: () => "io", reaches: () => false };

const MAX = 2n ** 64n - 1n;

/** The guest by itself. */
class Clocks {
  readonly adapter: Adapter;

  constructor(clock: Clock, host: Host = {}) {
    const configured = clocks.configure({ clock }, { allowAll: false, deny: "error", traceDenied: false });
    const [core] = [configured.finish?.(DRAFT as never) ?? []].flat();
    const made = core?.make(2048);
    if (made === undefined) throw new Error("no adapter");
    this.adapter = new Adapter(made.core.bytes, made.image, host);
  }

  time(name: string): Time {
    return this.adapter.call(name, [], (at) => [this.adapter.view.getBigInt64(at, true), this.adapter.view.getUint32(at + 8, true)]);
  }

  number(name: string, ...args: readonly bigint[]): bigint {
    return this.adapter.call(name, args, (value) => BigInt.asUintN(64, BigInt(value ?? 0)));
  }

  get passed(): bigint {
    return this.number("clocks_monotonic_clock__now");
  }
}

describe("a fixed clock", () => {
  const fixed = (step?: string): Clocks => new Clocks({ fixed: "2026-01-01T00:00:00.25Z", ...(step !== undefined && { step }) });

  test("says one time, however often and in whatever series it is asked", () => {
    const guest = fixed();
    const at: Time = [BigInt(Date.UTC(2026, 0, 1) / 1000), 250_000_000];
    for (let i = 0; i < 3; i++) {
      expect(guest.time("clocks_wall_clock__now__fixed")).toEqual(at);
      expect(guest.time("p3_clocks_system_clock__now__fixed")).toEqual(at);
    }
  });

  test("lets a step pass whenever the monotonic clock is asked", () => {
    expect([fixed(), fixed("3s"), fixed("0")].map((guest) => [guest.passed, guest.passed])).toEqual([
      [1000n, 2000n],
      [3_000_000_000n, 6_000_000_000n],
      [0n, 0n],
    ]);
  });

  test("has come where something waits for it, and never goes back", () => {
    const guest = fixed("1ns");
    guest.number("clocks_monotonic_clock__subscribe_duration__pure", 500n);
    expect(guest.passed).toBe(501n);
    guest.number("clocks_monotonic_clock__subscribe_instant__pure", 100n);
    expect(guest.passed).toBe(502n);
    guest.number("p3_clocks_monotonic_clock__wait_for", 98n);
    guest.number("p3_clocks_monotonic_clock__wait_until", 700n);
    guest.number("p3_clocks_monotonic_clock__wait_until", 600n);
    expect(guest.passed).toBe(701n);
  });

  test("stands at the last moment when that has come", () => {
    const guest = fixed();
    guest.number("clocks_monotonic_clock__subscribe_duration__pure", MAX - 5n);
    expect([guest.passed, guest.passed]).toEqual([MAX, MAX]);
    guest.number("clocks_monotonic_clock__subscribe_duration__pure", MAX);
    expect(guest.passed).toBe(MAX);
  });

  test("has its step as its resolution, and a nanosecond where nothing passes", () => {
    expect(fixed("1500ms").time("clocks_wall_clock__resolution")).toEqual([1n, 500_000_000]);
    for (const name of [
      "clocks_monotonic_clock__resolution",
      "p3_clocks_monotonic_clock__get_resolution",
      "p3_clocks_system_clock__get_resolution",
    ])
      expect([fixed("1500ms").number(name), fixed("0").number(name)]).toEqual([1_500_000_000n, 1n]);
  });

  test("has no summer: its zone is UTC", () => {
    const { adapter } = fixed();
    const when = [0n, 0];
    expect(
      adapter.call("clocks_timezone__display", when, (at) => [
        adapter.view.getInt32(at, true),
        adapter.textAt(at + 4),
        adapter.view.getUint8(at + 12),
      ]),
    ).toEqual([0, "UTC", 0]);
    expect(adapter.call("clocks_timezone__utc_offset", when, (offset) => offset)).toBe(0);
    expect(
      adapter.call("p3_clocks_timezone__utc_offset", when, (at) => [adapter.view.getUint8(at), adapter.view.getBigInt64(at + 8, true)]),
    ).toEqual([1, 0n]);
    expect(adapter.call("p3_clocks_timezone__iana_id", [], (at) => [adapter.view.getUint8(at), adapter.textAt(at + 4)])).toEqual([
      1,
      "UTC",
    ]);
    expect(adapter.call("p3_clocks_timezone__to_debug_string", [], (at) => adapter.textAt(at))).toBe("UTC");
  });
});

describe("an offset", () => {
  const shifted = (offset: string, [seconds, nanoseconds]: Time): readonly Time[] => {
    const now = (at: number): void => {
      guest.adapter.view.setBigInt64(at, seconds, true);
      guest.adapter.view.setUint32(at + 8, nanoseconds, true);
    };
    const guest: Clocks = new Clocks({ offset }, { "wasi:clocks/wall-clock#now": now, "wasi:clocks/system-clock@0.3#now": now });
    return [guest.time("clocks_wall_clock__now__offset"), guest.time("p3_clocks_system_clock__now__offset")];
  };

  test.each<[offset: string, from: Time, to: Time]>([
    ["+1h", [10n, 5], [3610n, 5]],
    ["+1s600ms", [10n, 400_000_000], [12n, 0]],
    ["+999ms999us999ns", [10n, 999_999_999], [11n, 999_999_998]],
    ["-1ns", [10n, 0], [9n, 999_999_999]],
    ["-10s", [10n, 3], [0n, 3]],
    ["-0s", [10n, 3], [10n, 3]],
  ])("of %s is added to the host's time", (offset, from, to) => {
    expect(shifted(offset, from)).toEqual([to, to]);
  });

  test("leads to 1970 and no further, but in WASI 0.3, where times have a sign", () => {
    expect(shifted("-10s1ns", [10n, 0])).toEqual([
      [0n, 0],
      [-1n, 999_999_999],
    ]);
  });
});

describe("a virtual clock", () => {
  const READY = 1;
  const STEP = 1000n;
  /** The host's pollables that are ready, by handle; a poll waits until handle 7 is. */
  const hostOf = (ready: Set<number>, polls: number[][] = []): Host => ({
    "wasi:io/poll#[method]pollable.ready": (handle: number) => Number(ready.has(handle)),
    "wasi:io/poll#[resource-drop]pollable": (handle: number) => void ready.delete(handle),
    "wasi:io/poll#poll": (at: number, count: number, result: number) => {
      const handles = Array.from({ length: count }, (_, i) => guest.adapter.view.getUint32(at + i * 4, true));
      polls.push(handles);
      const found = handles.flatMap((handle, i) => (ready.has(handle) || handle === 7 ? [i] : [])).toReversed();
      const list = guest.adapter.allocate(4, found.length * 4);
      for (const [i, index] of found.entries()) guest.adapter.view.setUint32(list + i * 4, index, true);
      guest.adapter.view.setUint32(result, list, true);
      guest.adapter.view.setUint32(result + 4, found.length, true);
    },
  });
  let guest: Clocks;
  const start = (host: Host = {}): void => void (guest = new Clocks({ virtual: "2026-01-01T00:00:00Z" }, host));
  const timer = (duration: bigint): number =>
    guest.adapter.representation(Number(guest.number("clocks_monotonic_clock__subscribe_duration__timer", duration)));
  const hosts = (handle: number): number => handle * 2 + 1;
  const poll = (pollables: readonly number[], variant = ""): readonly number[] => {
    const at = guest.adapter.allocate(4, pollables.length * 4);
    for (const [i, each] of pollables.entries()) guest.adapter.view.setUint32(at + i * 4, each, true);
    return guest.adapter.call(`io_poll__poll${variant}`, [at, pollables.length], (list) => {
      const from = guest.adapter.view.getUint32(list, true);
      return Array.from({ length: guest.adapter.view.getUint32(list + 4, true) }, (_, i) =>
        guest.adapter.view.getUint32(from + i * 4, true),
      );
    });
  };

  test("goes on to the earliest of the timers that a poll waits for, and calls ready what has come by then", () => {
    start();
    const timers = [50_000_000n, 10_000_000n, 30_000_000n, 10_000_000n].map(timer);
    expect(poll(timers)).toEqual([1, 3]);
    expect(poll([timers[0] ?? 0, timers[2] ?? 0])).toEqual([1]);
    expect(guest.passed).toBe(30_000_000n + STEP);
    expect(poll(timers)).toEqual([1, 2, 3]);
    expect(guest.adapter.call("io_poll__pollable_ready", [timers[0] ?? 0], Number)).toBe(0);
  });

  test("does not go on where something is ready, but by a step, so that nobody waits for ever", () => {
    start();
    const late = timer(5n * STEP);
    const found = Array.from({ length: 6 }, () => poll([late, READY]));
    expect(found).toEqual([[1], [1], [1], [1], [0, 1], [0, 1]]);
  });

  test("has come for a program that asks a timer again and again", () => {
    start();
    const late = timer(3n * STEP);
    const asked = Array.from({ length: 4 }, () => guest.adapter.call("io_poll__pollable_ready", [late], Number));
    expect(asked).toEqual([0, 0, 1, 1]);
    const blocked = timer(10_000n * STEP);
    guest.adapter.call("io_poll__pollable_block", [blocked], () => undefined);
    expect(guest.adapter.call("io_poll__pollable_ready", [blocked], Number)).toBe(1);
  });

  test("waits for the host before any timer, and that takes no time", () => {
    const polls: number[][] = [];
    start(hostOf(new Set([5]), polls));
    const long = timer(1_000_000_000n);
    expect(poll([hosts(3), long, hosts(7), hosts(5)], "__host")).toEqual([2, 3]);
    expect(polls).toEqual([[3, 7, 5]]);
    expect(guest.passed).toBeLessThan(10n * STEP);
  });

  test("asks the host what is ready where a timer has come, and does not wait", () => {
    const polls: number[][] = [];
    start(hostOf(new Set([5]), polls));
    expect(poll([hosts(3), timer(0n), hosts(5)], "__host")).toEqual([1, 2]);
    expect(poll([READY, hosts(3)], "__host")).toEqual([0]);
    expect(polls).toEqual([]);
    expect(poll([timer(70n * STEP)], "__host")).toEqual([0]);
  });

  test("gives what it has for a timer to the next one", () => {
    start(hostOf(new Set([5])));
    const first = timer(1n);
    const before = guest.adapter.arenaBase.value;
    for (let i = 0; i < 1000; i++) {
      guest.adapter.call("io_poll__pollable_dtor", [first], () => undefined);
      expect(timer(BigInt(i))).toBe(first);
    }
    expect(guest.adapter.arenaBase.value).toBe(before);
    guest.adapter.call("io_poll__pollable_dtor__host", [hosts(5)], () => undefined);
    expect(poll([READY, hosts(5)], "__host")).toEqual([0]);
  });

  test("has one time by all clocks: what passes by one passes by the other", () => {
    start();
    const [monotonic, [seconds, nanoseconds]] = [guest.passed, guest.time("clocks_wall_clock__now__virtual")];
    poll([timer(86_400_123_456_789n)]);
    const [later, [laterSeconds, laterNanoseconds]] = [guest.passed, guest.time("p3_clocks_system_clock__now__virtual")];
    expect((laterSeconds - seconds) * 1_000_000_000n + BigInt(laterNanoseconds - nanoseconds)).toBe(later - monotonic);
  });
});

describe("tasks that wait for a virtual clock", () => {
  /** Calls callbacks by turns, as hosts do, until nothing is left; `onEnd` is what the program does when a wait is over. */
  class Tasks {
    readonly guest: Clocks;
    readonly #queue: { readonly name: string; context: number }[] = [];
    readonly ended: string[] = [];
    #current = { name: "", context: 0 };

    constructor(onEnd: (tasks: Tasks, name: string) => void = () => undefined) {
      this.guest = new Clocks(
        { virtual: true, step: "0" },
        {
          "async#[context.get]": () => this.#current.context,
          "async#[context.set]": (word: number) => void (this.#current.context = word),
          "async#[task.return]": () => {
            const { name } = this.#current;
            this.ended.push(`${name} at ${this.guest.passed}`);
            onEnd(this, name);
          },
        },
      );
    }

    wait(name: string, duration: number): void {
      const before = this.#current;
      this.#current = { name, context: 0 };
      if (this.guest.number("p3_clocks_monotonic_clock__wait_for__virtual", BigInt(duration)) === 1n) this.#queue.push(this.#current);
      this.#current = before;
    }

    /** In rounds: `turns` puts those of one in order. */
    run(turns: <T>(tasks: readonly T[]) => readonly T[] = (tasks) => tasks, event: (name: string) => number = () => 0): void {
      for (let round = 0; round < 10_000 && this.#queue.length > 0; round++) {
        for (const task of turns(this.#queue.splice(0))) {
          this.#current = task;
          const name = "p3_clocks_monotonic_clock__wait_for__virtual__callback";
          if (this.guest.adapter.call(name, [event(task.name), 0, 0], Number) === 1) this.#queue.push(task);
        }
      }
    }
  }

  test("end in the order of their moments, whoever is called first", () => {
    const odd = <T>(tasks: readonly T[]): readonly T[] => [...tasks.slice(2), ...tasks.slice(0, 2)];
    for (const turns of [undefined, <T>(tasks: readonly T[]) => tasks.toReversed(), odd]) {
      const tasks = new Tasks();
      for (const [name, duration] of Object.entries({ a: 30, b: 10, c: 20, d: 10, e: 0 })) tasks.wait(name, duration);
      tasks.run(turns);
      expect(tasks.ended).toEqual(["e at 0", "b at 10", "d at 10", "c at 20", "a at 30"]);
    }
  });

  test("let the program begin other waits before a later moment comes", () => {
    let left = 8;
    const tasks = new Tasks((own, name) => {
      if (name === "short" && left-- > 0) own.wait("short", 10);
    });
    tasks.wait("long", 45);
    tasks.wait("short", 10);
    tasks.run();
    expect(tasks.ended.slice(0, 6)).toEqual(["short at 10", "short at 20", "short at 30", "short at 40", "long at 45", "short at 50"]);
  });

  test("leave nothing behind, cancelled or not", () => {
    const tasks = new Tasks();
    for (let round = 0; round < 50; round++) {
      for (const name of ["a", "b", "c"]) tasks.wait(name, 10);
      tasks.run(undefined, (name) => (name === "b" ? 6 : 0));
    }
    expect(tasks.ended.length).toBe(150);
    // Three waits of 16 bytes.
    expect(tasks.guest.adapter.arenaBase.value - tasks.guest.adapter.heapStart).toBeLessThanOrEqual(48);
    expect(tasks.guest.passed).toBe(500n);
  });
});
