/**
 * Who provides each interface that the app imports: the host, an adapter, or a stub that refuses.
 */
import { allowedByText, BY_NAME } from "./allowing-options.ts";
import { article } from "./article.ts";
import { SERIES, wasiKey } from "./adapters/link.ts";
import { wholeCatalogue } from "./adapters/prebuilt-core.ts";
import { implementedBy, meaningOf } from "./component/attributes.ts";
import { importKey, isMeant, keyOf, parseInterfaceName } from "./component/names.ts";
import { type Extern, type FuncType, type Resource, resourcesIn, resourcesOf } from "./component/types.ts";
import type { World } from "./component/world.ts";
import { NO_INTERFACE } from "./compose/part.ts";
import type { Interfaces } from "./component/interfaces.ts";
import { LinkError, OptionError } from "./errors.ts";
import type { Settings } from "./options.ts";
import { decide, denialOf, hasFiles, importMeanings, namedDenial, PIPES_KEY, type Provider, STREAMS } from "./policy.ts";
import type { Denial } from "./shim/refusal.ts";
import type { DeniedFunction } from "./shim/stubs.ts";
import { nearest } from "./suggestion.ts";
import { missingDirectory } from "./working-directory.ts";

export interface Plan {
  /** By interface key. */
  readonly providers: ReadonlyMap<string, Provider>;
  /** How the interfaces say no that are denied. */
  readonly denials: ReadonlyMap<string, Denial>;
  /** What the names of their functions that trap say behind "is denied". */
  readonly denialTexts: ReadonlyMap<string, string>;
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

const CLOCK = wasiKey("wasi:clocks/wall-clock");

/** @throws LinkError for an import that cannot be decided about */
export function planOf(world: World, interfaces: Interfaces, given: Settings): Plan {
  const settings = withDeniedStreams(world, given);
  const { stdin, stdout, stderr } = settings;
  const warnings: string[] = [];
  const refused: string[] = [];
  const providers = new Map<string, Provider>();
  const denials = new Map<string, Denial>();
  const denialTexts = new Map<string, string>();
  const bases = new Map<string, string>();
  for (const [name, item] of world.imports) {
    const decision = decide(name, item, settings, world);
    if (decision === "other series") refused.push(name);
    if (item.kind !== "instance") {
      if (item.kind === "type" ? namedDenial(name, item, settings) === undefined : decision === "host") continue;
      if (decision === "deny" && item.kind !== "func")
        throw new LinkError(`import \`${name}\` is ${article(item.kind)}, only interfaces and functions can be denied`);
      if (decision === "deny") {
        providers.set(name, decision);
        denials.set(name, denialOf(name, item, settings));
        denialTexts.set(name, denialText(name, item, settings));
      } else if (decision !== "other series")
        throw new LinkError(
          `import \`${name}\` is ${article(item.kind)}: an interface of that name is virtualized, and this can only be denied`,
        );
      continue;
    }
    const key = importKey(name, item);
    bases.set(key, parseInterfaceName(implementedBy(item) ?? name)?.base ?? name);
    // Imported under several versions, it is one interface: denied if any of them is.
    if (decision !== "depends" && decision !== "other series" && providers.get(key) !== "deny") providers.set(key, decision);
    if (denials.get(key) !== "trap") denials.set(key, denialOf(name, item, settings));
    if (denialTexts.get(key) !== BY_NAME) denialTexts.set(key, denialText(name, item, settings));
  }
  if (refused.length > 0) {
    const names = refused.map((name) => `\`${name}\``).join(", ");
    const way = settings.allowAll ? "leave out the options that decide about them" : "`allowAll` allows them";
    throw new LinkError(
      `imports that are not WASI ${SERIES} cannot be virtualized yet and would be the host's: ${names}; ${way}, or \`denyImports\` denies them`,
    );
  }

  // What is left are streams and what goes with them.
  const ofHost = new Set(
    [...world.imports].flatMap(([name, item]) =>
      (item.kind === "func" ? !denials.has(name) : providers.get(importKey(name, item)) === "host")
        ? sharedNames(interfaces, name, item, providers)
        : [],
    ),
  );
  const mentions = (label: string): boolean => ofHost.has(label);
  const imported = (base: string): boolean => [...bases.values()].includes(base);
  const standard = (Object.keys(STREAMS) as (keyof typeof STREAMS)[]).filter((base) => imported(base) && !providers.has(wasiKey(base)));
  const allows = (...bases: (keyof typeof STREAMS)[]): boolean =>
    bases.some((base) => standard.includes(base) && settings[STREAMS[base]] === "allow");
  const files = hasFiles(settings) && imported("wasi:filesystem/types");
  const hasHosts = settings.hostDirectories || settings.hostPreopens.length + settings.hostFiles.length > 0;
  const hostDescriptors = files && (hasHosts || mentions("descriptor") || mentions("directory-entry-stream"));
  const hostChanges =
    hostDescriptors &&
    (mentions("descriptor") ||
      settings.hostDirectories ||
      [...settings.hostPreopens, ...settings.hostFiles].some(({ readOnly }) => !readOnly));
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
  if (files && settings.leavesHostFilesOut)
    warnings.push("everything is allowed, but not all directories of the host: the component sees only mounts and `preopens`");
  if (files && settings.hostDirectories)
    warnings.push("directories of the host that would be in a mount are left out: `preopens` puts them there");
  if (hasFiles(settings) && !files) warnings.push("the component imports no `wasi:filesystem`: it will not see the mounted files");
  const missing = [...bases.values()].some((base) => base.startsWith("wasi:filesystem/")) ? missingDirectory(settings) : undefined;
  if (missing !== undefined) warnings.push(missing);
  warnings.push(...nothingToDeny(world, settings), ...untoldHosts(world));
  const isClockAllowed = settings.allowed.has("clocks") && namedDenial(CLOCK, {}, settings) === undefined;
  const hostClock = files && isWritable && (providers.get(CLOCK) ?? (isClockAllowed ? "host" : "deny")) === "host";
  const deniedFunctions = alsoDenied(world, interfaces, { providers, denials, denialTexts, warnings });
  const host = { hostInputs, hostOutputs, hostDescriptors, hostChanges, hostClock, hostPollables, pipes };
  return { providers, denials, denialTexts, deniedFunctions, stdin, stdout, stderr, ...host, warnings };
}

interface Draft {
  readonly providers: Plan["providers"];
  readonly denials: Plan["denials"];
  readonly denialTexts: Plan["denialTexts"];
  readonly warnings: string[];
}

/**
 * Functions on their own to deny: those that are imported by themselves and denied by name, and those of the
 * host's interfaces that mention a denied resource, which belongs to stubs, so nobody could call them.
 * @throws LinkError where an adapter would have to
 */
function alsoDenied(world: World, interfaces: Interfaces, { providers, denials, denialTexts, warnings }: Draft): readonly DeniedFunction[] {
  const found = new Map<string, DeniedFunction>();
  const deniedIn = (resources: Iterable<Resource>): { readonly key: string; readonly name: string } | undefined =>
    [...resources].flatMap((each) => interfaces.homeOf(each) ?? []).find(({ key }) => providers.get(key) === "deny");
  for (const [name, imported] of world.imports) {
    const key = importKey(name, imported);
    const provider = providers.get(key) ?? "host";
    if (imported.kind === "func") {
      const type = interfaces.canonicalFunc(imported.type);
      const home = deniedIn(resourcesOf(type));
      if (home !== undefined && !denials.has(name)) warnings.push(`\`${name}\` mentions the denied \`${home.name}\`: it is denied too`);
      const decided = denials.has(name) ? name : (home?.key ?? "");
      const denial = denials.get(decided);
      if (denial !== undefined && [...resourcesOf(type)].some((each) => interfaces.homeOf(each) === undefined))
        throw new LinkError(`import \`${name}\` cannot be denied: it mentions a resource that is imported by itself`);
      if (denial !== undefined) found.set(name, { key: NO_INTERFACE, name, type, denial, text: denialTexts.get(decided) ?? "" });
    }
    if (imported.kind !== "instance" || (provider !== "host" && provider !== "io")) continue;
    const { base } = interfaces.get(key) ?? { base: name };
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
      const [denial, text] = [denials.get(home.key) ?? "error", denialTexts.get(home.key) ?? ""];
      found.set(`${key} ${label}`, { key, name: label, type: item.type, denial, text });
      mentions.set(home.name, [...(mentions.get(home.name) ?? []), `\`${label}\``]);
    }
    for (const [resource, labels] of mentions) {
      const [verb, they] = labels.length === 1 ? ["mentions", "it is"] : ["mention", "they are"];
      warnings.push(`\`${base}\` ${labels.join(", ")} ${verb} the denied \`${resource}\`: ${they} denied too`);
    }
  }
  return [...found.values()];
}

