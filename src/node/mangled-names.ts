/**
 * Names that are not UTF-8. Node gives names as strings and puts U+FFFD for what it cannot decode, so the
 * bytes are asked for only where that character shows up; somebody may have meant it.
 */
import { readdirSync } from "node:fs";

export const isMangled = (name: string): boolean => name.includes("\ufffd");

/** The names in a directory that are not UTF-8, with the bytes that are no ASCII escaped. */
export function mangledNames(path: string): readonly string[] {
  return readdirSync(path, { encoding: "buffer" })
    .filter((bytes) => !Buffer.from(bytes.toString()).equals(bytes))
    .map((bytes) => Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`)).join(""));
}
