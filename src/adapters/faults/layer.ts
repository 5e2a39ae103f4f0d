/**
 * The layer of faults and limits: a function that a rule is about counts its calls, answers some of them, and hands the others on
 * to what lies below.
 */
import { implementedBy } from "../../component/attributes.ts";
import { hasEnd } from "../../component/canonical-abi.ts";
import type { Interfaces } from "../../component/interfaces.ts";
import { isMeant, keyOf } from "../../component/names.ts";
import type { FuncType } from "../../component/types.ts";
import type { World } from "../../component/world.ts";
import { moduleName, type Part } from "../../compose/part.ts";
import { LinkError } from "../../errors.ts";
import { Header, imageOf } from "../../image/image.ts";
import { IMAGE_BASE, RETURN_AREA } from "../../image/layout.ts";
import { memoryModule } from "../../image/memory-module.ts";
import { type Denial, errorsOf, refusal } from "../../shim/refusal.ts";
import type { CallRule, Generated } from "../../shim/shim.ts";
import { Constants } from "../../shim/stub-module.ts";
import { shimModule } from "../../shim/shims.ts";
import { byNearness, nearest } from "../../suggestion.ts";
import { nobodyImports } from "../plugs/plug.ts";
import { isServer } from "../server.ts";
import { OUTPUT, WRITE } from "../trace/output.ts";
import type { Fault, Limit, Place } from "./rules.ts";

export const ID = "faults";

export interface Rules {
  readonly faults: readonly Fault[];
  readonly limits: readonly Limit[];
  /** How a function answers whose calls are used up. */
  readonly denial: Denial;
  /** Whether whoever prints what is denied is told of it. */
  readonly isTold: boolean;
}

/** @throws LinkError for what the component does not import, or what cannot answer so */
export function faultsPart({ faults, limits, denial, isTold }: Rules, world: World, interfaces: Interfaces): Part {
  const watched = new Map<string, Watched>();
  const texts = new Constants(IMAGE_BASE);
  const add = (place: Place, ruleOf: (type: FuncType, label: string) => CallRule): void => {
    for (const { key, name, type } of meantBy(place, world, interfaces)) {
      const rules = watched.get(`${key} ${name}`)?.rules ?? [];
      const rule = ruleOf(type, `${interfaces.get(key)?.name ?? key}#${name}`);
      watched.set(`${key} ${name}`, { key, name, type, rules: [...rules, rule] });
    }
  };
  // What is used up is denied, whatever faults say.
  for (const limit of limits)
    add(limit, (type, label) => {
      const trap = trapText(label, limit);
      return { ...limitRule(limit, type, denial), trap, ...(isTold && { telling: tellingOf(trap, limit, texts) }) };
    });
  for (const fault of faults) add(fault, (type, label) => ({ counted: fault.counted, answer: answerOf(fault, type), trap: label }));
  return partOf([...watched.values()], texts.bytes, world, interfaces);
}

interface Watched {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  readonly rules: readonly CallRule[];
}

const trapText = (label: string, { most }: Limit): string => `${label} is denied after ${most} ${most === 1 ? "call" : "calls"} by --limit`;

function tellingOf(trap: string, limit: Limit, texts: Constants): NonNullable<CallRule["telling"]> {
  const line = new TextEncoder().encode(`${trap}; a higher --limit '${limit.interface}#${limit.name}=N' lets it through\n`);
  return { key: OUTPUT, name: "write", type: WRITE, text: [texts.address(line), line.length] };
}

function limitRule({ counted }: Limit, type: FuncType, denial: Denial): Omit<CallRule, "trap"> {
  // A stream that it is given it cannot drop.
  const isTrap = denial === "trap" || type.params.some((each) => hasEnd(each.type));
  return { counted, answer: isTrap ? undefined : refusal(type) };
}

function answerOf({ text, name, error }: Fault, type: FuncType): NonNullable<CallRule["answer"]> {
  if (type.params.some((each) => hasEnd(each.type)))
    throw new LinkError(`\`${text}\`: \`${name}\` takes a stream or a future, and such functions have no faults`);
  const errors = errorsOf(type);
  const answer = errors.includes(error) ? refusal(type, [error]) : undefined;
  if (answer !== undefined) return answer;
  if (errors.length === 0)
    throw new LinkError(
      `\`${text}\`: \`${name}\` has no error to answer with: its result is none that can fail, or its errors need a value`,
    );
  const meant = nearest(error, errors);
  const hint = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
  throw new LinkError(`\`${text}\`: \`${name}\` has no error \`${error}\`, but ${errors.map((each) => `\`${each}\``).join(", ")}${hint}`);
}

/** The functions that a rule is about: of each import that is the interface, whatever it is called. */
function meantBy(place: Place, world: World, interfaces: Interfaces): readonly Omit<Watched, "rules">[] {
  const { interface: wanted, name, text } = place;
  const found = new Map<string, Omit<Watched, "rules">>();
  const known = new Set<string>();
  let isImported = false;
  for (const [imported, item] of world.imports) {
    const implemented = implementedBy(item);
    if (item.kind !== "instance" || !(isMeant(wanted, imported) || (implemented !== undefined && isMeant(wanted, implemented)))) continue;
    isImported = true;
    const key = keyOf(imported);
    for (const [label, { kind }] of item.exports) if (kind === "func") known.add(label);
    const func = item.exports.has(name) ? interfaces.get(key)?.exports.get(name) : undefined;
    if (func?.kind === "func") found.set(key, { key, name, type: func.type });
  }
  if (!isImported) throw new LinkError(`\`${text}\`: ${nobodyImports(wanted, undefined, world)}`);
  if (found.size === 0)
    throw new LinkError(`\`${text}\`: the component does not import \`${name}\` of \`${wanted}\`${functionsText(name, [...known])}`);
  return [...found.values()];
}

/** As many as are told. */
const MOST_FUNCTIONS = 8;

function functionsText(name: string, known: readonly string[]): string {
  if (known.length === 0) return ", nor any other function of it";
  const shown = byNearness(name, known, (each) => each).slice(0, MOST_FUNCTIONS);
  const more = known.length - shown.length;
  return `, but ${shown.map((each) => `\`${each}\``).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function partOf(watched: readonly Watched[], texts: Uint8Array, world: World, interfaces: Interfaces): Part {
  const name = moduleName(ID);
  const generated = watched.map((each): Generated => ({ kind: "watched", ...each }));
  const { module, functions } = shimModule(generated, {
    name,
    isOwned: () => false,
    mainExport: (operation, resource) => {
      throw new Error(`nobody makes handles of \`${resource.name}\`: ${operation}`);
    },
    interfaceName: (key) => interfaces.get(key)?.name ?? key,
    goesOnMeanwhile: world.goesOnMeanwhile,
    returnArea: { address: RETURN_AREA, byteLength: IMAGE_BASE - RETURN_AREA },
  });
  const memory = { name: moduleName(ID, "memory"), frozenClock: undefined, isKept: isServer(world) };
  return {
    id: ID,
    role: "adapter",
    provides: new Map(),
    memory: { bytes: memoryModule(imageOf(new Header(), [texts], "limits"), memory), imports: [], destructors: new Map() },
    modules: [{ id: ID, ...module }],
    substitutes: watched.flatMap(({ key, name: label, type }, i) => {
      const core = functions[i];
      return core === undefined ? [] : [{ key, name: label, type, exportName: `s${i}`, core: { module: 0, ...core } }];
    }),
    coreExport(key, func) {
      throw new Error(`faults provide no \`${key}\` \`${func}\``);
    },
  };
}
