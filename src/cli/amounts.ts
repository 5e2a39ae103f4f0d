/** Numbers as people read them. */
import { sizeText } from "./sizes.ts";

export function bytesText(bytes: number): string {
  if (bytes < 10_000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return bytes < 10_000_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

interface Limits {
  readonly maxBytes?: number | undefined;
  readonly maxFiles?: number | undefined;
}

/** Sizes as options give them, so that nobody takes 64M for 67.1 MB. */
export function limitsText({ maxBytes, maxFiles }: Limits): string | undefined {
  const limits = [...(maxBytes === undefined ? [] : [sizeText(maxBytes)]), ...(maxFiles === undefined ? [] : [counted(maxFiles, "file")])];
  return limits.length === 0 ? undefined : `up to ${limits.join(" and ")}`;
}
