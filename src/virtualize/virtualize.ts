/**
 * The use case: a component and options in, a component in which WASI is what the options say out.
 *
 *   decode → plan who provides what → build the parts → encode the outer component
 *
 * And the same without an app: an adapter that exports the WASI of the options, for others to plug in.
 */
import type { ProgramChoices } from "../adapters/adapter-module.ts";
import { isOptionGiven } from "../adapters/modules.ts";
import type { Options } from "../adapters/registry.ts";
import { wasiKey } from "../adapters/series.ts";
import { isServer } from "../adapters/server.ts";
import { asyncVersion, importsOf, isKnownVersion, isStable, newestVersion } from "../adapters/wasi-versions.ts";
import { byteLength, bytesOf, type Chunk } from "../binary/chunk.ts";
import { kindOf } from "../binary/component.ts";
import { encode } from "../binary/core-module.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { keyOf, parseInterfaceName } from "../component/names.ts";
import { type Exports, type Extern, isNamed } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { checkNested } from "../compose/component-writer.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { compose } from "../compose/outer.ts";
import { coreImports, type Part } from "../compose/part.ts";
import { hostNeeds } from "../compose/part-component.ts";
import { LinkError, OptionError } from "../errors.ts";
import { exportsAlong } from "./exported-interfaces.ts";
import { metadataSection } from "../inspect/metadata.ts";
import { wordOf } from "../inspect/subsystems.ts";
import { componentOf, type ProgramWorld, worldOfProgram } from "../preview1/adapt.ts";
import { type Preview1Program, programOf } from "../preview1/module.ts";
import { withProgram } from "../preview1/preview1-part.ts";
import { RUN, RUN_EXPORTS, RUN_VERSION } from "../preview1/run.ts";
import { interfacesOf } from "./known-interfaces.ts";
import { type Built, imageBytes, partsOf } from "./parts.ts";
import { providedBy } from "./reexports.ts";
import { type Plan, planOf } from "./plan.ts";
import { served } from "./policy.ts";
import { outcomeOf, type Report, reportOf } from "./report.ts";
import { policyOf, type Settings, settingsOf } from "./settings.ts";
import { bytes, check, either, list, text } from "../shapes.ts";
import { stack, type Stacked } from "./stack.ts";
import { VERSION } from "../version.ts";

/** As tools show it. */
const OUR_NAME = "wasi-nest";
/** Longer names of components are not repeated in the output's. */
const LONGEST_NAME = 200;

export interface Virtualized<C extends Chunk = Uint8Array> {
  /** The output's bytes in order; the app and file contents are those that were given. */
  readonly chunks: readonly (Uint8Array | C)[];
  readonly report: Report;
}

/**
 * Nests `component` (WASI 0.2, binary) so that it sees the WASI that `options` describe.
 * The same input gives the same bytes.
 * @throws FormatError if `component` is not a well-formed component
 * @throws LinkError if its imports or exports cannot be served
 * @throws OptionError if an option's value is not acceptable
 */
export function virtualize<C extends Chunk = Uint8Array>(component: Uint8Array, options: Options<C> = {}): Virtualized<C> {
  check(bytes, component, "component");
  return virtualizeWith(component, settingsOf(options));
}

/** The same with options that were checked. */
export function virtualizeWith<C extends Chunk>(component: Uint8Array, settings: Settings): Virtualized<C> {
  checkNested(component.byteLength, "the component");
  if (kindOf(component) !== "core module") return virtualizeComponent(component, settings);
  const found = settings.modules.find((each) => each.ofProgram !== undefined)?.ofProgram;
  const choices = found ?? { exitsWithCode: false, stubImports: false, multiMemory: false };
  const program = programOf(component, choices.stubImports);
  // What stands in front of others' interfaces, or is exported along, needs the borders of a component.
  const apart = (): Virtualized<C> => virtualizeComponent(bytesOf(componentOf(program, choices)), settings);
  if (settings.layers.length > 0 || settings.exported.size > 0) return apart();
  const given = worldOfProgram(program, choices.exitsWithCode);
  const { world, interfaces, plan } = planned(given.world, settings);
  if (!canLieInPart(given, plan)) return apart();
  interfaces.add(`${RUN}@${RUN_VERSION}`, RUN_EXPORTS);
  const nesting = { imports: world.imports, interfaces, plan, along: [], types: new Map(), handedOn: new Set<string>() };
  return nest({ app: undefined, program: { program: given.program, world, choices }, ...nesting }, settings);
}

