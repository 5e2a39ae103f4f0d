/** The layer of traces: it has the guest make a line of each call, and hands the call on as it is. */
import { coreSignature } from "../../component/canonical-abi.ts";
import type { Interfaces } from "../../component/interfaces.ts";
import { keyOf } from "../../component/names.ts";
import { type FuncType, type Resource, signatureTypes, walk } from "../../component/types.ts";
import type { World } from "../../component/world.ts";
import { moduleName, type Part } from "../../compose/part.ts";
import { Header, imageOf } from "../../image/image.ts";
import { IMAGE_BASE, RETURN_AREA } from "../../image/layout.ts";
import { TRACE_BUFFER, TRACE_BUFFER_SIZE, TRACE_MOST } from "../../image/trace-layout.ts";
import { memoryModule } from "../../image/memory-module.ts";
import type { Generated } from "../../shim/shim.ts";
import { shimModule } from "../../shim/shims.ts";
import { plainAdapter } from "../adapter.ts";
import { linkFunctions } from "../link.ts";
import { guestCore } from "../prebuilt-core.ts";
import { traceCore } from "../prebuilt.ts";
import { wasiKey } from "../series.ts";
import { isServer } from "../server.ts";
import { Descriptions } from "./descriptions.ts";
import { selectedBy } from "./names.ts";
import { ID } from "./output.ts";

/** What the guest is told of a call: a line is made of it, or it is counted. */
type Kind = "calls" | "counts" | "both";
const told = (kind: Kind): { readonly before: string; readonly after: string } => ({
  ...{ before: `trace_${kind}__before`, after: `trace_${kind}__after` },
});
/** Its functions do not return. */
const EXIT = "wasi:cli/exit";
const RUN = "wasi:cli/run";

/** Functions by their names; `true`: all of them, `false`: none. */
export type Names = readonly string[] | boolean;

export interface Tracing {
  /** What lines are made of. */
  readonly lines: Names;
  /** What is counted. */
  readonly counts: Names;
  /** How many bytes of a string, or elements of a list, are shown. */
  readonly most: number;
}

interface Call {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  readonly isShown: boolean;
  readonly isCounted: boolean;
}

/** As many layers as calls may be spread over. */
export const LAYERS = 4;

/**
 * The layer with this number, from 0 on; `undefined` where it has nothing to trace.
 * @throws OptionError for a name that means nothing
 */
export function tracePart(
  tracing: Tracing,
  number: number,
  world: World,
  interfaces: Interfaces,
  warn: (text: string) => void,
): Part | undefined {
  const all = callsOf(tracing, world, interfaces, number === 0 ? warn : () => {});
  const calls = spread(all)[number] ?? [];
  const both = all.filter(({ type }) => !areApart(handlesIn(type, "own"), handlesIn(type, "borrow")));
  if (number === 0 && both.length > 0) {
    const names = both.map(({ key, name }) => `\`${interfaces.get(key)?.base ?? key}#${name}\``).join(", ");
    warn(`traced on jco 1.35, a function traps when it is lent a resource that it gave: ${names}`);
  }
  if (calls.length === 0) return undefined;
  const bases = new Map<string, Set<string>>();
  for (const { key } of all) {
    const base = interfaces.get(key)?.base ?? key;
    bases.set(base, (bases.get(base) ?? new Set()).add(key));
  }
  /** With its version where there are several of it. */
  const shownName = (key: string): string => {
    const { base = key, name = key } = interfaces.get(key) ?? {};
    return bases.get(base)?.size === 1 ? base : name;
  };
  const isExit = ({ key }: Call): boolean => interfaces.get(key)?.base === EXIT;
  return partOf(
    calls.map((call) => ({
      ...call,
      shown: `${shownName(call.key)}#${call.name}`,
      ends: isExit(call),
      printsSummary: isExit(call) && tracing.counts !== false,
    })),
    tracing.most,
    world,
    interfaces,
  );
}

/** Where the summary is printed when a command is over: behind its `run` of this series; `undefined` where it has none. */
export function endPart(series: string, world: World, interfaces: Interfaces): Part | undefined {
  const key = wasiKey(RUN, series);
  const found = [...world.exports].find(([name]) => keyOf(name) === key);
  const item = found?.[1].kind === "instance" ? found[1].exports.get("run") : undefined;
  if (found === undefined || item?.kind !== "func") return undefined;
  interfaces.addKnown(found[0], new Map([["run", item]]));
  const run = { key, name: "run", type: item.type, isShown: false, isCounted: false, shown: "", ends: false, printsSummary: true };
  return { ...partOf([run], 0, { ...world, goesOnMeanwhile: true }, interfaces), around: key };
}

interface Told extends Call {
  /** The name in lines and in the summary. */
  readonly shown: string;
  readonly ends: boolean;
  readonly printsSummary: boolean;
}

