/** The declarations that `jco types` makes of outputs and adapters compile. */
import { expect, test } from "vitest";
import { createAdapter } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { ADAPTER_OPTIONS } from "./adapter-options.ts";
import { errorsInDeclarations } from "./declarations.ts";
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