/** `isOurs`: it is one that we have made, and may import what is between parts of ours. */
export function virtualizeComponent<C extends Chunk>(component: Uint8Array, settings: Settings, isOurs = false): Virtualized<C> {
  const stacked = stack(component, settings.layers, isOurs);
  const { world, interfaces, plan } = planned(stacked.world, settings);
  const app = { ...stacked, world };
  const { interfaces: mentioned, types, handedOn } = exportsAlong(world, interfaces, plan);
  const along = new Map([...mentioned, ...settings.exported]);
  for (const name of settings.exported.keys()) refuseOwn(name, world);
  if (along.size === 0) return nest({ app, imports: world.imports, interfaces, plan, along: [], types, handedOn }, settings);
  const imports = new Map(world.imports);
  for (const [name, exports] of along) {
    const before = world.imports.get(name);
    imports.set(name, {
      ...before,
      kind: "instance",
      exports: new Map([...(before?.kind === "instance" ? before.exports : []), ...exports]),
    });
  }
  const whole = interfacesOf(world.imports, along);
  const together = planOf({ imports, exports: world.exports }, whole, settings);
  return nest({ app, imports, interfaces: whole, plan: together, along: [...along.keys()], types, handedOn }, settings);
}

/** A part does not call itself: what the program's own world imports has to be the host's. */
const canLieInPart = ({ own }: ProgramWorld, { providers, deniedFunctions }: Plan): boolean =>
  [...own].every((key) => (providers.get(key) ?? "host") === "host") && (own.size === 0 || deniedFunctions.length === 0);

interface Planned {
  readonly world: World;
  readonly interfaces: Interfaces;
  readonly plan: Plan;
}

function planned(given: World, settings: Settings): Planned {
  const plannedFor = (world: World): Planned => {
    const interfaces = interfacesOf(world.imports);
    return { world, interfaces, plan: planOf(world, interfaces, settings) };
  };
  const first = plannedFor(served(given, settings));
  const hosts = [...first.world.imports].flatMap(([name, item]) =>
    item.kind === "instance" && item.as !== undefined && first.plan.providers.get(keyOf(item.as)) === "host" ? [name] : [],
  );
  return hosts.length === 0 ? first : plannedFor(served(given, settings, new Set(hosts)));
}

/** @throws LinkError for a component that has an interface of the name under which one of ours is exported */
function refuseOwn(ours: string, { imports, exports }: World): void {
  for (const [verb, names] of [
    ["exports", exports.keys()],
    ["imports", imports.keys()],
  ] as const) {
    const name = [...names].find((each) => keyOf(each) === keyOf(ours));
    if (name !== undefined)
      throw new LinkError(`the component ${verb} \`${name}\` of its own, under whose name \`exportFiles\` would export its files`);
  }
}

const VERSIONS = either("a string or an array of strings", (value) => (Array.isArray(value) ? list(text) : text));

/** What only an adapter without an app needs to be told. */
export interface AdapterOptions<C extends Chunk = Uint8Array> extends Options<C> {
  /** The version of WASI to export, such as `0.2.6` or `0.3.0`, or one of each series; by default the newest 0.2 that we know. */
  readonly wasiVersion?: string | readonly string[];
}

/**
 * A component that exports the WASI that `options` describe, in full, for an app to be plugged into.
 * What is allowed stays the host's and is not exported, but where streams of ours have to fit in; if everything is the host's,
 * all of it is handed on.
 * @throws OptionError if an option's value is not acceptable
 */
