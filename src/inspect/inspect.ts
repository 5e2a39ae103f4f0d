/**
 * What a component can still do: its imports by subsystem, with the functions it uses and, for a component that
 * wasi-nest made, the reason for each; what it exports; and what is nested in it.
 */
import { implementedBy, meaningOf } from "../component/attributes.ts";
import { callablesIn, isHarmless } from "../component/callables.ts";
import { parseInterfaceName } from "../component/names.ts";
import { type Extern, sortOf } from "../component/types.ts";
import { worldOf } from "../component/world.ts";
import type { Chunk } from "../binary/chunk.ts";
import { OptionError } from "../errors.ts";
import { bytes, callable, check, checkOptions, flag, only } from "../shapes.ts";
import type { Outcome } from "../virtualize/report.ts";
import type { Allowance } from "./allowance.ts";
import { type DataOrigin, digestOfAll, type Embedded } from "./embedded.ts";
import { ownersOfModule } from "../compose/part.ts";
import { deniedImports } from "./denied.ts";
import { behind } from "./namesakes.ts";
import { type NestedComponent, type NestedCore, type NestedInstance, nestingOf, type Role } from "./nesting.ts";
import { type Bypass, restrictionsOf } from "./restricted.ts";
import { programImports, programIn } from "./program.ts";
import { isGiven, reasonOf } from "./reasons.ts";
import { type InspectedStage, stagesIn } from "./stages.ts";
import { type Hash, Sha256 } from "./sha256.ts";
import { type Subsystem, wordOf } from "./subsystems.ts";

/** Plain data, the same as JSON. */
export interface Inspection {
  /** Everything that the component has power over, as an allowance says it: `beyond` finds nothing beyond it. */
  readonly reach: Allowance["allow"];
  readonly imports: readonly InspectedImport[];
  readonly exports: readonly InspectedExport[];
  /** What became of each import of the app, in an output of ours; `null` elsewhere. Those of a program of preview 1 are what it comes to. */
  readonly app: readonly AppImport[] | null;
  /** The core module of preview 1 that the app is, where it lies in one part with what answers it; `null` elsewhere. */
  readonly program: InspectedProgram | null;
  /** Of an output of a script, what each command can reach; `null` elsewhere. */
  readonly stages: readonly InspectedStage[] | null;
  /** Rules that are recorded, and what the wiring leads around them: none in an output as wasi-nest makes it. */
  readonly bypasses: readonly Bypass[];
  /** Every version of WASI among imports and exports. */
  readonly wasiVersions: readonly string[];
  /**
   * SHA-256 of all that parts of ours embed, wherever they are nested; `null` where there is nothing, or no digests are wanted.
   * Computed from the data itself, not from what is said of it.
   */
  readonly embeddedDigest: string | null;
  /** The component itself and what is nested in it. */
  readonly component: NestedComponent;
}

export interface AppImport {
  readonly name: string;
  readonly outcome: Outcome;
}

export interface InspectedProgram {
  readonly byteLength: number;
  /** The functions of preview 1 that it imports. */
  readonly imports: readonly string[];
}

export interface InspectedExport {
  readonly name: string;
  readonly kind: ReturnType<typeof sortOf>;
  /**
   * What of an instance can be called, however deep: `open`, and within an instance in it `store/open`. Whatever else is
   * no type is said with its kind, `engine (core module)`.
   */
  readonly functions: readonly string[];
  /** The interface that an instance under a plain name is; `null` for all others. */
  readonly implements: string | null;
}

export interface InspectedImport extends InspectedExport {
  readonly subsystem: Subsystem;
  /** Whether it lets the component do anything to the world or learn anything of it. */
  readonly isPower: boolean;
  /** Why it is there; `null` where wasi-nest did not make the component. */
  readonly reason: string | null;
}

export interface InspectOptions {
  /** Whether digests of embedded files are computed, which reads all of them; yes by default. */
  readonly digests?: boolean;
  /** Makes what computes a SHA-256, such as `createHash` of `node:crypto`, which is faster than what this library has. */
  readonly createHash?: () => Hash;
  /** The same bytes as `component`, which may have zeros in the place of the code and the data of core modules then. */
  readonly source?: Chunk;
}

