/**
 * Why an output imports something, in one sentence each: for the report, which knows the plan, and for those who
 * inspect an output, who know its wiring.
 */
import { keyOf } from "../component/names.ts";
import type { Policy } from "../adapters/registry.ts";
import { type Subsystem, wordOf } from "./subsystems.ts";

interface Facts {
  readonly name: string;
  /** Those that are used. */
  readonly functions: readonly string[];
  /** The app gets it, itself or by way of an adapter. */
  readonly isAllowed: boolean;
  /** Those parts that use it, such as `the io adapter`. */
  readonly users: readonly string[];
}

export function reasonOf({ name, functions, isAllowed, users }: Facts): string {
  if (isAllowed) return "allowed";
  if (users.length === 0) return "types only";
  const isClock = keyOf(name).startsWith("wasi:clocks/");
  const purpose = wordOf(name, functions) !== "io" ? "" : isClock ? ": the host waits" : ": streams of the host pass";
  return `needed by ${users.join(" and ")}${purpose}`;
}

/** What is recorded of a standard stream: the host's as it is, altered, or in the place of another one. */
const isHostStream = (recorded: string | number | undefined): boolean =>
  typeof recorded === "string" && recorded !== "ignore" && !recorded.startsWith("file:");

/** Whether the options gave the app what an adapter hands on. */
export function isGiven(subsystem: Subsystem, policy: Policy | null): boolean {
  if (policy === null) return false;
  switch (subsystem) {
    case "stdin":
    case "stdout":
    case "stderr":
      return isHostStream(policy[subsystem]);
    case "environment":
      return (policy.allowEnv ?? policy.allowArgs ?? policy.allowCwd) !== undefined;
    case "config":
      return policy.allowConfig !== undefined;
    default:
      return false;
  }
}
