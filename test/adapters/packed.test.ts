/** What scripts/pack-binaries.mjs packs, src/adapters/packed.ts unpacks, from the alphabet of prebuilt.ts or another. */
import { expect, test } from "vitest";
import { packBinaries } from "../../scripts/pack-binaries.mjs";
import { type Packed, unpack } from "../../src/adapters/packed.ts";

/** The same bytes each time. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = (state * 48_271) % 0x7fff_ffff) >> 8);
}

const BASE = noise(40_000);
const EDITED = new Uint8Array([
  ...BASE.subarray(0, 100),
  1,
  2,
  3,
  ...BASE.subarray(90, 39_000),
  7,
  ...BASE.subarray(39_001),
  ...BASE.subarray(0, 50),
]);

/** Packs them, one after the other's base, and unpacks the last. */
function roundTrip(...chain: readonly Uint8Array[]): { readonly bytes: Uint8Array; readonly texts: readonly string[] } {
  const { alphabet, texts } = packBinaries(chain.map((bytes, i) => ({ bytes, base: chain[i - 1] })));
  expect(new Set(alphabet).size).toBe(256);
  let packed: Packed | undefined;
  for (const [i, text] of texts.entries()) {
    packed = { byteLength: chain[i]?.length ?? 0, text, ...(packed === undefined ? {} : { base: packed }) };
  }
  return { bytes: unpack(packed as Packed, alphabet), texts };
}

test.each<[string, ...Uint8Array[]]>([
  ["nothing", new Uint8Array()],
  ["one byte", Uint8Array.of(255)],
  ["what nothing is like", BASE],
  ["a run, which is a copy into itself", new Uint8Array(5000).fill(7)],
  ["a period", Uint8Array.from({ length: 5000 }, (_, i) => i % 7)],
  ["an edited copy of its base", BASE, EDITED],
  ["its base again", BASE, BASE],
  ["what is shorter than its base", BASE, BASE.subarray(20_000, 20_010)],
  ["a chain of bases", BASE, EDITED, BASE.subarray(10)],
])("gives the bytes again: %s", (_, ...chain) => {
  const { bytes } = roundTrip(...chain);
  expect(Buffer.compare(bytes, chain.at(-1) as Uint8Array)).toBe(0);
});

test("what is like its base is a few letters", () => {
  const { texts } = roundTrip(BASE, EDITED);
  expect(texts[0]?.length).toBeGreaterThan(40_000);
  expect(texts[1]?.length).toBeLessThan(60);
});

test("a text stands in a string as it is", () => {
  const { texts } = roundTrip(Uint8Array.from({ length: 256 }, (_, i) => i));
  for (const text of texts) {
    expect(JSON.stringify(text)).toBe(`"${text}"`);
    expect(text.normalize("NFC")).toBe(text);
    expect(text).not.toMatch(/[\p{C}`'$]/u);
  }
});
