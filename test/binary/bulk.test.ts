/** What is left out of memory: nothing that anybody but a host looks into, whatever the bytes. */
import { expect, test } from "vitest";
import { bulkOf, type Range } from "../../src/binary/bulk.ts";
import { bytesOf } from "../../src/binary/chunk.ts";
import { FormatError, inspect, virtualize } from "../../src/index.ts";
import { appOf, wasi } from "../compose/app-of.ts";

const text = "what lies in data sections ".repeat(20);
const app = appOf(wasi("wasi:cli/environment", "wasi:random/random"));
const component = bytesOf(virtualize(app, { env: { NAME: text } }).chunks);

function ranges(bytes: Uint8Array): readonly Range[] {
  return [...bulkOf(({ start, end }) => bytes.subarray(start, end), { start: 0, end: bytes.length })];
}

/** The same with noise in place of the bulk. */
function without(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  for (const { start, end } of ranges(bytes)) copy.fill(0xa5, start, end);
  return copy;
}

/** What is found, as text, or where and why it is not well-formed. */
function found(bytes: Uint8Array): string {
  try {
    return JSON.stringify(inspect(bytes));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  }
}

test("the code and the data of every module are found, in order", () => {
  const bulk = ranges(component);
  const total = bulk.reduce((sum, { start, end }) => sum + end - start, 0);
  expect(total).toBeGreaterThan(component.length / 4);
  expect(new TextDecoder("latin1").decode(component)).toContain(text);
  expect(new TextDecoder("latin1").decode(without(component))).not.toContain(text);
  expect(bulk.toSorted((left, right) => left.start - right.start)).toEqual(bulk);
});

test("nobody looks into it", () => {
  expect(found(without(component))).toBe(found(component));
});

test("of what is cut off or changed anywhere, just as much is found without it, or the same is wrong", () => {
  let [well, wrong] = [0, 0];
  const compare = (bytes: Uint8Array): void => {
    const whole = found(bytes);
    expect(found(without(bytes))).toBe(whole);
    if (whole.startsWith("{")) well++;
    else wrong++;
  };
  const bulk = ranges(component);
  const places = Array.from({ length: component.length }, (_, at) => at).filter(
    (at) => !bulk.some(({ start, end }) => start <= at && at < end),
  );
  for (const at of places.filter((_, i) => i % 5 === 0)) {
    compare(component.subarray(0, at));
    for (const flip of [1, 0x80]) {
      const changed = component.slice();
      changed[at] = (changed[at] ?? 0) ^ flip;
      compare(changed);
    }
  }
  expect(Math.min(well, wrong)).toBeGreaterThan(50);
});
