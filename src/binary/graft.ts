/** Takes functions out of a prebuilt core module and puts them, with all that they reach, into a module that is being assembled. */
import type { Assembler } from "./assembler.ts";
import { byteLength } from "./chunk.ts";
import { encode, s32 } from "./core-module.ts";
import type { Body, Func, Global, Reference } from "./instructions.ts";
import { type CoreModule, type Import, importsOf, localsEnd, reachedFrom, references, rootOf, typeOf } from "./prebuilt-module.ts";

/** What is called first, with a number, by functions that have one, by their indices. */
export interface Beginning {
  readonly func: Func;
  readonly numbers: ReadonlyMap<number, number>;
}

export interface Surroundings {
  /** What is taken, by the names of the core's exports, with all that it reaches. */
  readonly exports: readonly string[];
  /** What stands for an import. It is asked once for each. */
  importedFunc(each: Import, type: Func["type"]): Func;
  importedGlobal(each: Import): Global;
  /** An import that gives back what it is given: its calls are left out. */
  isIdentity?(each: Import): boolean;
  /** What is elsewhere already, and need not be taken. */
  isElsewhere?(func: number): boolean;
  funcElsewhere?(index: number): Func | undefined;
  globalElsewhere?(index: number): Global | undefined;
  readonly beginning?: Beginning | undefined;
  /** Some of its functions, by their indices, that others call already. */
  readonly declared?: ReadonlyMap<number, Func>;
  /** Functions that look whether the memory is empty. */
  readonly first: ReadonlySet<number>;
  /** What these call if it is. */
  fill?(): Func;
}

/** `memory.size` `i32.eqz` `if` `call`, before the index of what fills the memory. */
const FILL_IF_EMPTY: Uint8Array = Uint8Array.of(0x3f, 0x00, 0x45, 0x04, 0x40, 0x10);
const END: Uint8Array = Uint8Array.of(0x0b);
/** Before the index of what is called. */
const CALL_LENGTH = 1;
const [I32_CONST, CALL] = [0x41, 0x10];

export class Graft {
  readonly #core: CoreModule;
  readonly #around: Surroundings;
  readonly #funcImports: readonly Import[];
  readonly #globalImports: readonly Import[];
  /** What the functions are in the module. */
  readonly #funcs = new Map<number, Func>();
  readonly #globals = new Map<number, Global>();

  /**
   * In the order that they have in the core, which is chosen for short indices.
   * @throws FormatError where there is no such export
   */
  constructor(module: Assembler, core: CoreModule, around: Surroundings) {
    this.#core = core;
    this.#around = around;
    this.#funcImports = importsOf(core, "func");
    this.#globalImports = importsOf(core, "global");
    const reached = reachedFrom(core, around.exports, (func) => around.isElsewhere?.(func) !== true);
    for (const index of reached.global) this.#globals.set(index, this.#foundGlobal(index) ?? module.prebuiltGlobal(this.#entry(index)));
    const taken: (readonly [index: number, func: Func])[] = [];
    for (const index of reached.func) {
      if (this.#isIdentity(index)) continue;
      const type = typeOf(core, index);
      const found = this.#foundFunc(index, type);
      const func = found ?? around.declared?.get(index) ?? module.func(type, undefined, core.names.get(index));
      this.#funcs.set(index, func);
      if (found === undefined) taken.push([index, func]);
    }
    for (const [index, func] of taken) module.define(func, this.#body(index));
  }

  exported(name: string): Func {
    return this.func(rootOf(this.#core, name));
  }

  func(index: number): Func {
    return this.#funcs.get(index)!;
  }

  global(index: number): Global {
    return this.#globals.get(index)!;
  }

  #isIdentity(index: number): boolean {
    const imported = this.#funcImports[index];
    return imported !== undefined && this.#around.isIdentity?.(imported) === true;
  }

  #foundFunc(index: number, type: Func["type"]): Func | undefined {
    const imported = this.#funcImports[index];
    return imported === undefined ? this.#around.funcElsewhere?.(index) : this.#around.importedFunc(imported, type);
  }

  #foundGlobal(index: number): Global | undefined {
    const imported = this.#globalImports[index];
    return imported === undefined ? this.#around.globalElsewhere?.(index) : this.#around.importedGlobal(imported);
  }

  #entry(global: number): Uint8Array {
    return this.#core.globals[global - this.#globalImports.length]!;
  }

  /** The code as it is, with other indices. */
  #body(func: number): Body {
    const { bytes, bodies, types } = this.#core;
    const [start, end] = bodies[func - this.#funcImports.length]!;
    const pieces: (Uint8Array | Reference)[] = [];
    const behindLocals = localsEnd(bytes, start, end);
    let from = start;
    const fill = this.#around.first.has(func) ? this.#around.fill?.() : undefined;
    if (fill !== undefined) {
      from = behindLocals;
      pieces.push(bytes.subarray(start, from), FILL_IF_EMPTY, fill, END);
    }
    const { beginning } = this.#around;
    const number = beginning?.numbers.get(func);
    if (beginning !== undefined && number !== undefined) {
      const call = encode((writer) => {
        writer.byte(I32_CONST);
        s32(writer, number);
        writer.byte(CALL);
      });
      pieces.push(bytes.subarray(from, behindLocals), call, beginning.func);
      from = behindLocals;
    }
    for (const { space, index, start: at, end: behind } of references(bytes, [start, end])) {
      if (space === "func" && this.#isIdentity(index)) {
        pieces.push(bytes.subarray(from, at - CALL_LENGTH));
        from = behind;
        continue;
      }
      pieces.push(bytes.subarray(from, at));
      pieces.push(space === "type" ? { kind: "type", type: types[index]! } : space === "func" ? this.func(index) : this.global(index));
      from = behind;
    }
    pieces.push(bytes.subarray(from, end));
    return {
      encode(indexOf) {
        const written = pieces.map((each) => (each instanceof Uint8Array ? each : encode((writer) => writer.u32(indexOf(each)))));
        return encode((writer) => {
          writer.u32(byteLength(written));
          for (const each of written) writer.bytes(each);
        });
      },
    };
  }
}
