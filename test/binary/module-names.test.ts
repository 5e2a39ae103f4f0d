/** Names of core modules and their functions, wherever the modules lie in a component. */
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { expect, test } from "vitest";
import { withModuleNames } from "../../src/binary/module-names.ts";
import { skeletonOf } from "../../src/binary/skeleton.ts";

const NAMES = {
  module: "mine",
  functionOf: (label: string): string | undefined => (label.startsWith("x-") ? `the ${label.slice(2)}` : undefined),
};
const CODE = `(func (export "x-one") unreachable) (func (export "two") unreachable) (memory (export "x-memory") 1)`;

/** How the engine calls the functions of a module's exports in the stack of a trap. */
function framesOf(module: Uint8Array): readonly string[] {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module as Uint8Array<ArrayBuffer>), { "": { f() {} } });
  const functions = Object.values(exports).filter((each) => typeof each === "function");
  return functions.map((call): string => {
    try {
      call();
      return "no trap";
    } catch (error) {
      const [, frame = "no frame"] = /^ +at (.*?)-?[\da-f]{8}:wasm-function\[\d+\]/m.exec((error as Error).stack ?? "") ?? [];
      return frame.replace("(wasm://wasm/", "in ").replace("wasm://wasm/", "in ");
    }
  });
}

test.each<readonly [name: string, text: string, frames: readonly (readonly string[])[]]>([
  ["without names", `(core module (import "" "f" (func)) ${CODE})`, [["mine.the one in mine", "mine in mine"]]],
  [
    "with names of functions",
    `(core module (import "" "f" (func $imported)) (func $x (export "x-two") unreachable) (func $other (export "other") unreachable))`,
    [["mine.the two in mine", "mine.other in mine"]],
  ],
  ["of a name", `(core module (@name "theirs") ${CODE})`, [["theirs.the one in theirs", "theirs in theirs"]]],
  ["in a component in it", `(component (component (core module ${CODE})) (core module))`, [["mine.the one in mine", "mine in mine"], []]],
  [
    "with a name section that is malformed",
    `(core module (@custom "name" "\\01\\ff") ${CODE})`,
    [["mine.the one in mine", "mine in mine"]],
  ],
])("a module %s", async (_, text, frames) => {
  const component = await parse(`(component ${text})`);
  const named = withModuleNames(component, NAMES);
  expect(skeletonOf(named).modules.map(({ whole }) => framesOf(whole))).toEqual(frames);
  // All but the names is as it was, and doing it again changes nothing.
  expect(skeletonOf(named).bytes).toEqual(skeletonOf(component).bytes);
  expect(withModuleNames(named, NAMES)).toEqual(named);
});
