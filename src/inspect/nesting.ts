/**
 * What is nested in a component and who instantiates what with what, read from the binary alone: it holds for
 * any composed component, whoever made it. Names come from name sections and are for people.
 * Core modules are not looked into, but for their names and for embedded files of ours.
 */
import { article } from "../article.ts";
import type { Alias } from "../binary/aliases.ts";
import { decodeComponent, type Section } from "../binary/component.ts";
import type { CoreInstance, Instance } from "../binary/instances.ts";
import { coreModuleName } from "../binary/module-names.ts";
import { decodeNames, NAME_SECTION, type Names } from "../binary/name-section.ts";
import type { Sort, SortIdx } from "../binary/sorts.ts";
import { isHarmless } from "../component/callables.ts";
import { worldOf } from "../component/world.ts";
import type { Role } from "../compose/composition.ts";
import { FormatError } from "../errors.ts";
import { type Embedded, embeddedIn, type DataOrigin } from "./embedded.ts";
import { claimedRoles, type Metadata, METADATA_SECTION, readMetadata } from "./metadata.ts";

export type { Role };

/** A component, as it is defined: it may be instantiated never, once or several times. */
export interface NestedComponent {
  /** Its own, or that which the component around it gives it; `null` where nobody gave it one. */
  readonly name: string | null;
  readonly byteLength: number;
  /** Core modules of its own. */
  readonly coreModules: number;
  /** Instances of these, in order. */
  readonly cores: readonly NestedCore[];
  /** Where wasi-nest made it. */
  readonly metadata: Metadata | null;
  /** What is embedded in the component itself, if it is a part of ours that has files. */
  readonly embedded: Embedded | null;
  readonly components: readonly NestedComponent[];
  /** In the order in which they are instantiated. */
  readonly instances: readonly NestedInstance[];
  readonly exports: readonly Wire[];
}

/** An instance of a core module. */
export interface NestedCore {
  /** What its module calls itself; `null` where it has no name. */
  readonly name: string | null;
  readonly byteLength: number;
  /** The imports of the component of which it can call functions, itself or by way of another core module. */
  readonly calls: readonly string[];
  /** And those of which it can drop resources. */
  readonly drops: readonly string[];
  /** The functions that the component exports which it answers. */
  readonly answers: readonly string[];
}

export interface NestedInstance {
  readonly name: string | null;
  /** Index into `components`; `null` for a component that came in from outside. */
  readonly component: number | null;
  /** What wasi-nest made it for; `null` in a component that is not of its making, and where the wiring contradicts. */
  readonly role: Role | null;
  readonly args: readonly Wire[];
}

/** Something handed on under a name. */
export interface Wire {
  readonly name: string;
  readonly sort: "func" | "value" | "type" | "component" | "instance" | "core module";
  /** Where it comes from; several for an instance that is put together. */
  readonly from: readonly Source[];
}

export type Source =
  /** An import of the component around it. */
  | { readonly kind: "import"; readonly name: string }
  /** Index into `instances`, and the export of it; `null` for the whole instance. */
  | { readonly kind: "instance"; readonly instance: number; readonly export: string | null }
  /** Made here: a lifted function, a type, a nested component. */
  | { readonly kind: "own" }
  /** Of a component further out. */
  | { readonly kind: "outer" };

/** What a wire that comes from an import of the component around it is of that. */
export interface OfImport {
  /** The export of it; absent where it is the whole import. */
  readonly label?: string;
  /** Put together of exports, under names that may be others. */
  readonly isBundle?: true;
}

/** By wire: what only a look at functions needs. */
const ofImports = new WeakMap<Wire, OfImport>();
export const ofImport = (wire: Wire): OfImport => ofImports.get(wire) ?? {};

/** What only a look at a program in a part needs of a core module's instance. */
export interface CoreDetails {
  /** The core module. */
  readonly bytes: Uint8Array;
  /** The instances of core modules that it is given as a whole, by what they are called there. */
  readonly given: ReadonlyMap<string, NestedCore>;
  /** Functions of imports of the component that it is given itself, and not by way of another core module. */
  readonly lowered: readonly LoweredFunc[];
}

export interface LoweredFunc {
  /** The import. */
  readonly name: string;
  /** The function of it; absent where it is the whole import. */
  readonly label?: string;
}

const coreDetails = new WeakMap<NestedCore, CoreDetails>();
export const detailsOf = (core: NestedCore): CoreDetails | undefined => coreDetails.get(core);

