/** What the app calls, printed to the host's standard error. */
import { OptionError, UsageError } from "../../errors.ts";
import { count, either, flag, list, text } from "../../shapes.ts";
import { parseInterfaceName } from "../../component/names.ts";
import type { World } from "../../component/world.ts";
import type { AdapterModule, Layer, PartLayer } from "../adapter-module.ts";
import { isTexts, isYes } from "../checks.ts";
import type { Given } from "../option-table.ts";
import { ALL_SERIES } from "../series.ts";
import { endPart, LAYERS, tracePart } from "./layer.ts";
import { ID, OUTPUT, OUTPUT_INTERFACE, outputCore, REFUSED, REFUSED_INTERFACE, SUMMARY, SUMMARY_INTERFACE } from "./output.ts";

export interface TraceOptions {
  /**
   * Each call of a function that the component imports is printed to the host's standard error: of all functions, or of those of
   * packages, interfaces and functions such as `wasi:http`, `wasi:filesystem/types` and `acme:kv/store#get`.
   */
  readonly trace?: boolean | readonly string[];
  /** How many bytes of a string or elements of a list are shown; 32 by default. */
  readonly traceMaxBytes?: number;
  /**
   * The first call of each function that is denied is printed to the host's standard error, and what rules refuse, with
   * the option that would let it through.
   */
  readonly traceDenied?: boolean;
  /**
   * When a command is over, a table is printed to the host's standard error: how often each function was called, how many calls
   * failed, and how many bytes they had; with the host's clock allowed, also how long they took. Of all functions, or of those of
   * names such as `trace` has.
   */
  readonly traceSummary?: boolean | readonly string[];
}

/** What outputs tell of it. */
export interface TracePolicy {
  readonly trace?: true | readonly string[];
  readonly traceDenied?: true;
  readonly traceSummary?: true | readonly string[];
}

/** In front of everything. */
const ORDER = 10;
const MOST_SHOWN = 32;
/** What has a summary an end. */
const RUN = "wasi:cli/run";
const CLOCK = "wasi:clocks/monotonic-clock";
/** Of a number of 32 bits. */
const LARGEST = 0xffffffff;

const FLAGS = {
  trace: {
    type: "string",
    array: true,
    optionalValue: true,
    needsApp: true,
    describe: "Print each call that the component makes, and its result, to the host's standard error; with =A,B only those of A and B",
  },
  debug: { type: "boolean", means: { flag: "trace", yes: "" }, needsApp: true, describe: "The same as --trace" },
  "trace-max-bytes": {
    type: "string",
    needsApp: true,
    needs: { flag: "trace", about: "traces" },
    describe: `How many bytes of a string or elements of a list --trace prints; ${MOST_SHOWN} by default`,
  },
  "trace-denied": {
    type: "boolean",
    needsApp: true,
    describe:
      "Print each denied function when it is first called, what rules refuse, and the option that lets it through, to the host's standard error",
  },
  "trace-summary": {
    type: "string",
    array: true,
    optionalValue: true,
    needsApp: true,
    describe:
      "When a command is over, print how often it called each function, failed calls, bytes, and the time where clocks are allowed, to the host's standard error; with =A,B only of A and B",
  },
} as const;

function namesIn(lists: false | readonly string[] | undefined): TraceOptions["trace"] {
  if (lists === undefined || lists === false) return lists;
  const names = lists.flatMap((each) => (each === "" ? [] : each.split(",")));
  return names.length === 0 || lists.includes("") ? true : names;
}

function mostIn({ "trace-max-bytes": given }: Given<typeof FLAGS>): number | undefined {
  if (given === undefined) return undefined;
  if (/^\d{1,10}$/.test(given) && Number(given) <= LARGEST) return Number(given);
  throw new UsageError(`\`--trace-max-bytes ${given}\` is not a whole number from 0 to ${LARGEST}`);
}

const isNames = (value: unknown): boolean => isYes(value) || isTexts(value);
const shownNames = (names: true | readonly string[]): string => (names === true ? "all calls" : names.join(", "));
const NAMES = either("`true`, `false` or a list of names", (value) =>
  typeof value === "boolean" ? flag : Array.isArray(value) ? list(text) : undefined,
);

