/** Inflating, beside zlib: the same streams are good, and give the same. */

import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inflated } from "../../src/adapters/inflate.ts";
import { compareStreams, randomOf, textOf } from "./inflate.ts";

const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
const STRATEGIES = [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE];

describe.each([0, 1, 2, 6, 9])("at level %d", (level) => {
  test.each([0, 1, 2, 3, 257, 258, 259, 32_767, 32_768, 32_769, 65_536, 70_000])("%d bytes are what they were", (size) => {
    const random = randomOf(size + level);
    for (const strategy of STRATEGIES)
      for (const letters of [3, 256]) {
        const contents = textOf(random, size, letters);
        const stream = deflateRawSync(contents, { level, strategy });
        expect(Buffer.compare(inflated(stream, size) ?? new Uint8Array(1), contents)).toBe(0);
      }
  });
});

test("a stream is of one size, and nothing follows it", () => {
  const contents = textOf(randomOf(1), 5000, 30);
  const stream = deflateRawSync(contents);
  expect(inflated(stream, 5000)).toEqual(contents);
  expect(inflated(stream, 4999)).toBeUndefined();
  expect(inflated(stream, 5001)).toBeUndefined();
  expect(inflated(Buffer.concat([stream, Buffer.of(0)]), 5000)).toBeUndefined();
  for (let length = 0; length < stream.length; length++) expect(inflated(stream.subarray(0, length), 5000)).toBeUndefined();
});

test("what repeats from the farthest place and the longest way comes out", () => {
  const contents = new Uint8Array(32_768 + 258);
  contents.set(textOf(randomOf(7), 258, 256));
  contents.copyWithin(32_768, 0, 258);
  const stream = deflateRawSync(contents, { level: 9 });
  expect(Buffer.compare(inflated(stream, contents.length) ?? new Uint8Array(1), contents)).toBe(0);
});

/** Streams by hand, bit by bit from the lowest. */
const ofBits = (bits: string): Uint8Array => {
  const all = bits.replaceAll(" ", "");
  return Uint8Array.from({ length: Math.ceil(all.length / 8) }, (_, i) => parseInt([...all.slice(i * 8, i * 8 + 8)].reverse().join(""), 2));
};
test.each([
  ["of the kind that there is not", "1 11 00000"],
  ["of fixed codes, with a length that there is not", "1 10 11000110 0000000"],
  ["of fixed codes, with a distance that there is not", "1 10 00110000 0000001 11110 0000000"],
  ["of fixed codes, from before the beginning", "1 10 0000001 00001 0000000"],
  ["of bytes whose number is not told twice", "1 00 00000 1000000000000000 1111111111111111 00000000"],
  ["with too many codes of literals", `1 01 11111 00000 1111 ${"0".repeat(80)}`],
  ["with too many codes of distances", `1 01 00000 11111 1111 ${"0".repeat(80)}`],
  ["without any code", `1 01 00000 00000 1111 ${"0".repeat(80)}`],
])("a block %s is refused", (_, bits) => {
  const stream = ofBits(bits);
  for (const size of [0, 1, 2, 3]) expect(inflated(stream, size)).toBeUndefined();
  expect(() => inflateRawSync(stream)).toThrow();
});

test("changed streams are good where zlib says so, and give the same then", () => {
  const { good, bad } = compareStreams(randomOf(1), 300);
  expect(good).toBeGreaterThan(100);
  expect(bad).toBeGreaterThan(100);
});
