/** Parts of worlds and options by chance: what comes out is valid, and what is refused is refused in words. */
import { beforeAll, describe, expect, test } from "vitest";
import { NestError, type Options, virtualize } from "../../src/index.ts";
import { validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { bytesOf, importing, interfacesIn, randomOf, randomSelection } from "./apps.ts";
import { isLong } from "../run/on-hosts.ts";
import { randomOptions } from "./random-options.ts";
import { customInterfaces, everything, mixedVersions } from "./worlds.ts";

/** random-worlds.long.ts does those that are left out here. */
const SEEDS = Array.from({ length: isLong ? 48 : 16 }, (_, seed) => (isLong ? 16 : 0) + seed);
const MUTATIONS = isLong ? 400 : 100;

let worlds: readonly Uint8Array[];
beforeAll(async () => {
  worlds = await Promise.all([everything("0.2.0"), everything("0.2.12"), mixedVersions(), customInterfaces()]);
}, 60_000);

const anyWorld = (random: () => number): Uint8Array => worlds[Math.floor(random() * worlds.length)] ?? new Uint8Array();

/** A whole world or a part of it. */
function anyApp(random: () => number): Uint8Array {
  const world = anyWorld(random);
  if (random() < 0.3) return world;
  const interfaces = interfacesIn(world);
  return importing(interfaces, randomSelection(interfaces, random));
}

/** The output; `undefined` if it is refused with an error that a caller can expect. */
function virtualized(app: Uint8Array, options: Options): Uint8Array | undefined {
  try {
    return bytesOf(virtualize(app, options).chunks);
  } catch (error) {
    if (error instanceof NestError) return undefined;
    throw error;
  }
}

describe("an app and options by chance", () => {
  const composed = new Set<number>();

  test.for(SEEDS)("give a valid component or an expected error (seed %i)", async (seed, { skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const random = randomOf(seed);
    const app = anyApp(random);
    const output = virtualized(app, { ...randomOptions(random, app), traceDenied: seed % 3 === 0 });
    if (output === undefined) return;
    composed.add(seed);
    expect(await validate(output)).toEqual({ kind: "valid" });
  });

  test("compose more often than not", ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    expect(composed.size).toBeGreaterThan(SEEDS.length / 2);
  });
});

describe("an app by chance, with nothing allowed", () => {
  test.for(SEEDS)("is never refused for its imports (seed %i)", async (seed) => {
    const random = randomOf(1000 + seed);
    const interfaces = interfacesIn(anyWorld(random));
    const app = importing(interfaces, randomSelection(interfaces, random));
    for (const options of [{}, { deny: "trap" }, { traceDenied: true }] as const) {
      const output = bytesOf(virtualize(app, options).chunks);
      if (wasmtimeAvailable() && seed % 4 === 0) expect(await validate(output)).toEqual({ kind: "valid" });
    }
  });
});

test("damaged components give an expected error, or what their imports say", () => {
  let refused = 0;
  for (let seed = 0; seed < MUTATIONS; seed++) {
    const random = randomOf(seed);
    const damaged = new Uint8Array(anyWorld(random));
    for (let count = 1 + Math.floor(random() * 3); count > 0; count--)
      damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
    const cut = random() < 0.2 ? damaged.subarray(0, Math.floor(random() * damaged.length)) : damaged;
    if (virtualized(cut, { stdout: "ignore" }) === undefined) refused++;
  }
  expect(refused).toBeGreaterThan(MUTATIONS / 4);
});
