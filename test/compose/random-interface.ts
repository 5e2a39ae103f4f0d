/**
 * An interface of random functions that mention resources of the host's and of wasi:io, and an app that
 * exports each of them by calling the one that it imports. What goes in and out of the app has then crossed
 * every boundary that an output has.
 */
import { bytesOf } from "../../src/binary/chunk.ts";
import { decodeComponent, encodeComponent, type NewSection } from "../../src/binary/component.ts";
import { Assembler } from "../../src/binary/assembler.ts";
import { Interfaces } from "../../src/component/interfaces.ts";
import { hasHandle } from "../../src/component/canonical-abi.ts";
import { keyOf } from "../../src/component/names.ts";
import {
  type DefinedType,
  type Extern,
  type FuncType,
  isNominal,
  type Resource,
  signatureTypes,
  type ValType,
  walk,
} from "../../src/component/types.ts";
import { compose } from "../../src/compose/outer.ts";
import type { Part } from "../../src/compose/part.ts";
import { Header, imageOf } from "../../src/image/image.ts";
import { RETURN_AREA, IMAGE_BASE } from "../../src/image/layout.ts";
import { memoryModule } from "../../src/image/memory-module.ts";
import { shimModule } from "../../src/shim/shims.ts";
import { type Random, randomFunc } from "../shim/random-types.ts";

export const STREAM: Resource = { kind: "resource", name: "input-stream" };
export const ERROR: Resource = { kind: "resource", name: "error" };
export const THING: Resource = { kind: "resource", name: "thing" };
export const RESOURCES: readonly Resource[] = [STREAM, ERROR, THING];

/** What the app imports, and what it exports. */
export const INTERFACE = "test:random/funcs@1.0.0";
/** The same where it is written out in the world: `import funcs: interface { ... }`. */
export const INLINE = "funcs";
export const MIRROR = "test:random/mirror@1.0.0";

export interface RandomInterface {
  /** By their name in the interface. The first ones make a handle for a number, and tell the number of a handle that is given away. */
  readonly funcs: ReadonlyMap<string, FuncType>;
  /** Imports the interface and exports its mirror. */
  readonly app: Uint8Array;
}

export function randomInterface(random: Random, count: number, borrows = true, imported = INTERFACE): RandomInterface {
  const funcs = new Map<string, FuncType>();
  for (const resource of RESOURCES) {
    funcs.set(`make-${resource.name}`, {
      kind: "func",
      async: false,
      params: [{ label: "id", type: "u32" }],
      result: { kind: "own", resource },
    });
    funcs.set(`id-${resource.name}`, {
      kind: "func",
      async: false,
      params: [{ label: "it", type: { kind: "own", resource } }],
      result: "u32",
    });
  }
  for (let i = 0; i < count; i++) funcs.set(`f${i}`, withoutTopLevelResult(randomFunc(random, RESOURCES, borrows)));

  const exports = new Map<string, Extern>(RESOURCES.map((resource) => [resource.name, { kind: "type", type: resource }]));
  const mirrored = new Map(exports);
  const given = new Giving();
  for (const [name, type] of funcs) {
    addFunc(name, type, exports);
    addFunc(name, given.func(type), mirrored);
  }
  const interfaces = new Interfaces();
  interfaces.add("wasi:io/error@0.2.6", new Map([["error", { kind: "type", type: ERROR }]]));
  interfaces.add("wasi:io/streams@0.2.6", new Map([["input-stream", { kind: "type", type: STREAM }]]));
  interfaces.add(
    "wasi:cli/stdin@0.2.6",
    new Map([["get-stdin", { kind: "func", type: { kind: "func", async: false, params: [], result: { kind: "own", resource: STREAM } } }]]),
  );
  interfaces.add(imported, exports);
  interfaces.add(MIRROR, mirrored);

  return { funcs, app: mirror(interfaces, imported, funcs, given) };
}

/** The same types with handles that are given away in place of those that are lent. */
class Giving {
  readonly #known = new Map<ValType, ValType>();

