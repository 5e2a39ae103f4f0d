/** What space.test.ts does with 100,000 files. */

import { expect, test } from "vitest";
import { makeAndDelete } from "./making.ts";

test("memory is used again: a million files are made, written and deleted, and nothing grows", { timeout: 300_000 }, () => {
  expect(makeAndDelete(1_000_000)).toEqual({ pagesGrown: 0, usedBytes: 0n, usedFiles: 0 });
});