/** What stands behind "is denied": which option denies an import, or which would not. */
const denialText = (name: string, item: Extern, settings: Settings): string =>
  namedDenial(name, item, settings) === undefined ? allowedByText(parseInterfaceName(meaningOf(name, item))?.base ?? name) : BY_NAME;

/**
 * Rules that deny nothing: of what is known of WASI it need not be imported; anything else is a slip of the pen.
 * @throws OptionError
 */
function nothingToDeny({ imports }: World, { denyImports }: Settings): readonly string[] {
  const meant = new Set([...imports].flatMap(([name, item]) => importMeanings(name, item)));
  const idle = denyImports.filter(({ name: entry }) => !meant.has(keyOf(entry)));
  return idle.map(({ name: entry }) => {
    const known = [...wholeCatalogue().imports.keys()];
    const base = parseInterfaceName(entry)?.base;
    const others = [...imports].flatMap(([name, item]) =>
      [name, implementedBy(item) ?? name].some((each) => base !== undefined && parseInterfaceName(each)?.base === base) ? [name] : [],
    );
    if (others.length > 0 || !known.some((name) => isMeant(entry, name))) {
      const meant = nearest(
        entry,
        [...imports.keys(), ...known].flatMap((name) => [name, name.replace(/@.*/, "")]),
      );
      const hint =
        others.length > 0
          ? `, imported is ${others.map((name) => `\`${name}\``).join(", ")}`
          : meant === undefined
            ? ""
            : `: did you mean \`${meant}\`?`;
      throw new OptionError("denyImports", `nothing to deny: \`${entry}\` is not among the imports${hint}`);
    }
    return `nothing to deny: \`${entry}\` is not among the imports`;
  });
}

