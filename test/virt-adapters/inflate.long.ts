import { expect, test } from "vitest";
import { compareStreams, randomOf } from "./inflate.ts";

const seed = Number(process.env["WASI_NEST_SEED"] ?? Date.now() % 1_000_000);

test(`many streams are good where zlib says so, and give the same then (WASI_NEST_SEED=${seed})`, () => {
  const { good, bad } = compareStreams(randomOf(seed), 4000);
  expect(good).toBeGreaterThan(1000);
  expect(bad).toBeGreaterThan(1000);
}, 300_000);
