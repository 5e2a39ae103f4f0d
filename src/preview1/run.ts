/** `wasi:cli/run`, for commands to export. */
import type { Exports, FuncType } from "../component/types.ts";

export const RUN = "wasi:cli/run";
export const RUN_VERSION = "0.2.0";

const RUN_TYPE: FuncType = { kind: "func", async: false, params: [], result: { kind: "result", ok: undefined, error: undefined } };
export const RUN_EXPORTS: Exports = new Map([["run", { kind: "func", type: RUN_TYPE }]]);
