/**
 * Core types with every index resolved. Equal types have one number: a group is written out as text in which the
 * types of other groups go by their numbers, as the core specification rolls recursive types up
 * (https://webassembly.github.io/spec/core/valid/conventions.html, "Rolling and Unrolling").
 */
import type { CompType, CoreExternType, FieldType, Limits, RecGroup, StorageType } from "../binary/core-type-decl.ts";
import { MAX_PARTS, type Work } from "./limits.ts";

/** A core type's number. */
export type CoreTypeId = number;

export type CoreExtern =
  | { readonly kind: "func" | "tag"; readonly type: CoreTypeId }
  | { readonly kind: "table"; readonly element: string; readonly limits: Limits }
  | { readonly kind: "memory"; readonly limits: Limits }
  | { readonly kind: "global"; readonly type: string; readonly mutable: number }
  /** Nobody has looked what type it has: it fits everywhere. */
  | { readonly kind: "unknown"; readonly sort: CoreExternType["kind"] };

export type CoreExports = ReadonlyMap<string, CoreExtern>;

export interface ModuleType {
  readonly kind: "module type";
  readonly imports: readonly { readonly module: string; readonly name: string; readonly item: CoreExtern }[];
  readonly exports: CoreExports;
}

export interface CoreFunc {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

interface Known {
  readonly kind: CompType["kind"];
  readonly final: boolean;
  readonly supertype: CoreTypeId | undefined;
  /** Of a function. */
  readonly func: CoreFunc | undefined;
  readonly shared: boolean;
}

const NUMBERS: Readonly<Record<number, string>> = { 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64", 0x7b: "v128" };
const PACKED: Readonly<Record<number, string>> = { 0x78: "i8", 0x77: "i16" };

/** The core types of a component and all that are nested in it. */
export class CoreTypes {
  readonly #known: Known[] = [];
  readonly #groups = new Map<string, CoreTypeId>();
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Adds the types of a group to the index space that they refer to. */
  define({ types }: RecGroup, space: (CoreTypeId | ModuleType)[]): void {
    const start = space.length;
    this.#work.step(types.length);
    const within = (index: number): string => {
      // A type refers to those before it and to its group.
      if (index >= start + types.length) this.#work.fail(`core type index ${index}, where there are ${start + types.length}`);
      return index >= start ? `rec.${index - start}` : `#${this.typeAt(space, index)}`;
    };
    const text = types
      .map((each, member) => {
        if (each.supertypes.length > 1) this.#work.fail("a core type has more than one supertype");
        const supertypes = each.supertypes.map((index) => {
          if (index >= start + member) this.#work.fail(`core type index ${index} of a supertype, where there are ${start + member}`);
          return within(index);
        });
        const inner = textOf(each.type, (type) => this.storage(type, within, each.type.kind !== "func"));
        return `${each.final ? "final " : ""}${each.shared ? "shared " : ""}${supertypes.join()} ${inner}`;
      })
      .join("|");
    const known = this.#groups.get(text);
    const base = known ?? this.#known.length;
    for (let i = 0; i < types.length; i++) space.push(base + i);
    if (known !== undefined) return;
    this.#groups.set(text, base);
    const outer = (index: number): string => `#${this.typeAt(space, index)}`;
    for (const { final, supertypes, type, shared } of types) {
      const func =
        type.kind === "func"
          ? {
              params: type.params.map((each) => this.storage(each, outer, false)),
              results: type.results.map((each) => this.storage(each, outer, false)),
            }
          : undefined;
      const [supertype] = supertypes.map((index) => this.typeAt(space, index));
      this.#known.push({ kind: type.kind, final, supertype, func, shared });
    }
    for (let i = 0; i < types.length; i++) this.#checkSupertype(base + i);
  }

  #checkSupertype(type: CoreTypeId): void {
    const supertype = this.#known[type]?.supertype;
    if (supertype === undefined) return;
    const above = this.#known[supertype];
    if (above?.final !== false || above.kind !== this.#known[type]?.kind) this.#work.fail("a core type does not fit its supertype");
    let depth = 0;
    for (let at: CoreTypeId | undefined = supertype; at !== undefined; at = this.#known[at]?.supertype) {
      if (++depth > 63) this.#work.fail("a core type has more than 63 supertypes");
    }
  }

  /** A function type by itself. */
  func(params: readonly string[], results: readonly string[]): CoreTypeId {
    const text = `final  ${funcText(params, results)}`;
    const known = this.#groups.get(text);
    if (known !== undefined) return known;
    this.#groups.set(text, this.#known.length);
    return this.#known.push({ kind: "func", final: true, supertype: undefined, func: { params, results }, shared: false }) - 1;
  }

  /** The parameters and results of a function type. */
  signature(type: CoreTypeId): CoreFunc | undefined {
    return this.#known[type]?.func;
  }

  isShared(type: CoreTypeId): boolean {
    return this.#known[type]?.shared === true;
  }

  typeAt(space: readonly (CoreTypeId | ModuleType)[], index: number): CoreTypeId {
    const found = space[index];
    if (found === undefined) return this.#work.fail(`core type index ${index}, where there are ${space.length}`);
    if (typeof found !== "number") return this.#work.fail(`core type ${index} is the type of modules`);
    return found;
  }

  storage(type: StorageType, name: (index: number) => string, isPackable: boolean): string {
    if (typeof type === "number") {
      const found = NUMBERS[type] ?? (isPackable ? PACKED[type] : undefined);
      return found ?? this.#work.fail(`unknown core value type 0x${type.toString(16).padStart(2, "0")}`);
    }
    const heap = "index" in type.heap ? name(type.heap.index) : `0x${type.heap.abstract.toString(16)}`;
    return `(ref ${type.nullable ? "null " : ""}${type.shared ? "shared " : ""}${heap})`;
  }

  /** The type of an import or export, out of the index space of a module or of its type. */
  extern(type: CoreExternType, space: readonly (CoreTypeId | ModuleType)[]): CoreExtern {
    const storage = (each: StorageType): string => this.storage(each, (index) => `#${this.typeAt(space, index)}`, false);
    switch (type.kind) {
      case "func":
      case "tag": {
        const id = this.typeAt(space, type.type);
        const func = this.#known[id]?.func ?? this.#work.fail(`core type ${type.type} is not the type of functions`);
        if (type.kind === "tag" && func.results.length > 0) this.#work.fail("the type of a core tag has results");
        return { kind: type.kind, type: id };
      }
      case "table": {
        const element = storage(type.element);
        if (!element.startsWith("(ref")) this.#work.fail(`the elements of a core table are ${element}`);
        checkLimits(type.limits, this.#work);
        return { kind: "table", element, limits: type.limits };
      }
      case "memory":
        checkLimits(type.limits, this.#work, type.limits.flags & 4 ? 1n << 48n : 1n << 16n);
        return { kind: "memory", limits: type.limits };
      case "global":
        if (type.mutable > 3) this.#work.fail("a core global is mutable or not");
        return { kind: "global", type: storage(type.type), mutable: type.mutable };
    }
  }

  /** Whether `actual` can be imported where `wanted` is. */
  fits(actual: CoreExtern, wanted: CoreExtern): boolean {
    this.#work.step();
    if (actual.kind === "unknown" || wanted.kind === "unknown")
      return (actual.kind === "unknown" ? actual.sort : actual.kind) === (wanted.kind === "unknown" ? wanted.sort : wanted.kind);
    if ((actual.kind === "func" || actual.kind === "tag") && (wanted.kind === "func" || wanted.kind === "tag"))
      return actual.kind === wanted.kind && this.#isSubtype(actual.type, wanted.type);
    if (actual.kind === "table" && wanted.kind === "table")
      return (
        actual.element === wanted.element &&
        ((actual.limits.flags ^ wanted.limits.flags) & 2) === 0 &&
        areWithin(actual.limits, wanted.limits)
      );
    if (actual.kind === "memory" && wanted.kind === "memory")
      return (
        ((actual.limits.flags ^ wanted.limits.flags) & 6) === 0 &&
        (actual.limits.pageSize ?? 16) === (wanted.limits.pageSize ?? 16) &&
        areWithin(actual.limits, wanted.limits)
      );
    return actual.kind === "global" && wanted.kind === "global" && actual.type === wanted.type && actual.mutable === wanted.mutable;
  }

  /** Whether modules of the type `actual` can be instantiated wherever `wanted` ones can. */
  moduleFits(actual: ModuleType, wanted: ModuleType): boolean {
    const given = new Map(wanted.imports.map(({ module, name, item }) => [pairOf(module, name), item]));
    const isGiven = ({ module, name, item }: ModuleType["imports"][number]): boolean => {
      const found = given.get(pairOf(module, name));
      return found !== undefined && this.fits(found, item);
    };
    const isExported = ([name, item]: readonly [string, CoreExtern]): boolean => {
      const found = actual.exports.get(name);
      return found !== undefined && this.fits(found, item);
    };
    return actual.imports.every(isGiven) && [...wanted.exports].every(isExported);
  }

  #isSubtype(actual: CoreTypeId, wanted: CoreTypeId): boolean {
    for (let at: CoreTypeId | undefined = actual; at !== undefined; at = this.#known[at]?.supertype) if (at === wanted) return true;
    return false;
  }
}

function textOf(type: CompType, storage: (type: StorageType) => string): string {
  if (type.kind === "func") return funcText(type.params.map(storage), type.results.map(storage));
  const field = (each: FieldType): string => `${each.mutable} ${storage(each.type)}`;
  return `${type.kind} ${type.fields.map(field).join()}`;
}

const funcText = (params: readonly string[], results: readonly string[]): string => `func ${params.join()} -> ${results.join()}`;

function checkLimits({ min, max }: Limits, work: Work, most?: bigint): void {
  if (max !== undefined && min > max) work.fail(`limits of at least ${min} and at most ${max}`);
  if (most !== undefined && (min > most || (max ?? 0n) > most)) work.fail(`a core memory of ${max ?? min} pages`);
}

const areWithin = (actual: Limits, wanted: Limits): boolean =>
  actual.min >= wanted.min && (wanted.max === undefined || (actual.max !== undefined && actual.max <= wanted.max));

const pairOf = (module: string, name: string): string => `${module.length} ${module}${name}`;

/** Each import once: two of one name cannot be told apart by those who give them. */
export function moduleType(imports: ModuleType["imports"], exports: CoreExports, work: Work): ModuleType {
  if (imports.length + exports.size > MAX_PARTS) work.fail(`a core module of more than ${MAX_PARTS} parts`);
  const names = new Set<string>();
  for (const { module, name } of imports) {
    const both = pairOf(module, name);
    if (names.has(both)) work.fail(`a core module imports \`${name}\` of \`${module}\` twice`);
    names.add(both);
  }
  return { kind: "module type", imports, exports };
}
