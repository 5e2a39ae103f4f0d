import { expect, test } from "vitest";
import { FormatError, kindOf, LinkError } from "../../src/index.ts";
import { adaptPreview1, preview1ModuleOf } from "../../src/node/index.ts";
import { cProgram } from "../guests/index.ts";

const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
const section = (id: number, ...body: number[]): number[] => [id, body.length, ...body];
const module = (...sections: number[][]): Uint8Array => Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
const GO = section(0, ...name("producers"), 1, ...name("processed-by"), 1, ...name("Go cmd/compile"), ...name("1.23"));

test("a module that exports `_start` is a command", async () => {
  expect(preview1ModuleOf(await cProgram("copy"))).toEqual({ kind: "command", warnings: [] });
  expect(preview1ModuleOf(module(section(7, 1, ...name("_initialize"), 0, 0)))).toEqual({ kind: "reactor", warnings: [] });
  expect(preview1ModuleOf(module())).toEqual({ kind: "reactor", warnings: [] });
});

test("Go's modules get a warning, those that bring `cabi_realloc` do not", () => {
  expect(preview1ModuleOf(module(GO)).warnings).toHaveLength(1);
  expect(preview1ModuleOf(module(section(0, ...name("go:buildid")))).warnings).toHaveLength(1);
  expect(preview1ModuleOf(module(section(7, 1, ...name("cabi_realloc"), 0, 0), GO)).warnings).toEqual([]);
});

test("a cut module is a format error", () => {
  const first = section(7, 1, ...name("_start"), 0, 0);
  const whole = module(first, GO);
  for (let length = 9; length < whole.length; length++) {
    // Between the sections, what is left is a whole module.
    if (length === 8 + first.length) continue;
    expect(() => preview1ModuleOf(whole.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    expect(() => preview1ModuleOf(whole.subarray(0, length)), `${length} bytes`).toThrow(
      /^unexpected end of |^a list of \d+ items in the \d+ bytes that are left /,
    );
  }
});

test("adapts a command", async () => {
  expect(kindOf(await adaptPreview1(await cProgram("copy"), "command"))).toBe("component");
}, 300_000);

test("says that a module cannot be adapted", async () => {
  await expect(adaptPreview1(module(section(7, 1, ...name("x"), 0, 0)), "reactor")).rejects.toThrow(
    new LinkError(
      "the core module cannot be adapted as a reactor: module was not valid: unknown function 0: exported function index out of bounds (at offset 0xb)",
    ),
  );
});
