/**
 * Where traces go: interfaces of our own, which the layers of traces import, and the guest that has them. It writes to the host's
 * standard error, whatever the app's own is.
 */
import type { Exports, Extern, FuncType, ValType } from "../../component/types.ts";
import { Header, imageOf } from "../../image/image.ts";
import { plainAdapter } from "../adapter.ts";
import type { Core } from "../adapter-module.ts";
import { guestCore } from "../prebuilt-core.ts";
import { traceCore } from "../prebuilt.ts";
import { refusedImage } from "./refused.ts";

export const ID = "trace";
export const OUTPUT = "wasi-nest:trace/output";
export const SUMMARY = "wasi-nest:trace/summary";
export const REFUSED = "wasi-nest:trace/refused";
/** For guests in its memory, which tell it what they refuse. */
export const TELLS_REFUSED: Readonly<Record<string, string>> = { [`${REFUSED} tell`]: ID };
/** The same of outputs that end at a limit. */
export const TELLS_LIMIT: Readonly<Record<string, string>> = { "wasi-nest:trace/limit wrote": ID };
/** What the guest has for stubs. */
const TELL = "wasi-nest:trace/denied tell";

const funcType = (params: readonly (readonly [label: string, type: ValType])[], result?: ValType): FuncType => ({
  ...{ kind: "func", async: false, params: params.map(([label, type]) => ({ label, type })), result },
});
const func = (...signature: Parameters<typeof funcType>): Extern => ({ kind: "func", type: funcType(...signature) });
const TEXT: ValType = { kind: "list", element: "u8" };

/** Of `write`, which prints a text. */
export const WRITE: FuncType = funcType([["text", TEXT]]);

export const OUTPUT_INTERFACE: Exports = new Map([["write", { kind: "func", type: WRITE }]]);

/** What rules refuse: the kind of the line, a number in it, and what the program has given (refused.ts). */
export const REFUSED_INTERFACE: Exports = new Map([
  [
    "tell",
    func([
      ["kind", "u32"],
      ["number", "u32"],
      ["first", TEXT],
      ["second", TEXT],
      ["third", TEXT],
    ]),
  ],
]);

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

export interface OutputChoices {
  /** It is told what stubs refuse. */
  readonly denied: boolean;
  /** Who tells it what is refused, layers too, or only guests in its memory: known when all have decided. */
  refused(): "layers" | "guests" | undefined;
  /** A summary says how long calls take, by the host's clock. */
  readonly timed: boolean;
}

export const outputCore = ({ denied, refused, timed }: OutputChoices): Core => ({
  id: ID,
  ...(denied && { teller: TELL }),
  make(base) {
    const tellers = refused();
    const image = tellers === undefined ? imageOf(new Header(), [], "a trace") : refusedImage(base, tellers === "layers");
    return plainAdapter(ID, guestCore(traceCore), image, () => (timed ? ["timed"] : []));
  },
});
