/** The adapter for wasi:http is what apps ask for, as TypeScript sees it: whatever they use, in whatever version. */
import path from "node:path";
import { expect, test } from "vitest";
import { ADAPTER_PREFIX, adapterWorld } from "../../src/node/adapter-world.ts";
import { bundleAdapter } from "../../src/node/bundle-adapter.ts";
import { checkTypes } from "../../src/node/type-check.ts";
import { wasiWit, worldComponent } from "../guests/index.ts";

const EXAMPLE = path.join(import.meta.dirname, "../../examples/http-table.ts");
const ONE_FUNCTION = `package wasi:http@0.2.3 { interface types {
  resource fields; type headers = fields; resource future-incoming-response; resource response-outparam; resource future-trailers;
  resource outgoing-request { constructor(headers: headers); }
} }`;

test.for([
  ["all that WASI 0.2.12 has", "0.2.12", "import wasi:http/types@0.2.12; import wasi:http/outgoing-handler@0.2.12;"],
  ["all that WASI 0.2.0 has", "0.2.0", "import wasi:http/types@0.2.0; import wasi:http/outgoing-handler@0.2.0;"],
  ["one function", undefined, "import wasi:http/types@0.2.3;"],
] as const)("fits an app that uses %s", async ([, version, imports]) => {
  const packages = version === undefined ? ONE_FUNCTION : await wasiWit(version);
  const component = await worldComponent(`package test:app;\nworld app { ${imports} }\n${packages}`, "app");
  const world = adapterWorld(component, "wasi:http/*");
  const imported = (name: string): string => ADAPTER_PREFIX + (world.importName(name) ?? expect.fail(name));
  const bundle = await bundleAdapter(EXAMPLE, imported);
  const names = [...bundle.imports.keys()].map((name) => name.slice(ADAPTER_PREFIX.length));
  await expect(checkTypes(world, names, bundle, EXAMPLE)).resolves.toBeUndefined();
});