/** Hosts may refuse a component for what its names say beside themselves: they do not know all of it yet. */
function untoldHosts({ imports, exports }: World): readonly string[] {
  const namesWith = (isMeant: (kind: string) => boolean): string =>
    [
      ...new Set(
        [...imports, ...exports].flatMap(([name, { attributes = [] }]) =>
          attributes.some(({ kind }) => isMeant(kind)) ? [`\`${name}\``] : [],
        ),
      ),
    ].join(", ");
  const [suffixed, others] = [namesWith((kind) => kind === "versionsuffix"), namesWith((kind) => kind !== "versionsuffix")];
  return [
    ...(others === ""
      ? []
      : [`names with attributes, ${others}: Wasmtime runs the output with \`-W component-model-implements\` only, jco as it is`]),
    ...(suffixed === "" ? [] : [`names with a \`versionsuffix\`, ${suffixed}: neither Wasmtime nor jco takes them yet`]),
  ];
}

/** A standard stream that is denied by its interface's name is a denied stream. */
function withDeniedStreams(world: World, settings: Settings): Settings {
  const policies = Object.entries(STREAMS).flatMap(([base, stream]) => {
    const isDenied = [...world.imports].some(
      ([name, item]) => keyOf(implementedBy(item) ?? name) === wasiKey(base) && namedDenial(name, item, settings) !== undefined,
    );
    return isDenied ? [[stream, "deny"] as const] : [];
  });
  return { ...settings, ...Object.fromEntries(policies) };
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
    const item = interfaces.get(importKey(name, imported))?.exports.get(label);
    return item?.kind === "func" ? [item.type] : [];
  });
}
