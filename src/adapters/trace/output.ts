/**
 * Where traces go: interfaces of our own, which the layers of traces import, and the guest that has them. It writes to the host's
 * standard error, whatever the app's own is.
 */
import type { Exports, Extern, ValType } from "../../component/types.ts";
import { Header, imageOf } from "../../image/image.ts";
import { plainAdapter } from "../adapter.ts";
import type { Core } from "../adapter-module.ts";
import { guestCore } from "../prebuilt-core.ts";
import { traceCore } from "../prebuilt.ts";

export const ID = "trace";
export const OUTPUT = "wasi-nest:trace/output";
export const SUMMARY = "wasi-nest:trace/summary";
/** What the guest has for stubs. */
const TELL = "wasi-nest:trace/denied tell";

const func = (params: readonly (readonly [label: string, type: ValType])[], result?: ValType): Extern => ({
  kind: "func",
  type: { kind: "func", async: false, params: params.map(([label, type]) => ({ label, type })), result },
});
const TEXT: ValType = { kind: "list", element: "u8" };

export const OUTPUT_INTERFACE: Exports = new Map([["write", func([["text", TEXT]])]]);

/** Where calls are counted: a row for each function, by the name that it is printed with. */
export const SUMMARY_INTERFACE: Exports = new Map([
  ["add", func([["name", TEXT]], "u32")],
  [
    "begin",
    func([
      ["row", "u32"],
      ["bytes", "u64"],
    ]),
  ],
  [
    "end",
    func([
      ["row", "u32"],
      ["bytes", "u64"],
      ["failed", "bool"],
    ]),
  ],
  ["print", func([])],
]);

/** With `denied`, it is told what stubs refuse; with `timed`, a summary says how long calls take, by the host's clock. */
export const outputCore = ({ denied, timed }: { readonly denied: boolean; readonly timed: boolean }): Core => ({
  id: ID,
  ...(denied && { teller: TELL }),
  make: () => plainAdapter(ID, guestCore(traceCore), imageOf(new Header(), [], "a trace"), () => (timed ? ["timed"] : [])),
});
