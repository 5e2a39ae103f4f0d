/** What the option of clocks says, and its words on the command line. */
import { OptionError, UsageError } from "../../errors.ts";
import { only, record, refuse, type Shape } from "../../shapes.ts";
import type { Given } from "../option-table.ts";
import { type Parsed, parseOffset, parseStep, parseTime } from "./time.ts";

interface Fixed {
  /** The time of day, such as `2026-01-01T00:00:00Z`, which stands still; whatever is waited for has come at once. */
  readonly fixed: string;
  /** What passes of the monotonic clock whenever it is asked, such as `1ms`; a microsecond by default. */
  readonly step?: string;
}

interface Offset {
  /** What is added to the host's time of day, such as `+1h` or `-30m`. */
  readonly offset: string;
}

export type Clock = Fixed | Offset;

/** What passes of the monotonic clock whenever it is asked, if nothing else is said. */
const STEP = 1000n;

/** What a clock comes to: the time or the offset, and the step, in nanoseconds. */
export interface Setting {
  readonly kind: "fixed" | "offset";
  readonly nanoseconds: bigint;
  readonly step: bigint;
}

const KINDS: Readonly<Record<string, (text: string) => Parsed>> = { fixed: parseTime, offset: parseOffset };

/** A text that is parsed without a complaint. */
const parsedBy = (parse: (text: string) => Parsed): Shape => {
  return (value, place) => {
    if (typeof value !== "string") return refuse(place, value, "a string");
    const parsed = parse(value);
    if ("wrong" in parsed) throw new OptionError(place.option, `\`${place.path()}\`: \`${value}\` ${parsed.wrong}`);
  };
};

const step = parsedBy(parseStep);
const SHAPES: Readonly<Record<string, Shape>> = {
  fixed: record<Fixed>({ fixed: parsedBy(parseTime), step }, "fixed"),
  offset: record<Offset>({ offset: parsedBy(parseOffset) }, "offset"),
};
const WANTED = "an object with `fixed` or `offset`";

export const clockShape: Shape = (value, place) => {
  const kind = typeof value === "object" && value !== null ? Object.keys(SHAPES).find((each) => Object.hasOwn(value, each)) : undefined;
  (kind === undefined ? only(WANTED, () => false) : (SHAPES[kind] ?? refuse(place, value, WANTED)))(value, place);
};

export const CLOCK_FLAGS = {
  clock: {
    type: "string",
    describe: "The time: fixed:2026-01-01T00:00:00Z, which stands still, or the host's with an offset, offset:+1h",
  },
  "clock-step": {
    type: "string",
    needs: { flag: "clock", about: "a clock that is not the host's" },
    describe: "What passes whenever a fixed clock is asked, such as 1ms; 1us by default",
  },
} as const;

export function clockOf({ clock: text, "clock-step": stepText }: Given<typeof CLOCK_FLAGS>): Clock | undefined {
  if (text === undefined) return undefined;
  const [, kind = "", value = ""] = /^(\w+):(.*)$/s.exec(text) ?? [];
  const parse = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (parse === undefined)
    throw new UsageError(
      `\`--clock ${text}\` is neither fixed:TIME, such as \`fixed:2026-01-01T00:00:00Z\`, nor offset:LENGTH, such as \`offset:+1h\``,
    );
  const parsed = parse(value);
  if ("wrong" in parsed) throw new UsageError(`\`--clock ${text}\`: \`${value}\` ${parsed.wrong}`);
  if (kind === "offset") {
    if (stepText !== undefined)
      throw new UsageError("`--clock-step` is of a clock that is not the host's, and `--clock offset` is the host's");
    return { offset: value };
  }
  const parsedStep = stepText === undefined ? undefined : parseStep(stepText);
  if (parsedStep !== undefined && "wrong" in parsedStep)
    throw new UsageError(`\`--clock-step ${stepText}\`: \`${stepText}\` ${parsedStep.wrong}`);
  return { fixed: value, ...(stepText !== undefined && { step: stepText }) };
}

/** Of a clock whose texts have been checked. */
export function settingOf(clock: Clock): Setting {
  const value = (parsed: Parsed): bigint => ("value" in parsed ? parsed.value : 0n);
  if ("offset" in clock) return { kind: "offset", nanoseconds: value(parseOffset(clock.offset)), step: STEP };
  return {
    kind: "fixed",
    nanoseconds: value(parseTime(clock.fixed)),
    step: clock.step === undefined ? STEP : value(parseStep(clock.step)),
  };
}

/** What outputs tell of it. */
export function clockText(clock: Clock): string {
  if ("offset" in clock) return `offset:${clock.offset}`;
  return `fixed:${clock.fixed}${clock.step === undefined ? "" : ` step ${clock.step}`}`;
}

/** Whether it could be such a text. */
export function isClockText(text: unknown): boolean {
  const [, kind = "", value = "", step = "0"] = typeof text === "string" ? (/^(\w+):(\S+)(?: step (\S+))?$/.exec(text) ?? []) : [];
  const parse = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return parse !== undefined && "value" in parse(value) && "value" in parseStep(step);
}
