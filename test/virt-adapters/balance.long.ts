/** The same as balance.test.ts with other seeds each time, which a failure names. */
import { expect, test } from "vitest";
import { leftAfter, NOTHING } from "./balance.ts";

test("nothing is left, whatever is done", { timeout: 600_000 }, () => {
  const first = Math.floor(Math.random() * 2 ** 30);
  for (let seed = first; seed < first + 2000; seed++) expect(leftAfter(seed), `seed ${seed}`).toEqual(NOTHING);
});
