/** WIT text of types: that of WASI itself comes out as it was written. */
import { describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import type { Extern, FuncType, Resource, ValType } from "../../src/component/types.ts";
import { funcText, itemText, namesIn, typeText } from "../../src/component/wit.ts";
import { unstableWit, wasi03Wit } from "../guests/index.ts";
import { everythingUnstable, newestSeries } from "../compose/worlds.ts";

/** A text on one line. Aliases go to what they stand for: types do not know of them. */
function plain(wit: string, aliases: ReadonlyMap<string, string>): string {
  let text = wit
    .replace(/\/\/.*$/gm, "")
    .replace(/,\s*/g, ", ")
    .replace(/\s+/g, " ");
  text = text.replace(/,? ?([)}>])/g, "$1").replace(/([({<]) /g, "$1");
  // Parameters may have an alias's name. Aliases of aliases take two rounds.
  for (let round = 0; round < 2; round++)
    for (const [name, type] of aliases) text = text.replace(new RegExp(`(?<=[ <(])${name}(?=[,>);])`, "g"), type);
  return text;
}

/** The types of an interface's text, each where it is defined. */
function definitionsIn(source: string): ReadonlyMap<string, string> {
  return new Map([...source.matchAll(/\btype ([\w-]+) = ([^;]+);/g)].map(([, name = "", type = ""]) => [name, type]));
}

test("of all functions of WASI is what their authors wrote", async () => {
  const packages = [await unstableWit(), await wasi03Wit()].map((source) => source.split(/^package /m).slice(1)).flat();
  const written = new Set<string>();
  for (const source of packages) {
    // Of clocks, and used by others.
    const text = plain(source, new Map([["duration", "u64"], ...definitionsIn(source)]));
    for (const [func] of text.matchAll(/(?<=[;{}] ?)(%?[\w-]+: (static )?(async )?func\(|constructor\()[^;]*(?=;)/g))
      written.add(func.trim());
  }
  const apps = [await everythingUnstable(), await newestSeries()];
  const found = new Set<string>();
  for (const app of apps) {
    for (const item of worldOf(app).imports.values()) {
      if (item.kind !== "instance") continue;
      for (const [label, inner] of item.exports) {
        if (inner.kind === "func") found.add(plain(funcText(label, inner.type, namesIn(item.exports)), new Map()));
      }
    }
  }
  expect([...found].filter((each) => !written.has(each))).toEqual([]);
  expect(found.size).toBeGreaterThan(200);
});

describe("text", () => {
  const resource: Resource = { kind: "resource", name: "thing" };
  const cases: readonly (readonly [string, ValType])[] = [
    ["result", { kind: "result", ok: undefined, error: undefined }],
    ["result<_, string>", { kind: "result", ok: undefined, error: "string" }],
    ["result<u8>", { kind: "result", ok: "u8", error: undefined }],
    ["list<u8, 4>", { kind: "fixed list", element: "u8", length: 4 }],
    ["map<string, option<thing>>", { kind: "map", key: "string", value: { kind: "option", some: { kind: "own", resource } } }],
    ["tuple<borrow<thing>, char>", { kind: "tuple", types: [{ kind: "borrow", resource }, "char"] }],
    ["future", { kind: "future", element: undefined }],
    [
      "variant { a, b(f64) }",
      {
        kind: "variant",
        cases: [
          { label: "a", type: undefined },
          { label: "b", type: "f64" },
        ],
      },
    ],
    ["record { x: bool }", { kind: "record", fields: [{ label: "x", type: "bool" }] }],
  ];
  test.for(cases)("%s", ([text, type]) => {
    expect(typeText(type, () => undefined)).toBe(text);
  });

  test("of a type with a name is the name, but where it is defined", () => {
    const item: Extern = { kind: "type", type: { kind: "enum", labels: ["a", "b"] } };
    const nameOf = namesIn(new Map([["e", item]]));
    expect(typeText({ kind: "list", element: item.type as ValType }, nameOf)).toBe("list<e>");
    expect(itemText("e", item, nameOf)).toBe("enum e { a, b }");
  });

  test("of functions leaves out what WIT does not write", () => {
    const type = (result: ValType): FuncType => ({
      kind: "func",
      async: true,
      params: [
        { label: "self", type: { kind: "borrow", resource } },
        { label: "n", type: "u8" },
      ],
      result,
    });
    expect(funcText("[method]thing.take", type("u8"), () => undefined)).toBe("take: async func(n: u8) -> u8");
    expect(funcText("[static]thing.take", type("u8"), () => undefined)).toBe("take: static async func(self: borrow<thing>, n: u8) -> u8");
    expect(funcText("[constructor]thing", { ...type("u8"), params: [] }, () => undefined)).toBe("constructor()");
  });
});