/** Components may lie this deep in each other. */
export const MAX_NESTING = 100;

/** What an index stands for: where it is from, and for an instance that is put together, what it exports. */
interface Origin extends OfImport {
  readonly from: readonly Source[];
  readonly exports?: ReadonlyMap<string, Origin>;
  /** The nested component that it is. */
  readonly component?: number;
  /** Of something core-level: what can be called, or dropped, by way of it. */
  readonly calls?: readonly Source[];
  readonly drops?: readonly Source[];
  /** Of a core function of an import, and of what is put together of such. */
  readonly lowered?: readonly LoweredFunc[];
  /** The instance of a core module that it is of. */
  readonly core?: number;
  /** The core module that it is. */
  readonly module?: number;
}

const OWN: Origin = { from: [{ kind: "own" }] };
const OUTER: Origin = { from: [{ kind: "outer" }] };

interface Place {
  /** Where in the file it begins. */
  readonly baseOffset?: number;
  readonly depth?: number;
  /** Nobody says that its memory may be laid out in a way that we do not know. */
  readonly isReadable?: boolean;
}

/**
 * `origin` is where data is that `bytes` may lack; without it, no digests are computed.
 * @throws FormatError where `bytes` are not a well-formed component
 */
export function nestingOf(
  bytes: Uint8Array,
  origin: DataOrigin = { source: bytes, createHash: undefined },
  { baseOffset = 0, depth = 0, isReadable = true }: Place = {},
): NestedComponent {
  if (depth > MAX_NESTING) throw new FormatError(`components lie more than ${MAX_NESTING} deep in each other`, baseOffset);
  const sections = decodeComponent(bytes, baseOffset);
  const names = decodeNames(customSection(sections, NAME_SECTION) ?? new Uint8Array());
  const written = customSection(sections, METADATA_SECTION);
  const metadata = written === undefined ? null : readMetadata(written);
  // Of a later wasi-nest's output.
  const isOfOtherFormat = metadata !== null && metadata.policy === null;
  const inside = ({ offset }: Section): Place => ({ baseOffset: offset, depth: depth + 1, isReadable: !isOfOtherFormat });
  const reading = new Reading(names, (section) => nestingOf(section.bytes, origin, inside(section)));
  for (const section of sections) reading.section(section);
  const modules = sections.filter((section) => section.kind === "core module");
  return {
    name: names.component ?? null,
    byteLength: bytes.length,
    coreModules: modules.length,
    cores: reading.cores(),
    metadata,
    embedded: isReadable
      ? embeddedIn(
          reading.exports.map(({ name }) => name),
          modules,
          origin,
        )
      : null,
    components: reading.components,
    instances: withRoles(reading, metadata === null || written === undefined ? [] : claimedRoles(written)),
    exports: reading.exports,
  };
}

/** The instances with the roles that they are said to have, where that can be. */
function withRoles({ instances, components, bytes }: Reading, claimed: readonly (Role | null)[]): readonly NestedInstance[] {
  const apps = claimed.filter((role) => role === "app");
  return instances.map((each, i) => {
    const role = claimed[i] ?? null;
    const nested = each.component === null ? undefined : components[each.component];
    const content = each.component === null ? undefined : bytes[each.component];
    const isBelieved = role !== null && nested !== undefined && content !== undefined && canBe(role, nested, content, each);
    return isBelieved && (role !== "app" || apps.length === 1) ? { ...each, role } : each;
  });
}

/**
 * Whether the content of a component does not contradict a role. Stubs have nobody to ask, whatever they answer. A re-export has no
 * code, or it is a façade: then all that it can ask is a nested instance, and what it gives has no other power than that.
 */
function canBe(
  role: Role,
  { coreModules, components, instances }: NestedComponent,
  content: Uint8Array,
  { args }: NestedInstance,
): boolean {
  switch (role) {
    case "app":
      return true;
    case "re-export":
      return components.length === 0 && instances.length === 0 && (coreModules === 0 || asksInsideAlone(args));
    case "adapter":
      // One with a program puts the names of the program's own types to what it exports.
      return coreModules > 0 && components.every(hasNoCode);
    case "stubs":
      return coreModules > 0 && components.length === 0 && importsTypesAlone(content);
  }
}

const hasNoCode = ({ coreModules, components, instances }: NestedComponent): boolean =>
  coreModules === 0 && components.length === 0 && instances.length === 0;

