/** Which files of a directory of the host's are hidden from a component, told outside of it. */
import { ruleOf } from "../adapters/filesystem/rule-globs.ts";
import { placesAt, startsOf } from "../adapters/filesystem/rule-places.ts";
import { saidAt, stepPlaces } from "../image/file-rules.ts";

const namesOf = (path: string): readonly string[] => path.split("/").filter((name) => name !== "");

/**
 * `guest` and `host` are the directory's paths for the component and here. With `hasOthers`, other directories are given to the
 * component, and rules may be relative to these: then rather more is said to be hidden. @throws OptionError for a glob that is none
 */
export function hiding(globs: readonly string[], guest: string, host: string, hasOthers: boolean): (path: string) => boolean {
  const rules = globs.flatMap((glob) => ruleOf("hide", glob));
  const starts = [guest, host]
    .map(namesOf)
    .flatMap((segments) => startsOf({ segments }, hasOthers ? segments.map((_, i) => ({ segments: segments.slice(0, i) })) : []));
  const places = starts.map((start) => placesAt(rules, start));
  return (path) =>
    places.some((start) => {
      let at = start;
      return path.split("/").some((name) => saidAt(rules, (at = stepPlaces(rules, at, name))).isHidden);
    });
}
