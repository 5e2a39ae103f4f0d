/**
 * `wasi:config` by its types. Its drafts have had several names and versions, and what is asked has stayed: the value of a key, and
 * all values. What they differ in is the error, and whether there is one.
 */
import { layoutOf, variantLayout } from "../../component/canonical-abi.ts";
import { type Exports, type Extern, type FuncType, resourcesOf, type ValType } from "../../component/types.ts";
import { RETURN_AREA, IMAGE_BASE } from "../../image/layout.ts";

/** Where the answer lies: in a `result` with an error of any type, or by itself. */
export type Shape = "in a result" | "bare";

const VALUE: ValType = { kind: "option", some: "string" };
const VALUES: ValType = { kind: "list", element: { kind: "tuple", types: ["string", "string"] } };

interface Known {
  readonly params: readonly ValType[];
  readonly answer: ValType;
  readonly text: string;
}

const FUNCTIONS: Readonly<Record<string, Known>> = {
  get: { params: ["string"], answer: VALUE, text: "func(key: string) -> result<option<string>, E>" },
  "get-all": { params: [], answer: VALUES, text: "func() -> result<list<tuple<string, string>>, E>" },
};

/** Whether there is such a function, whatever its type. */
export const isKnown = (name: string): boolean => Object.hasOwn(FUNCTIONS, name);

/** How a known function is to be written. */
export const textOf = (name: string): string => FUNCTIONS[name]?.text ?? "";

/** What in the guest is at a fixed place of a `result`. */
const PAYLOAD_OFFSET = 4;

/** `undefined` for a function of another type than that of any draft. */
export function shapeOf(name: string, type: FuncType): Shape | undefined {
  const known = FUNCTIONS[name];
  const { params, result } = type;
  if (known === undefined || result === undefined || resourcesOf(type).size > 0) return undefined;
  if (params.length !== known.params.length || !params.every(({ type: param }, i) => isSame(param, known.params[i]))) return undefined;
  if (isSame(result, known.answer)) return "bare";
  if (typeof result === "string" || result.kind !== "result" || !isSame(result.ok, known.answer)) return undefined;
  const isAtPlace = variantLayout([result.ok, result.error]).payloadOffset === PAYLOAD_OFFSET;
  return isAtPlace && layoutOf(result).size <= IMAGE_BASE - RETURN_AREA ? "in a result" : undefined;
}

/** Of types without names. */
function isSame(left: ValType | undefined, right: ValType | undefined): boolean {
  if (left === undefined || right === undefined || typeof left === "string" || typeof right === "string") return left === right;
  if (left.kind === "option" && right.kind === "option") return isSame(left.some, right.some);
  if (left.kind === "list" && right.kind === "list") return isSame(left.element, right.element);
  if (left.kind !== "tuple" || right.kind !== "tuple") return false;
  return left.types.length === right.types.length && left.types.every((type, i) => isSame(type, right.types[i]));
}

/** The draft that hosts serve, for an adapter without an app. */
export const NEWEST = "wasi:config/store@0.2.0-rc.1";

export function newestExports(): Exports {
  const error: ValType = {
    kind: "variant",
    cases: [
      { label: "upstream", type: "string" },
      { label: "io", type: "string" },
    ],
  };
  const func = (params: FuncType["params"], ok: ValType): Extern => ({
    kind: "func",
    type: { kind: "func", async: false, params, result: { kind: "result", ok, error } },
  });
  return new Map<string, Extern>([
    ["error", { kind: "type", type: error }],
    ["get", func([{ label: "key", type: "string" }], VALUE)],
    ["get-all", func([], VALUES)],
  ]);
}
