/**
 * What rules are relative to: each mount that holds a file, in the app's tree, or because the host calls it a path below what it
 * calls the other. What a rule says of one of these paths holds.
 */
import { type FileRule, type Places, type RuleStart, type Said, saidAt, startPlaces, stepPlaces } from "../../image/file-rules.ts";

/** A mount, by the names of its path in the app's tree, and of what the host calls it. */
export interface RuledPlace {
  readonly segments: readonly string[];
  readonly host?: string | undefined;
}

const namesOf = (host: string): readonly string[] => host.split("/").filter((name) => name !== "" && name !== ".");
/** `.` holds all that is relative. */
const isRooted = (host: string): boolean => host.startsWith("/");

const below = (outer: readonly string[], names: readonly string[]): readonly (readonly string[])[] =>
  outer.every((name, index) => name === names[index]) ? [names.slice(outer.length)] : [];

/** Where rules start in a place: as the place itself, and as what lies in each of the others that hold it. */
export function startsOf(place: RuledPlace, all: readonly RuledPlace[]): readonly RuleStart[] {
  const { segments, host } = place;
  const starts = all.flatMap((other) => [
    ...below(other.segments, segments),
    ...(host === undefined || other.host === undefined || isRooted(host) !== isRooted(other.host)
      ? []
      : below(namesOf(other.host), namesOf(host))),
  ]);
  return [...new Map([[] as RuleStart, ...starts].map((start) => [start.join("/"), start])).values()];
}

/** What rules say of a place that lies in others. */
export function saidOfPlace(rules: readonly FileRule[], starts: readonly RuleStart[]): Said {
  const said = starts.filter((start) => start.length > 0).map((start) => saidAt(rules, placesAt(rules, start)));
  return { isHidden: said.some(({ isHidden }) => isHidden), isProtected: said.some(({ isProtected }) => isProtected) };
}

/** Where rules have come to with these names. */
export const placesAt = (rules: readonly FileRule[], names: RuleStart): Places =>
  names.reduce((places, name) => stepPlaces(rules, places, name), startPlaces(rules));
