import { expect, test } from "vitest";
import { FormatError, kindOf, LinkError } from "../../src/index.ts";
import { asComponent } from "../../src/node/as-component.ts";
import { adaptByJco, preview1KindOf } from "../../src/node/index.ts";
import { cProgram } from "../guests/index.ts";
import { CODE, exporting, FUNCTION, module, section, text } from "../preview1/core-modules.ts";

test("a module that exports `_start` is a command", async () => {
  expect(preview1KindOf(await cProgram("copy"))).toBe("command");
  expect(preview1KindOf(module(...FUNCTION, exporting("_initialize")))).toBe("reactor");
  expect(preview1KindOf(module())).toBe("reactor");
});

test("a function that is imported again, as Go does, is no mistake", async () => {
  const type = section(1, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7f);
  const again = section(2, 2, ...[1, 1].flatMap((at) => [...text("wasi_snapshot_preview1"), ...text("sched_yield"), 0, at]));
  const asGo = module(type, again, section(3, 1, 0), section(7, 1, ...text("_start"), 0, 2), CODE);
  expect(preview1KindOf(asGo)).toBe("command");
  expect(await asComponent(asGo, "app.wasm", { keepsModule: true })).toEqual({ component: asGo, adapted: "command" });
  const { component, adapted } = await asComponent(asGo, "app.wasm");
  expect([kindOf(component), adapted]).toEqual(["component", "command"]);
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
