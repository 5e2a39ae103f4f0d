/**
 * Writes the instructions of one core function. Only what generated functions are made of.
 * https://webassembly.github.io/spec/core/binary/instructions.html
 */
import { CORE_VAL_TYPES, type CoreFuncType, encode, s32 } from "./core-module.ts";
import { Writer } from "./writer.ts";

const EMPTY_BLOCK = 0x40;

export const op = {
  unreachable: 0x00,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  i32Load: 0x28,
  i64Load: 0x29,
  f32Load: 0x2a,
  f64Load: 0x2b,
  i32Load8S: 0x2c,
  i32Load8U: 0x2d,
  i32Load16S: 0x2e,
  i32Load16U: 0x2f,
  i64Load8S: 0x30,
  i64Load8U: 0x31,
  i64Load16S: 0x32,
  i64Load16U: 0x33,
  i64Load32U: 0x35,
  i32Store: 0x36,
  i64Store: 0x37,
  f32Store: 0x38,
  f64Store: 0x39,
  i32Store8: 0x3a,
  i32Store16: 0x3b,
  i64Store8: 0x3c,
  i64Store16: 0x3d,
  i64Store32: 0x3e,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
} as const;

type Opcodes = typeof op;
export type Load = Opcodes[Extract<keyof Opcodes, `${string}Load${string}`>];
export type Store = Opcodes[Extract<keyof Opcodes, `${string}Store${string}`>];

/** What code refers to. Its index is known when its module is written. */
export type Item =
  | { readonly kind: "func"; readonly type: CoreFuncType }
  | { readonly kind: "global" }
  | { readonly kind: "table" }
  /** A passive segment. */
  | { readonly kind: "data"; readonly byteLength: number };
export type Func = Extract<Item, { readonly kind: "func" }>;
export type Global = Extract<Item, { readonly kind: "global" }>;
export type Table = Extract<Item, { readonly kind: "table" }>;
export type Data = Extract<Item, { readonly kind: "data" }>;

/** What an instruction has an index of: a type by its structure, all else by identity. */
export type Reference = Item | { readonly kind: "type"; readonly type: CoreFuncType };

/** What a function does. */
export interface Body {
  /** The function's entry in the code section, with the indices of what it refers to. */
  encode(indexOf: (reference: Reference) => number): Uint8Array;
}

export class Code implements Body {
  readonly #writer = new Writer(64);
  readonly #references: { readonly at: number; readonly to: Reference }[] = [];
  readonly #paramCount: number;
  #added = 0;

  constructor(paramCount: number) {
    this.#paramCount = paramCount;
  }

  /** A new local of type i32. */
  local(): number {
    return this.#paramCount + this.#added++;
  }

  get(index: number): this {
    return this.#with(0x20, index);
  }

  set(index: number): this {
    return this.#with(0x21, index);
  }

  tee(index: number): this {
    return this.#with(0x22, index);
  }

  getGlobal(global: Global): this {
    return this.#refer(0x23, global);
  }

  setGlobal(global: Global): this {
    return this.#refer(0x24, global);
  }

  constant(value: number): this {
    this.#writer.byte(0x41);
    s32(this.#writer, value);
    return this;
  }

  op(opcode: (typeof op)[keyof typeof op]): this {
    this.#writer.byte(opcode);
    return this;
  }

  /** At an address on the stack, of any alignment. */
  load(opcode: Load, offset: number): this {
    return this.op(opcode).#memory(offset);
  }

  /** `address value -> ` */
  store(opcode: Store, offset: number): this {
    return this.op(opcode).#memory(offset);
  }

  /** ` -> pages` */
  memorySize(): this {
    return this.#with(0x3f, 0);
  }

  /** `more pages -> pages before, or -1` */
  memoryGrow(): this {
    return this.#with(0x40, 0);
  }

  /** `to from byteLength -> `, of memories by their indices */
  memoryCopy(to = 0, from = 0): this {
    this.#with(0xfc, 0x0a);
    this.#writer.u32(to);
    this.#writer.u32(from);
    return this;
  }

  /** Copies a whole segment to `address`. */
  memoryInit(address: number, data: Data): this {
    this.constant(address).constant(0).constant(data.byteLength);
    this.#writer.byte(0xfc);
    this.#refer(0x08, data);
    this.#writer.byte(0x00);
    return this;
  }

  call(func: Func): this {
    return this.#refer(0x10, func);
  }

  /** `arguments index -> results`, of a function in a table. */
  callIndirect(type: CoreFuncType, table: Table): this {
    return this.#refer(0x11, { kind: "type", type }).#also(table);
  }

  /** If the number on the stack is not zero. */
  if(then: () => void): this {
    return this.#block(0x04, then);
  }

  /** Again and again while what `body` leaves on the stack is not zero. */
  loop(body: () => void): this {
    return this.#block(0x03, () => {
      body();
      this.#with(0x0d, 0);
    });
  }

  encode(indexOf: (reference: Reference) => number): Uint8Array {
    const code = new Writer(64);
    code.u32(this.#added > 0 ? 1 : 0);
    if (this.#added > 0) {
      code.u32(this.#added);
      code.byte(CORE_VAL_TYPES.i32);
    }
    const written = this.#writer.finish();
    let from = 0;
    for (const { at, to } of this.#references) {
      code.bytes(written.subarray(from, at));
      code.u32(indexOf(to));
      from = at;
    }
    code.bytes(written.subarray(from));
    code.byte(0x0b);
    const body = code.finish();
    return encode((writer) => {
      writer.u32(body.length);
      writer.bytes(body);
    });
  }

  #block(opcode: number, body: () => void): this {
    this.#writer.byte(opcode);
    this.#writer.byte(EMPTY_BLOCK);
    body();
    this.#writer.byte(0x0b);
    return this;
  }

  #with(opcode: number, immediate: number): this {
    this.#writer.byte(opcode);
    this.#writer.u32(immediate);
    return this;
  }

  #refer(opcode: number, to: Reference): this {
    this.#writer.byte(opcode);
    this.#references.push({ at: this.#writer.byteLength, to });
    return this;
  }

  /** A further index of the instruction before. */
  #also(to: Reference): this {
    this.#references.push({ at: this.#writer.byteLength, to });
    return this;
  }

  /** Of an access: no alignment is promised. */
  #memory(offset: number): this {
    this.#writer.u32(0);
    this.#writer.u32(offset);
    return this;
  }
}

/** An expression that is a number, such as the address of a segment. */
export function constantExpression(value: number): Uint8Array {
  return encode((writer) => {
    writer.byte(0x41);
    s32(writer, value);
    writer.byte(0x0b);
  });
}
