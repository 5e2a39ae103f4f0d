/** What the option of clocks says, and its words on the command line. */
import { OptionError, UsageError } from "../../errors.ts";
import { either, record, refuse, type Shape } from "../../shapes.ts";
import type { FlagSyntax, Given } from "../option-table.ts";
import { type Parsed, parseOffset, parseStep, parseTime } from "./time.ts";

interface Steps {
  /** What passes of the monotonic clock whenever a clock is asked, such as `1ms`; a microsecond by default. */
  readonly step?: string;
}

interface Fixed extends Steps {
  /** The time of day, such as `2026-01-01T00:00:00Z`, which stands still; whatever is waited for has come at once. */
  readonly fixed: string;
}

interface Virtual extends Steps {
  /** The time of day at the start, or `true`: that of files without a time of their own. It goes on when the program waits. */
  readonly virtual: string | true;
}

interface Offset {
  /** What is added to the host's time of day, such as `+1h` or `-30m`. */
  readonly offset: string;
}

export type Clock = Fixed | Virtual | Offset;

/** What passes of the monotonic clock whenever it is asked, if nothing else is said. */
const STEP = 1000n;
const SECOND = 1_000_000_000n;

/** What a clock comes to: the time or the offset, and the step, in nanoseconds. */
export interface Setting {
  readonly kind: "fixed" | "virtual" | "offset";
  readonly nanoseconds: bigint;
  readonly step: bigint;
}

const KINDS: Readonly<Record<string, (text: string) => Parsed>> = { fixed: parseTime, virtual: parseTime, offset: parseOffset };
const kindOf = (text: string): ((text: string) => Parsed) | undefined => (Object.hasOwn(KINDS, text) ? KINDS[text] : undefined);

/** A text that is parsed without a complaint. */
const parsedBy = (parse: (text: string) => Parsed): Shape => {
  return (value, place) => {
    if (typeof value !== "string") return refuse(place, value, "a string");
    const parsed = parse(value);
    if ("wrong" in parsed) throw new OptionError(place.option, `\`${place.path()}\`: \`${value}\` ${parsed.wrong}`);
  };
};

const [time, offset, step] = [parseTime, parseOffset, parseStep].map(parsedBy) as [Shape, Shape, Shape]; // one for each
const start: Shape = (value, place) => {
  if (value !== true) time(value, place);
};
const SHAPES: Readonly<Record<string, Shape>> = {
  fixed: record<Fixed>({ fixed: time, step }, "fixed"),
  virtual: record<Virtual>({ virtual: start, step }, "virtual"),
  offset: record<Offset>({ offset }, "offset"),
};

export const clockShape: Shape = either("an object with `fixed`, `offset` or `virtual`", (value) =>
  typeof value !== "object" || value === null ? undefined : SHAPES[Object.keys(SHAPES).find((each) => Object.hasOwn(value, each)) ?? ""],
);

export const CLOCK_FLAGS: Readonly<Record<"clock" | "clock-step", FlagSyntax & { readonly type: "string" }>> = {
  clock: {
    type: "string",
    starts: ["virtual", ...Object.keys(KINDS).map((kind) => `${kind}:`)],
    describe:
      "The time: fixed:2026-01-01T00:00:00Z, which stands still; virtual[:START], which goes on when the program waits; or the host's with an offset, offset:+1h",
  },
  "clock-step": {
    type: "string",
    needs: { flag: "clock", about: "a clock that is not the host's" },
    describe: "What passes whenever such a clock is asked, such as 1ms; 1us by default",
  },
};

export function clockOf({ clock: text, "clock-step": stepText }: Given<typeof CLOCK_FLAGS>): Clock | undefined {
  if (text === undefined) return undefined;
  const [kind = "", ...rest] = text.split(":");
  const value = rest.length === 0 ? undefined : rest.join(":");
  const parse = kindOf(kind);
  if (parse === undefined || (value === undefined && kind !== "virtual"))
    throw new UsageError(
      `\`--clock ${text}\` is none of fixed:TIME, such as \`fixed:2026-01-01T00:00:00Z\`, virtual or virtual:TIME, and offset:LENGTH, such as \`offset:+1h\``,
    );
  checked(`--clock ${text}`, value, parse);
  if (kind === "offset") {
    if (stepText !== undefined)
      throw new UsageError("`--clock-step` is of a clock that is not the host's, and `--clock offset` is the host's");
    return { offset: value ?? "" };
  }
  checked(`--clock-step ${stepText}`, stepText, parseStep);
  const steps = stepText === undefined ? {} : { step: stepText };
  return kind === "fixed" ? { fixed: value ?? "", ...steps } : { virtual: value ?? true, ...steps };
}

/** @throws UsageError */
function checked(flag: string, text: string | undefined, parse: (text: string) => Parsed): void {
  const parsed = text === undefined ? undefined : parse(text);
  if (parsed !== undefined && "wrong" in parsed) throw new UsageError(`\`${flag}\`: \`${text}\` ${parsed.wrong}`);
}

/** Of a clock whose texts have been checked; `seconds` is when a virtual one begins if it does not say. */
export function settingOf(clock: Clock, seconds: number): Setting {
  const value = (parsed: Parsed): bigint => ("value" in parsed ? parsed.value : 0n);
  if ("offset" in clock) return { kind: "offset", nanoseconds: value(parseOffset(clock.offset)), step: STEP };
  const passing = clock.step === undefined ? STEP : value(parseStep(clock.step));
  if ("fixed" in clock) return { kind: "fixed", nanoseconds: value(parseTime(clock.fixed)), step: passing };
  const nanoseconds = clock.virtual === true ? BigInt(seconds) * SECOND : value(parseTime(clock.virtual));
  return { kind: "virtual", nanoseconds, step: passing };
}

/** What outputs tell of it. */
export function clockText(clock: Clock): string {
  if ("offset" in clock) return `offset:${clock.offset}`;
  const behind = clock.step === undefined ? "" : ` step ${clock.step}`;
  if ("fixed" in clock) return `fixed:${clock.fixed}${behind}`;
  return `virtual${clock.virtual === true ? "" : `:${clock.virtual}`}${behind}`;
}

/** Whether it could be such a text. */
export function isClockText(text: unknown): boolean {
  const match = typeof text === "string" ? /^(\w+)(?::(\S+))?(?: step (\S+))?$/.exec(text) : null;
  const [, kind = "", value, passing = "0"] = match ?? [];
  const parse = kindOf(kind);
  if (parse === undefined || "wrong" in parseStep(passing)) return false;
  return value === undefined ? kind === "virtual" : "value" in parse(value);
}
