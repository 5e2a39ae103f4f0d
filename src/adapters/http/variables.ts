/**
 * Variables of the host's that HTTP rules ask for: an interface of our own, which their layer imports, and the guest that has it. What
 * the app's own environment is makes no difference.
 */
import type { Exports } from "../../component/types.ts";
import { Header, imageOf } from "../../image/image.ts";
import { HTTP_VARIABLES } from "../../image/rule-layout.ts";
import { StringLists } from "../../image/strings.ts";
import { plainAdapter } from "../adapter.ts";
import type { Core } from "../adapter-module.ts";
import { guestCore } from "../prebuilt-core.ts";
import { httpVariablesCore } from "../prebuilt.ts";

export const VARIABLES_ID = "http-variables";
export const VARIABLES = "wasi-nest:http/variables";

export const VARIABLES_INTERFACE: Exports = new Map([
  ["value", { kind: "func", type: { kind: "func", async: false, params: [{ label: "number", type: "u32" }], result: "string" } }],
]);

/** `names` are all that pass. */
export const variablesCore = (names: readonly string[]): Core => ({
  id: VARIABLES_ID,
  make(base) {
    const lists = new StringLists(base, [names]);
    const header = new Header();
    header.set(HTTP_VARIABLES, lists.startOf(0), names.length);
    return plainAdapter(VARIABLES_ID, guestCore(httpVariablesCore), imageOf(header, lists.chunks(), "names of variables", base));
  },
});
