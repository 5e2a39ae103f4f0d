/** Flags from several places, such as a profile, a policy file and the command line: the later place wins. */
import { EXCLUSIONS, flagOf, isGiven } from "../../adapters/modules.ts";
import type { FlagTable } from "../../adapters/option-table.ts";

/** As `parse` gives them; `false` is a flag that is not given, whatever an earlier place says. */
export type Flags = Readonly<Record<string, boolean | string | readonly string[]>>;

/** Pairs of flags that cannot be given together. */
export function exclusionsOf(table: FlagTable): readonly (readonly [one: string, other: string])[] {
  const ofOptions = EXCLUSIONS.map(([one, other]) => [flagOf(one) ?? one, flagOf(other) ?? other] as const);
  const ofFlags = Object.entries(table).flatMap(([flag, { excludes = [] }]) => excludes.map((other) => [other, flag] as const));
  return [...ofOptions, ...ofFlags];
}

/**
 * What is in both is the later one's, but lists are joined. In a list of NAME=VALUE, a name has the later value. What the later
 * flags exclude is dropped: they win.
 */
export function merge(earlier: Flags, later: Flags, table: FlagTable): Flags {
  const merged = new Map(Object.entries(earlier));
  for (const [one, other] of exclusionsOf(table)) {
    if (table[one]?.promise === true || table[other]?.promise === true) continue;
    if (isGiven(later[one]) && !isGiven(later[other])) merged.delete(other);
    if (isGiven(later[other]) && !isGiven(later[one])) merged.delete(one);
  }
  for (const [flag, value] of Object.entries(later)) {
    const before = merged.get(flag);
    const { optionalValue, pair } = table[flag] ?? {};
    const isJoined = Array.isArray(value) && Array.isArray(before) && optionalValue !== true;
    merged.set(flag, isJoined ? joined(before as readonly string[], value as readonly string[], pair === true) : value);
  }
  return Object.fromEntries(merged);
}

function joined(before: readonly string[], after: readonly string[], isPair: boolean): readonly string[] {
  const names = new Set(after.map(nameOf));
  return [...before.filter((each) => !isPair || !names.has(nameOf(each))), ...after];
}

const nameOf = (text: string): string => text.replace(/=.*/s, "");