const contents = only(
  "a Uint8Array or an object with `byteLength` and `readInto`",
  (value) => typeof value === "object" && value !== null && "byteLength" in value,
);

/** Where the data of a component is, checked. */
export function originOf(component: Uint8Array, options: InspectOptions): DataOrigin {
  check(bytes, component, "component");
  checkOptions<InspectOptions>({ digests: flag, createHash: callable, source: contents }, options);
  const { digests = true, createHash = () => new Sha256(), source = component } = options;
  if (source.byteLength !== component.byteLength)
    throw new OptionError("source", `it has ${source.byteLength} bytes, and the component has ${component.byteLength}`);
  return { source, createHash: digests ? createHash : undefined };
}

/**
 * @throws FormatError where `component` is not a well-formed component
 * @throws OptionError where it is no bytes at all, and for an unknown option, or one of another type
 */
export function inspect(component: Uint8Array, options: InspectOptions = {}): Inspection {
  const origin = originOf(component, options);
  const world = worldOf(component);
  const nesting = nestingOf(component, origin);
  const users = usersIn(nesting);
  const program = programIn(nesting);
  const { restricted, bypasses } = restrictionsOf(component, nesting, { world, program });
  const app = program === undefined ? undefined : programImports(component, program);
  const isAllowed = (name: string): boolean => app?.some((each) => each.outcome === "allowed" && each.name === name) === true;
  const imports = [...world.imports].map(([name, item]): InspectedImport => {
    const subsystem = subsystemOfImport(name, item);
    return {
      ...inspected(name, item),
      subsystem,
      isPower: subsystem !== "io" && !isHarmless(item),
      reason: isAllowed(name) ? "allowed" : reasonIn(name, item, nesting, { given: users.get(name), acting: program?.acting }),
    };
  });
  const outcomes =
    app?.map(({ name, outcome }) => ({ name, outcome: outcome === "allowed" && restricted.has(name) ? "restricted" : outcome }) as const) ??
    appImports(nesting, deniedImports(component, nesting), restricted);
  const names = [...world.imports.keys(), ...world.exports.keys()].map(parseInterfaceName);
  const versions = names.flatMap((each) => (each?.namespace === "wasi" && each.version !== undefined ? [each.version] : []));
  return {
    reach: reachOf(imports),
    imports,
    exports: [...world.exports].map(([name, item]) => inspected(name, item)),
    app: outcomes,
    stages: stagesIn(nesting, outcomes),
    program: program === undefined ? null : { byteLength: program.core.byteLength, imports: [...program.program.imports.keys()] },
    bypasses,
    wasiVersions: [...new Set(versions)].sort((left, right) => left.localeCompare(right, "en", { numeric: true })),
    embeddedDigest: digestOfAll(embeddedAnywhere(nesting), origin.createHash),
    component: nesting,
  };
}

/** Of a component, and of those nested in it in their order. */
function embeddedAnywhere({ embedded, components }: NestedComponent): readonly Embedded[] {
  return [...(embedded === null ? [] : [embedded]), ...components.flatMap(embeddedAnywhere)];
}

function inspected(name: string, item: Extern): InspectedExport {
  return { name, kind: sortOf(item), functions: labelsOf(item), implements: implementedBy(item) ?? null };
}

function labelsOf(item: Extern): readonly string[] {
  const callables = item.kind === "instance" ? callablesIn(item) : [];
  return callables.map(({ path, kind }) => (kind === "func" ? path : `${path} (${kind})`));
}

/** Only an instance is an interface, whatever else bears the name of one. */
function subsystemOfImport(name: string, item: Extern): Subsystem {
  return item.kind === "instance" ? wordOf(meaningOf(name, item), labelsOf(item)) : "other";
}

