/**
 * Who provides each interface that the app imports: the host, an adapter, or a stub that refuses.
 */
import { SERIES, wasiKey } from "./adapters/link.ts";
import { FILES_INTERFACE, PIPES_INTERFACE } from "./adapters/own-interfaces.ts";
import { keyOf, parseInterfaceName } from "./component/names.ts";
import { type Extern, type FuncType, type Resource, resourcesIn, resourcesOf } from "./component/types.ts";
import type { World } from "./component/world.ts";
import { NO_INTERFACE } from "./compose/part.ts";
import type { Interfaces } from "./component/interfaces.ts";
import { LinkError } from "./errors.ts";
import { ENVIRONMENT, isHostEnvironment, isMeant, namedDenial, type Settings, subsystemOf } from "./options.ts";
import type { Denial } from "./shim/refusal.ts";
import type { DeniedFunction } from "./shim/stubs.ts";

export type Provider = "host" | "deny" | "environment" | "io";

export interface Plan {
  /** By interface key. */
  readonly providers: ReadonlyMap<string, Provider>;
  /** How the interfaces say no that are denied. */
  readonly denials: ReadonlyMap<string, Denial>;
  /** Functions of the host's interfaces that mention a denied resource. */
  readonly deniedFunctions: readonly DeniedFunction[];
  /** Those of the settings, but "deny" where the interface is denied by name. */
  readonly stdin: Settings["stdin"];
  readonly stdout: Settings["stdout"];
  readonly stderr: Settings["stderr"];
  /** Streams of the host reach the app. */
  readonly hostInputs: boolean;
  readonly hostOutputs: boolean;
  /** Descriptors of the host reach the app. */
  readonly hostDescriptors: boolean;
  /** And something may be changed through them. */
  readonly hostChanges: boolean;
  /** What is written gets the times of the host's clock; otherwise all times are one fixed time. */
  readonly hostClock: boolean;
  /** The host provides `wasi:io/poll`. */
  readonly hostPollables: boolean;
  /** Somebody makes streams, of bytes in memory. */
  readonly pipes: boolean;
  readonly warnings: readonly string[];
}

const STREAMS = { "wasi:cli/stdin": "stdin", "wasi:cli/stdout": "stdout", "wasi:cli/stderr": "stderr" } as const;
const TERMINALS: Readonly<Record<string, readonly ("stdin" | "stdout" | "stderr")[]>> = {
  "wasi:cli/terminal-stdin": ["stdin"],
  "wasi:cli/terminal-stdout": ["stdout"],
  "wasi:cli/terminal-stderr": ["stderr"],
  "wasi:cli/terminal-input": ["stdin"],
  "wasi:cli/terminal-output": ["stdout", "stderr"],
};
const FILES_KEY = keyOf(FILES_INTERFACE);
const PIPES_KEY = keyOf(PIPES_INTERFACE);
const CLOCK = wasiKey("wasi:clocks/wall-clock");
const isIo = (base: string): boolean => base.startsWith("wasi:io/");
const isStream = (base: string): base is keyof typeof STREAMS => base in STREAMS;

