/**
 * What the settings say of an import, by what it is and not by how it is called: an instance is the interface that
 * its name or its attribute `implements` says.
 */
import { SERIES, wasiKey } from "./adapters/link.ts";
import { FILES_INTERFACE, PIPES_INTERFACE } from "./adapters/own-interfaces.ts";
import { implementedBy, meaningOf } from "./component/attributes.ts";
import { isHarmless } from "./component/callables.ts";
import { keyOf, meaningsOf, parseInterfaceName } from "./component/names.ts";
import type { Attributed, Extern } from "./component/types.ts";
import type { World } from "./component/world.ts";
import { LinkError } from "./errors.ts";
import { ENVIRONMENT, isHostEnvironment, type Settings, subsystemOf } from "./options.ts";
import type { Denial } from "./shim/refusal.ts";

export type Provider = "host" | "deny" | "environment" | "io";

/** "depends": on the other interfaces. "other series": of a WASI that cannot be virtualized, nor does an option leave it to the host. */
export type Decision = Provider | "depends" | "other series";

export const STREAMS = { "wasi:cli/stdin": "stdin", "wasi:cli/stdout": "stdout", "wasi:cli/stderr": "stderr" } as const;
const TERMINALS: Readonly<Record<string, readonly ("stdin" | "stdout" | "stderr")[]>> = {
  "wasi:cli/terminal-stdin": ["stdin"],
  "wasi:cli/terminal-stdout": ["stdout"],
  "wasi:cli/terminal-stderr": ["stderr"],
  "wasi:cli/terminal-input": ["stdin"],
  "wasi:cli/terminal-output": ["stdout", "stderr"],
};
const FILES_KEY = keyOf(FILES_INTERFACE);
export const PIPES_KEY: string = keyOf(PIPES_INTERFACE);
const isIo = (base: string): boolean => base.startsWith("wasi:io/");
export const isStream = (base: string): base is keyof typeof STREAMS => base in STREAMS;

/** Whether the app is to see any. */
export const hasFiles = ({ preopens, hostPreopens }: Settings): boolean =>
  hostPreopens.length > 0 || preopens.some(({ isHidden }) => isHidden !== true);

const isServer = ({ exports }: World): boolean => [...exports.keys()].some((name) => keyOf(name) === wasiKey("wasi:http/incoming-handler"));

/** How an import is denied by its name, or by that of the interface that it is; `undefined` if it is not. */
export function namedDenial(name: string, attributed: Attributed, { denyImports }: Pick<Settings, "denyImports">): Denial | undefined {
  const rules = rulesOf(denyImports);
  const found = importMeanings(name, attributed).flatMap((meaning) => rules.get(meaning) ?? []);
  return found.toSorted((left, right) => left.at - right.at).at(-1)?.deny;
}

/** The keys of all rules that are about an import. */
export function importMeanings(name: string, attributed: Attributed): readonly string[] {
  const implemented = implementedBy(attributed);
  return implemented === undefined ? meaningsOf(name) : [...meaningsOf(name), ...meaningsOf(implemented)];
}

interface Rule {
  /** Of two rules the later one counts. */
  readonly at: number;
  readonly deny: Denial;
}

const known = new WeakMap<Settings["denyImports"], ReadonlyMap<string, Rule>>();

/** By key, so that nobody goes through all of them for each import; made once for each list. */
function rulesOf(denyImports: Settings["denyImports"]): ReadonlyMap<string, Rule> {
  const rules = known.get(denyImports) ?? new Map(denyImports.map(({ name, deny }, at) => [keyOf(name), { at, deny }]));
  known.set(denyImports, rules);
  return rules;
}

/** How a denied import says no. That the output is no terminal is the truth, whoever asks. */
export function denialOf(name: string, attributed: Attributed, settings: Settings): Denial {
  const { base } = parseInterfaceName(implementedBy(attributed) ?? name) ?? { base: name };
  return namedDenial(name, attributed, settings) ?? (base in TERMINALS ? "error" : settings.deny);
}

/**
 * The world with its instances of interfaces of WASI that are ours to provide marked as such, whatever they are called.
 * Others that implement an interface are denied, or the host's, under their own names: it may tell them apart. `hosts`
 * are names of those that turned out to be the host's, as streams are where nothing is virtual.
 */
export function served(world: World, settings: Settings, hosts: ReadonlySet<string> = new Set()): World {
  const imports = new Map<string, Extern>();
  for (const [name, item] of world.imports) {
    const as = item.kind === "instance" && !hosts.has(name) ? implementedBy(item) : undefined;
    const isOurs = as !== undefined && ["depends", "environment", "io"].includes(decide(name, item, settings, world));
    imports.set(name, isOurs && item.kind === "instance" ? { ...item, as } : item);
  }
  return { ...world, imports };
}

/** @throws LinkError for an import that cannot be decided about */
export function decide(name: string, item: Extern, settings: Settings, world: World): Decision {
  const denial = namedDenial(name, item, settings);
  if (/^[a-z-]+=</.test(name) && denial === undefined && !settings.allowAll)
    throw new LinkError(
      `import \`${name}\` is a dependency by its own kind of name, which may be anything: \`allowAll\` leaves it to the host`,
    );
  const parsed = parseInterfaceName(meaningOf(name, item));
  if (parsed === undefined) return denial === undefined ? "host" : "deny";
  const { base, namespace, key, version } = parsed;
  // A denied stream is a closed one, which is the adapter's, unless it is to trap.
  if (key === wasiKey(base) && isStream(base))
    return settings[STREAMS[base]] === "deny" && denialOf(name, item, settings) === "trap" ? "deny" : "depends";
  if (key === PIPES_KEY || (key === FILES_KEY && settings.exportFiles)) return "io";
  if (denial !== undefined) return "deny";
  if (namespace !== "wasi") return "host";
  const isKnown = subsystemOf(base) !== undefined || isIo(base) || base.startsWith("wasi:cli/");
  if (isKnown && key !== wasiKey(base)) {
    if (version === undefined || version.includes("-")) {
      const why = version === undefined ? "it has no version" : `version ${version} has other types than ${SERIES}`;
      throw new LinkError(`import \`${name}\`: ${why}, and only ${SERIES}.x can be virtualized`);
    }
    return isHarmless(item) || isLeftToHost(base, settings) ? "host" : "other series";
  }
  if (base === ENVIRONMENT) return isHostEnvironment(settings.environment) ? "host" : "environment";
  const terminal = TERMINALS[base];
  if (terminal !== undefined) {
    // Hosts of HTTP handlers have streams without terminals.
    const isHosts = terminal.some((stream) => settings[stream] === "allow") && (settings.allowAll || !isServer(world));
    return isHosts ? "host" : "deny";
  }
  if (isIo(base)) return "depends";
  const subsystem = subsystemOf(base);
  if (subsystem === "filesystem" && hasFiles(settings)) return "depends";
  return isAllowed(base, settings) ? "host" : "deny";
}

/** Whether the host's own is what the options ask for, in any version: nothing of theirs would have to be put in its place. */
function isLeftToHost(base: string, settings: Settings): boolean {
  if (base === ENVIRONMENT) return isHostEnvironment(settings.environment);
  const streams = isStream(base) ? [STREAMS[base]] : TERMINALS[base];
  if (streams !== undefined) return streams.some((stream) => settings[stream] === "allow");
  return isAllowed(base, settings) && !(subsystemOf(base) === "filesystem" && hasFiles(settings));
}

function isAllowed(base: string, settings: Settings): boolean {
  const subsystem = subsystemOf(base);
  return subsystem === undefined ? settings.allowAll : settings.allowed.has(subsystem);
}