  func(type: FuncType): FuncType {
    return { ...type, params: type.params.map((param) => ({ ...param, type: this.#type(param.type) })) };
  }

  #type(type: ValType): ValType {
    if (!hasHandle(type, ({ kind }) => kind === "borrow") || typeof type === "string") return type;
    const known = this.#known.get(type) ?? this.#rebuilt(type);
    this.#known.set(type, known);
    return known;
  }

  #rebuilt(type: DefinedType): DefinedType {
    const maybe = (each: ValType | undefined): ValType | undefined => each && this.#type(each);
    switch (type.kind) {
      case "borrow":
        return { kind: "own", resource: type.resource };
      case "record":
        return { kind: "record", fields: type.fields.map((each) => ({ ...each, type: this.#type(each.type) })) };
      case "variant":
        return { kind: "variant", cases: type.cases.map((each) => ({ ...each, type: maybe(each.type) })) };
      case "tuple":
        return { kind: "tuple", types: type.types.map((each) => this.#type(each)) };
      case "option":
        return { kind: "option", some: this.#type(type.some) };
      case "result":
        return { kind: "result", ok: maybe(type.ok), error: maybe(type.error) };
      case "list":
        return { kind: "list", element: this.#type(type.element) };
      default:
        throw new Error(`no ${type.kind} here`);
    }
  }
}

/** A `result` that a function returns as it is becomes an exception in JavaScript. */
function withoutTopLevelResult(func: FuncType): FuncType {
  const { result } = func;
  return typeof result === "object" && result.kind === "result" ? { ...func, result: { kind: "tuple", types: [result] } } : func;
}

/** Records, variants, enums and flags need a name before they are used: innermost first. */
function addFunc(name: string, func: FuncType, exports: Map<string, Extern>): void {
  for (const type of signatureTypes(func)) {
    const found: ValType[] = [];
    walk(type, (each) => {
      if (typeof each === "object" && each.kind !== "resource" && isNominal(each)) found.unshift(each);
    });
    for (const each of found) exports.set(`t${exports.size}`, { kind: "type", type: each });
  }
  exports.set(name, { kind: "func", type: func });
}

/**
 * Lends what it is given, and drops it then: the code is that of handing on borrowed handles, which are
 * dropped too. Imports stdin as well, so that streams are something to virtualize.
 */
function mirror(interfaces: Interfaces, imported: string, funcs: ReadonlyMap<string, FuncType>, given: Giving): Uint8Array {
  const [key, mirrorKey] = [keyOf(imported), keyOf(MIRROR)];
  const main = new Assembler("main");
  main.importFunc("", "stdin", { params: [], results: ["i32"] });
  const shims = shimModule(
    [...funcs].map(([name, type]) => ({ kind: "shim", key, name, type })),
    {
      name: "shims",
      isOwned: () => false,
      mainExport: (operation) => operation,
      interfaceName: (each) => each,
      returnArea: { address: RETURN_AREA, byteLength: IMAGE_BASE - RETURN_AREA },
    },
  );
  const part: Part = {
    id: "mirror",
    role: "adapter",
    provides: new Map(),
    memory: {
      bytes: memoryModule(imageOf(new Header(), [], "nothing"), {
        name: "memory",
        frozenClock: undefined,
        isKept: false,
      }),
      imports: [],
      destructors: new Map(),
    },
    modules: [
      {
        id: "mirror",
        bytes: main.finish(),
        imports: [{ field: "stdin", kind: "host func", key: "wasi:cli/stdin@0.2", name: "get-stdin" }],
        memoryAs: undefined,
        mainAs: undefined,
      },
      { id: "mirror", ...shims.module },
    ],
    substitutes: [...funcs].flatMap(([name, type], i) => {
      const core = shims.functions[i];
      return core === undefined ? [] : [{ key, name, type: given.func(type), exportName: `s${i}`, core: { module: 1, ...core } }];
    }),
    coreExport: (_, name) => ({ module: 0, name, postReturn: undefined }),
  };
  const exportNames = new Map(part.substitutes.map(({ name, exportName }) => [name, { part: part.id, exportName }]));
  const names = new Set(interfaces.get(mirrorKey)?.exports.keys());
  const { chunks } = compose({
    name: "mirror",
    app: undefined,
    interfaces,
    parts: [part],
    reexports: [{ key: mirrorKey, ofHost: false, names, shims: exportNames }],
    exports: [mirrorKey],
    providerOf: () => "host",
    exportedTypes: new Map(),
    custom: () => [],
  });
  return bytesOf(chunks);
}

/** The same component with its strings in UTF-16: its code never looks at them. */
export function withUtf16(component: Uint8Array): Uint8Array {
  const sections = decodeComponent(component).map((section): NewSection => {
    if (section.kind === "component") return { kind: "component", bytes: withUtf16(section.bytes) };
    if (section.kind !== "canon") return section;
    const items = section.items.map((canon) =>
      canon.kind === "lift" || canon.kind === "lower" ? { ...canon, options: [...canon.options, { kind: "utf16" } as const] } : canon,
    );
    return { kind: "canon", items };
  });
  return encodeComponent(sections);
}