/** Words first, then names. */
function reachOf(imports: readonly InspectedImport[]): Inspection["reach"] {
  const entries = imports.flatMap(({ name, kind, subsystem, isPower, implements: implemented }) => {
    if (!isPower) return [];
    if (subsystem !== "other") return [subsystem];
    const known = implemented ?? name;
    return [kind === "instance" && parseInterfaceName(known) !== undefined ? known : { import: name }];
  });
  const words = [...new Set(entries.filter((each) => typeof each === "string"))].sort();
  const plain = entries.filter((each) => typeof each !== "string");
  return [...words, ...plain.sort((left, right) => (left.import < right.import ? -1 : 1))];
}

/** By who gives it: the host itself or by way of a re-export, an adapter, or stubs. Of several it is the one that lets through most. */
function appImports({ instances }: NestedComponent, denied: ReadonlySet<string>, restricted: ReadonlySet<string>): Inspection["app"] {
  const app = instances.find(({ role }) => role === "app");
  if (app === undefined) return null;
  return app.args.map(({ name, from }) => {
    const roles = from.map((source) => {
      const giver = behind(source, instances);
      if (giver.kind !== "instance") return undefined;
      const instance = instances[giver.instance];
      // A re-export of the host's of which an adapter wraps everything is made from the host's interface of that name.
      const isWrapped = giver !== source && instance?.args.some((arg) => arg.name === name && arg.sort === "instance");
      return isWrapped === true ? "re-export" : instance?.role;
    });
    const isBy = (...among: readonly Role[]): boolean => roles.length > 0 && roles.every((role) => among.some((each) => each === role));
    if (denied.has(name) || isBy("stubs")) return { name, outcome: "denied" };
    if (isBy("stubs", "adapter")) return { name, outcome: "virtualized" };
    return { name, outcome: restricted.has(name) ? "restricted" : "allowed" };
  });
}

/** The instances that are given an import, or something of it beside types, by its name. */
function usersIn({ instances }: NestedComponent): ReadonlyMap<string, ReadonlySet<NestedInstance>> {
  const users = new Map<string, Set<NestedInstance>>();
  for (const instance of instances) {
    for (const source of instance.args.flatMap(({ sort, from }) => (sort === "type" ? [] : from))) {
      if (source.kind === "import") users.set(source.name, (users.get(source.name) ?? new Set()).add(instance));
    }
  }
  return users;
}

interface Users {
  /** The instances that are given the import. */
  readonly given: Iterable<NestedInstance> | undefined;
  /** Core modules that are none of the adapters'. */
  readonly acting: ReadonlySet<NestedCore> | undefined;
}

function reasonIn(name: string, item: Extern, { metadata, components }: NestedComponent, { given = [], acting }: Users): string | null {
  if (metadata === null) return null;
  const users = [...given];
  const isAllowed =
    users.some(({ role }) => role === "app" || role === "re-export") || isGiven(subsystemOfImport(name, item), metadata.policy);
  return reasonOf({
    name,
    functions: labelsOf(item),
    isAllowed,
    users: users.flatMap((user) => partsOf(user, name, components, acting).map((each) => `the ${each}`)),
  });
}

/** What of an instance gets an import: the adapters in a part of ours by the names of their core modules, or the instance. */
function partsOf(
  { name, role, component }: NestedInstance,
  imported: string,
  components: readonly NestedComponent[],
  ofProgram: ReadonlySet<NestedCore> = new Set(),
): readonly string[] {
  const { cores: all = [] } = (component === null ? undefined : components[component]) ?? {};
  const cores = all.filter((each) => !ofProgram.has(each));
  const ownersOf = (is: (core: NestedCore) => boolean): readonly (string | null)[] =>
    cores.filter(is).map((core) => ownersOfModule(core.name ?? "")?.using ?? null);
  const callers = ownersOf(({ calls }) => calls.includes(imported));
  // The first module in which a resource is dropped is where it is needed: the others share the memory that is in it.
  const owners = callers.length > 0 ? callers : ownersOf(({ drops }) => drops.includes(imported)).slice(0, 1);
  const isKnown = role === "adapter" && owners.length > 0 && !owners.includes(null);
  if (isKnown) return [...new Set(owners)].map((owner) => `${owner} adapter`);
  return [[name, role ?? "component"].filter((each) => each !== null).join(" ")];
}
