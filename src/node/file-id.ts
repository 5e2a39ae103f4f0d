/** What a file is, under whatever name: links to it are the same file. */
import { type BigIntStats, statSync } from "node:fs";

export const idOf = ({ dev, ino }: Pick<BigIntStats, "dev" | "ino">): string => `${dev}:${ino}`;

/** `undefined` where nothing is, or nothing can be told. */
export function idAt(path: string): string | undefined {
  try {
    return idOf(statSync(path, { bigint: true }));
  } catch {
    return undefined;
  }
}
