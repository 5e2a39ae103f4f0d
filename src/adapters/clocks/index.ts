/** `wasi:clocks`: the host's, the host's with an offset, ours, or denied. */
import type { Chunk } from "../../binary/chunk.ts";
import { Header, imageOf } from "../../image/image.ts";
import { FIXED_SECONDS } from "../../image/fixed-time.ts";
import { CLOCK_STEP, CLOCK_TIME } from "../../image/layout.ts";
import type { AdapterModule, Core, Draft } from "../adapter-module.ts";
import type { FilesystemOptions } from "../filesystem/settings.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../adapter.ts";
import { importKey } from "../../component/names.ts";
import { guestCore } from "../prebuilt-core.ts";
import { clocksCore } from "../prebuilt.ts";
import { wasiKey } from "../series.ts";
import { type Clock, CLOCK_FLAGS, clockOf, clockShape, clockText, isClockText, settingOf, type Setting } from "./settings.ts";
import { momentOf } from "./time.ts";

export interface ClocksOptions {
  readonly allowClocks?: boolean;
  /** The time in the place of the host's. Excludes `allowClocks`. */
  readonly clock?: Clock;
}

/** What outputs tell of it. */
export interface ClocksPolicy {
  /** `fixed:2026-01-01T00:00:00Z`, `offset:+1h`, `virtual`; perhaps with ` step 1ms` behind it. */
  readonly clock?: string;
}

const ID = "clocks";
/** What an offset changes; the rest is the host's. */
const SHIFTED: readonly string[] = ["wasi:clocks/wall-clock", "wasi:clocks/system-clock"];
const POLL = wasiKey("wasi:io/poll");
/** What makes timers; waiting for those of a virtual clock is waiting for its time. */
const MONOTONIC = wasiKey("wasi:clocks/monotonic-clock");
const MAKES_TIMER = /^subscribe-/;

const allowed: AdapterModule<Pick<ClocksOptions, "allowClocks">> = hostOnlyModule({
  name: ID,
  interfaces: "wasi:clocks/*",
  flag: "allow-clocks",
  option: "allowClocks",
  describe: "The host's clocks",
  meaning: "the host's clocks",
  row: "clocks",
  denied: "trap",
  stop: [
    "wasi:clocks/monotonic-clock",
    "clocks are denied: many programs read one as they start, and trap; `--allow-clocks` lets them through",
  ],
});

/** The two words of a number of 64 bits, of whichever sign. */
const words = (value: bigint): readonly number[] => [Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n))];

const coreOf = ({ kind, nanoseconds, step }: Setting, draft: Draft): Core => ({
  id: ID,
  make() {
    const header = new Header();
    const moment = momentOf(nanoseconds);
    header.set(CLOCK_TIME, ...words(moment.seconds), moment.nanoseconds);
    header.set(CLOCK_STEP, ...words(step));
    const poll = draft.providerOf(POLL);
    const variants = [
      kind,
      ...(poll === ID ? ["timer"] : []),
      ...(poll === "host" ? [] : ["pure"]),
      ...(draft.reaches(POLL, "pollable") ? ["host"] : []),
    ];
    return plainAdapter(ID, guestCore(clocksCore), imageOf(header, [], "a clock"), () => variants);
  },
});

/** Takes `wasi:io/poll`, where anybody waits for a timer. */
function takePoll(draft: Draft): void {
  const makesTimers = [...draft.world.imports].some(
    ([name, item]) =>
      item.kind === "instance" && importKey(name, item) === MONOTONIC && [...item.exports.keys()].some((each) => MAKES_TIMER.test(each)),
  );
  if (makesTimers && draft.providerOf(MONOTONIC) === ID && draft.undecided.has(POLL)) draft.provide(POLL, ID);
}

export const clocks: AdapterModule<ClocksOptions> = {
  ...allowed,
  flags: { ...allowed.flags, ...CLOCK_FLAGS },
  options: {
    ...allowed.options,
    clock: {
      shape: clockShape,
      type: "Clock",
      meaning: "a time that stands still, the host's with an offset, or one that moves when the program waits ([clocks.md](clocks.md))",
      flag: "clock",
      read: clockOf,
      excludes: ["allowClocks"],
      readme: [["clocks", "virtualize", "`--clock fixed:TIME`, `offset:+1h`, `virtual`"]],
    },
  },
  samples: [
    { flag: "allow-clocks", value: true, isHosts: true },
    { flag: "clock", value: "virtual" },
  ],
  recorded: {
    checks: { clock: isClockText },
    shown: ({ clock }: ClocksPolicy) => (clock === undefined ? [] : [["clock", clock]]),
  },
  configure({ allowClocks, clock, sourceDateEpoch }: ClocksOptions & FilesystemOptions<Chunk>, { allowAll }) {
    if (clock === undefined) return hostOnly(allowClocks ?? allowAll);
    const setting = settingOf(clock, sourceDateEpoch ?? FIXED_SECONDS);
    const isHosts = (base: string): boolean => setting.kind === "offset" && !SHIFTED.includes(base);
    return {
      isHosts,
      decide: ({ base, named }) => (named !== undefined ? "deny" : isHosts(base) ? "host" : ID),
      finish(draft) {
        if (setting.kind === "virtual") takePoll(draft);
        return coreOf(setting, draft);
      },
      recorded: { clock: clockText(clock) },
    };
  },
};