export function createAdapter<C extends Chunk = Uint8Array>(options: AdapterOptions<C> = {}): Virtualized<C> {
  const settings = settingsOf(options, { wasiVersion: VERSIONS });
  const versions = versionsOf(options.wasiVersion ?? newestVersion());
  if (options.adapters !== undefined && options.adapters.length > 0)
    throw new OptionError("adapters", "adapters provide interfaces to a component, and there is no component");
  for (const { layers = [], module } of settings.modules) {
    const given = Object.entries(module.options).filter(([each]) => isOptionGiven(options, each));
    const needy = given.find(([, { flag = "" }]) => module.flags[flag]?.needsApp === true);
    if (layers.length === 0 && needy === undefined) continue;
    const [option] = needy ?? given[0] ?? [module.name];
    throw new OptionError(option, `\`${option}\` is about what a component imports, and there is no component`);
  }
  const whole = new Map(versions.flatMap((version) => [...importsOf(version)]));
  for (const [name, exports] of [...settings.exported, ...settings.alone]) whole.set(name, { kind: "instance", exports });
  const interfaces = interfacesOf(whole);
  const plan = planOf({ imports: whole, exports: new Map() }, interfaces, settings);
  // A host need not have what is unstable, and an instance of ours that hands it on would not start without it.
  const imports = new Map<string, Extern>();
  for (const [name, item] of whole) {
    const { base, version = "" } = parseInterfaceName(name) ?? { base: name };
    const isHosts = (plan.providers.get(keyOf(name)) ?? "host") === "host";
    if (item.kind !== "instance") continue;
    const exports = isHosts ? new Map([...item.exports].filter(([label]) => isStable(version, base, label))) : item.exports;
    imports.set(name, { kind: "instance", exports });
  }
  return nest({ app: undefined, imports, interfaces, plan, along: [...imports.keys()], types: new Map(), handedOn: new Set() }, settings);
}

/** @throws OptionError for what is no version, or two of one series */
export function versionsOf(given: string | readonly string[]): readonly string[] {
  const versions = typeof given === "string" ? [given] : given;
  const fail = (what: string): never => {
    throw new OptionError("wasiVersion", what);
  };
  if (versions.length === 0) fail("there is no version");
  for (const version of versions) {
    if (!isKnownVersion(version))
      fail(`\`${version}\` is none of the versions of WASI that can be exported, 0.2.0 to ${newestVersion()} and ${asyncVersion()}`);
    const other = versions.find((each) => each !== version && (each === asyncVersion()) === (version === asyncVersion()));
    if (other !== undefined) fail(`\`${version}\` and \`${other}\` are versions of one series`);
  }
  return [...new Set(versions)];
}

interface Nesting {
  readonly app: Stacked | undefined;
  /** What is in the place of an app: a program of preview 1, which lies in the part that answers it. */
  readonly program?: { readonly program: Preview1Program; readonly world: World; readonly choices: ProgramChoices };
  /** What parts are made for: what the app imports, and what is exported beside what the app exports. */
  readonly imports: Exports;
  readonly interfaces: Interfaces;
  readonly plan: Plan;
  /** What is exported beside what the app exports, as far as it is not simply the host's. */
  readonly along: readonly string[];
  /** And types by themselves. */
  readonly types: Selection;
  /** Keys of interfaces among those exported along that are the host's. */
  readonly handedOn: ReadonlySet<string>;
}

