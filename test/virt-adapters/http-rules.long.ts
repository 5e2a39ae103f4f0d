/** The same as in http-rules.test.ts with more requests, and other ones each time: a failure names the seed. */
import { expect, test } from "vitest";
import { randomOf } from "../differential/random.ts";
import { compare, RULES } from "./http-reference.ts";
import { Requests } from "./http-requests.ts";

test("three million requests by chance are allowed where the web's URLs would be", { timeout: 300_000 }, () => {
  const seed = Number(process.env["WASI_NEST_SEED"] ?? Math.floor(Math.random() * 2 ** 30));
  expect(compare(new Requests(RULES), randomOf(seed), 3_000_000), `seed ${seed}`).toBeGreaterThan(100_000);
});