/** @throws LinkError for an import that cannot be decided about */
export function planOf(world: World, interfaces: Interfaces, given: Settings): Plan {
  const settings = withDeniedStreams(world, given);
  const { stdin, stdout, stderr } = settings;
  const warnings: string[] = [];
  const otherSeries: string[] = [];
  const providers = new Map<string, Provider>();
  const denials = new Map<string, Denial>();
  const bases = new Map<string, string>();
  for (const [name, item] of world.imports) {
    const parsed = parseInterfaceName(name);
    if (item.kind !== "instance" || parsed === undefined) {
      const denial = namedDenial(name, settings);
      if (denial !== undefined && item.kind !== "func")
        throw new LinkError(`import \`${name}\` is a ${item.kind}, only interfaces and functions can be denied`);
      if (denial !== undefined) {
        providers.set(name, "deny");
        denials.set(name, denial);
      }
      continue;
    }
    bases.set(parsed.key, parsed.base);
    const provider = decide(name, settings, isServer(world), otherSeries);
    // Imported under several versions, it is one interface: denied if any of them is.
    if (provider !== undefined && providers.get(parsed.key) !== "deny") providers.set(parsed.key, provider);
    if (denials.get(parsed.key) !== "trap") denials.set(parsed.key, denialOf(name, settings));
  }

  if (otherSeries.length > 0) {
    const names = otherSeries.map((name) => `\`${name}\``).join(", ");
    const wasi = [...bases.values()].filter((base) => base.startsWith("wasi:"));
    if (!settings.allowAll && otherSeries.length === wasi.length)
      throw new LinkError(`nothing of WASI ${SERIES} is imported, and other versions cannot be virtualized yet: ${names}`);
    warnings.push(`not WASI ${SERIES}, cannot be virtualized yet and stays with the host: ${names}`);
  }

  // What is left are streams and what goes with them.
  const ofHost = new Set(
    [...world.imports].flatMap(([name, item]) =>
      providers.get(keyOf(name)) === (item.kind === "func" ? undefined : "host") ? sharedNames(interfaces, name, item, providers) : [],
    ),
  );
  const mentions = (label: string): boolean => ofHost.has(label);
  const imported = (base: string): boolean => [...bases.values()].includes(base);
  const standard = (Object.keys(STREAMS) as (keyof typeof STREAMS)[]).filter((base) => imported(base) && !providers.has(wasiKey(base)));
  const allows = (...bases: (keyof typeof STREAMS)[]): boolean =>
    bases.some((base) => standard.includes(base) && settings[STREAMS[base]] === "allow");
  const files = hasFiles(settings) && imported("wasi:filesystem/types");
  const hasHosts = settings.hostPreopens.length + settings.hostFiles.length > 0;
  const hostDescriptors = files && (hasHosts || mentions("descriptor") || mentions("directory-entry-stream"));
  const hostChanges =
    hostDescriptors && (mentions("descriptor") || [...settings.hostPreopens, ...settings.hostFiles].some(({ readOnly }) => !readOnly));
  const isWritable = settings.preopens.some(({ writable, isHidden }) => writable !== undefined && isHidden !== true);
  const hostInputs = allows("wasi:cli/stdin") || mentions("input-stream") || hostDescriptors;
  const hostOutputs = allows("wasi:cli/stdout", "wasi:cli/stderr") || mentions("output-stream") || hostChanges;
  const pipes = providers.get(PIPES_KEY) === "io";
  const virtualStreams =
    files || pipes || standard.some((base) => settings[STREAMS[base]] !== "allow") || !(hostInputs || hostOutputs || mentions("error"));
  // Streams that are the host's subscribe to its pollables, even where only their errors are in use.
  const hostPollables = hostInputs || hostOutputs || !virtualStreams || mentions("pollable");
  for (const [key, base] of bases) {
    if (providers.has(key)) continue;
    if (base === "wasi:io/poll") providers.set(key, hostPollables ? "host" : "io");
    else if (base.startsWith("wasi:filesystem/")) providers.set(key, files ? "io" : "deny");
    else providers.set(key, virtualStreams ? "io" : "host");
  }
  if (hasFiles(settings) && !files) warnings.push("the component imports no `wasi:filesystem`: it will not see the mounted files");
  for (const entry of settings.denyImports) {
    if (![...world.imports.keys()].some((name) => isMeant(entry.name, name)))
      warnings.push(`nothing to deny: \`${entry.name}\` is not among the imports`);
  }
  const isClockAllowed = settings.allowed.has("clocks") && namedDenial(CLOCK, settings) === undefined;
  const hostClock = files && isWritable && (providers.get(CLOCK) ?? (isClockAllowed ? "host" : "deny")) === "host";
  const deniedFunctions = alsoDenied(world, interfaces, { providers, denials, warnings });
  const host = { hostInputs, hostOutputs, hostDescriptors, hostChanges, hostClock, hostPollables, pipes };
  return { providers, denials, deniedFunctions, stdin, stdout, stderr, ...host, warnings };
}

/** Whether the app is to see any. */
const hasFiles = ({ preopens, hostPreopens }: Settings): boolean =>
  hostPreopens.length > 0 || preopens.some(({ isHidden }) => isHidden !== true);

interface Draft {
  readonly providers: Plan["providers"];
  readonly denials: Plan["denials"];
  readonly warnings: string[];
}

/**
 * Functions on their own to deny: those that are imported by themselves and denied by name, and those of the
 * host's interfaces that mention a denied resource, which belongs to stubs, so nobody could call them.
 * @throws LinkError where an adapter would have to
 */
function alsoDenied(world: World, interfaces: Interfaces, { providers, denials, warnings }: Draft): readonly DeniedFunction[] {
  const found = new Map<string, DeniedFunction>();
  const deniedIn = (resources: Iterable<Resource>): { readonly key: string; readonly name: string } | undefined =>
    [...resources].flatMap((each) => interfaces.homeOf(each) ?? []).find(({ key }) => providers.get(key) === "deny");
  for (const [name, imported] of world.imports) {
    const key = keyOf(name);
    const provider = providers.get(key) ?? "host";
    if (imported.kind === "func") {
      const type = interfaces.canonicalFunc(imported.type);
      const home = deniedIn(resourcesOf(type));
      if (home !== undefined && provider === "host") warnings.push(`\`${name}\` mentions the denied \`${home.name}\`: it is denied too`);
      const denial = denials.get(name) ?? denials.get(home?.key ?? "");
      if (denial !== undefined && [...resourcesOf(type)].some((each) => interfaces.homeOf(each) === undefined))
        throw new LinkError(`import \`${name}\` cannot be denied: it mentions a resource that is imported by itself`);
      if (denial !== undefined) found.set(name, { key: NO_INTERFACE, name, type, denial });
    }
    if (imported.kind !== "instance" || (provider !== "host" && provider !== "io")) continue;
    const { base } = parseInterfaceName(name) ?? { base: name };
    const mentions = new Map<string, string[]>();
    for (const label of imported.exports.keys()) {
      const item = interfaces.get(key)?.exports.get(label);
      const home =
        item?.kind === "func"
          ? deniedIn(resourcesOf(item.type))
          : item?.kind === "type" && provider === "io"
            ? deniedIn(resourcesIn(item.type))
            : undefined;
      if (home === undefined || found.has(`${key} ${label}`)) continue;
      const denied = `the resource \`${home.name}\` of \`${interfaces.get(home.key)?.base}\`, which is denied`;
      if (item?.kind !== "func" || provider === "io")
        throw new LinkError(`import \`${name}\`: \`${label}\` needs ${denied}: deny \`${base}\` too, or allow both`);
      found.set(`${key} ${label}`, { key, name: label, type: item.type, denial: denials.get(home.key) ?? "error" });
      mentions.set(home.name, [...(mentions.get(home.name) ?? []), `\`${label}\``]);
    }
    for (const [resource, labels] of mentions) {
      const [verb, they] = labels.length === 1 ? ["mentions", "it is"] : ["mention", "they are"];
      warnings.push(`\`${base}\` ${labels.join(", ")} ${verb} the denied \`${resource}\`: ${they} denied too`);
    }
  }
  return [...found.values()];
}

