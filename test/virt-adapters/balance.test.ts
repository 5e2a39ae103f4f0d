/** Whatever is done over the host's directories, at a limit or not: nothing traps, and in the end no memory is taken. */
import { expect, test } from "vitest";
import { leftAfter, limitOf, NOTHING } from "./balance.ts";

test.each(Array.from({ length: 24 }, (_, seed) => [seed, limitOf(seed)] as const))("with seed %d, and %s bytes at most", (seed) => {
  expect(leftAfter(seed)).toEqual(NOTHING);
});