/** Whether all that is given, but for types, comes from nested instances, and something does. */
function asksInsideAlone(args: readonly Wire[]): boolean {
  const asked = args.filter(({ sort }) => sort !== "type");
  return asked.length > 0 && asked.every(({ from }) => from.every(({ kind }) => kind === "instance"));
}

function importsTypesAlone(content: Uint8Array): boolean {
  try {
    return [...worldOf(content).imports.values()].every(isHarmless);
  } catch (error) {
    // It needs what is around it.
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The last of that name: it was added last. */
function customSection(sections: readonly Section[], name: string): Uint8Array | undefined {
  return sections.flatMap((each) => (each.kind === "custom" && each.name === name ? [each.bytes] : [])).at(-1);
}

/** Goes through the sections of one component and keeps its index spaces. */
class Reading {
  readonly components: NestedComponent[] = [];
  /** Of the components. */
  readonly bytes: Uint8Array[] = [];
  readonly instances: NestedInstance[] = [];
  readonly exports: Wire[] = [];
  readonly #modules: Extract<Section, { readonly kind: "core module" }>[] = [];
  readonly #cores: {
    readonly module: number;
    readonly calls: readonly Source[];
    readonly drops: readonly Source[];
    readonly answers: string[];
    readonly lowered: readonly LoweredFunc[];
    readonly given: ReadonlyMap<string, number>;
  }[] = [];
  readonly #spaces = new Map<Sort, Origin[]>();
  readonly #names: Names;
  readonly #nested: (section: Extract<Section, { readonly kind: "component" }>) => NestedComponent;
  #offset = 0;

  constructor(names: Names, nested: (section: Extract<Section, { readonly kind: "component" }>) => NestedComponent) {
    this.#names = names;
    this.#nested = nested;
  }

  section(section: Section): void {
    this.#offset = section.offset;
    switch (section.kind) {
      case "component": {
        const nested = this.#nested(section);
        const name = nested.name ?? this.#nameOf("component", this.#space("component").length);
        this.#space("component").push({ ...OWN, component: this.components.length });
        this.components.push({ ...nested, name });
        this.bytes.push(section.bytes);
        break;
      }
      case "core module":
        this.#space("core module").push({ ...OWN, module: this.#modules.length });
        this.#modules.push(section);
        break;
      case "core instance":
        for (const each of section.items) this.#space("core instance").push(this.#coreInstance(each));
        break;
      case "instance":
        for (const each of section.items) this.#space("instance").push(this.#instance(each));
        break;
      case "alias":
        for (const each of section.items) this.#space(each.sort).push(this.#alias(each));
        break;
      case "type":
        for (const _ of section.items) this.#space("type").push(OWN);
        break;
      case "canon":
        for (const each of section.items) {
          if (each.kind === "lift") this.#space("func").push({ ...OWN, ...this.#coreOf(each.func) });
          else if (each.kind === "lower") this.#space("core func").push(this.#lowered(each.func));
          else if (each.kind === "resource.drop")
            this.#space("core func").push({ ...OWN, drops: this.#at({ sort: "type", idx: each.resource }).from });
          else this.#space("core func").push(OWN);
        }
        break;
      case "start":
        for (let i = 0; i < section.results; i++) this.#space("value").push(OWN);
        break;
      case "value":
        for (const _ of section.items) this.#space("value").push(OWN);
        break;
      case "import":
        for (const { name, type } of section.items) this.#space(type.kind).push({ from: [{ kind: "import", name: name.name }] });
        break;
      case "export":
        for (const { name, item } of section.items) {
          this.exports.push(this.#wire(name.name, item));
          const origin = this.#at(item);
          if (item.sort === "func" && origin.core !== undefined) this.#cores[origin.core]?.answers.push(name.name);
          this.#space(item.sort).push(origin);
        }
        break;
      default:
    }
  }

  #instance(instance: Instance): Origin {
    if (instance.kind === "exports") {
      const exports = new Map(instance.exports.map(({ name, item }) => [name.name, this.#at(item)]));
      return { from: united([...exports.values()].flatMap(({ from }) => from)), exports, isBundle: true };
    }
    const { component = null } = this.#at({ sort: "component", idx: instance.component });
    const own = component === null ? null : (this.components[component]?.name ?? null);
    const name = this.#nameOf("instance", this.#space("instance").length) ?? own;
    const index = this.instances.length;
    this.instances.push({ name, component, role: null, args: instance.args.map((arg) => this.#wire(arg.name, arg.item)) });
    return { from: [{ kind: "instance", instance: index, export: null }] };
  }

  #lowered(func: number): Origin {
    const { from, label } = this.#at({ sort: "func", idx: func });
    const lowered = from.flatMap((each) => (each.kind === "import" ? [{ name: each.name, ...(label !== undefined && { label }) }] : []));
    return { ...OWN, calls: from, lowered };
  }

  cores(): readonly NestedCore[] {
    const namesOf = (sources: readonly Source[]): readonly string[] => [
      ...new Set(sources.flatMap((source) => (source.kind === "import" ? [source.name] : []))),
    ];
    const all = this.#cores.map(({ module, calls, drops, answers }) => {
      const { bytes } = this.#modules[module] ?? {};
      if (bytes === undefined) return undefined;
      return { name: coreModuleName(bytes) ?? null, byteLength: bytes.length, calls: namesOf(calls), drops: namesOf(drops), answers };
    });
    this.#cores.forEach(({ module, given, lowered }, i) => {
      const [core, { bytes } = {}] = [all[i], this.#modules[module]];
      if (core === undefined || bytes === undefined) return;
      const instances = [...given].flatMap(([name, index]) => (all[index] === undefined ? [] : [[name, all[index]] as const]));
      coreDetails.set(core, { bytes, given: new Map(instances), lowered });
    });
    return all.filter((each) => each !== undefined);
  }

  #coreInstance(instance: CoreInstance): Origin {
    const given =
      instance.kind === "exports" ? instance.exports : instance.args.map((arg) => ({ sort: "core instance", idx: arg.instance }) as const);
    const origins = given.map(({ sort, idx }) => this.#space(sort)[idx]);
    const calls = united(origins.flatMap((each) => each?.calls ?? []));
    const drops = united(origins.flatMap((each) => each?.drops ?? []));
    const lowered = origins.flatMap((each) => each?.lowered ?? []);
    if (instance.kind === "exports") return { ...OWN, calls, drops, lowered };
    const { module = -1 } = this.#at({ sort: "core module", idx: instance.module });
    const cores = instance.args.flatMap(({ name }, i) => {
      const index = origins[i]?.core;
      return index === undefined ? [] : [[name, index] as const];
    });
    this.#cores.push({ module, calls, drops, answers: [], lowered, given: new Map(cores) });
    return { ...OWN, calls, drops, core: this.#cores.length - 1 };
  }

  /** The core instance of a core function. */
  #coreOf(func: number): Pick<Origin, "core"> {
    const { core } = this.#space("core func")[func] ?? {};
    return core === undefined ? {} : { core };
  }

  #alias({ sort, target }: Alias): Origin {
    if (target.kind === "core export") return this.#space("core instance")[target.instance] ?? OWN;
    if (target.kind === "outer") return target.count === 0 ? this.#at({ sort, idx: target.idx }) : OUTER;
    const { exports, from, label } = this.#at({ sort: "instance", idx: target.instance });
    const [source] = from;
    if (exports !== undefined) return exports.get(target.name) ?? OWN;
    const isWhole = source?.kind === "instance" && source.export === null;
    if (isWhole) return { from: [{ ...source, export: target.name }] };
    return { from, label: label === undefined ? target.name : `${label}/${target.name}` };
  }

  #wire(name: string, item: SortIdx): Wire {
    if (item.sort.startsWith("core ") && item.sort !== "core module")
      throw new FormatError(`\`${name}\` is ${article(item.sort)}, which no component can have`, this.#offset);
    const { from, label, isBundle } = this.#at(item);
    // Checked right above.
    const wire: Wire = { name, sort: item.sort as Wire["sort"], from };
    ofImports.set(wire, { ...(label !== undefined && { label }), ...(isBundle && { isBundle }) });
    return wire;
  }

  #at({ sort, idx }: SortIdx): Origin {
    const found = this.#space(sort)[idx];
    if (found === undefined) throw new FormatError(`${sort} index ${idx}, where there are ${this.#space(sort).length}`, this.#offset);
    return found;
  }

  #nameOf(sort: Sort, index: number): string | null {
    return this.#names.items.get(sort)?.get(index) ?? null;
  }

  #space(sort: Sort): Origin[] {
    const known = this.#spaces.get(sort);
    if (known !== undefined) return known;
    const space: Origin[] = [];
    this.#spaces.set(sort, space);
    return space;
  }
}

/** Each source once, in order. */
function united(sources: readonly Source[]): readonly Source[] {
  const seen = new Map(sources.map((each) => [JSON.stringify(each), each]));
  return [...seen.values()];
}