const isServer = ({ exports }: World): boolean => [...exports.keys()].some((name) => keyOf(name) === wasiKey("wasi:http/incoming-handler"));

/** How a denied interface says no. That the output is no terminal is the truth, whoever asks. */
function denialOf(name: string, settings: Settings): Denial {
  const { base } = parseInterfaceName(name) ?? { base: name };
  return namedDenial(name, settings) ?? (base in TERMINALS ? "error" : settings.deny);
}

/** A standard stream that is denied by its interface's name is a denied stream. */
function withDeniedStreams(world: World, settings: Settings): Settings {
  const policies = Object.entries(STREAMS).flatMap(([base, stream]) => {
    const names = [...world.imports.keys()].filter((name) => keyOf(name) === wasiKey(base));
    return names.some((name) => namedDenial(name, settings) !== undefined) ? [[stream, "deny"] as const] : [];
  });
  return { ...settings, ...Object.fromEntries(policies) };
}

/** `undefined` where the answer depends on the other interfaces. */
function decide(name: string, settings: Settings, isServer: boolean, otherSeries: string[]): Provider | undefined {
  const parsed = parseInterfaceName(name);
  if (parsed === undefined) return "host";
  const { base, namespace, key, version } = parsed;
  // A denied stream is a closed one, which is the adapter's, unless it is to trap.
  if (key === wasiKey(base) && isStream(base))
    return settings[STREAMS[base]] === "deny" && denialOf(name, settings) === "trap" ? "deny" : undefined;
  if (key === PIPES_KEY || (key === FILES_KEY && settings.exportFiles)) return "io";
  if (namedDenial(name, settings) !== undefined) return "deny";
  if (namespace !== "wasi") return "host";
  const isKnown = subsystemOf(base) !== undefined || isIo(base) || base.startsWith("wasi:cli/");
  if (isKnown && key !== wasiKey(base)) {
    if (version === undefined || version.includes("-")) {
      const why = version === undefined ? "it has no version" : `version ${version} has other types than ${SERIES}`;
      throw new LinkError(`import \`${name}\`: ${why}, and only ${SERIES}.x can be virtualized`);
    }
    otherSeries.push(name);
    return "host";
  }
  if (base === ENVIRONMENT) return isHostEnvironment(settings.environment) ? "host" : "environment";
  const terminal = TERMINALS[base];
  if (terminal !== undefined) {
    // Hosts of HTTP handlers have streams without terminals.
    const isHosts = terminal.some((stream) => settings[stream] === "allow") && (!isServer || settings.allowAll);
    return isHosts ? "host" : "deny";
  }
  if (isIo(base)) return undefined;
  const subsystem = subsystemOf(base);
  if (subsystem === "filesystem" && hasFiles(settings)) return undefined;
  const allowed = subsystem === undefined ? settings.allowAll : settings.allowed.has(subsystem);
  return allowed ? "host" : "deny";
}

/** The resources of streams, files and polls that functions of an import mention, by name; denied ones do not count. */
function sharedNames(interfaces: Interfaces, name: string, imported: Extern, providers: Plan["providers"]): readonly string[] {
  return functionsOf(interfaces, name, imported).flatMap((type) => {
    const homes = [...resourcesOf(type)].flatMap((resource) => interfaces.homeOf(resource) ?? []);
    if (homes.some(({ key }) => providers.get(key) === "deny")) return [];
    return homes.flatMap((home) => (/^wasi:(io|filesystem)\//.test(home.key) && home.key.endsWith(`@${SERIES}`) ? [home.name] : []));
  });
}

function functionsOf(interfaces: Interfaces, name: string, imported: Extern): readonly FuncType[] {
  if (imported.kind === "func") return [interfaces.canonicalFunc(imported.type)];
  if (imported.kind !== "instance") return [];
  return [...imported.exports.keys()].flatMap((label) => {
    const item = interfaces.get(keyOf(name))?.exports.get(label);
    return item?.kind === "func" ? [item.type] : [];
  });
}
