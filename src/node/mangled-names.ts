/**
 * Names that are not UTF-8. Node gives names as strings and puts U+FFFD for what it cannot decode, so the
 * bytes are asked for only where that character shows up; somebody may have meant it.
 */
import { readdirSync } from "node:fs";

export const isMangled = (name: string): boolean => name.includes("\ufffd");

/** The names in a directory: those that are UTF-8, and the others with what is not ASCII escaped. */
export function namesIn(path: string): { readonly good: ReadonlySet<string>; readonly bad: readonly string[] } {
  const good = new Set<string>();
  const bad: string[] = [];
  for (const bytes of readdirSync(path, { encoding: "buffer" })) {
    if (Buffer.from(bytes.toString()).equals(bytes)) good.add(bytes.toString());
    else bad.push(Array.from(bytes, escaped).join(""));
  }
  return { good, bad };
}

const escaped = (byte: number): string =>
  byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
