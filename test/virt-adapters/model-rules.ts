/**
 * What rules say, as simple as it can be: each glob as a regular expression of paths. Whether two names mean the same for what may be
 * below them, automata of src/ tell, of which test/adapters/rule-globs.test.ts knows that they match what globs do.
 */

import { innerPlaces, innerRules, placesAt, type RuledPlace, startsOf } from "../../src/adapters/filesystem/rule-places.ts";
import { ruleOf } from "../../src/adapters/filesystem/rule-globs.ts";
import { randomOf } from "../differential/random.ts";
import { type FileRule, type Places, startPlaces, stepPlaces } from "../../src/image/file-rules.ts";

export interface Globs {
  readonly hide: readonly string[];
  readonly protect: readonly string[];
}

interface Rule {
  readonly isException: boolean;
  readonly expression: RegExp;
}

type Names = readonly string[];

/** The path of a directory that is nowhere any more: it may have come to any place. */
export const ANYWHERE = undefined;

export const fileRules = ({ hide, protect }: Globs): readonly FileRule[] => [
  ...hide.flatMap((glob) => ruleOf("hide", glob)),
  ...protect.flatMap((glob) => ruleOf("protect", glob)),
];

/** Rules of the names that programs use by chance. */
export function globsBy(seed: number): Globs {
  const { below, pick, chance } = randomOf(seed);
  const glob = (): string => {
    const names = Array.from({ length: 1 + below(3) }, () => pick(["a", "b", "c", "d", "e", "*", "?", "**"]));
    // Of all there is, nothing would be left.
    if (!names.some((name) => /[a-e]/.test(name))) names.push(pick(["a", "d"]));
    return `${chance(0.25) ? "!" : ""}${names.join("/")}${chance(0.3) ? "/**" : ""}`;
  };
  const some = (): readonly string[] => Array.from({ length: 1 + below(3) }, glob);
  return { hide: some(), protect: some() };
}

export class ModelRules {
  readonly #hide: readonly Rule[];
  readonly #protect: readonly Rule[];
  /** Of each mount: the names from the root of the model to it. */
  readonly #mounts: readonly Names[];
  readonly #rules: readonly FileRule[];
  readonly #starts: readonly (readonly Places[])[];

  constructor(globs: Globs, mounts: readonly Names[] = [[]]) {
    [this.#hide, this.#protect] = [globs.hide.map(ruleBy), globs.protect.map(ruleBy)];
    this.#mounts = mounts;
    const places: readonly RuledPlace[] = mounts.map((names, i) => ({ segments: [`m${i}`], host: `/${names.join("/")}` }));
    const own = fileRules(globs);
    this.#rules = [...own, ...innerRules(own, places).map(([rule]) => rule)];
    this.#starts = places.map((place) => [
      ...startsOf(place, places).map((start) => placesAt(this.#rules, start)),
      ...innerPlaces(place, places).map(({ inner }) => startPlaces(this.#rules, inner)),
    ]);
  }

  /** The names from the root of a mount to where a path of the model leads. */
  #below(mount: Names, path: Names): readonly Names[] {
    return mount.every((name, i) => path[i] === name) ? [path.slice(mount.length)] : [];
  }

  #says(rules: readonly Rule[], path: Names | undefined): boolean {
    const said = (matches: (rule: Rule) => boolean): boolean =>
      rules.reduce((before, rule) => (matches(rule) ? !rule.isException : before), false);
    if (path === ANYWHERE) return said(() => true);
    return this.#mounts
      .flatMap((mount) => this.#below(mount, path))
      .some((names) => said(({ expression }) => names.length > 0 && expression.test(names.join("/"))));
  }

  /** Of a name whose directory is visible. */
  isHidden(path: Names | undefined): boolean {
    return this.#says(this.#hide, path);
  }

  isProtected(path: Names | undefined): boolean {
    return this.#says(this.#protect, path);
  }

  /** Why nothing can be made or replaced there. */
  refusal(path: Names | undefined): "not-permitted" | "read-only" | undefined {
    return this.isHidden(path) ? "not-permitted" : this.isProtected(path) ? "read-only" : undefined;
  }

  /** Whether rules mean the same below two paths, seen from a mount. */
  isAlike(mount: number, one: Names, other: Names): boolean {
    const length = this.#mounts[mount]?.length ?? 0;
    const all = (names: Names): string =>
      (this.#starts[mount] ?? [])
        .map((start) =>
          names
            .slice(length)
            .reduce((places, name) => stepPlaces(this.#rules, places, name), start)
            .join(),
        )
        .join(";");
    return all(one) === all(other);
  }
}

function ruleBy(glob: string): Rule {
  const isException = glob.startsWith("!");
  const segments = glob.replace(/^!/, "").replace(/^\//, "").replace(/\/$/, "").split("/");
  // `a/**` is a, too.
  const named = segments.findLastIndex((each) => each !== "**") + 1;
  const text = segments
    .slice(0, named)
    .map((each) => (each === "**" ? "(?:[^/]+/)*" : `${each.replaceAll(".", "\\.").replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}/`))
    .join("");
  return { isException, expression: new RegExp(`^${text.replace(/\/$/, "")}(?:/.*)?$`, isException ? "" : "i") };
}
