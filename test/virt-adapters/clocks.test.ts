/** wasi:clocks as the clocks adapter answers it. */

import { describe, expect, test } from "vitest";
import { clocks } from "../../src/adapters/clocks/index.ts";
import type { Clock } from "../../src/adapters/clocks/settings.ts";
import { Adapter, type Host } from "./harness.ts";

/** A time: seconds and nanoseconds. */
type Time = readonly [seconds: bigint, nanoseconds: number];

const MAX = 2n ** 64n - 1n;

/** The guest by itself. */
class Clocks {
  readonly adapter: Adapter;

  constructor(clock: Clock, host: Host = {}) {
    const configured = clocks.configure({ clock }, { allowAll: false, deny: "error" });
    const made = configured.finish?.({ providerOf: () => "io" } as never)?.make(2048);
    if (made === undefined) throw new Error("no adapter");
    this.adapter = new Adapter(Buffer.from(made.core).toString("base64"), made.image, host);
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
