/** `wasi:clocks`: the host's, the host's with an offset, ours, or denied. */
import { Header, imageOf } from "../../image/image.ts";
import { CLOCK_STEP, CLOCK_TIME } from "../../image/layout.ts";
import type { AdapterModule, Core, Draft } from "../adapter-module.ts";
import { hostOnly, hostOnlyModule } from "../host-only.ts";
import { plainAdapter } from "../link.ts";
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
  /** `fixed:2026-01-01T00:00:00Z`, `offset:+1h`. */
  readonly clock?: string;
}

const ID = "clocks";
/** What an offset changes; the rest is the host's. */
const SHIFTED: readonly string[] = ["wasi:clocks/wall-clock", "wasi:clocks/system-clock"];
const POLL = wasiKey("wasi:io/poll");

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
    const variants = [kind, ...(draft.providerOf(POLL) === "host" ? [] : ["pure"])];
    return plainAdapter(ID, guestCore(clocksCore), imageOf(header, [], "a clock"), () => variants);
  },
});

export const clocks: AdapterModule<ClocksOptions> = {
  ...allowed,
  flags: { ...allowed.flags, ...CLOCK_FLAGS },
  options: {
    ...allowed.options,
    clock: {
      shape: clockShape,
      type: "{ fixed: string, step?: string } | { offset: string }",
      meaning: "a time of day that stands still, or the host's with an offset ([clocks.md](clocks.md))",
      flag: "clock",
      read: clockOf,
      excludes: ["allowClocks"],
      readme: [["clocks", "virtualize", "`--clock fixed:TIME`, `offset:+1h`"]],
    },
  },
  recorded: {
    checks: { clock: isClockText },
    shown: ({ clock }: ClocksPolicy) => (clock === undefined ? [] : [["clock", clock]]),
  },
  configure({ allowClocks, clock }, { allowAll }) {
    if (clock === undefined) return hostOnly(allowClocks ?? allowAll);
    const setting = settingOf(clock);
    const isHosts = (base: string): boolean => setting.kind === "offset" && !SHIFTED.includes(base);
    return {
      isHosts,
      decide: ({ base, named }) => (named !== undefined ? "deny" : isHosts(base) ? "host" : ID),
      finish: (draft) => coreOf(setting, draft),
      recorded: { clock: clockText(clock) },
    };
  },
};
