import { expect, test } from "vitest";
import { FormatError, kindOf, LinkError } from "../../src/index.ts";
import { adaptByJco, preview1KindOf } from "../../src/node/index.ts";
import { cProgram } from "../guests/index.ts";
import { exporting, FUNCTION, module, section, text } from "../preview1/core-modules.ts";

test("a module that exports `_start` is a command", async () => {
  expect(preview1KindOf(await cProgram("copy"))).toBe("command");
  expect(preview1KindOf(module(...FUNCTION, exporting("_initialize")))).toBe("reactor");
  expect(preview1KindOf(module())).toBe("reactor");
});

test("a cut module is a format error", () => {
  const whole = module(...FUNCTION, exporting("_start"), section(0, ...text("end")));
  for (let length = 0; length < whole.length; length++) {
    // Between the sections, what is left is a whole module.
    if ([8, ...[1, 2, 3].map((count) => 8 + [...FUNCTION, exporting("_start")].slice(0, count).flat().length)].includes(length)) continue;
    expect(() => preview1KindOf(whole.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
  }
});

test("adapts a command", async () => {
  expect(kindOf(await adaptByJco(await cProgram("copy")))).toBe("component");
}, 300_000);

test("says that a module cannot be adapted", async () => {
  await expect(adaptByJco(module(...FUNCTION, exporting("x")))).rejects.toThrow(LinkError);
});
