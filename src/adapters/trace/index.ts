/** What the app calls, printed to the host's standard error. */
import { OptionError, UsageError } from "../../errors.ts";
import { count, either, flag, list, text } from "../../shapes.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isTexts, isYes } from "../checks.ts";
import type { Given } from "../option-table.ts";
import { LAYERS, tracePart } from "./layer.ts";
import { ID, OUTPUT, OUTPUT_INTERFACE, outputCore } from "./output.ts";

export interface TraceOptions {
  /**
   * Each call of a function that the component imports is printed to the host's standard error: of all functions, or of those of
   * packages, interfaces and functions such as `wasi:http`, `wasi:filesystem/types` and `acme:kv/store#get`.
   */
  readonly trace?: boolean | readonly string[];
  /** How many bytes of a string or elements of a list are shown; 32 by default. */
  readonly traceMaxBytes?: number;
  /** The first call of each function that is denied is printed to the host's standard error, with the option that would let it through. */
  readonly traceDenied?: boolean;
}

/** What outputs tell of it. */
export interface TracePolicy {
  readonly trace?: true | readonly string[];
  readonly traceDenied?: true;
}

/** In front of everything. */
const ORDER = 10;
const MOST_SHOWN = 32;
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
  "trace-max-bytes": {
    type: "string",
    needsApp: true,
    needs: { flag: "trace", about: "traces" },
    describe: `How many bytes of a string or elements of a list --trace prints; ${MOST_SHOWN} by default`,
  },
  "trace-denied": {
    type: "boolean",
    needsApp: true,
    describe: "Print each denied function when it is first called, and the option that lets it through, to the host's standard error",
  },
} as const;

function namesIn({ trace: lists }: Given<typeof FLAGS>): TraceOptions["trace"] {
  if (lists === undefined) return undefined;
  const names = lists.flatMap((each) => (each === "" ? [] : each.split(",")));
  return names.length === 0 || lists.includes("") ? true : names;
}

function mostIn({ "trace-max-bytes": given }: Given<typeof FLAGS>): number | undefined {
  if (given === undefined) return undefined;
  if (/^\d{1,10}$/.test(given) && Number(given) <= LARGEST) return Number(given);
  throw new UsageError(`\`--trace-max-bytes ${given}\` is not a whole number from 0 to ${LARGEST}`);
}

export const trace: AdapterModule<TraceOptions> = {
  name: "trace",
  interfaces: {},
  privateInterfaces: new Map([[OUTPUT, OUTPUT_INTERFACE]]),
  heading: "Traces:",
  flags: FLAGS,
  options: {
    trace: {
      shape: either("`true`, `false` or a list of names", (value) =>
        typeof value === "boolean" ? flag : Array.isArray(value) ? list(text) : undefined,
      ),
      type: "boolean | string[]",
      meaning: "calls to print to the host's standard error: all, or those of these names ([trace.md](trace.md))",
      flag: "trace",
      read: namesIn,
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
      meaning: "denied functions are printed when they are first called, with the option that lets each through ([trace.md](trace.md))",
      flag: "trace-denied",
    },
  },
  readme: [],
  recorded: {
    checks: { trace: (value) => isYes(value) || isTexts(value), traceDenied: isYes },
    shown: ({ trace: names, traceDenied }: TracePolicy) => [
      ...(names === undefined ? [] : [["trace", names === true ? "all calls" : names.join(", ")] as const]),
      ...(traceDenied === undefined ? [] : [["trace denied", "yes"] as const]),
    ],
  },
  configure({ trace: given = false, traceMaxBytes, traceDenied = false }) {
    if (traceMaxBytes !== undefined && given === false)
      throw new OptionError("traceMaxBytes", "`traceMaxBytes` is for `trace`, which is not given");
    if (traceMaxBytes !== undefined && traceMaxBytes > LARGEST)
      throw new OptionError("traceMaxBytes", `\`traceMaxBytes\` is more than ${LARGEST}`);
    const names = typeof given === "boolean" ? undefined : given;
    if (names?.length === 0) throw new OptionError("trace", "`trace` is an empty list: `true` traces everything");
    const tracing = { names, most: traceMaxBytes ?? MOST_SHOWN };
    return {
      isHosts: () => false,
      decide: ({ base }) => (base === OUTPUT ? ID : undefined),
      finish: () => outputCore(traceDenied),
      layers:
        given === false
          ? []
          : Array.from({ length: LAYERS }, (_, number) => ({
              kind: "part",
              order: ORDER,
              partOf: (world, interfaces, { warn }) => tracePart(tracing, number, world, interfaces, warn),
            })),
      recorded: { trace: given === false ? undefined : given, traceDenied: traceDenied || undefined },
    };
  },
};
