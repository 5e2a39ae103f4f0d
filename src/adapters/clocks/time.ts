/** Times of day, as RFC 3339 writes them, and lengths of time: `+1h30m`. Both are whole nanoseconds. */

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
/** From the longest, with its nanoseconds. */
const UNITS = [
  ["d", DAY],
  ["h", 3600n * SECOND],
  ["m", 60n * SECOND],
  ["s", SECOND],
  ["ms", 1_000_000n],
  ["us", 1000n],
  ["ns", 1n],
] as const;
const DURATION = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d{1,20})${unit})?`).join("")}$`);
const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** A thousand years: more is a slip. */
const LONGEST_OFFSET = 365_000n * DAY;
/** A day: a clock that goes faster tells nobody anything. */
const LONGEST_STEP = DAY;

export interface Moment {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

/** Seconds are rounded down, so that nanoseconds are not negative. */
export function momentOf(nanoseconds: bigint): Moment {
  const rest = ((nanoseconds % SECOND) + SECOND) % SECOND;
  return { seconds: (nanoseconds - rest) / SECOND, nanoseconds: Number(rest) };
}

/** A value, or what is wrong with the text, to be put behind it. */
export type Parsed = { readonly value: bigint } | { readonly wrong: string };

const EXAMPLE = "2026-01-01T00:00:00Z";

/** Nanoseconds since 1970. */
export function parseTime(text: string): Parsed {
  const match = TIME.exec(text);
  if (match === null) return { wrong: `is no time such as \`${EXAMPLE}\`: a date, a time of day and a zone` };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  if (second === 60) return { wrong: "is a leap second, which clocks of WASI do not count" };
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = month >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const [zoneHours, zoneMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (!isDay || hour > 23 || minute > 59 || second > 59 || zoneHours > 23 || zoneMinutes > 59)
    return { wrong: "is no time: there is no such day, time of day or zone" };
  const zone = (match[8] === "-" ? -1 : 1) * (zoneHours * 3600 + zoneMinutes * 60);
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - zone;
  const value = BigInt(seconds) * SECOND + BigInt((match[7] ?? "").padEnd(9, "0"));
  return value < 0n ? { wrong: "is before 1970, which clocks of WASI cannot say" } : { value };
}

function parseDuration(text: string): bigint | undefined {
  const match = text === "" ? null : DURATION.exec(text);
  if (match === null) return undefined;
  return UNITS.reduce((sum, [, nanoseconds], i) => sum + BigInt(match[i + 1] ?? 0) * nanoseconds, 0n);
}

/** With its sign. */
export function parseOffset(text: string): Parsed {
  const sign = text.slice(0, 1);
  const length = parseDuration(text.slice(1));
  if ((sign !== "+" && sign !== "-") || length === undefined)
    return { wrong: "is no offset such as `+1h30m` or `-2d`: a sign, and whole numbers of `d`, `h`, `m`, `s`, `ms`, `us` and `ns`" };
  if (length > LONGEST_OFFSET) return { wrong: `is too far: at most ${LONGEST_OFFSET / DAY} days can be added` };
  return { value: sign === "-" ? -length : length };
}

export function parseStep(text: string): Parsed {
  const length = text === "0" ? 0n : parseDuration(text);
  if (length === undefined)
    return { wrong: "is no length of time such as `1us`: whole numbers of `d`, `h`, `m`, `s`, `ms`, `us` and `ns`, or 0" };
  return length > LONGEST_STEP ? { wrong: "is too long: a step is at most a day" } : { value: length };
}

/** A whole number of seconds since 1970, as RFC 3339 writes it. */
export const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
