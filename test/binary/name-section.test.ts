import { expect, test } from "vitest";
import { encodeComponent } from "../../src/binary/component.ts";
import { decodeNames, encodeNames, NAME_SECTION, nameOf, type Names } from "../../src/binary/name-section.ts";

const NAMES: Names = {
  component: "outer",
  items: new Map([
    [
      "component",
      new Map([
        [0, "io"],
        [300, "wasi:http/types"],
      ]),
    ],
    ["instance", new Map([[2, "käse"]])],
    ["core module", new Map([[1, "main"]])],
  ]),
};
const NONE: Names = { component: undefined, items: new Map() };

test("names come back as they were written", () => {
  expect(decodeNames(encodeNames(NAMES))).toEqual(NAMES);
  expect(decodeNames(encodeNames(NONE))).toEqual(NONE);
});

test("is written as Binary.md says, in the order of indices", () => {
  const names: Names = {
    component: "a",
    items: new Map([
      [
        "component",
        new Map([
          [1, "b"],
          [0, "c"],
        ]),
      ],
    ]),
  };
  expect([...encodeNames(names)]).toEqual([0, 2, 1, 0x61, 1, 8, 4, 2, 0, 1, 0x63, 1, 1, 0x62]);
});

test("one that is cut off anywhere names nothing more than what is whole", () => {
  const bytes = encodeNames(NAMES);
  for (let length = 0; length < bytes.length; length++) {
    const { component, items } = decodeNames(bytes.subarray(0, length));
    expect([undefined, "outer"]).toContain(component);
    for (const [sort, names] of items) expect(names).toEqual(NAMES.items.get(sort));
  }
  expect(decodeNames(bytes.subarray(0, -1))).toEqual(NONE);
});

test("a component is called what its last section of names says, whatever lies beside it", () => {
  const named = (component: string | undefined): { readonly kind: "custom"; readonly name: string; readonly bytes: Uint8Array } => ({
    kind: "custom",
    name: NAME_SECTION,
    bytes: encodeNames({ ...NAMES, component }),
  });
  const other = { kind: "custom", name: "name", bytes: Uint8Array.of(0, 2, 1, 0x61) } as const;
  const nested = { kind: "component", bytes: encodeComponent([named("inner")]) } as const;
  expect(nameOf(encodeComponent([]))).toBeUndefined();
  expect(nameOf(encodeComponent([nested, other]))).toBeUndefined();
  expect(nameOf(encodeComponent([nested, named("first"), other, named("last"), nested]))).toBe("last");
  expect(nameOf(encodeComponent([named("first"), named(undefined)]))).toBeUndefined();
  expect(nameOf(encodeComponent([{ kind: "custom", name: NAME_SECTION, bytes: Uint8Array.of(0, 9) }]))).toBeUndefined();
});
