/** Other tools read adapters of every WASI 0.2.x as WIT, as `wit.test.ts` says it of the newest. */
import { describe, expect, test } from "vitest";
import { createAdapter } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { wasiVersions } from "../guests/index.ts";
import { WASM_TOOLS_MISSING, wasmTools } from "../hosts/wasm-tools.ts";
import { ADAPTER_OPTIONS } from "./adapter-options.ts";
import { expectSameWit } from "./same-wit.ts";

test("all versions are there", () => {
  expect(wasiVersions).toHaveLength(13);
});

describe.each(wasiVersions)("the WIT means the same of an adapter of WASI %s", (version) => {
  test.for(ADAPTER_OPTIONS)("with %s", { timeout: 60_000 }, async ([, options], { skip }) => {
    skip(wasmTools() === undefined, WASM_TOOLS_MISSING);
    await expectSameWit(bytesOf(createAdapter({ ...options, wasiVersion: version }).chunks));
  });
});
