/**
 * How a denied function says no with the means of its own signature:
 *
 *   result<_, E>     an error that means "not allowed" (`ERRORS`, in order of preference)
 *   option<T>        none
 *   list<T>          empty, if the function has no parameters but `self`: a question such as "which directories?"
 *   anything else    it cannot; an empty list of random bytes or a clock at zero would be a lie
 */
import { casesOf, flatten, layoutOf, membersOf, variantLayout } from "../component/canonical-abi.ts";
import type { Field, FuncType, ValType } from "../component/types.ts";

/** Labels of error cases that say no, the best first. */
export const ERRORS: readonly string[] = [
  "access-denied", // wasi:sockets
  "access", // wasi:filesystem
  "HTTP-request-denied", // wasi:http
  "not-permitted",
  "permission-denied",
  "denied",
  "forbidden",
  "unauthorized",
  "closed", // wasi:io/streams
  "not-supported",
  "unsupported",
  "other",
  "unknown",
  "internal-error",
  "upstream", // wasi:config
];

/** How a denied function says no: with an error where its signature has one, or always by a trap. */
export type Denial = "error" | "trap";
export const DENIALS: readonly Denial[] = ["error", "trap"];

export interface Refusal {
  /** The result as it lies in memory. */
  readonly memory: Uint8Array;
  /** The result as one core value, where it is flattened into one. */
  readonly flat: number;
}

/** `undefined` where the signature has no way to say no; `errors` are the words for it, the best first. */
export function refusal({ params, result }: FuncType, errors: readonly string[] = ERRORS): Refusal | undefined {
  if (result === undefined || typeof result === "string") return undefined;
  const memory = new Uint8Array(layoutOf(result).size);
  switch (result.kind) {
    case "option":
      return { memory, flat: 0 };
    case "list":
      return params.every(isSelf) ? { memory, flat: 0 } : undefined;
    case "result": {
      const cases = casesOf(result) ?? [];
      writeDiscriminant(memory, 0, cases, 1);
      if (result.error === undefined) return { memory, flat: 1 };
      const refused = writeError(memory, variantLayout(cases).payloadOffset, result.error, errors);
      return refused && flatten(result).length > 1 ? { memory, flat: 0 } : undefined;
    }
    default:
      return undefined;
  }
}

const isSelf = ({ label, type }: Field): boolean => label === "self" && typeof type === "object" && type.kind === "borrow";

function writeError(memory: Uint8Array, offset: number, error: ValType, errors: readonly string[]): boolean {
  // An empty string or list: no text of ours would be one that the app expects.
  if (error === "string") return true;
  if (typeof error === "string") return false;
  if (error.kind === "enum") {
    const index = preferred(error.labels, errors);
    if (index === undefined) return false;
    writeDiscriminant(memory, offset, casesOf(error) ?? [], index);
    return true;
  }
  if (error.kind !== "variant") return false;
  const plain = error.cases.map((each) => (each.type === undefined || isZeroable(each.type) ? each.label : ""));
  const index = preferred(plain, errors);
  if (index === undefined) return false;
  writeDiscriminant(memory, offset, casesOf(error) ?? [], index);
  return true;
}

function preferred(labels: readonly string[], errors: readonly string[]): number | undefined {
  for (const label of errors) {
    const index = labels.indexOf(label);
    if (index >= 0) return index;
  }
  return undefined;
}

/** Types of which all zeros are a value that says nothing: none, an empty string or list, and records of these. */
const isZeroable = (type: ValType): boolean =>
  type === "string" ||
  (typeof type === "object" && (type.kind === "option" || type.kind === "list" || membersOf(type)?.every(isZeroable) === true));

/** The error of a result that has no cases to choose from. */
const ONLY_ERROR = "err";

/** The words for the errors that a function can answer with: the cases of its error, as far as nothing has to be said with them. */
export function errorsOf({ result }: FuncType): readonly string[] {
  if (typeof result !== "object" || result.kind !== "result") return [];
  const { error } = result;
  if (error === undefined || error === "string") return [ONLY_ERROR];
  if (typeof error === "string") return [];
  if (error.kind === "enum") return error.labels;
  if (error.kind !== "variant") return [];
  return error.cases.flatMap(({ label, type }) => (type === undefined || isZeroable(type) ? [label] : []));
}

function writeDiscriminant(memory: Uint8Array, offset: number, cases: readonly (ValType | undefined)[], index: number): void {
  const { discriminantSize } = variantLayout(cases);
  for (let i = 0; i < discriminantSize; i++) memory[offset + i] = (index >> (8 * i)) & 0xff;
}
