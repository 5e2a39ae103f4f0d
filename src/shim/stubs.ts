/**
 * Stubs: interfaces that refuse, generated from the types in the app's own imports. A function answers with
 * the error code or the empty value that its signature has; where it has none it traps, and the trap's
 * function has a name that says which interface and function were denied. Resources of a denied interface
 * never come into being, so their methods are only there to be linked.
 */
import type { Chunk } from "../binary/chunk.ts";
import { CoreModuleWriter, encode, encodeBody, encodeExport, encodeFuncType, s32, type CoreFuncType } from "../binary/core-module.ts";
import { coreSignature, flatten } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type DefinedType, type FuncType, type Resource, resourcesIn, resourcesOf, type ValType } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { type CoreImport, MEMORY, type Part } from "../compose/part.ts";
import { refusal } from "./refusal.ts";

/** Constant results lie from here on. */
const CONSTANTS = 8;

/** What a stub does, after dropping the handles it was given. */
interface Behaviour {
  readonly type: CoreFuncType;
  /** Indices into the imported drops, with the parameter that holds the handle. */
  readonly drops: readonly (readonly [drop: number, param: number])[];
  readonly code: Uint8Array;
  /** For traps that somebody may see. */
  readonly name: string | undefined;
}

/** A number, so that no function has the name that memory goes by. */
const exportNameOf = (index: number): string => String(index);

/** The parts that stub `denied`: one, or more where two interfaces use one name for different things. */
export function stubParts(denied: Selection, interfaces: Interfaces): readonly Part[] {
  return withoutCollisions(denied, interfaces).map((provides, i) => stubPart(i === 0 ? "deny" : `deny-${i + 1}`, provides, interfaces));
}

/** Each interface goes into the first group where its names are free, but none before those whose resources it uses. */
function withoutCollisions(denied: Selection, interfaces: Interfaces): readonly Selection[] {
  const groups: { readonly selection: Map<string, ReadonlySet<string>>; readonly names: Map<string, unknown> }[] = [];
  const placed = new Map<string, number>();
  const place = (key: string, names: ReadonlySet<string>): number => {
    const known = placed.get(key);
    if (known !== undefined) return known;
    const items = [...(interfaces.get(key)?.exports ?? [])].flatMap(([name, item]) =>
      names.has(name) && "type" in item ? [[name, item.type] as const] : [],
    );
    let index = 0;
    placed.set(key, index);
    for (const [, type] of items) {
      for (const resource of typeof type === "object" && type.kind === "func" ? resourcesOf(type) : resourcesIn(type)) {
        const home = interfaces.homeOf(resource)?.key ?? key;
        const needed = home === key ? undefined : denied.get(home);
        if (needed !== undefined) index = Math.max(index, place(home, needed));
      }
    }
    const isFree = (group: (typeof groups)[number] | undefined): boolean =>
      items.every(([name, type]) => group?.names.has(name) !== true || group.names.get(name) === type);
    while (!isFree(groups[index])) index++;
    const group = (groups[index] ??= { selection: new Map(), names: new Map() });
    group.selection.set(key, names);
    for (const [name, type] of items) group.names.set(name, type);
    placed.set(key, index);
    return index;
  };
  for (const [key, names] of denied) place(key, names);
  return groups.map((group) => group.selection);
}

function stubPart(id: string, provides: Selection, interfaces: Interfaces): Part {
  const behaviours: Behaviour[] = [];
  const needs = { memory: false, realloc: false };
  const known = new Map<string, number>();
  const exportNames = new Map<string, string>();
  const constants = new Constants();
  const drops = new Map<Resource, number>();
  const isOwn = (resource: Resource): boolean => provides.has(interfaces.homeOf(resource)?.key ?? "");

  for (const [key, names] of provides) {
    const found = interfaces.get(key);
    for (const [name, item] of found?.exports ?? []) {
      if (!names.has(name) || item.kind !== "func") continue;
      const signature = coreSignature(item.type, "lift");
      needs.memory ||= signature.memory;
      needs.realloc ||= signature.realloc;
      const behaviour = behave(item.type, `${found?.name}#${name} is denied`, { constants, drops, isOwn });
      const fingerprint = JSON.stringify({ ...behaviour, code: [...behaviour.code] });
      const index = known.get(fingerprint) ?? behaviours.push(behaviour) - 1;
      known.set(fingerprint, index);
      exportNames.set(`${key} ${name}`, exportNameOf(index));
    }
  }
  const imports = [...drops].map(([resource, index]): CoreImport => ({
    field: String(index),
    kind: "resource.drop",
    resource,
    view: "given",
  }));
  return {
    id,
    provides,
    main: encodeStubs({ behaviours, dropCount: drops.size, constants: constants.bytes, ...needs }),
    imports,
    memory: undefined,
    shims: undefined,
    coreExport: (key, func) => ({ name: exportNames.get(`${key} ${func}`) ?? "", postReturn: undefined }),
  };
}

interface Context {
  readonly constants: Constants;
  readonly drops: Map<Resource, number>;
  readonly isOwn: (resource: Resource) => boolean;
}

function behave(func: FuncType, message: string, { constants, drops, isOwn }: Context): Behaviour {
  const { type, resultSpilled } = coreSignature(func, "lift");
  const trap = (name: string | undefined): Behaviour => ({ type, drops: [], code: Uint8Array.of(0x00, 0x0b), name });
  // Nobody has a handle of a denied resource, so nobody can call this; a list of them may be empty.
  if (func.params.some(({ type: each }) => isHandle(each) && isOwn(each.resource))) return trap(undefined);

  const answer = refusal(func);
  const handles = directHandles(func);
  if (answer === undefined || handles === undefined) return trap(message);
  const code = encode((writer) => {
    if (resultSpilled) {
      writer.byte(0x41);
      s32(writer, constants.address(answer.memory));
    } else {
      writer.byte(type.results[0] === "i64" ? 0x42 : 0x41);
      s32(writer, answer.flat);
    }
    writer.byte(0x0b);
  });
  const dropped = handles.map(([resource, param]) => {
    const drop = drops.get(resource) ?? drops.size;
    drops.set(resource, drop);
    return [drop, param] as const;
  });
  return { type, drops: dropped, code, name: undefined };
}

