/** Interfaces as WIT text: what tools make of the text are the same interfaces, function by function. */
import { describe, expect, test } from "vitest";
import { Interfaces } from "../../src/component/interfaces.ts";
import { packagesText } from "../../src/component/wit-package.ts";
import { close } from "../../src/compose/imported-interfaces.ts";
import { interfacesIn } from "../compose/apps.ts";
import { randomInterface } from "../compose/random-interface.ts";
import { randomOf } from "../compose/apps.ts";
import { customInterfaces, everythingUnstable, mixedVersions } from "../compose/worlds.ts";
import { worldComponent } from "../guests/index.ts";
import { worldOf } from "../../src/component/world.ts";

type Selected = ReadonlyMap<string, ReadonlySet<string>>;

const all = (interfaces: Interfaces): Selected =>
  new Map(interfaces.keys().map((key) => [key, new Set(interfaces.get(key)?.exports.keys())]));

/** A component that imports what the text says. */
async function importing(text: string, names: readonly string[]): Promise<Uint8Array> {
  const imports = names.map((name) => `  import ${name};\n`).join("");
  return worldComponent(`package test:text;\nworld all {\n${imports}}\n${text}`, "all");
}

/** Tells of each interface what the text lost; types that stand for each other must be the same. */
async function expectSame(interfaces: Interfaces, selection: Selected): Promise<void> {
  const names = [...selection.keys()].map((key) => interfaces.get(key)?.name ?? key);
  const world = worldOf(await importing(packagesText(interfaces, selection), names));
  const both = new Interfaces();
  for (const key of selection.keys())
    both.add(interfaces.get(key)?.name ?? key, new Map(interfaces.pick(key, selection.get(key) ?? new Set())));
  for (const [name, item] of world.imports) {
    if (item.kind !== "instance") throw new Error(`${name} is a ${item.kind}`);
    expect(() => both.add(name, item.exports)).not.toThrow();
  }
  const functions = (from: Iterable<readonly [string, { readonly kind: string }]>): readonly string[] =>
    [...from].flatMap(([label, { kind }]) => (kind === "func" ? [label] : [])).sort();
  for (const key of selection.keys()) {
    const found = world.imports.get(interfaces.get(key)?.name ?? key);
    const wanted = functions(interfaces.pick(key, selection.get(key) ?? new Set()));
    expect({ key, functions: functions(found?.kind === "instance" ? found.exports : []) }).toEqual({ key, functions: wanted });
  }
}

describe.each([
  ["all of WASI 0.2", everythingUnstable],
  ["several versions", mixedVersions],
  ["interfaces of others", customInterfaces],
])("%s", (_, build) => {
  test("comes out whole", async () => {
    const interfaces = interfacesIn(await build());
    await expectSame(interfaces, all(interfaces));
  });

  test("comes out a function at a time, with what that needs", async () => {
    const interfaces = interfacesIn(await build());
    const functions = interfaces
      .keys()
      .flatMap((key) =>
        [...(interfaces.get(key)?.exports ?? [])].flatMap(([name, { kind }]) => (kind === "func" ? [[key, name] as const] : [])),
      );
    const some = functions.filter((_each, i) => i % 51 === 5);
    expect(some.length).toBeGreaterThan(1);
    for (const [key, name] of some) await expectSame(interfaces, close(interfaces, new Map([[key, new Set([name])]])));
  });
});

test.for([0, 1, 2, 3])("interfaces by chance come out whole (seed %i)", async (seed) => {
  const interfaces = interfacesIn(randomInterface(randomOf(seed), 40).app);
  await expectSame(interfaces, all(interfaces));
});

test("another name of a resource stays one", async () => {
  const interfaces = interfacesIn(await everythingUnstable());
  const text = packagesText(interfaces, all(interfaces));
  expect(text).toContain("    resource fields {\n");
  expect(text).toContain("    type headers = fields;\n");
});
