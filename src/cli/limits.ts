/** Limits of what may be written, as people read them. */
import { counted } from "../amounts.ts";
import { sizeText } from "./sizes.ts";

interface Limits {
  readonly maxBytes?: number | undefined;
  readonly maxFiles?: number | undefined;
}

/** Sizes as options give them, so that nobody takes 64M for 67.1 MB. */
export function limitsText({ maxBytes, maxFiles }: Limits): string | undefined {
  const limits = [...(maxBytes === undefined ? [] : [sizeText(maxBytes)]), ...(maxFiles === undefined ? [] : [counted(maxFiles, "file")])];
  return limits.length === 0 ? undefined : `up to ${limits.join(" and ")}`;
}
