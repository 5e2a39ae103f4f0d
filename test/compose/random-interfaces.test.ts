/**
 * Interfaces by chance, virtualized and called: what the app gives is what the host gets, and what the host
 * answers is what the app gets, whatever crosses a shim, and whatever is handed straight through. Every other
 * app has its strings in UTF-16; on Wasmtime, every third imports an interface that is written out in its
 * world. jco asks for the WIT of a component, and no other interface can use types of such a one in WIT.
 * The app is given its handles and lends them, as jco 1.35 takes one for another when it has to lend its own.
 * With Wasmtime 50, they are given away only: functions of a host in Python cannot be lent handles.
 */
import { describe, expect, test } from "vitest";
import { type Options, virtualize } from "../../src/index.ts";
import { validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { isLong } from "../run/on-hosts.ts";
import { randomValue } from "../shim/random-types.ts";
import { bytesOf, importing, interfacesIn, randomOf } from "./apps.ts";
import { callOnJco } from "./call-on-jco.ts";
import { type Call, callOnWasmtime } from "./call-on-wasmtime.ts";
import { INLINE, INTERFACE, type RandomInterface, randomInterface, withUtf16 } from "./random-interface.ts";

const SEEDS = Array.from({ length: isLong ? 15 : 3 }, (_, seed) => (isLong ? 3 : 0) + seed);
const FUNCTIONS = 12;
const CALLS = 3;

const POLICIES: readonly (readonly [string, Options, seeds: readonly number[]])[] = [
  ["virtual", { stdin: "ignore" }, SEEDS],
  ["the host's", { allowAll: true }, SEEDS],
  ["the host's, behind a layer", { allowAll: true, limits: limitsOf() }, SEEDS.slice(0, 2)],
];

/** Limits that nothing comes to. */
function limitsOf(): Readonly<Record<string, number>> {
  return Object.fromEntries(Array.from({ length: FUNCTIONS }, (_, i) => [`${INTERFACE}#f${i}`, 1000]));
}
const hosts = [
  { host: "jco", available: true, borrows: true, inline: false, call: callOnJco },
  { host: "Wasmtime", available: wasmtimeAvailable(), borrows: false, inline: true, call: callOnWasmtime },
];

/** Calls of all functions, with handles numbered from 1. */
function randomCalls({ funcs }: RandomInterface, random: () => number): readonly Call[] {
  let next = 1;
  const number = (): number => next++;
  return [...funcs].flatMap(([name, type]) =>
    name.startsWith("f")
      ? Array.from({ length: CALLS }, () => ({
          name,
          type,
          args: type.params.map((param) => randomValue(random, param.type, number)),
          answer: type.result === undefined ? undefined : randomValue(random, type.result, number),
        }))
      : [],
  );
}

describe.each(POLICIES)("with streams that are %s", (_, options, seeds) => {
  describe.each(hosts)("on $host", ({ available, borrows, inline, call }) => {
    test.for(seeds)("functions hand on what they are given (seed %i)", { timeout: 120_000 }, async (seed, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const random = randomOf(seed);
      const made = randomInterface(
        random,
        FUNCTIONS,
        borrows,
        inline && seed % 3 === 0 && options.limits === undefined ? INLINE : INTERFACE,
      );
      const calls = randomCalls(made, random);
      const app = seed % 2 === 0 ? made.app : withUtf16(made.app);
      const output = bytesOf(virtualize(app, options).chunks);
      const outcomes = await call(output, made.funcs, calls);
      for (const [i, { name, args, answer }] of calls.entries()) {
        expect({ name, received: outcomes[i]?.received, result: outcomes[i]?.result }).toEqual({ name, received: args, result: answer });
      }
    });
  });
});

test.for(SEEDS)("outputs are valid, and denied interfaces too (seed %i)", async (seed, { skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  for (const name of [INTERFACE, INLINE]) {
    const { app: some } = randomInterface(randomOf(seed), 40, true, name);
    for (const [, options] of POLICIES.slice(0, 2))
      expect(await validate(bytesOf(virtualize(some, options).chunks))).toEqual({ kind: "valid" });
  }

  const { app } = randomInterface(randomOf(seed), 40);
  const interfaces = interfacesIn(app);
  const all = new Map(interfaces.keys().map((key) => [key, new Set(interfaces.get(key)?.exports.keys())]));
  const denied = bytesOf(virtualize(importing(interfaces, all), { denyImports: ["test:random/funcs"] }).chunks);
  expect(await validate(denied)).toEqual({ kind: "valid" });
});
