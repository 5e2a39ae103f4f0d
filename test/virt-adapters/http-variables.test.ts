/** What HTTP rules get of the host's environment: the values of the variables that are named, if headers can have them. */
import { expect, test } from "vitest";
import { httpVariablesCore } from "../../src/adapters/prebuilt.ts";
import { variablesCore } from "../../src/adapters/http/variables.ts";
import { IMAGE_BASE } from "../../src/image/layout.ts";
import { Adapter } from "./harness.ts";

/** The values of `TOKEN`, of `B` and of what has no name. */
function valuesIn(environment: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const adapter: Adapter = new Adapter(httpVariablesCore, variablesCore(["TOKEN", "B"]).make(IMAGE_BASE).image, {
    "wasi:cli/environment#get-environment": (at: number) => {
      const strings = environment.flat().map((each) => adapter.lower(each));
      const list = adapter.allocate(4, strings.length * 8);
      strings.flat().forEach((word, i) => adapter.view.setUint32(list + i * 4, word, true));
      adapter.view.setUint32(at, list, true);
      adapter.view.setUint32(at + 4, environment.length, true);
    },
  });
  return [0, 1, 2, 0xffffffff].map((number) => adapter.call("http_variables__value", [number], (at) => adapter.textAt(at)));
}

test("variables that are named pass, and no others", () => {
  expect(valuesIn([["TOKE", "1"], ["TOKEN", "Bearer a\tb ~!"], ["TOKENS", "2"], ["b", "3"], ["", "4"]])).toEqual(["Bearer a\tb ~!", "", "", ""]); // prettier-ignore
  expect(valuesIn([["B", "x"], ["TOKEN", "y"]])).toEqual(["y", "x", "", ""]); // prettier-ignore
  expect(valuesIn([])).toEqual(["", "", "", ""]);
});

test.each(["", " x", "x ", "\tx", "a\nb", "a\r\nx-evil: 1", "a\0b", "\u00e4", "a\x7f", "\x1f"])("a header has no value %j", (value) => {
  expect(valuesIn([["TOKEN", value]])).toEqual(["", "", "", ""]);
});
