/** Trees by chance, with whatever a tree may have: odd names, times, links, empty files and directories, doubles. */
import type { Directory, Entry } from "../../src/index.ts";
import type { Random } from "../differential/random.ts";

const NAMES = [
  "a",
  "b",
  "A",
  "é",
  "\u{10000}",
  "\u{fb00}",
  "new\nline",
  " blank ",
  "-x",
  "..x",
  "...",
  "x".repeat(255),
  "%2e%2e",
  "con",
  "a\\b",
];
const TARGETS = ["a", "./b", "b/a", "..x", "nowhere", "é"];

/** `isTimed`: everything has a time of its own, in whole milliseconds, as every machine can set them. */
export function randomTree(random: Random, { isTimed }: { readonly isTimed: boolean }, depth = 0): Directory {
  const entries = new Map<string, Entry>();
  for (let count = random.below(depth === 0 ? 8 : 5); count > 0; count--)
    entries.set(random.pick(NAMES), randomEntry(random, isTimed, depth));
  return { kind: "directory", entries, ...timeOf(random, isTimed) };
}

function randomEntry(random: Random, isTimed: boolean, depth: number): Entry {
  const time = timeOf(random, isTimed);
  const kind = random.weighted([
    [5, "file"],
    [2, "link"],
    [depth > 3 ? 0 : 3, "directory"],
  ] as const);
  if (kind === "directory") return randomTree(random, { isTimed }, depth + 1);
  if (kind === "link") return { kind, target: random.pick(TARGETS), ...time };
  const length = random.pick([0, 0, 1, 17, 300, 5000]);
  // The same contents now and then.
  const step = random.below(2) * 31;
  return { kind, contents: Uint8Array.from({ length }, (_, i) => (i * step) >> 3), ...time };
}

const timeOf = (random: Random, isTimed: boolean): { readonly modified?: bigint } =>
  isTimed ? { modified: BigInt(random.below(2 ** 31)) * 1_000_000_000n + BigInt(random.below(1000)) * 1_000_000n } : {};

/** Plain values by path, to be compared: what an entry is, its contents or target, and its time where it has one. */
export function described({ entries }: Directory, above = ""): ReadonlyMap<string, string> {
  return new Map(
    [...entries].flatMap(([name, entry]): (readonly [string, string])[] => {
      const path = `${above}/${name}`;
      const what = entry.kind === "file" ? Buffer.from(entry.contents).toString("base64") : entry.kind === "link" ? entry.target : "";
      const own = [path, `${entry.kind} ${what} ${entry.modified ?? ""}`] as const;
      return entry.kind === "directory" ? [own, ...described(entry, path)] : [own];
    }),
  );
}
