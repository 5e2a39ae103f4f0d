/** `hide` and `protect`: what mounts come to under rules. */
import type { Chunk } from "../../binary/chunk.ts";
import { OptionError } from "../../errors.ts";
import { type FileRule, isMatch, type Places, type RuleStart, saidAt, stepPlaces } from "../../image/file-rules.ts";
import type { Directory, Entry, HostPreopen } from "../../image/tree.ts";
import { hostPathOf } from "./host-path.ts";
import { type Mount, type MountOption, type Overlay, segmentsOf, type Tmpfs } from "./mounts.ts";
import { ruleOf } from "./rule-globs.ts";
import { innerRules, placesAt, type RuledPlace, saidOfPlace, startsOf } from "./rule-places.ts";

export interface RuleOptions {
  /** Globs of what is not there for the app, relative to each mount; `!` before one makes exceptions of those before it. */
  readonly hide?: readonly string[];
  /** Globs of what is read-only, likewise. */
  readonly protect?: readonly string[];
}

const KINDS = ["hide", "protect"] as const;

/** What is embedded without what rules hide. `onMatch` is called with the numbers of rules that match something. */
export function visible(
  entry: Entry<Chunk>,
  rules: readonly FileRule[],
  starts: readonly RuleStart[],
  onMatch: (rule: number) => void,
): Entry<Chunk> {
  const visit = (directory: Directory<Chunk>, here: readonly Places[]): Directory<Chunk> => {
    const entries = new Map<string, Entry<Chunk>>();
    for (const [name, each] of directory.entries) {
      const inside = here.map((places) => stepPlaces(rules, places, name));
      for (const places of inside)
        for (const [index, { segments }] of rules.entries()) if (isMatch(places[index] ?? 0, segments.length)) onMatch(index);
      if (inside.some((places) => saidAt(rules, places).isHidden)) continue;
      entries.set(name, each.kind === "directory" ? visit(each, inside) : each);
    }
    return { ...directory, entries };
  };
  return entry.kind === "directory"
    ? visit(
        entry,
        starts.map((start) => placesAt(rules, start)),
      )
    : entry;
}

/** What mounts and files of the host's come to under rules. */
export interface Ruled {
  readonly rules: readonly FileRule[];
  /** What each of them was given as. */
  readonly texts: readonly string[];
  /** What rules are relative to; none without rules. */
  readonly places: readonly RuledPlace[];
  readonly mounts: readonly Mount<Chunk>[];
  readonly hostFiles: readonly HostPreopen[];
  /** Globs that match nothing, where all there is is embedded, and those of one name, which match only what is in a root. */
  readonly unused: readonly string[];
  readonly shallow: readonly string[];
}

interface Given {
  readonly mounts: readonly Mount<Chunk>[];
  readonly tmpfs: readonly Tmpfs[];
  readonly overlays: readonly Overlay[];
  readonly hostPreopens: readonly HostPreopen[];
  readonly hostFiles: readonly HostPreopen[];
}

/** @throws OptionError for a glob that is none, and where a rule hides a whole mount */
export function ruled(options: RuleOptions, { mounts, tmpfs, overlays, hostPreopens, hostFiles }: Given): Ruled {
  const globs = KINDS.flatMap((kind) => (options[kind] ?? []).map((glob) => ({ kind, glob, rules: ruleOf(kind, glob) })));
  const rules = globs.flatMap((each) => each.rules);
  const texts = globs.flatMap(({ glob, rules: ofGlob }) => ofGlob.map(() => glob));
  if (rules.length === 0) return { rules, texts, places: [], mounts, hostFiles, unused: [], shallow: [] };
  const placeOf = (option: MountOption, { path, host }: { readonly path: string; readonly host?: string }): Placed => ({
    ...{ option, path, segments: segmentsOf(path, option), host },
  });
  const files = [
    ...mounts.filter(({ entry }) => entry.kind !== "directory").map((each) => placeOf("mounts", each)),
    ...hostFiles.map((each) => placeOf("hostFiles", each)),
  ];
  const directories = [
    ...mounts.filter(({ entry }) => entry.kind === "directory").map((each) => placeOf("mounts", each)),
    ...tmpfs.map((each) => placeOf("tmpfs", each)),
    ...overlays.map((each) => placeOf("overlays", { ...each, host: hostPathOf(each.host, "overlays") })),
    ...hostPreopens.map((each) => placeOf("preopens", each)),
  ];
  // A file is relative to the directory that it is mounted into.
  const places = [
    ...directories,
    ...files.flatMap(({ segments, host }) => [{ segments: segments.slice(0, -1) }, { segments, host, isFile: true as const }]),
  ];
  for (const { kind, glob } of globs) checkRelative(kind, glob, directories);
  const isProtected = new Map(
    [...directories, ...files].map((place) => {
      const said = saidOfPlace(rules, startsOf(place, places));
      if (said.isHidden) throw new OptionError("hide", `\`${place.path}\` is put there by \`${place.option}\`, and a rule hides all of it`);
      return [place.path, said.isProtected];
    }),
  );
  const matched = new Set<number>();
  const kept = mounts.map((mount) => {
    const starts = startsOf({ segments: segmentsOf(mount.path, "mounts") }, places);
    return { ...mount, entry: visible(mount.entry, rules, starts, (rule) => matched.add(rule)) };
  });
  const isAllEmbedded = directories.length > 0 && directories.every(({ option }) => option === "mounts") && hostFiles.length === 0;
  const inner = innerRules(rules, places);
  return {
    rules: [...rules, ...inner.map(([rule]) => rule)],
    texts: [...texts, ...inner.map(([, index]) => texts[index] ?? "")],
    places,
    shallow: globs.filter(({ glob }) => !/\/|^!?\*\*$/.test(glob)).map(({ kind, glob }) => `${kind}: ${glob}`),
    mounts: kept,
    hostFiles: hostFiles.map((each) => (isProtected.get(each.path) === true ? { ...each, readOnly: true } : each)),
    unused: isAllEmbedded
      ? globs.filter((each) => !each.rules.some((rule) => matched.has(rules.indexOf(rule)))).map(({ kind, glob }) => `${kind}: ${glob}`)
      : [],
  };
}

/** What begins with the path of a mount is taken for a path of the app's tree, and would match nothing. */
function checkRelative(kind: FileRule["kind"], glob: string, directories: readonly Placed[]): void {
  // In a mount of `/`, it is such a path; from another mount, it may be the way to this one.
  if (directories.some(({ segments }) => segments.length === 0)) return;
  const path = glob.replace(/^!/, "");
  for (const place of directories) {
    const known = new Set(startsOf(place, directories).map((start) => `/${start.join("/")}`));
    for (const mount of [`/${place.segments.join("/")}`, place.host?.replace(/\/+$/, "")])
      if (mount?.startsWith("/") === true && !known.has(mount) && `${path}/`.startsWith(`${mount}/`))
        throw new OptionError(
          kind,
          `the glob \`${glob}\` begins with \`${mount}\`, and globs are relative to each mount, here \`${place.path}\`: leave that out, or the slash before it for one of that name in the mount`,
        );
  }
}

interface Placed extends RuledPlace {
  readonly option: MountOption;
  readonly path: string;
}
