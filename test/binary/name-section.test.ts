import { expect, test } from "vitest";
import { decodeNames, encodeNames, type Names } from "../../src/binary/name-section.ts";

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
