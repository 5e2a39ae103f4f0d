/**
 * Canonical definitions: functions between core WebAssembly and components (Binary.md, "Canonical Definitions").
 * Kinds are the specification's names. Fields: `options` canonopts, `type` and `resource` type indices,
 * `func` and `memory` and `table` indices of their sort.
 */
import { byte, choice, type Cases, type Codec, flag, struct, type Struct, u32, vec } from "./codec.ts";
import { type ResultList, resultList } from "./types.ts";

export type CanonOpt =
  | Of<"utf8" | "utf16" | "latin1+utf16" | "async" | "gc">
  | Of<"memory", { readonly memory: number }>
  | Of<"realloc" | "post-return" | "callback", { readonly func: number }>
  | Of<"core-type", { readonly type: number }>;

interface Options {
  readonly options: readonly CanonOpt[];
}
interface OfType {
  readonly type: number;
}
interface OfResource {
  readonly resource: number;
}
interface Async {
  readonly async: boolean;
}
interface Cancellable {
  readonly cancellable: boolean;
}
interface Shared {
  readonly shared: boolean;
}
interface ContextSlot {
  /** A core value type's byte, `0x7f` for i32. */
  readonly type: number;
  readonly slot: number;
}
interface Memory {
  readonly memory: number;
}
interface CoreFuncType {
  /** A core type index. */
  readonly type: number;
}
interface Table {
  readonly table: number;
}

/** One plain object type for each kind. */
type Of<K extends string, Fields = object> = K extends string ? { readonly kind: K } & Fields : never;

export type Canon =
  | Of<"lift", { readonly func: number } & Options & OfType>
  | Of<"lower", { readonly func: number } & Options>
  | Of<"resource.new" | "resource.drop" | "resource.rep", OfResource>
  | Of<"backpressure.inc" | "backpressure.dec" | "task.cancel" | "subtask.drop">
  | Of<"task.return", { readonly result: ResultList } & Options>
  | Of<"context.get" | "context.set", ContextSlot>
  | Of<"subtask.cancel", Async>
  | Of<"stream.new" | "stream.drop-readable" | "stream.drop-writable", OfType>
  | Of<"stream.read" | "stream.write", OfType & Options>
  | Of<"stream.cancel-read" | "stream.cancel-write", OfType & Async>
  | Of<"future.new" | "future.drop-readable" | "future.drop-writable", OfType>
  | Of<"future.read" | "future.write", OfType & Options>
  | Of<"future.cancel-read" | "future.cancel-write", OfType & Async>
  | Of<"error-context.new" | "error-context.debug-message", Options>
  | Of<"error-context.drop" | "waitable-set.new" | "waitable-set.drop" | "waitable.join">
  | Of<"waitable-set.wait" | "waitable-set.poll", Cancellable & Memory>
  | Of<"thread.index" | "thread.resume-later">
  | Of<"thread.new-indirect", CoreFuncType & Table>
  | Of<
      | "thread.yield"
      | "thread.suspend"
      | "thread.suspend-then-resume"
      | "thread.yield-then-resume"
      | "thread.suspend-then-promote"
      | "thread.yield-then-promote",
      Cancellable
    >
  | Of<"thread.spawn-ref", Shared & CoreFuncType>
  | Of<"thread.spawn-indirect", Shared & CoreFuncType & Table>
  | Of<"thread.available-parallelism", Shared>;

const nothing: Struct<object> = struct({});

/** `canonopt ::= 0x00 => string-encoding=utf8 | ...`; 0x08 and 0x09 are wasm-tools' for garbage-collected values. */
const canonOpt = choice<CanonOpt>("canonical option", {
  utf8: [0x00, nothing],
  utf16: [0x01, nothing],
  "latin1+utf16": [0x02, nothing],
  memory: [0x03, struct({ memory: u32 })],
  realloc: [0x04, struct({ func: u32 })],
  "post-return": [0x05, struct({ func: u32 })],
  async: [0x06, nothing],
  callback: [0x07, struct({ func: u32 })],
  "core-type": [0x08, struct({ type: u32 })],
  gc: [0x09, nothing],
});

/** `opts ::= opt*:vec(<canonopt>)` */
const options = vec(canonOpt);

