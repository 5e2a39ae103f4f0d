/** Calls that fail, and calls that are counted: functions of any interface, in front of whoever answers them. */
import { OptionError, UsageError } from "../../errors.ts";
import { count, list, only, table, text } from "../../shapes.ts";
import { keyOf, meaningsOf } from "../../component/names.ts";
import type { AdapterModule, Guard } from "../adapter-module.ts";
import { isCount, isTexts } from "../checks.ts";
import type { Given } from "../option-table.ts";
import { faultsPart, ID } from "./layer.ts";
import { faultOf, LARGEST, limitOf } from "./rules.ts";

export interface FaultsOptions {
  /** Calls that fail with an error of the function's: `wasi:filesystem/types#[method]descriptor.sync=io@5`. */
  readonly faults?: readonly string[];
  /** For faults by chance: the same seed fails the same calls. 0 by default. */
  readonly faultSeed?: number;
  /** How many calls of a function there may be, by `wasi:http/outgoing-handler#handle`; it is denied from then on. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** What outputs tell of it. */
export interface FaultsPolicy {
  readonly faults?: readonly string[];
  readonly faultSeed?: number;
  /** FUNCTION=COUNT */
  readonly limits?: readonly string[];
}

/** Behind what looks at calls, in front of rules. */
const ORDER = 20;

const FLAGS = {
  fault: {
    type: "string",
    array: true,
    needsApp: true,
    describe:
      "Calls of a function that fail, INTERFACE#FUNCTION=ERROR[@CALLS], such as wasi:filesystem/types#[method]descriptor.sync=io@5; CALLS is 5, 5-8, 5- or a share such as 0.01",
  },
  "fault-seed": {
    type: "string",
    needsApp: true,
    needs: { flag: "fault", about: "faults" },
    describe: "A number from 0 to 4294967295: which calls fail by chance; 0 by default",
  },
  limit: {
    type: "string",
    array: true,
    pair: true,
    needsApp: true,
    describe: "How many calls of a function there may be, INTERFACE#FUNCTION=COUNT; it is denied from then on",
  },
} as const;

const isSeed = (value: unknown): boolean => isCount(value) && Number(value) <= LARGEST;

function seedIn({ "fault-seed": given }: Given<typeof FLAGS>): number | undefined {
  if (given === undefined) return undefined;
  if (/^\d{1,10}$/.test(given) && isSeed(Number(given))) return Number(given);
  throw new UsageError(`\`--fault-seed ${given}\` is not a whole number from 0 to ${LARGEST}`);
}

function limitsIn({ limit: given }: Given<typeof FLAGS>): Readonly<Record<string, number>> | undefined {
  if (given === undefined) return undefined;
  const limits = new Map<string, number>();
  for (const each of given) {
    const [, place, most] = /^(.*)=(\d{1,10})$/s.exec(each) ?? [];
    if (place === undefined)
      throw new UsageError(`\`--limit ${each}\` is not INTERFACE#FUNCTION=COUNT, such as \`wasi:http/outgoing-handler#handle=10\``);
    if (limits.has(place)) throw new UsageError(`\`--limit ${each}\`: there is another limit of the same function`);
    limits.set(place, Number(most));
  }
  return Object.fromEntries(limits);
}

/** Nobody but the part may call a function that is limited. */
function guardOf(limit: string): readonly Guard[] {
  const [, wanted, func] = /^(.*?)#(.*)=\d+$/s.exec(limit) ?? [];
  if (wanted === undefined) return [];
  const isAbout = (name: string, label: string | null): boolean =>
    meaningsOf(name).includes(keyOf(wanted)) && (label === null || label === func);
  return [{ rules: "limits", core: ID, isOfApp: true, isAbout }];
}

export const faults: AdapterModule<FaultsOptions> = {
  name: "faults",
  interfaces: {},
  heading: "Faults and limits of calls:",
  flags: FLAGS,
  options: {
    faults: {
      shape: list(text),
      type: "string[]",
      meaning: "calls that fail, `INTERFACE#FUNCTION=ERROR[@CALLS]`: [faults.md](faults.md)",
      flag: "fault",
    },
    faultSeed: {
      shape: only(`a whole number from 0 to ${LARGEST}`, isSeed),
      type: "number",
      meaning: "which calls fail by chance; 0 by default",
      flag: "fault-seed",
      read: seedIn,
    },
    limits: {
      shape: table(count),
      type: "Record<string, number>",
      meaning: "how many calls of a function there may be, by `INTERFACE#FUNCTION`; it is denied from then on",
      flag: "limit",
      read: limitsIn,
    },
  },
  readme: [],
  recorded: {
    checks: { faults: isTexts, faultSeed: isSeed, limits: isTexts },
    bounds: { limits: "takes" },
    shown: ({ faults: texts, faultSeed, limits }: FaultsPolicy) => [
      ...(texts === undefined ? [] : [["faults", `${texts.join(", ")}${faultSeed === undefined ? "" : `, seed ${faultSeed}`}`] as const]),
      ...(limits === undefined ? [] : [["limits", limits.join(", ")] as const]),
    ],
    guards: ({ limits = [] }: FaultsPolicy) => limits.flatMap(guardOf),
  },
  configure({ faults: texts = [], faultSeed, limits = {} }, { deny, traceDenied }) {
    if (faultSeed !== undefined && texts.length === 0)
      throw new OptionError("faultSeed", "`faultSeed` is for `faults`, and there are none");
    const rules = {
      faults: texts.map((each, i) => faultOf(each, faultSeed ?? 0, i)),
      limits: Object.entries(limits).map(([place, most]) => limitOf(place, most)),
      denial: deny,
      isTold: traceDenied,
    };
    const isNothing = rules.faults.length === 0 && rules.limits.length === 0;
    return {
      isHosts: () => false,
      decide: () => undefined,
      layers: isNothing ? [] : [{ kind: "part", order: ORDER, partOf: (world, interfaces) => faultsPart(rules, world, interfaces) }],
      recorded: {
        faults: texts.length > 0 ? texts : undefined,
        faultSeed,
        limits: rules.limits.length > 0 ? rules.limits.map((each) => each.text) : undefined,
      },
    };
  },
};