function partOf(calls: readonly Told[], most: number, world: World, interfaces: Interfaces): Part {
  const guest = guestCore(traceCore);
  const kindOf = ({ isShown, isCounted, printsSummary }: Told): Kind =>
    !isShown ? "counts" : isCounted || printsSummary ? "both" : "calls";
  const exports = [...new Set(calls.map(kindOf))].flatMap((kind) => Object.values(told(kind)));
  const { module: lines, exportOf } = linkFunctions(plainAdapter(ID, guest, imageOf(new Header(), [], "")), exports, interfaces);
  const descriptions = new Descriptions(IMAGE_BASE);
  const generated = calls.map((call): Generated => {
    const { paramsSpilled, resultSpilled } = coreSignature(call.type, "lift");
    const goesOn = call.type.async && world.goesOnMeanwhile === true;
    const described = descriptions.add({
      name: call.shown,
      type: call.type,
      ends: call.ends,
      goesOn,
      counted: call.isCounted,
      summary: call.printsSummary,
      flatParams: !paramsSpilled && !goesOn,
      flatResult: !resultSpilled && !goesOn,
    });
    const { before, after } = told(kindOf(call));
    return { kind: "traced", ...call, described, before: exportOf(before), after: exportOf(after) };
  });
  const { module, functions } = shimModule(generated, {
    name: moduleName(ID, "shims"),
    isOwned: () => false,
    mainExport: (operation, resource) => {
      throw new Error(`nobody makes handles of \`${resource.name}\`: ${operation}`);
    },
    interfaceName: (key) => interfaces.get(key)?.name ?? key,
    goesOnMeanwhile: world.goesOnMeanwhile,
    returnArea: { address: RETURN_AREA, byteLength: IMAGE_BASE - RETURN_AREA },
  });
  const tables = descriptions.bytes();
  const buffer = IMAGE_BASE + tables.length;
  const header = new Header();
  header.set(TRACE_MOST, most);
  header.set(TRACE_BUFFER, buffer);
  const image = { ...imageOf(header, [tables], "a trace"), end: buffer + TRACE_BUFFER_SIZE };
  const memory = { name: moduleName(ID, "memory"), frozenClock: undefined, isKept: isServer(world) };
  return {
    id: ID,
    role: "adapter",
    provides: new Map(),
    memory: { bytes: memoryModule(image, memory), imports: [], destructors: new Map() },
    modules: [lines, { id: ID, ...module }],
    substitutes: calls.flatMap(({ key, name, type }, i) => {
      const core = functions[i];
      return core === undefined ? [] : [{ key, name, type, exportName: `s${i}`, core: { module: 1, ...core } }];
    }),
    coreExport(key, func) {
      throw new Error(`traces provide no \`${key}\` \`${func}\``);
    },
  };
}

/**
 * jco 1.35 mixes up handles where an instance that has handed on a resource is lent it later. So what hands on resources of a type
 * and what is lent them are in instances of their own, as far as a function does not do both.
 */
function spread(calls: readonly Call[]): readonly (readonly Call[])[] {
  const groups: { readonly calls: Call[]; readonly given: Set<Resource>; readonly lent: Set<Resource> }[] = [];
  for (const call of calls) {
    const [given, lent] = [handlesIn(call.type, "own"), handlesIn(call.type, "borrow")];
    const fits = (group: (typeof groups)[number]): boolean => areApart(given, group.lent) && areApart(lent, group.given);
    let group = groups.find(fits);
    if (group === undefined && groups.length < LAYERS) groups.push({ calls: [], given: new Set(), lent: new Set() });
    group ??= groups.at(-1)!; // there is one
    group.calls.push(call);
    for (const each of given) group.given.add(each);
    for (const each of lent) group.lent.add(each);
  }
  return groups.map((each) => each.calls);
}

const areApart = (some: ReadonlySet<Resource>, others: ReadonlySet<Resource>): boolean => ![...some].some((each) => others.has(each));

/** The resources of which a signature has such handles. */
function handlesIn(type: FuncType, kind: "own" | "borrow"): ReadonlySet<Resource> {
  const found = new Set<Resource>();
  for (const each of signatureTypes(type))
    walk(each, (part) => {
      if (typeof part === "object" && part.kind === kind) found.add(part.resource);
    });
  return found;
}

/** The functions of what is imported, each once, whatever versions it is imported in. */
function callsOf({ lines, counts }: Tracing, world: World, interfaces: Interfaces, warn: (text: string) => void): readonly Call[] {
  const isShown = selectedBy(lines, world, "trace");
  const isCounted = selectedBy(counts, world, "traceSummary");
  const calls = new Map<string, Call>();
  const plain: string[] = [];
  for (const [imported, item] of world.imports) {
    if (item.kind === "func" && (isShown(imported, imported) || isCounted(imported, imported))) plain.push(imported);
    if (item.kind !== "instance") continue;
    const key = keyOf(imported);
    const endsProgram = counts !== false && interfaces.get(key)?.base === EXIT;
    for (const label of item.exports.keys()) {
      const found = interfaces.get(key)?.exports.get(label);
      const selected = { isShown: isShown(imported, label), isCounted: isCounted(imported, label) };
      if (found?.kind === "func" && (selected.isShown || selected.isCounted || endsProgram))
        calls.set(`${key} ${label}`, { key, name: label, type: found.type, ...selected });
    }
  }
  if (plain.length > 0) warn(`not traced, because they are imported by themselves: ${plain.map((each) => `\`${each}\``).join(", ")}`);
  return [...calls.values()];
}