const isHandle = (type: ValType): type is Extract<DefinedType, { readonly kind: "own" | "borrow" }> =>
  typeof type === "object" && (type.kind === "own" || type.kind === "borrow");

/** Handles that are parameters themselves, by core parameter; `undefined` if others lie inside parameters. */
function directHandles(func: FuncType): readonly (readonly [Resource, number])[] | undefined {
  const found: [Resource, number][] = [];
  let index = 0;
  for (const { type } of func.params) {
    if (isHandle(type)) found.push([type.resource, index]);
    else if (resourcesIn(type).length > 0) return undefined;
    index += flatten(type).length;
  }
  return index > 16 && found.length > 0 ? undefined : found;
}

/** Results that lie in memory: each once, at a multiple of eight. */
class Constants {
  readonly #addresses = new Map<string, number>();
  #end = CONSTANTS;
  readonly #values: (readonly [address: number, value: Uint8Array])[] = [];

  address(value: Uint8Array): number {
    const key = value.join();
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    const address = this.#end;
    this.#addresses.set(key, address);
    this.#values.push([address, value]);
    this.#end += Math.ceil(value.length / 8) * 8;
    return address;
  }

  /** From `CONSTANTS` on, the zeros at the end included. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#end - CONSTANTS);
    for (const [address, value] of this.#values) all.set(value, address - CONSTANTS);
    return all;
  }
}

/**
 * `realloc(_, _, _, newSize)` for arguments that nobody looks at: always the same block behind the constants,
 * memory grown to fit it.
 */
function reallocBody(block: number): Uint8Array {
  return encode((writer) => {
    writer.bytes(Uint8Array.of(0x20, 3, 0x41));
    s32(writer, block);
    writer.bytes(Uint8Array.of(0x6a, 0x22, 4, 0x3f, 0, 0x41, 16, 0x74, 0x41, 1, 0x6b, 0x4b, 0x04, 0x40)); // if (block + newSize > (memory.size << 16) - 1)
    writer.bytes(
      Uint8Array.of(0x20, 4, 0x41, 16, 0x76, 0x3f, 0, 0x6b, 0x41, 1, 0x6a, 0x40, 0, 0x41, 0x7f, 0x46, 0x04, 0x40, 0x00, 0x0b, 0x0b),
    );
    writer.byte(0x41);
    s32(writer, block);
    writer.byte(0x0b);
  });
}

interface StubModule {
  readonly behaviours: readonly Behaviour[];
  readonly dropCount: number;
  readonly constants: Uint8Array;
  readonly memory: boolean;
  readonly realloc: boolean;
}

function encodeStubs({ behaviours, dropCount, constants, memory, realloc }: StubModule): readonly Chunk[] {
  const types: string[] = [];
  const typeIndex = (type: CoreFuncType): number => {
    const key = JSON.stringify(type);
    const index = types.indexOf(key);
    return index >= 0 ? index : types.push(key) - 1;
  };
  const dropType = dropCount > 0 ? typeIndex({ params: ["i32"], results: [] }) : 0;
  const functions = behaviours.map((each) => encode((writer) => writer.u32(typeIndex(each.type))));
  const drops = Array.from({ length: dropCount }, (_, i) =>
    encode((writer) => {
      writer.name("");
      writer.name(String(i));
      writer.byte(0);
      writer.u32(dropType);
    }),
  );
  const body = ({ drops: dropped, code }: Behaviour): Uint8Array =>
    encode((writer) => {
      for (const [drop, param] of dropped) {
        writer.byte(0x20);
        writer.u32(param);
        writer.byte(0x10);
        writer.u32(drop);
      }
      writer.bytes(code);
    });
  const reallocFunction = realloc
    ? [encode((writer) => writer.u32(typeIndex({ params: ["i32", "i32", "i32", "i32"], results: ["i32"] })))]
    : [];
  const segment = encode((writer) => {
    for (const byte of [0x00, 0x41, CONSTANTS, 0x0b]) writer.byte(byte);
    writer.u32(constants.length);
    writer.bytes(constants);
  });
  return new CoreModuleWriter()
    .section(
      "type",
      types.map((type) => encodeFuncType(JSON.parse(type) as CoreFuncType)),
    )
    .section("import", drops)
    .section("function", [...functions, ...reallocFunction])
    .section("memory", memory ? [Uint8Array.of(0, 1)] : [])
    .section("export", [
      ...(memory ? [encodeExport(MEMORY.memory, "memory", 0)] : []),
      ...behaviours.map((_, i) => encodeExport(exportNameOf(i), "func", dropCount + i)),
      ...(realloc ? [encodeExport(MEMORY.realloc, "func", dropCount + behaviours.length)] : []),
    ])
    .section("code", [
      ...behaviours.map((each) => encodeBody(body(each))),
      ...(realloc ? [encodeBody(reallocBody((CONSTANTS + constants.length + 15) & ~15), [[1, 0x7f]])] : []),
    ])
    .section("data", constants.length > 0 ? [segment] : [])
    .functionNames(behaviours.flatMap(({ name }, i) => (name === undefined ? [] : [[dropCount + i, name] as const])))
    .finish();
}
