/**
 * The core module of stubs: functions that answer with constants, drop the handles that they were given, or trap.
 * What needs memory lies in that of the part, or in one of the module's own if the part has none:
 *
 *   8           results that lie in memory (`Constants`)
 *   behind it   arguments, until the call that they are for is over
 */
import { alignUp, atFirstUse, type Filling, fillCode, growTo } from "../binary/arena-code.ts";
import { Assembler } from "../binary/assembler.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import { Code, type Func, type Global, op, type Reference } from "../binary/instructions.ts";
import type { CoreSignature } from "../component/canonical-abi.ts";
import type { DefinedType, Resource } from "../component/types.ts";
import {
  type CopyBuiltIn,
  type CoreImport,
  type EndBuiltIn,
  type LinkedModule,
  linkedModule,
  MEMORY,
  moduleName,
} from "../compose/part.ts";
import { type Endings, EXIT_STATUS, exitBody } from "./exit-stub.ts";

/** Where constant results lie in a memory of the module's own. */
const OWN_CONSTANTS = 8;
/** Under which name the module imports the memory of the part. */
const PART = "m";

/** A function of an adapter that stubs call before they refuse: with the address of a text and its length; behind it lies a byte 0. */
export interface Teller {
  /** The adapter, by its id. */
  readonly of: string;
  readonly name: string;
}

/** What has ends. */
export type Carrier = Extract<DefinedType, { readonly kind: "stream" | "future" }>;

/** `new` gives the readable end, and the writable one in the upper half; `write` is of one value, at an address. */
const END_TYPES = {
  new: { params: [], results: ["i64"] },
  write: { params: ["i32", "i32"], results: ["i32"] },
  "drop-readable": { params: ["i32"], results: [] },
  "drop-writable": { params: ["i32"], results: [] },
} as const satisfies Readonly<Record<string, CoreFuncType>>;

const FILL: CoreFuncType = { params: [], results: [] };
const TELL: CoreFuncType = { params: ["i32", "i32"], results: [] };
const REALLOC: CoreFuncType = { params: ["i32", "i32", "i32", "i32"], results: ["i32"] };

/** A function that ends the program: code that comes first, and the names of its traps. */
interface Exit {
  readonly lead: Code;
  readonly endings: Endings;
}

export class StubModule {
  /** What the component around the module has to supply. */
  readonly imports: CoreImport[] = [];
  readonly constants: Constants;
  readonly #module: Assembler;
  readonly #builtIns = { drop: new Map<Resource, Func>(), "drop lent": new Map<Resource, Func>(), new: new Map<Resource, Func>() };
  readonly #ends = new Map<Carrier, Map<string, Func>>();
  /** By what they do; those that end the program get their code at the end. */
  readonly #functions = new Map<string, { readonly func: Func; readonly exportName: string; readonly exit: Exit | undefined }>();
  readonly #ids = new Map<Reference, number>();
  #arena: { readonly next: Global; readonly base: Global } | undefined;
  #hasMemory = false;
  #fill: Func | undefined;
  #tell: Func | undefined;

  readonly #id: string;
  readonly #isInPart: boolean;
  readonly #teller: Teller | undefined;

  /** `constantsAt` is where constant results lie in the memory of the part; without it, the module has its own. */
  constructor(id: string, constantsAt: number | undefined, teller: Teller | undefined) {
    this.#id = id;
    this.#module = new Assembler(moduleName(id));
    this.#isInPart = constantsAt !== undefined;
    this.#teller = teller;
    this.constants = new Constants(constantsAt ?? OWN_CONSTANTS);
  }

  /** Whether a function needs memory, of the part or of the module. */
  get needsMemory(): boolean {
    return this.#hasMemory;
  }

