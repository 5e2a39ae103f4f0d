/** The declarations that `jco types` makes of outputs and adapters compile. */
import { generateTypes } from "@bytecodealliance/jco/component";
import { expect, test } from "vitest";
import { createAdapter } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { ADAPTER_OPTIONS } from "./adapter-options.ts";
import { worldComponent } from "../guests/index.ts";
import { errorsInDeclarations, exportsTwice } from "./declarations.ts";
import { GOLDEN_CASES, goldenCase } from "./golden-outputs.ts";

const ADAPTERS = new Set(["nothing allowed", "HTTP and clocks", "exported files"]);
/** Its app mentions a type without a name: nothing that WIT can say, and jco neither. */
const UNSPEAKABLE = "export-of-a-virtual-type";
const cases = GOLDEN_CASES.filter((name) => name !== UNSPEAKABLE);

test("what jco types writes of the golden outputs and of adapters compiles", async () => {
  const components = new Map<string, Uint8Array>();
  for (const name of cases) components.set(`case ${name}`, (await goldenCase(name)).output);
  for (const [name, options] of ADAPTER_OPTIONS)
    if (ADAPTERS.has(name)) components.set(`adapter with ${name}`, bytesOf(createAdapter(options).chunks));
  expect(components.size).toBe(cases.length + ADAPTERS.size);
  expect(await errorsInDeclarations(components)).toBe("");
});

test("jco 1.35 declares two interfaces by one short name in a component that is not ours, too", async () => {
  const component = await worldComponent(
    `package test:twice;
world twice { export one:a/types; export two:b/types; }
package one:a { interface types { one: func(); } }
package two:b { interface types { two: func(); } }`,
    "twice",
  );
  const files = await generateTypes("it", { wit: { tag: "binary", val: component } });
  const twice = files.flatMap(([name, bytes]) => (exportsTwice(new TextDecoder().decode(bytes)) ? [name] : []));
  expect(twice).toEqual(["it.d.ts"]);
});
