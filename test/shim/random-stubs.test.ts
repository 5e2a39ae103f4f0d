/**
 * Stubs of random signatures, run: whatever they are given, they answer as the signature lets them or trap by
 * name, drop every handle once, and need no more memory for the thousandth call than for the first.
 */
import { expect, test } from "vitest";
import { Interfaces } from "../../src/component/interfaces.ts";
import type { FuncType, Resource, ValType } from "../../src/component/types.ts";
import { MEMORY } from "../../src/compose/part.ts";
import { stubPart } from "../../src/shim/stubs.ts";
import { bytesOf, randomOf } from "../compose/apps.ts";
import { below, type Random, randomFunc, randomType, randomValue, type Value } from "./random-types.ts";
import { alignment, type CoreValue, flatTypes, lift, load, lower, size, type Space, store } from "./reference-abi.ts";

const HOSTS: readonly Resource[] = [
  { kind: "resource", name: "request" },
  { kind: "resource", name: "body" },
];
const KEY = "test:random/denied@1";
const NAME = "test:random/denied@1.0.0";

/** Half of the results can say no. */
function randomDenied(random: Random): FuncType {
  const func = randomFunc(random, HOSTS);
  if (random() < 0.5) return func;
  const payload = (): ValType => randomType(random, { resources: HOSTS, depth: 2, borrows: false });
  const errors: readonly (ValType | undefined)[] = [
    undefined,
    "string",
    { kind: "enum", labels: ["busy", "access", "closed"] },
    {
      kind: "variant",
      cases: [
        { label: "failed", type: payload() },
        { label: "not-permitted", type: undefined },
      ],
    },
    { kind: "variant", cases: [{ label: "internal-error", type: { kind: "option", some: payload() } }] },
  ];
  return { ...func, result: { kind: "result", ok: random() < 0.5 ? payload() : undefined, error: errors[below(random, errors.length)] } };
}

const none: Value = { case: 0, value: undefined };
const only = (index: number, value?: Value): Value => ({ case: index, value });

/** What a denied function answers; `undefined` for a trap. */
function answerOf({ params, result }: FuncType): Value | undefined {
  if (typeof result !== "object") return undefined;
  if (result.kind === "option") return none;
  if (result.kind === "list") return params.length === 0 ? [] : undefined;
  if (result.kind !== "result") return undefined;
  const { error } = result;
  if (error === undefined) return only(1);
  if (error === "string") return only(1, "");
  if (typeof error !== "object") return undefined;
  const labels = error.kind === "enum" ? error.labels : error.kind === "variant" ? error.cases.map(({ label }) => label) : [];
  if (labels.includes("access")) return only(1, only(1));
  if (labels.includes("not-permitted")) return only(1, only(1));
  return labels.includes("internal-error") ? only(1, only(0, none)) : undefined;
}

const seen = { answers: 0, traps: 0, dropped: 0, spilled: 0 };

test.for(Array.from({ length: 40 }, (_, seed) => seed))("stubs of random functions answer or trap (seed %i)", (seed) => {
  const random = randomOf(seed + 5000);
  const funcs = new Map(Array.from({ length: 20 }, (_, i) => [`f${i}`, randomDenied(random)] as const));
  const interfaces = new Interfaces();
  interfaces.add("test:random/handles@1.0.0", new Map(HOSTS.map((type) => [type.name, { kind: "type", type }])));
  interfaces.add(NAME, new Map([...funcs].map(([name, type]) => [name, { kind: "func", type }])));
  const part = stubPart(
    { interfaces: new Map([[KEY, new Set(funcs.keys())]]), denialOf: () => "error", textOf: () => "", functions: [] },
    interfaces,
  );
  if (part === undefined) throw new Error("nothing is denied");

  const dropped: number[] = [];
  const [module] = part.modules;
  const drops = (module?.imports ?? []).map(({ field }) => [field, (handle: number) => dropped.push(handle)] as const);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(bytesOf([module?.bytes ?? []].flat()))), {
    "": Object.fromEntries(drops),
  });
  const memory = (exports[MEMORY.memory] ?? new WebAssembly.Memory({ initial: 1 })) as WebAssembly.Memory;
  const realloc = exports[MEMORY.realloc] as ((old: number, oldSize: number, align: number, length: number) => number) | undefined;
  // Where the reference keeps what lies outside of memory's rules: behind all that a stub may use.
  const space: Space = { memory, allocate: (align, length) => realloc?.(0, 0, align, length) ?? 0 };

  for (const [name, func] of funcs) {
    for (let round = 0; round < 5; round++) {
      const types = func.params.map((param) => param.type);
      const tuple: ValType = { kind: "tuple", types };
      const given: number[] = [];
      const args = types.map((type) => randomValue(random, type, () => given[given.push(given.length + 1) - 1]!));
      let flat: readonly CoreValue[];
      if (types.flatMap(flatTypes).length > 16) {
        const at = space.allocate(alignment(tuple), size(tuple));
        store(space, tuple, args, at);
        flat = [at];
        seen.spilled++;
      } else flat = lower(space, tuple, args);
      dropped.length = 0;
      const expected = answerOf(func);
      const call = (): unknown => (exports[part.coreExport(KEY, name).name] as CallableFunction)(...flat);
      if (expected === undefined) {
        seen.traps++;
        expect(stackOf(call)).toContain(`${NAME}#${name} is denied`);
        break;
      }
      const result = call();
      seen.answers++;
      seen.dropped += dropped.length;
      expect(dropped.slice().sort((left, right) => left - right)).toEqual(given);
      const type = func.result!;
      expect(flatTypes(type).length > 1 ? load(space, type, result as number) : lift(space, type, [result as CoreValue])).toEqual(expected);
    }
  }
  expect(memory.buffer.byteLength).toBeLessThanOrEqual(2 * 65_536);
});

test("stubs come in all shapes", () => {
  for (const [shape, count] of Object.entries(seen)) expect(count, shape).toBeGreaterThan(100);
});

function stackOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String((error as Error).stack);
  }
  return "no trap";
}