  /** A function of this signature will come: it may need memory. */
  declare({ memory, realloc }: Pick<CoreSignature, "memory" | "realloc">): void {
    if ((memory || realloc) && !this.#hasMemory) {
      this.#hasMemory = true;
      if (this.#isInPart) this.#module.importMemory(PART, MEMORY.memory);
      else this.#module.export(MEMORY.memory, this.#module.memory(0));
    }
    if (!realloc || this.#arena !== undefined) return;
    const start = (): number => OWN_CONSTANTS + this.constants.bytes.length;
    const [next, base] = [MEMORY.arena, MEMORY.arenaBase].map((field) =>
      this.#isInPart ? this.#module.importGlobal(PART, field, true) : this.#module.global(start, field === MEMORY.arena),
    );
    if (next !== undefined && base !== undefined) this.#arena = { next, base };
  }

  /** The name under which a function is exported; functions that do the same are one. `name` is for traps that somebody may see. */
  add(type: CoreFuncType, code: Code, name: string | undefined): string {
    return this.#export(JSON.stringify({ type, code: [...code.encode((each) => this.#idOf(each))], name }), type, name, { code });
  }

  /** The same of one that ends the program. */
  addExit(type: CoreFuncType, endings: Endings, name: string): string {
    const lead = new Code(type.params.length);
    this.tell(lead, name);
    return this.#export(JSON.stringify({ type, endings, name }), type, name, { exit: { lead, endings } });
  }

  /** The built-in of a resource. */
  builtIn(operation: "drop" | "drop lent" | "new", resource: Resource): Func {
    const known = this.#builtIns[operation].get(resource);
    if (known !== undefined) return known;
    const field = String(this.imports.length);
    this.imports.push(
      operation === "new"
        ? { field, kind: "resource.new", resource }
        : { field, kind: "resource.drop", resource, view: "given", isLent: operation === "drop lent" },
    );
    const func = this.#module.importFunc("", field, { params: ["i32"], results: operation === "new" ? ["i32"] : [] });
    this.#builtIns[operation].set(resource, func);
    return func;
  }

  /** A built-in of a stream or future. */
  endBuiltIn(kind: "new" | "write" | "drop-readable" | "drop-writable", type: Carrier): Func {
    const name = `${type.kind}.${kind}` as EndBuiltIn | CopyBuiltIn; // streams are not written to
    const known = this.#ends.get(type)?.get(name);
    if (known !== undefined) return known;
    const field = String(this.imports.length);
    this.imports.push({ field, kind: name, type });
    const func = this.#module.importFunc("", field, END_TYPES[kind]);
    this.#ends.set(type, (this.#ends.get(type) ?? new Map()).set(name, func));
    return func;
  }

  /** A function of an adapter. */
  lent(of: string, name: string, type: CoreFuncType): Func {
    const field = String(this.imports.length);
    this.imports.push({ field, kind: "lent func", of, name });
    return this.#module.importFunc("", field, type);
  }

  /** Tells whoever there is to tell that something is refused. */
  tell(code: Code, text: string): void {
    if (this.#teller === undefined) return;
    this.declare({ memory: true, realloc: false });
    this.use(code);
    const line = new TextEncoder().encode(`${text}\n\0`);
    this.#tell ??= this.lent(this.#teller.of, this.#teller.name, TELL);
    code
      .constant(this.constants.address(line))
      .constant(line.length - 1)
      .call(this.#tell);
  }

  /** The arguments' memory is free again. */
  reset(code: Code): void {
    if (this.#arena !== undefined) code.getGlobal(this.#arena.base).setGlobal(this.#arena.next);
  }

  /** The memory is about to be read. */
  use(code: Code): void {
    this.#fill ??= this.#isInPart ? this.#module.importFunc(PART, MEMORY.fill, FILL) : this.#module.func(FILL);
    atFirstUse(code, this.#fill);
  }

  finish(): LinkedModule {
    const module = this.#module;
    const functions = [...this.#functions.values()];
    for (const { func, exportName } of functions) module.export(exportName, func);
    if (this.#arena !== undefined && !this.#isInPart)
      module.export(MEMORY.realloc, module.func(REALLOC, this.#reallocCode(this.#arena.next)));
    // Of several functions that end the program, one tells the statuses of another.
    const longest = functions.reduce<Endings>((most, { exit }) => (exit && exit.endings.length > most.length ? exit.endings : most), []);
    const traps = longest.map((ending) => module.trap(ending));
    const status = longest.length === 0 ? undefined : module.global(-1);
    if (status !== undefined) module.export(EXIT_STATUS, status);
    for (const { func, exit } of functions)
      if (exit !== undefined && status !== undefined) module.define(func, exitBody(exit.lead, traps.slice(0, exit.endings.length), status));
    if (!this.#isInPart && this.#fill !== undefined) module.define(this.#fill, fillCode(1, this.#fillings()));
    const memoryAs = this.#isInPart && this.#hasMemory ? PART : undefined;
    return linkedModule({ id: this.#id, module, imports: this.imports, memoryAs, mainAs: undefined });
  }

  /** `realloc(_, _, alignment, newSize)`: a new block, memory grown to fit it; strings that grow are never read. */
  #reallocCode(arena: Global): Code {
    const [alignment, size] = [2, 3];
    const code = new Code(4);
    this.use(code);
    const pointer = code.local();
    alignUp(code.getGlobal(arena), alignment).tee(pointer);
    code.get(size).op(op.i32Add).setGlobal(arena);
    growTo(code, () => code.getGlobal(arena));
    return code.get(pointer);
  }

  #fillings(): readonly Filling[] {
    const { bytes } = this.constants;
    return bytes.some((byte) => byte !== 0) ? [{ address: OWN_CONSTANTS, data: this.#module.passiveData([bytes]) }] : [];
  }

  #export(
    key: string,
    type: CoreFuncType,
    name: string | undefined,
    { code, exit }: { readonly code?: Code; readonly exit?: Exit },
  ): string {
    const known = this.#functions.get(key);
    if (known !== undefined) return known.exportName;
    // A number, so that no function has the name that memory goes by.
    const exportName = String(this.#functions.size);
    this.#functions.set(key, { func: this.#module.func(type, code, name), exportName, exit });
    return exportName;
  }

  /** Tells what code refers to, before anything has an index. */
  #idOf(reference: Reference): number {
    const id = this.#ids.get(reference) ?? this.#ids.size;
    this.#ids.set(reference, id);
    return id;
  }
}

/** Results that lie in memory: each once, at a multiple of eight. */
export class Constants {
  readonly start: number;
  readonly #addresses = new Map<string, number>();
  #end: number;
  readonly #values: (readonly [address: number, value: Uint8Array])[] = [];

  constructor(start: number) {
    this.start = start;
    this.#end = start;
  }

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

  /** Zeros that are nobody else's, to be written to. */
  reserve(byteLength: number): number {
    const address = this.#end;
    this.#end += Math.ceil(byteLength / 8) * 8;
    return address;
  }

  /** From `start` on, the zeros at the end included. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#end - this.start);
    for (const [address, value] of this.#values) all.set(value, address - this.start);
    return all;
  }
}
