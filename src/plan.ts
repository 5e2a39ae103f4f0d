/**
 * Who provides each interface that the app imports: the host, an adapter, or a stub that refuses.
 */
import { SERIES, wasiKey } from "./adapters/link.ts";
import { keyOf, parseInterfaceName } from "./component/names.ts";
import { type Extern, resourcesIn, resourcesOf } from "./component/types.ts";
import type { World } from "./component/world.ts";
import type { Interfaces } from "./component/interfaces.ts";
import { LinkError } from "./errors.ts";
import { ENVIRONMENT, isHostEnvironment, isMeant, type Settings, subsystemOf } from "./options.ts";

export type Provider = "host" | "deny" | "environment" | "io";

export interface Plan {
  /** By interface key. */
  readonly providers: ReadonlyMap<string, Provider>;
  /** Streams of the host reach the app. */
  readonly hostInputs: boolean;
  readonly hostOutputs: boolean;
  /** Descriptors of the host reach the app. */
  readonly hostDescriptors: boolean;
  /** The host provides `wasi:io/poll`. */
  readonly hostPollables: boolean;
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
const isIo = (base: string): boolean => base.startsWith("wasi:io/");
const isStream = (base: string): base is keyof typeof STREAMS => base in STREAMS;

/** @throws LinkError for an import that cannot be decided about */
export function planOf(world: World, interfaces: Interfaces, settings: Settings): Plan {
  const warnings: string[] = [];
  const otherSeries: string[] = [];
  const providers = new Map<string, Provider>();
  const bases = new Map<string, string>();
  for (const [name, item] of world.imports) {
    const parsed = parseInterfaceName(name);
    if (item.kind !== "instance" || parsed === undefined) {
      if (isDenied(name, settings)) throw new LinkError(`import \`${name}\` is a ${item.kind} of its own, only interfaces can be denied`);
      continue;
    }
    bases.set(parsed.key, parsed.base);
    const provider = decide(name, settings, otherSeries);
    // Imported under several versions, it is one interface: denied if any of them is.
    if (provider !== undefined && providers.get(parsed.key) !== "deny") providers.set(parsed.key, provider);
  }

  if (otherSeries.length > 0) {
    const names = otherSeries.map((name) => `\`${name}\``).join(", ");
    const wasi = [...bases.values()].filter((base) => base.startsWith("wasi:"));
    if (!settings.allowAll && otherSeries.length === wasi.length)
      throw new LinkError(`the component imports nothing of WASI ${SERIES}, and other versions cannot be virtualized yet: ${names}`);
    warnings.push(`not WASI ${SERIES}, cannot be virtualized yet and stays with the host: ${names}`);
  }

  // What is left are streams and what goes with them.
  const ofHost = new Set(
    [...world.imports].flatMap(([name, item]) => (providers.get(keyOf(name)) === "host" ? sharedNames(interfaces, name, item) : [])),
  );
  const mentions = (label: string): boolean => ofHost.has(label);
  const imported = (base: string): boolean => [...bases.values()].includes(base);
  const standard = (Object.keys(STREAMS) as (keyof typeof STREAMS)[]).filter(imported);
  const allows = (...bases: (keyof typeof STREAMS)[]): boolean =>
    bases.some((base) => standard.includes(base) && settings[STREAMS[base]] === "allow");
  const files = settings.preopens.length > 0 && imported("wasi:filesystem/types");
  const hostDescriptors = files && (mentions("descriptor") || mentions("directory-entry-stream"));
  const hostInputs = allows("wasi:cli/stdin") || mentions("input-stream") || hostDescriptors;
  const hostOutputs = allows("wasi:cli/stdout", "wasi:cli/stderr") || mentions("output-stream") || hostDescriptors;
  const virtualStreams =
    files || standard.some((base) => settings[STREAMS[base]] !== "allow") || !(hostInputs || hostOutputs || mentions("error"));
  // Streams that are the host's subscribe to its pollables, even where only their errors are in use.
  const hostPollables = hostInputs || hostOutputs || !virtualStreams || mentions("pollable");
  for (const [key, base] of bases) {
    if (providers.has(key)) continue;
    if (base === "wasi:io/poll") providers.set(key, hostPollables ? "host" : "io");
    else if (base.startsWith("wasi:filesystem/")) providers.set(key, files ? "io" : "deny");
    else providers.set(key, virtualStreams ? "io" : "host");
  }
  if (settings.preopens.length > 0 && !files)
    warnings.push("the component imports no `wasi:filesystem`: it will not see the mounted files");
  for (const entry of settings.denyImports) {
    if (![...world.imports.keys()].some((name) => isMeant(entry, name)))
      warnings.push(`nothing to deny: the component does not import \`${entry}\``);
  }
  checkTypes(world, interfaces, providers);
  return { providers, hostInputs, hostOutputs, hostDescriptors, hostPollables, warnings };
}

/** Resources that are denied belong to stubs: whoever else makes or takes them must be denied too. */
function checkTypes(world: World, interfaces: Interfaces, providers: Plan["providers"]): void {
  for (const [name, imported] of world.imports) {
    const key = keyOf(name);
    const provider = providers.get(key) ?? "host";
    if (imported.kind !== "instance" || (provider !== "host" && provider !== "io")) continue;
    for (const label of imported.exports.keys()) {
      const item = interfaces.get(key)?.exports.get(label);
      for (const resource of item?.kind === "func"
        ? resourcesOf(item.type)
        : item?.kind === "type" && provider === "io"
          ? resourcesIn(item.type)
          : []) {
        const home = interfaces.homeOf(resource);
        if (home === undefined || providers.get(home.key) !== "deny") continue;
        const denied = `the resource \`${home.name}\` of \`${interfaces.get(home.key)?.base}\`, which is denied`;
        const { base } = parseInterfaceName(name) ?? { base: name };
        throw new LinkError(`import \`${name}\`: \`${label}\` needs ${denied}: deny \`${base}\` too, or allow both`);
      }
    }
  }
}

const isDenied = (name: string, { denyImports }: Settings): boolean => denyImports.some((entry) => isMeant(entry, name));

/** `undefined` where the answer depends on the other interfaces. */
function decide(name: string, settings: Settings, otherSeries: string[]): Provider | undefined {
  const parsed = parseInterfaceName(name);
  if (parsed === undefined) return "host";
  const { base, namespace, key, version } = parsed;
  if (isDenied(name, settings)) return "deny";
  if (namespace !== "wasi") return "host";
  const isKnown = subsystemOf(base) !== undefined || isIo(base) || base.startsWith("wasi:cli/");
  if (isKnown && key !== wasiKey(base)) {
    if (version?.includes("-") === true || version === undefined)
      throw new LinkError(
        `import \`${name}\`: version ${version ?? "(none)"} has other types than ${SERIES}, and only ${SERIES}.x can be virtualized`,
      );
    otherSeries.push(name);
    return "host";
  }
  if (base === ENVIRONMENT) return isHostEnvironment(settings.environment) ? "host" : "environment";
  const terminal = TERMINALS[base];
  if (terminal !== undefined) return terminal.some((stream) => settings[stream] === "allow") ? "host" : "deny";
  if (isIo(base) || isStream(base)) return undefined;
  const subsystem = subsystemOf(base);
  if (subsystem === "filesystem" && settings.preopens.length > 0) return undefined;
  const allowed = subsystem === undefined ? settings.allowAll : settings.allowed.has(subsystem);
  return allowed ? "host" : "deny";
}

/** The resources of streams, files and polls that functions of an import mention, by name. */
function sharedNames(interfaces: Interfaces, name: string, imported: Extern): readonly string[] {
  if (imported.kind !== "instance") return [];
  return [...imported.exports.keys()].flatMap((label) => {
    const item = interfaces.get(keyOf(name))?.exports.get(label);
    if (item?.kind !== "func") return [];
    const homes = [...resourcesOf(item.type)].map((resource) => interfaces.homeOf(resource));
    return homes.flatMap((home) =>
      home !== undefined && /^wasi:(io|filesystem)\//.test(home.key) && home.key.endsWith(`@${SERIES}`) ? [home.name] : [],
    );
  });
}