export const trace: AdapterModule<TraceOptions> = {
  name: "trace",
  interfaces: {},
  privateInterfaces: new Map([
    [OUTPUT, OUTPUT_INTERFACE],
    [SUMMARY, SUMMARY_INTERFACE],
    [REFUSED, REFUSED_INTERFACE],
  ]),
  heading: "Traces:",
  flags: FLAGS,
  options: {
    trace: {
      shape: NAMES,
      type: "boolean | string[]",
      meaning: "calls to print to the host's standard error: all, or those of these names ([trace.md](trace.md))",
      flag: "trace",
      read: ({ trace: lists }: Given<typeof FLAGS>) => namesIn(lists),
    },
    traceMaxBytes: {
      shape: count,
      type: "number",
      meaning: `how many bytes of a string or elements of a list a trace shows; ${MOST_SHOWN} by default`,
      flag: "trace-max-bytes",
      read: mostIn,
    },
    traceDenied: {
      shape: flag,
      type: "boolean",
      meaning:
        "denied functions are printed when they are first called, and what rules refuse, with the option that lets each through ([trace.md](trace.md))",
      flag: "trace-denied",
    },
    traceSummary: {
      shape: NAMES,
      type: "boolean | string[]",
      meaning:
        "calls to count, all or those of these names: a table is printed to the host's standard error when a command is over ([trace.md](trace.md))",
      flag: "trace-summary",
      read: ({ "trace-summary": lists }: Given<typeof FLAGS>) => namesIn(lists),
    },
  },
  readme: [],
  recorded: {
    checks: { trace: isNames, traceDenied: isYes, traceSummary: isNames },
    shown: ({ trace: names, traceDenied, traceSummary: counted }: TracePolicy) => [
      ...(names === undefined ? [] : [["trace", shownNames(names)] as const]),
      ...(counted === undefined ? [] : [["trace summary", shownNames(counted)] as const]),
      ...(traceDenied === undefined ? [] : [["trace denied", "yes"] as const]),
    ],
  },
  configure({ trace: lines = false, traceMaxBytes, traceDenied = false, traceSummary: counts = false }) {
    if (traceMaxBytes !== undefined && lines === false)
      throw new OptionError("traceMaxBytes", "`traceMaxBytes` is for `trace`, which is not given");
    if (traceMaxBytes !== undefined && traceMaxBytes > LARGEST)
      throw new OptionError("traceMaxBytes", `\`traceMaxBytes\` is more than ${LARGEST}`);
    for (const [option, names] of Object.entries({ trace: lines, traceSummary: counts }))
      if (typeof names !== "boolean" && names.length === 0)
        throw new OptionError(option, `\`${option}\` is an empty list: \`true\` is for all calls`);
    const tracing = { lines, counts, most: traceMaxBytes ?? MOST_SHOWN };
    const layer = (partOf: PartLayer["partOf"]): Layer => ({ kind: "part", order: ORDER, partOf });
    return {
      isHosts: () => false,
      decide: ({ base }) => ([OUTPUT, SUMMARY, REFUSED].includes(base) ? ID : undefined),
      finish: (draft) =>
        outputCore({
          denied: traceDenied,
          refused: () => (draft.imports(REFUSED) ? "layers" : draft.isLender(ID) ? "guests" : undefined),
          timed: draft.wouldProvide(CLOCK) === "host",
        }),
      layers: [
        ...(counts === false
          ? []
          : ALL_SERIES.map((series) =>
              layer((world, interfaces) => {
                checkCommand(world);
                return endPart(series, world, interfaces);
              }),
            )),
        ...(lines === false && counts === false
          ? []
          : Array.from({ length: LAYERS }, (_, number) =>
              layer((world, interfaces, { warn }) => tracePart(tracing, number, world, interfaces, warn)),
            )),
      ],
      recorded: { trace: lines || undefined, traceDenied: traceDenied || undefined, traceSummary: counts || undefined },
    };
  },
};

/** Without an end there is no summary. */
function checkCommand({ exports }: World): void {
  const isCommand = [...exports.keys()].some((name) => parseInterfaceName(name)?.base === RUN);
  if (!isCommand)
    throw new OptionError(
      "traceSummary",
      "a summary is printed when a command is over, and this component is no command: it exports no `wasi:cli/run`",
    );
}