const ofType = struct<OfType>({ type: u32 });
const ofResource = struct<OfResource>({ resource: u32 });
const copy = struct<OfType & Options>({ type: u32, options });
const cancelCopy = struct<OfType & Async>({ type: u32, async: flag });
const contextSlot = struct<ContextSlot>({ type: byte, slot: u32 });
const onlyOptions = struct<Options>({ options });
const waiting = struct<Cancellable & Memory>({ cancellable: flag, memory: u32 });
const switching = struct<Cancellable>({ cancellable: flag });

const cases: Cases<Canon> = {
  /** `0x00 0x00 f:<core:funcidx> opts:<opts> ft:<typeidx>` */
  lift: [[0x00, 0x00], struct({ func: u32, options, type: u32 })],
  /** `0x01 0x00 f:<funcidx> opts:<opts>` */
  lower: [[0x01, 0x00], struct({ func: u32, options })],
  /** `rt:<typeidx>` */
  "resource.new": [0x02, ofResource],
  "resource.drop": [0x03, ofResource],
  "resource.rep": [0x04, ofResource],
  "backpressure.inc": [0x24, nothing],
  "backpressure.dec": [0x25, nothing],
  /** `0x09 rs:<resultlist> opts:<opts>` */
  "task.return": [0x09, struct({ result: resultList, options })],
  "task.cancel": [0x05, nothing],
  /** `t:<core:valtype> i:<u32>` */
  "context.get": [0x0a, contextSlot],
  "context.set": [0x0b, contextSlot],
  /** `async?:<async?>` */
  "subtask.cancel": [0x06, struct({ async: flag })],
  "subtask.drop": [0x0d, nothing],
  /** `t:<typeidx>`, then `opts:<opts>` or `async?:<async?>` */
  "stream.new": [0x0e, ofType],
  "stream.read": [0x0f, copy],
  "stream.write": [0x10, copy],
  "stream.cancel-read": [0x11, cancelCopy],
  "stream.cancel-write": [0x12, cancelCopy],
  "stream.drop-readable": [0x13, ofType],
  "stream.drop-writable": [0x14, ofType],
  "future.new": [0x15, ofType],
  "future.read": [0x16, copy],
  "future.write": [0x17, copy],
  "future.cancel-read": [0x18, cancelCopy],
  "future.cancel-write": [0x19, cancelCopy],
  "future.drop-readable": [0x1a, ofType],
  "future.drop-writable": [0x1b, ofType],
  /** `opts:<opts>` */
  "error-context.new": [0x1c, onlyOptions],
  "error-context.debug-message": [0x1d, onlyOptions],
  "error-context.drop": [0x1e, nothing],
  "waitable-set.new": [0x1f, nothing],
  /** `cancel?:<cancel?> m:<core:memoryidx>` */
  "waitable-set.wait": [0x20, waiting],
  "waitable-set.poll": [0x21, waiting],
  "waitable-set.drop": [0x22, nothing],
  "waitable.join": [0x23, nothing],
  "thread.index": [0x26, nothing],
  /** `ft:<core:typeidx> tbl:<core:tableidx>` */
  "thread.new-indirect": [0x27, struct({ type: u32, table: u32 })],
  "thread.resume-later": [0x28, nothing],
  /** `cancel?:<cancel?>` */
  "thread.suspend": [0x29, switching],
  "thread.yield": [0x0c, switching],
  "thread.suspend-then-resume": [0x2a, switching],
  "thread.yield-then-resume": [0x2b, switching],
  "thread.suspend-then-promote": [0x2c, switching],
  "thread.yield-then-promote": [0x2d, switching],
  /** `shared?:<sh?>`, then `ft:<core:typeidx>`, then `tbl:<core:tableidx>` */
  "thread.spawn-ref": [0x40, struct({ shared: flag, type: u32 })],
  "thread.spawn-indirect": [0x41, struct({ shared: flag, type: u32, table: u32 })],
  "thread.available-parallelism": [0x42, struct({ shared: flag })],
};

/** `canon ::= 0x00 0x00 f:<core:funcidx> opts:<opts> ft:<typeidx> | ...` */
export const canon: Codec<Canon> = choice<Canon>("canonical definition", cases);
