/** Guests are built the same again. */
import { expect, test } from "vitest";
import { buildAdapters } from "../../scripts/build-adapters.mjs";
import * as prebuilt from "../../src/adapters/prebuilt.ts";

test("building again gives the bytes that are there", { timeout: 180_000 }, async () => {
  const again = await buildAdapters();
  expect(Object.fromEntries(Object.entries(again).map(([name, binary]) => [name, binary.toString("base64")]))).toEqual({ ...prebuilt });
});
