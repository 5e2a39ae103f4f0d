/**
 * Calls a component's random functions on Wasmtime: all calls in one child process, in which the host is
 * played as well.
 */
import path from "node:path";
import type { FuncType } from "../../src/component/types.ts";
import { runChild } from "../hosts/outcome.ts";
import { PYTHON } from "../hosts/wasmtime.ts";
import type { Value } from "../shim/random-types.ts";
import { MIRROR, RESOURCES } from "./random-interface.ts";

/** A call, and what the host is to answer. */
export interface Call {
  readonly name: string;
  readonly type: FuncType;
  readonly args: readonly Value[];
  readonly answer: Value | undefined;
}

/** What the host got, and what came back; handles have the number that the host knows them by. */
export interface CallOutcome {
  readonly received: readonly Value[];
  readonly result: Value | undefined;
}

export async function callOnWasmtime(
  component: Uint8Array,
  _funcs: ReadonlyMap<string, FuncType>,
  calls: readonly Call[],
): Promise<readonly CallOutcome[]> {
  const request = JSON.stringify(
    {
      component: Buffer.from(component).toString("base64"),
      interface: MIRROR,
      calls: calls.map(({ name, args, answer }) => ({ name, args, answer })),
    },
    (_, value: unknown) => (typeof value === "bigint" ? { integer: String(value) } : value),
  );
  const child = await runChild(PYTHON, [path.join(import.meta.dirname, "call-on-wasmtime.py")], { stdin: request });
  if (child.report === undefined) throw new Error(`${child.ending}: ${child.stderr.toString()}`);
  return JSON.parse(child.report, (key, value: unknown) => {
    if (key === "of") return RESOURCES.find(({ name }) => name === value);
    return typeof value === "object" && value !== null && "integer" in value ? BigInt(String(value.integer)) : value;
  }) as readonly CallOutcome[];
}
