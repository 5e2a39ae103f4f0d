/**
 * Values in a component (Binary.md, "Value Definitions"). What they say depends on their type; they stay bytes.
 */
import { type Codec, struct } from "./codec.ts";
import { type ValType, valType } from "./val-types.ts";

export interface Value {
  readonly type: ValType;
  readonly bytes: Uint8Array;
}

/** `value ::= t:<valtype> len:<core:u32> v:<val(t)>` */
export const value: Codec<Value> = struct<Value>({
  type: valType,
  bytes: {
    read: (reader) => reader.bytes(reader.u32()),
    write(writer, bytes) {
      writer.u32(bytes.length);
      writer.bytes(bytes);
    },
  },
});
