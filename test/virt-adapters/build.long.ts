/** Guests are built the same again, and unpacking gives them. */
import { expect, test } from "vitest";
import { buildAdapters } from "../../scripts/build-adapters.mjs";
import { unpack } from "../../src/adapters/packed.ts";
import * as prebuilt from "../../src/adapters/prebuilt.ts";

test("building again gives the bytes that are there", { timeout: 180_000 }, async () => {
  const again = await buildAdapters();
  const { alphabet, ...binaries } = prebuilt;
  expect(alphabet).toHaveLength(256);
  expect(Object.keys(again).sort()).toEqual(Object.keys(binaries).sort());
  for (const [name, packed] of Object.entries(binaries)) expect(Buffer.compare(unpack(packed), again[name] as Buffer), name).toBe(0);
});
