/**
 * Writes the instructions of one core function. Only what generated functions are made of.
 * https://webassembly.github.io/spec/core/binary/instructions.html
 */
import { encodeBody, s32 } from "../binary/core-module.ts";
import { Writer } from "../binary/writer.ts";

const I32 = 0x7f;
const EMPTY_BLOCK = 0x40;

export const op = {
  unreachable: 0x00,
  return: 0x0f,
  i32Load: 0x28,
  i32Load8U: 0x2d,
  i32Load16U: 0x2f,
  i32Store: 0x36,
  i32Store8: 0x3a,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32Or: 0x72,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
} as const;

type Load = typeof op.i32Load | typeof op.i32Load8U | typeof op.i32Load16U;
type Store = typeof op.i32Store | typeof op.i32Store8;

export class Code {
  readonly #writer = new Writer();
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

  /** `global <- other global` */
  copyGlobal(to: number, from: number): this {
    return this.#with(0x23, from).#with(0x24, to);
  }

  setGlobal(index: number): this {
    return this.#with(0x24, index);
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

  call(index: number): this {
    return this.#with(0x10, index);
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

  /** The function's entry in the code section. */
  finish(): Uint8Array {
    this.#writer.byte(0x0b);
    return encodeBody(this.#writer.finish(), this.#added > 0 ? [[this.#added, I32]] : []);
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

  #memory(offset: number): this {
    this.#writer.u32(0);
    this.#writer.u32(offset);
    return this;
  }
}
