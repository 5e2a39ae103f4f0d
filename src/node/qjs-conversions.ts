/** Functions, as text, that make values of jco's of those of qjs, or the other way round, by their types. */
import type { FuncType, Resource, ValType } from "../component/types.ts";
import { camel } from "./check-adapter.ts";
import { isGiven } from "./lost-resources.ts";
import { givenText, guardText, guardTexts, withoutGivenText } from "./qjs-guard.ts";

/** "in" is what the engine hands to the module. */
export type Direction = "in" | "out";

/** The text of a function, made of that of another. */
export type Wrap = (call: string) => string;

/** Where an object that the engine has for a module's resource has the module's. */
export const STANDS_FOR = "wasi-nest:stands-for";

const opposite = { in: "out", out: "in" } as const;

/** What jco has for lists of these; for those of the smallest numbers qjs has it too. */
const ARRAYS: Readonly<Record<string, string>> = {
  u16: "Uint16Array",
  s16: "Int16Array",
  u32: "Uint32Array",
  s32: "Int32Array",
  u64: "BigUint64Array",
  s64: "BigInt64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};
/** Such arrays are taken; but a list of these is not where it is no such array. */
const ARRAYS_OUT: ReadonlySet<string> = new Set(["u32", "u64", "s64"]);

const BEYOND = "is beyond the 2^53 - 1 up to which --engine qjs has a u64 or s64 exactly: --engine starlingmonkey has all of them";

/** What a value of the type becomes. Near 2^64 qjs has a u64 as the negative number of the same bits. */
const bigintText = (bits: string): string =>
  `if (!Number.isSafeInteger(value)) throw new RangeError(\`\${value} ${BEYOND}\`);\n  return BigInt.${bits}(64, BigInt(value));`;
const numberText = (bits: string): string =>
  `const exact = BigInt.${bits}(64, BigInt(value));\n  if (!Number.isSafeInteger(Number(exact))) throw new RangeError(\`\${exact} ${BEYOND}\`);\n  return Number(exact);`;

const PRIMITIVES: Readonly<Record<Direction, Readonly<Record<string, string>>>> = {
  in: { u32: "return value >>> 0;", u64: bigintText("asUintN"), s64: bigintText("asIntN") },
  out: {
    // As the engine does with the other numbers: of a promise the conversion would make 0.
    u32: 'if (typeof value !== "number") throw new TypeError(`${String(value)} is no number`);\n  return value | 0;',
    u64: numberText("asUintN"),
    s64: numberText("asIntN"),
  },
};

/**
 * `params` has holes for what stays as it is; where the error has no payload, all that is thrown is one. `guard` looks at
 * what the module's function returned.
 */
const WRAP = (name: string): string => `function ${name}(call, params, result, error, isBare, guard) {
  return function (...args) {
    params.forEach((to, index) => {
      args[index] = to(args[index]);
    });
    let value;
    try {
      value = call.apply(this, args);
    } catch (thrown) {
      if (isBare) throw { payload: undefined };
      const isWrapped = Object.hasOwn(Object(thrown), "payload");
      if (!error || (!isWrapped && thrown instanceof Error)) throw thrown;
      throw Object.assign(new Error(thrown?.message), { payload: error(isWrapped ? thrown.payload : thrown) });
    }
    if (guard) guard(value);
    return result ? result(value) : value;
  };
}`;

/** The texts of a function's conversions, `undefined` where there is nothing to convert. */
interface ConversionsOf {
  readonly to: string;
  readonly ok: string | undefined;
  readonly error: string | undefined;
  readonly isBare: boolean;
  readonly isChanged: boolean;
}

export class Conversions {
  readonly #prefix: string;
  readonly #own: ReadonlySet<Resource>;
  readonly #wrapped: ReadonlySet<Resource>;
  /** Names by what the functions do. */
  readonly #functions: Map<string, string>;
  readonly #prototypes = new Map<Resource, string>();

  /** `own`: the module's resources; `wrapped`: those of them that another object stands for. */
  constructor(
    prefix: string,
    own: ReadonlySet<Resource>,
    wrapped: ReadonlySet<Resource>,
    functions: Map<string, string> = new Map<string, string>(),
  ) {
    this.#prefix = prefix;
    this.#own = own;
    this.#wrapped = wrapped;
    this.#functions = functions;
  }

  /** Those for what is imported, which is told with these: a resource of the same type is another there. */
  ofImports(): Conversions {
    return new Conversions(this.#prefix, new Set(), new Set(), this.#functions);
  }

  /** `methods` is the text of the object that has them. */
  define(resource: Resource, methods: string): void {
    this.#prototypes.set(resource, methods);
  }

  /** How a function of the module's is wrapped, which is called with what the engine hands over. */
  wrapExport(type: FuncType, called: string): Wrap {
    const { to, ok, error, isBare } = this.#conversionsOf(type, "in");
    const guard = guardText(type, called, this.#prefix);
    const wrap: Wrap = (call) => `${this.#prefix}wrap(${call}, [${to}], ${ok}, ${error}, ${isBare}, ${guard})`;
    return isGiven(type, this.#own) ? (call) => withoutGivenText(wrap(call), type, called, this.#prefix) : wrap;
  }

  /** How a function of the engine's is wrapped, which the module calls; `undefined` where all stays as it is. */
  wrapImport(type: FuncType): Wrap | undefined {
    const { to, ok, error, isChanged } = this.#conversionsOf(type, "out");
    return isChanged ? (call) => `${this.#prefix}wrap(${call}, [${to}], ${ok}, ${error}, false)` : undefined;
  }

  #conversionsOf({ params, result }: FuncType, direction: Direction): ConversionsOf {
    const isResult = typeof result === "object" && result.kind === "result";
    const to = params.map(({ type }) => this.#to(type, direction));
    const [ok, error] = (isResult ? [result.ok, result.error] : [result]).map((each) => this.#to(each, opposite[direction]));
    return {
      to: to.map((each) => `${each ?? ""},`).join(""),
      ok,
      error,
      isBare: isResult && result.error === undefined,
      isChanged: [...to, ok, error].some((each) => each !== undefined),
    };
  }

  /** What all that was made needs. */
  texts(): readonly string[] {
    const functions = [...this.#functions].map(([body, name]) => `function ${name}(value) {\n  ${body}\n}`);
    const prototypes = [...this.#wrapped].map((each, index) => `const ${this.#prefix}methods${index} = ${this.#prototypes.get(each)};`);
    return [WRAP(`${this.#prefix}wrap`), guardTexts(this.#prefix), ...functions, ...prototypes];
  }

  /** The name of the function that converts; `undefined` where there is nothing to convert. */
  #to(type: ValType | undefined, direction: Direction): string | undefined {
    const body = type === undefined ? undefined : this.#body(type, direction);
    if (body === undefined) return undefined;
    const name = this.#functions.get(body) ?? `${this.#prefix}to${this.#functions.size}`;
    this.#functions.set(body, name);
    return name;
  }

  #body(type: ValType, direction: Direction): string | undefined {
    if (typeof type === "string") return PRIMITIVES[direction][type];
    const call = (each: ValType | undefined, value: string): string => {
      const to = this.#to(each, direction);
      return to === undefined ? value : `${to}(${value})`;
    };
    const isChanged = (...types: readonly (ValType | undefined)[]): boolean =>
      types.some((each) => this.#to(each, direction) !== undefined);
    switch (type.kind) {
      case "option": {
        if (typeof type.some === "object" && type.some.kind === "option") return this.#cases([["some", type.some]], direction);
        if (direction === "in") return `return value === null ? undefined : ${call(type.some, "value")};`;
        return isChanged(type.some) ? `return value === null || value === undefined ? null : ${call(type.some, "value")};` : undefined;
      }
      case "list":
      case "fixed list": {
        const array = typeof type.element === "string" ? ARRAYS[type.element] : undefined;
        const to = this.#to(type.element, direction);
        if (array === undefined) return to === undefined ? undefined : `return Array.from(value, (each) => ${to}(each));`;
        const isBig = array.startsWith("Big");
        if (direction === "in") return `return ${array}.from(value${isBig ? `, (each) => ${to}(each)` : ""});`;
        return ARRAYS_OUT.has(String(type.element))
          ? `return value instanceof ${array} ? value : ${array}.from(value, ${isBig ? "BigInt" : to});`
          : undefined;
      }
      case "map":
        return isChanged(type.key, type.value)
          ? `return new Map(Array.from(value, ([key, each]) => [${call(type.key, "key")}, ${call(type.value, "each")}]));`
          : undefined;
      case "tuple":
        return isChanged(...type.types)
          ? `return [${type.types.map((each, index) => call(each, `value[${index}]`)).join(", ")}];`
          : undefined;
      case "record": {
        if (!isChanged(...type.fields.map((each) => each.type))) return undefined;
        const fields = type.fields.map((each) => `${camel(each.label)}: ${call(each.type, `value.${camel(each.label)}`)}`);
        return `return { ${fields.join(", ")} };`;
      }
      case "variant":
        return this.#cases(
          type.cases.map((each) => [each.label, each.type]),
          direction,
        );
      case "result":
        return isChanged(type.ok, type.error)
          ? `return { tag: value.tag, val: value.tag === "ok" ? ${call(type.ok, "value.val")} : ${call(type.error, "value.val")} };`
          : undefined;
      case "own":
      case "borrow": {
        if (direction === "in" && type.kind === "own" && this.#own.has(type.resource)) return givenText(this.#prefix);
        const index = [...this.#wrapped].indexOf(type.resource);
        if (index < 0) return undefined;
        const key = JSON.stringify(STANDS_FOR);
        return direction === "in" ? `return value[${key}];` : `return { __proto__: ${this.#prefix}methods${index}, ${key}: value };`;
      }
      case "flags":
      case "enum":
      case "stream":
      case "future":
        return undefined;
    }
  }

  #cases(cases: readonly (readonly [label: string, type: ValType | undefined])[], direction: Direction): string | undefined {
    const changed = cases.flatMap(([label, type]) => {
      const to = this.#to(type, direction);
      return to === undefined ? [] : [`${JSON.stringify(label)}: ${to}`];
    });
    if (changed.length === 0) return undefined;
    return `const to = { __proto__: null, ${changed.join(", ")} }[value.tag];\n  return to ? { tag: value.tag, val: to(value.val) } : value;`;
  }
}
