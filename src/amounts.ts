/** Numbers as people read them. */

export function bytesText(bytes: number): string {
  if (bytes < 10_000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return bytes < 10_000_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function counted(count: number, what: string, many: string = `${what}s`): string {
  return `${count} ${count === 1 ? what : many}`;
}

/**
 * Sizes as options give them, as in head(1): bytes, or a number with K, M or G, which are powers of 1024, or with KB, MB or GB, which
 * are powers of 1000.
 */
const UNITS = ["", "K", "M", "G"] as const;

/** `undefined` if it is no size, or larger than a number can tell. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = "", decimal] = /^(\d+)(?:([KMG])(B?))?$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const size = Number(digits) * (decimal ? 1000 : 1024) ** UNITS.findIndex((each) => each === unit.toUpperCase());
  return Number.isSafeInteger(size) ? size : undefined;
}

/** In the largest unit of which it is a whole number. */
export function sizeText(size: number): string {
  const unit = UNITS.findLastIndex((_, power) => size >= 1024 ** power && size % 1024 ** power === 0);
  return unit < 1 ? `${size} ${size === 1 ? "byte" : "bytes"}` : `${size / 1024 ** unit}${UNITS[unit]}`;
}

/** Limits of what may be written. */
interface Limits {
  readonly maxBytes?: number | undefined;
  readonly maxFiles?: number | undefined;
}

/** Sizes as options give them, so that nobody takes 64M for 67.1 MB. */
export function limitsText({ maxBytes, maxFiles }: Limits): string | undefined {
  const limits = [...(maxBytes === undefined ? [] : [sizeText(maxBytes)]), ...(maxFiles === undefined ? [] : [counted(maxFiles, "file")])];
  return limits.length === 0 ? undefined : `up to ${limits.join(" and ")}`;
}
