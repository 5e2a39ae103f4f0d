/** Scripts mean what they mean to dash, and what dash cannot read is refused. `shell.long.ts` has thousands of them. */
import { expect, test } from "vitest";
import { DASH_MISSING, dashAvailable } from "./dash.ts";
import { compareRefusals, compareRuns } from "./shell.ts";

test("scripts by chance do what they do under dash", { timeout: 60_000 }, ({ skip }) => {
  skip(!dashAvailable(), DASH_MISSING);
  const { compared, refused } = compareRuns(1, 60);
  expect(compared).toBeGreaterThan(refused);
});

test("tokens in any order are refused where dash refuses them", { timeout: 60_000 }, ({ skip }) => {
  skip(!dashAvailable(), DASH_MISSING);
  expect(compareRefusals(1, 2000).accepted).toBeGreaterThan(100);
});
