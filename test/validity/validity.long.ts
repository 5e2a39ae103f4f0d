/**
 * 10,000 components by chance and 10,000 changed ones, other ones each time: the seed comes from the clock and is
 * printed; a sample is judged twice. WASI_NEST_SEED=<seed> repeats it, WASI_NEST_COMPONENTS=100000 makes ten times as many, in half an hour.
 */
import { readdirSync } from "node:fs";
import { parse } from "@bytecodealliance/jco";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { randomOf } from "../compose/apps.ts";
import { root } from "../hosts/disk-cache.ts";
import { wasmTools } from "../hosts/wasm-tools.ts";
import { WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { below, generate, pick, type Random } from "./generate.ts";
import { mutate } from "./mutate.ts";
import { failuresOf, newTally } from "./outcomes.ts";

const COMPONENTS = Number(process.env["WASI_NEST_COMPONENTS"] ?? 10_000);
const SEED = Number(process.env["WASI_NEST_SEED"] ?? Date.now() % 2 ** 31);
const AT_ONCE = 100;
/** `wasm-tools`, where it is there, judges those of every so many hundreds too. */
const SAMPLE = 5 * AT_ONCE;

const generated = (random: Random): Uint8Array => generate(random, 3 + below(random, 20));

async function expectNoFailure(what: string, make: (random: Random) => Uint8Array): Promise<void> {
  expect(wasmtimeAvailable(), WASMTIME_MISSING).toBe(true);
  const [random, tally] = [randomOf(SEED), newTally()];
  console.log(`${what}: seed ${SEED}`);
  for (let done = 0; done < COMPONENTS; done += AT_ONCE) {
    const components = Array.from({ length: AT_ONCE }, () => make(random));
    const failures = await failuresOf(components, random, tally, { hasSecondJudge: wasmTools() !== undefined && done % SAMPLE === 0 });
    const told = failures.map(({ what: failure, component }) => `${failure}\n${Buffer.from(component).toString("base64")}`);
    expect(told, `seed ${SEED}, after ${done}`).toEqual([]);
  }
  console.log(`${what}: ${JSON.stringify(tally)}`);
  expect(Math.min(tally.valid, tally.outputs)).toBeGreaterThan(COMPONENTS / 20);
}

test("components by chance come out valid or are refused in words", { timeout: 7_200_000 }, async () => {
  await expectNoFailure("generated", generated);
});

test("changed ones are malformed where they are not valid", { timeout: 7_200_000 }, async () => {
  const cases = path.join(root, "test/cases");
  const apps = readdirSync(cases, { withFileTypes: true }).filter((each) => each.isDirectory());
  const corpus = await Promise.all(apps.map(async ({ name }) => parse(await readFile(path.join(cases, name, "app.wat"), "utf8"))));
  expect(corpus.length).toBeGreaterThan(5);
  await expectNoFailure("changed", (random) => mutate(random, random() < 0.5 ? generated(random) : pick(random, corpus)));
});
