import { expect, test } from "vitest";
import type { Policy } from "../../src/adapters/registry.ts";
import { isGiven, reasonOf } from "../../src/inspect/reasons.ts";
import type { Subsystem } from "../../src/inspect/subsystems.ts";

test("the reason names everybody who needs an import, unless the app has it", () => {
  const facts = { name: "wasi:cli/environment@0.2.12", functions: ["get-arguments"], users: ["the environment adapter", "the io adapter"] };
  expect(reasonOf({ ...facts, isAllowed: false })).toBe("needed by the environment adapter and the io adapter");
  expect(reasonOf({ ...facts, isAllowed: true })).toBe("allowed");
  expect(reasonOf({ ...facts, users: [], isAllowed: false })).toBe("types only");
});

test.each<[Subsystem, Policy]>([
  ["stdin", { stdin: "allow" }],
  ["stdout", { stdout: "allow" }],
  ["stderr", { stderr: "allow" }],
  ["environment", { allowEnv: ["A"] }],
  ["environment", { allowArgs: true }],
  ["environment", { allowCwd: true }],
])("what an adapter hands on of %s was given where the policy says so, and nothing else was", (subsystem, policy) => {
  const all: readonly Subsystem[] = [
    "stdin",
    "stdout",
    "stderr",
    "environment",
    "clocks",
    "filesystem",
    "random",
    "http",
    "sockets",
    "exit",
  ];
  expect(all.filter((each) => isGiven(each, policy))).toEqual([subsystem]);
  expect(all.filter((each) => isGiven(each, null))).toEqual([]);
  expect(all.filter((each) => isGiven(each, { env: ["A"], stdin: "ignore", stdout: "ignore", stderr: "ignore" }))).toEqual([]);
});
