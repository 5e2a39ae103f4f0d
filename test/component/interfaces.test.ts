/** Interfaces that come in several versions, and what is said where these disagree. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { Interfaces } from "../../src/component/interfaces.ts";
import { worldOf } from "../../src/component/world.ts";
import { LinkError } from "../../src/errors.ts";

/** The interfaces of a component with these imports. */
async function interfacesOf(...imports: readonly (readonly [name: string, declarations: string])[]): Promise<Interfaces> {
  const text = imports.map(([name, declarations]) => `(import "${name}" (instance ${declarations}))`).join("\n");
  const interfaces = new Interfaces();
  for (const [name, item] of worldOf(await parse(`(component ${text})`)).imports) {
    if (item.kind === "instance") interfaces.add(name, item.exports);
  }
  return interfaces;
}

test("two versions are one interface, under the higher one", async () => {
  const interfaces = await interfacesOf(
    ["a:b/c@0.2.4", `(export "one" (func (result u8)))`],
    ["a:b/c@0.2.10", `(export "one" (func (result u8))) (export "two" (func))`],
    ["a:b/c@0.2.9", `(export "three" (func))`],
  );
  expect(interfaces.get("a:b/c@0.2")).toMatchObject({ name: "a:b/c@0.2.10" });
  expect([...(interfaces.get("a:b/c@0.2")?.exports.keys() ?? [])]).toEqual(["one", "two", "three"]);
});

describe("beside the oldest version of a series, what is imported goes by the lowest version that has all of it", () => {
  const [now, zone, later] = [`(export "now" (func (result u64)))`, `(export "zone" (func))`, `(export "later" (func))`];
  test.for([
    ["the oldest", [["0.3.2", now]], "0.3.0"],
    [
      "one in the middle",
      [
        ["0.3.1", now + zone],
        ["0.3.4", now],
      ],
      "0.3.1",
    ],
    [
      "the lowest of those with a function",
      [
        ["0.3.4", zone],
        ["0.3.2", zone],
        ["0.3.3", now],
      ],
      "0.3.2",
    ],
    [
      "the highest of those that are needed",
      [
        ["0.3.1", zone],
        ["0.3.3", later],
        ["0.3.9", now],
      ],
      "0.3.3",
    ],
    [
      "one where the oldest has another type",
      [
        ["0.3.2", `(export "now" (func (result u32)))`],
        ["0.3.5", zone],
      ],
      "0.3.5",
    ],
    [
      "one where the oldest has another type, and lower ones the same",
      [
        ["0.3.2", `(export "now" (func (result u32)))`],
        ["0.3.1", zone],
      ],
      "0.3.2",
    ],
  ] as const)("%s", async ([, versions, expected]) => {
    const interfaces = await interfacesOf(...versions.map(([version, declarations]) => [`a:b/c@${version}`, declarations] as const));
    const oldest = (await interfacesOf(["a:b/c@0.3.0", now])).get("a:b/c@0.3");
    interfaces.addOldest("a:b/c@0.3.0", oldest?.exports ?? new Map());
    expect(interfaces.get("a:b/c@0.3")?.name).toBe(`a:b/c@${expected}`);
  });
});

describe("two versions that disagree are refused, in a sentence that says", () => {
  test("which function, how each has it, and where they differ", async () => {
    const ask = (type: string): string => `(export "ask" (func (param "what" ${type}) (result u8)))`;
    await expect(interfacesOf(["a:b/c@0.2.4", ask("string")], ["a:b/c@0.2.9", ask("u32")])).rejects.toThrow(
      new LinkError(
        "import `a:b/c@0.2.9` has `ask: func(what: u32) -> u8`, and `a:b/c@0.2.4`, which is imported too, `ask: func(what: string) -> u8`: parameter `what` is `u32`, not `string`, and the two cannot be one interface",
        { import: "a:b/c@0.2.9", wanted: "ask: func(what: u32) -> u8", found: "ask: func(what: string) -> u8" },
      ),
    );
  });

  test("which type", async () => {
    const type = (...labels: readonly string[]): string =>
      `(type (enum ${labels.map((label) => `"${label}"`).join(" ")})) (export "colour" (type (eq 0)))`;
    await expect(interfacesOf(["a:b/c@0.2.4", type("red")], ["a:b/c@0.2.9", type("red", "blue")])).rejects.toThrow(
      new LinkError(
        "import `a:b/c@0.2.9` has `enum colour { red, blue }`, and `a:b/c@0.2.4`, which is imported too, `enum colour { red }`: `colour` has `blue`, and the two cannot be one interface",
        { import: "a:b/c@0.2.9", wanted: "enum colour { red, blue }", found: "enum colour { red }" },
      ),
    );
  });
});

test("what is known raises no version, adds what is missing, and gives way", async () => {
  const interfaces = await interfacesOf(["a:b/c@0.2.4", `(export "ask" (func (result u8)))`]);
  const known = await interfacesOf(["a:b/c@0.2.9", `(export "ask" (func (result u16))) (export "tell" (func))`]);
  interfaces.addKnown("a:b/c@0.2.9", known.get("a:b/c@0.2")?.exports ?? new Map());
  const { name, exports } = interfaces.get("a:b/c@0.2") ?? {};
  expect(name).toBe("a:b/c@0.2.4");
  expect(exports?.get("ask")).toMatchObject({ type: { result: "u8" } });
  expect(exports?.has("tell")).toBe(true);
});
