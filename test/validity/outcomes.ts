/**
 * What becomes of components, valid or not: one that the judge refuses is a `FormatError` and never an output, one that
 * it accepts is none, and what comes out is valid. Where there is a second judge, it says the same.
 */
import { FormatError, inspect, NestError, type Options, virtualize } from "../../src/index.ts";
import { bytesOf } from "../../src/binary/chunk.ts";
import { judge, type Verdict } from "./judge.ts";
import { pick, type Random } from "./generate.ts";
import { differences } from "./second-judge.ts";

const OPTIONS: readonly Options[] = [
  {},
  { allowAll: true },
  { env: { A: "b" } },
  { stdout: "ignore", allowClocks: true },
  { allowAll: true, stdin: new Uint8Array(3) },
];

export interface Tally {
  valid: number;
  invalid: number;
  unrunnable: number;
  feature: number;
  outputs: number;
  refused: number;
}

export const newTally = (): Tally => ({ valid: 0, invalid: 0, unrunnable: 0, feature: 0, outputs: 0, refused: 0 });

export interface Failure {
  readonly what: string;
  readonly component: Uint8Array;
}

type Outcome = { readonly output: Uint8Array } | { readonly malformed: string } | { readonly refused: string };

function outcomeOf(component: Uint8Array, options: Options): Outcome {
  try {
    inspect(component);
    return { output: bytesOf(virtualize(component, options).chunks) };
  } catch (error) {
    if (error instanceof FormatError) return { malformed: error.message };
    if (error instanceof NestError) return { refused: error.message };
    throw error;
  }
}

/**
 * What the judges are known to differ in, by two rules that only wasm-tools has. An import may not mention what an export
 * has named: the type of a component has its imports before its exports, so wasm-tools is right, and Wasmtime does not
 * look. And wasm-tools knows names such as `url=<x>` no more, which we refuse unless all is allowed.
 */
const NEWER_RULE = /^accepted by Wasmtime, .*(?:not valid to be used as import|`[a-z-]+=<[^`]*` is not a valid extern name)/;

/** Judges `components` and what is made of them, and counts. */
export async function failuresOf(
  components: readonly Uint8Array[],
  random: Random,
  tally: Tally,
  { hasSecondJudge = false } = {},
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const outcomes = components.map((component): Outcome => {
    try {
      return outcomeOf(component, pick(random, OPTIONS));
    } catch (error) {
      failures.push({ what: `a bug: ${error instanceof Error ? error.stack : String(error)}`, component });
      return { malformed: "" };
    }
  });
  const verdicts = await judge(components);
  const outputs = outcomes.flatMap((outcome, i) => ("output" in outcome ? [{ output: outcome.output, i }] : []));
  const ofOutputs = await judge(outputs.map(({ output }) => output));
  if (hasSecondJudge) {
    const ofInputs = await differences(components, verdicts, random);
    const known = new Set(ofInputs.filter(({ what }) => NEWER_RULE.test(what)).map(({ component }) => component));
    failures.push(...ofInputs.filter(({ component }) => !known.has(component)));
    const isAsked = outputs.map(({ i }) => !known.has(components[i] ?? new Uint8Array()));
    const asked = outputs.map(({ output }) => output).filter((_, n) => isAsked[n]);
    const ofAsked = ofOutputs.filter((_, n) => isAsked[n]);
    failures.push(...(await differences(asked, ofAsked, random)));
  }
  for (const [i, outcome] of outcomes.entries()) {
    const [component, verdict] = [components[i], verdicts[i]];
    if (component === undefined || verdict === undefined) continue;
    tally[typeof verdict === "string" ? verdict : "invalid"]++;
    if ("malformed" in outcome && outcome.malformed !== "" && isValid(verdict))
      failures.push({ what: `valid, and called malformed: ${outcome.malformed}`, component });
    if (!("malformed" in outcome) && typeof verdict === "object")
      failures.push({ what: `invalid, and not called malformed: ${verdict.invalid}`, component });
    if ("refused" in outcome) tally.refused++;
  }
  for (const [n, { i }] of outputs.entries()) {
    tally.outputs++;
    const [verdict, of, component] = [ofOutputs[n], verdicts[i], components[i]];
    if (component === undefined || of === undefined || verdict === undefined || !isValid(of)) continue;
    if (typeof verdict === "object") failures.push({ what: `an invalid output: ${verdict.invalid}`, component });
    else if (of === "valid" && verdict !== "valid") failures.push({ what: "an output that cannot be run, of what can be", component });
  }
  return failures;
}

const isValid = (verdict: Verdict): boolean => verdict === "valid" || verdict === "unrunnable";