function nest<C extends Chunk>(
  { app, program, imports, interfaces, plan, along, types, handedOn }: Nesting,
  settings: Settings,
): Virtualized<C> {
  const world = app?.world ?? program?.world;
  const isForServer = world !== undefined && isServer(world);
  const built = partsOf(imports, interfaces, plan, settings, handedOn, { isForServer, isForProgram: program !== undefined });
  const { adapters, files, warnings } = built;
  const parts = program === undefined ? built.parts : [nestedProgram(built, program, plan, interfaces)];
  // Of an adapter that has nothing else to export, all that is the host's is handed on.
  const isHostsOnly = world === undefined && built.parts.length === 0;
  const handed = isHostsOnly ? [...providedBy("host", imports, () => "host")] : [];
  const reexports = [
    ...(program === undefined ? built.reexports : []),
    ...handed.map(([key, names]) => ({ key, ofHost: true, names, shims: new Map() })),
  ];
  const partOf = new Map([...built.parts, ...parts].flatMap((part) => [...part.provides.keys()].map((key) => [key, part.id] as const)));
  const exports =
    program !== undefined
      ? program.program.typed === undefined
        ? [wasiKey(RUN)]
        : []
      : inOrder(along, interfaces).filter((key) => partOf.has(key) || reexports.some((each) => each.key === key));
  const ahead = [...types.keys(), ...exports].map((key) => interfaces.get(key)?.name ?? key);
  const outcomes = [...(world?.imports.keys() ?? [])].map((name) => outcomeOf(name, plan, world));
  const composed = compose({
    name: outputName(app === undefined && program === undefined ? "adapter" : app?.app.name),
    app,
    interfaces,
    parts,
    reexports,
    exports,
    exportedTypes: new Map(inOrder(types.keys(), interfaces).map((key) => [key, types.get(key) ?? new Set()])),
    providerOf: (key) => partOf.get(key) ?? "host",
    custom: (roles) => [
      { name: "producers", bytes: producers() },
      metadataSection({ policy: policyOf(settings), roles, outcomes, isProgram: program !== undefined }),
    ],
  });
  const modules = parts.flatMap(coreImports);
  const needs = new Map(
    modules.map(({ id }) => [
      `the ${id} adapter`,
      hostNeeds(
        modules.filter((each) => each.id === id),
        interfaces,
      ),
    ]),
  );
  const report = reportOf({
    appBytes: app?.app.byteLength ?? byteLength(program?.program.chunks ?? []),
    isAppInPart: program !== undefined,
    world,
    imports: app?.app.imports ?? new Map([...imports].filter(([name]) => !settings.exported.has(name))),
    plugged: app?.plugged ?? new Map(),
    plugs: app?.plugs ?? [],
    exports: [...new Set([...ahead, ...(world?.exports.keys() ?? [])])],
    interfaces,
    plan: {
      ...plan,
      warnings: [...(app?.warnings ?? []), ...plan.warnings, ...warnings, ...settings.modules.flatMap((each) => each.warnings ?? [])],
    },
    policy: policyOf(settings),
    composed,
    needs,
    files,
    imageBytes: adapters.reduce((sum, { image }) => sum + imageBytes(image), 0),
  });
  checkHost(report, world, plan, settings);
  return { chunks: composed.chunks as Virtualized<C>["chunks"], report }; // what is not bytes came with the options
}

/** The part, if there is one, with the program in it. */
function nestedProgram(
  { parts: [part], placesWrites }: Built,
  { program, choices }: NonNullable<Nesting["program"]>,
  plan: Plan,
  interfaces: Interfaces,
): Part {
  const isHosts = (key: string): boolean => (plan.providers.get(key) ?? "host") === "host";
  return withProgram(part, program, { ...choices, isHosts, placesWrites }, interfaces);
}

/** @throws LinkError for what the options do not leave to the host */
function checkHost({ hostImports }: Report, world: World | undefined, plan: Plan, { modules }: Settings): void {
  const plain = [...(world?.imports ?? [])].flatMap(([name, { kind }]) =>
    kind !== "instance" && kind !== "type" && outcomeOf(name, plan, world) === "allowed" ? [{ name, word: "other" }] : [],
  );
  const called = hostImports.filter(({ functions }) => functions.length > 0);
  const imports = [...called.map(({ name, functions }) => ({ name, word: wordOf(name, functions) })), ...plain];
  for (const module of modules) module.checkHost?.(imports);
}

/** What tools call the output: it is ours, with the component's own name if it has one. */
const outputName = (own = "app"): string => `${OUR_NAME}:${own.length > LONGEST_NAME ? "app" : own}`;

/** The keys of interfaces, each after those whose types it uses. */
function inOrder(names: Iterable<string>, interfaces: Interfaces): readonly string[] {
  const keys = new Set([...names].map(keyOf));
  const sorted = new Set<string>();
  const visit = (key: string): void => {
    if (!keys.delete(key)) return;
    for (const item of interfaces.get(key)?.exports.values() ?? []) {
      const home = item.kind === "type" && isNamed(item.type) ? interfaces.homeOf(item.type)?.key : undefined;
      if (home !== undefined && home !== key) visit(home);
    }
    sorted.add(key);
  };
  for (const key of [...keys]) visit(key);
  return [...sorted];
}

function producers(): Uint8Array {
  return encode((writer) => {
    writer.u32(1);
    writer.name("processed-by");
    writer.u32(1);
    writer.name(OUR_NAME);
    writer.name(VERSION);
  });
}
