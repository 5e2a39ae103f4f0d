/**
 * What rules are relative to: each mount that holds a file, in the app's tree, or because the host calls it a path below what it
 * calls the other. What a rule says of one of these paths holds.
 */
import { OptionError } from "../../errors.ts";
import { type FileRule, type Places, type RuleStart, type Said, saidAt, startPlaces, stepPlaces } from "../../image/file-rules.ts";
import { MAX_NAME_LENGTH, MAX_RULE_SEGMENTS } from "../../image/layout.ts";

/** A mount, by the names of its path in the app's tree, and of what the host calls it. */
export interface RuledPlace {
  readonly segments: readonly string[];
  readonly host?: string | undefined;
  /** Nothing lies in it. */
  readonly isFile?: true;
}

const namesOf = (host: string): readonly string[] => host.split("/").filter((name) => name !== "" && name !== ".");
/** `.` holds all that is relative. */
const isRooted = (host: string): boolean => host.startsWith("/");

const below = (outer: readonly string[], names: readonly string[]): readonly (readonly string[])[] =>
  outer.every((name, index) => name === names[index]) ? [names.slice(outer.length)] : [];

/** The names from a directory of the host's to one in it; none for the same, nothing if it is not in it. */
function hostNames(outer: RuledPlace, { host }: RuledPlace): readonly (readonly string[])[] {
  if (host === undefined || outer.host === undefined || isRooted(host) !== isRooted(outer.host)) return [];
  return below(namesOf(outer.host), namesOf(host));
}

/** Where rules start in a place: as the place itself, and as what lies in each of the others that hold it. */
export function startsOf(place: RuledPlace, all: readonly RuledPlace[]): readonly RuleStart[] {
  const starts = all
    .filter(({ isFile }) => !isFile)
    .flatMap((other) => [...below(other.segments, place.segments), ...hostNames(other, place)]);
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

interface Inner {
  /** As `FileRule.inner` has it. */
  readonly inner: string;
  /** On the way from the outer place. */
  readonly names: RuleStart;
  /** Where rules start in the inner one. */
  readonly start: RuleStart;
}

/** Of places that lie in this one at the host: it leads to the same files as they. */
export function innerPlaces(outer: RuledPlace, all: readonly RuledPlace[]): readonly Inner[] {
  return all.flatMap(({ segments, host, isFile }) =>
    hostNames(outer, { segments, host }).flatMap((names) =>
      startsOf({ segments }, all)
        .filter((start) => names.length > 0 && (!isFile || start.length > 0))
        .map((start) => ({ inner: JSON.stringify([names, start]), names, start })),
    ),
  );
}

/**
 * What rules say of inner places, as rules of the outer ones: the same behind the names on the way. What the rules themselves say in both
 * is left out. Each has the number of the rule that it comes from. @throws OptionError where that is more than a rule can be
 */
export function innerRules(rules: readonly FileRule[], all: readonly RuledPlace[]): readonly (readonly [FileRule, number])[] {
  const places = all.filter(({ isFile }) => !isFile).flatMap((outer) => innerPlaces(outer, all));
  return [...new Map(places.map((each) => [each.inner, each])).values()].flatMap(({ inner, names, start }) => {
    const starts = placesAt(rules, start);
    return rules.flatMap((rule, index) => {
      const { kind, segments } = rule;
      if (start.length === 0 && segments[0] === "**" && !rules.some((each) => each.kind === kind && each.isException)) return [];
      const isAt = (place: number): boolean => (((starts[index] ?? 0) >>> place) & 1) === 1;
      return [...segments.keys(), segments.length]
        .filter((place) => isAt(place) && !(segments[place - 1] === "**" && isAt(place - 1)))
        .map((place) => [behind({ ...rule, inner, segments: segments.slice(place) }, names), index] as const);
    });
  });
}

function behind(rule: FileRule, names: RuleStart): FileRule {
  const segments = [...names, ...rule.segments];
  if (segments.length > MAX_RULE_SEGMENTS || names.some((name) => new TextEncoder().encode(name).length > MAX_NAME_LENGTH))
    throw new OptionError(rule.kind, `\`${names.join("/")}\` of the host is too long a path for rules`);
  return { ...rule, segments };
}
