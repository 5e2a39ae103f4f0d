/**
 * Where traces go: an interface of our own, which the layer of traces imports, and the guest that has it. It writes to the host's
 * standard error, whatever the app's own is.
 */
import type { Exports } from "../../component/types.ts";
import { Header, imageOf } from "../../image/image.ts";
import { plainAdapter } from "../adapter.ts";
import type { Core } from "../adapter-module.ts";
import { guestCore } from "../prebuilt-core.ts";
import { traceCore } from "../prebuilt.ts";

export const ID = "trace";
export const OUTPUT = "wasi-nest:trace/output";
export const WRITE = "write";
/** What the guest has for stubs. */
const TELL = "wasi-nest:trace/denied tell";

export const OUTPUT_INTERFACE: Exports = new Map([
  [
    WRITE,
    {
      kind: "func",
      type: {
        kind: "func",
        async: false,
        params: [{ label: "text", type: { kind: "list", element: "u8" } }],
        result: undefined,
      },
    },
  ],
]);

/** With `denied`, it is told what stubs refuse. */
export const outputCore = (denied: boolean): Core => ({
  id: ID,
  ...(denied && { teller: TELL }),
  make: () => plainAdapter(ID, guestCore(traceCore), imageOf(new Header(), [], "a trace")),
});
