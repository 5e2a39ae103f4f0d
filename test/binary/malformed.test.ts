/** Whatever the bytes: a value, or a `FormatError` that points into the file. */
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { describe, expect, test } from "vitest";
import { encodeComponent } from "../../src/binary/component.ts";
import { FormatError } from "../../src/errors.ts";
import { decodeDeep, wasiComponent } from "./components.ts";

const SMALL = `(component
  (import "a:b/c@1.2.3" (instance $c
    (export "r" (type $r (sub resource)))
    (type $rec (record (field "x" u32) (field "ü" string)))
    (export "rec" (type (eq $rec)))
    (type $v (variant (case "one") (case "two" (own $r))))
    (export "v" (type (eq $v)))
    (export "[method]r.get" (func (param "self" (borrow $r)) (param "l" (list $rec)) (result (result (option u8) (error $v)))))))
  (core type $module (module (import "m" "f" (func (param i32 (ref null func)))) (export "t" (table 1 2 funcref)) (export "g" (global (mut i64)))))
  (type $holder (component
    (core type $m (module (type (func)) (import "a" "b" (func (type 0))) (alias outer 1 0 (type)) (export "m" (memory 1 2))))
    (import "x" (core module (type $m)))
    (import "y" (implements "a:b/d@1.0.0") (instance))
    (export "z" (external-id "zed") (func (param "f" (future u8)) (result (stream string))))))
  (core module $m (memory (export "memory") 1) (func (export "f") (param i32)) (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0))
  (core instance $i (instantiate $m))
  (core instance (export "again" (func $i "f")))
  (type $name (func async (param "name" string)))
  (alias core export $i "f" (core func $f))
  (func $lifted (type $name) (canon lift (core func $f) (memory (core memory $i "memory")) (realloc (core func $i "realloc")) string-encoding=utf16))
  (core func (canon waitable-set.poll (memory (core memory $i "memory"))))
  (component $nested (import "f" (func (param "name" string))) (export "g" (func 0)))
  (instance $n (instantiate $nested (with "f" (func $lifted))))
  (export "g" (func $n "g"))
  (export "h" (func $lifted) (func (type $name)))
  (@custom "note" "hello"))`;

const OUTCOMES = ["value", "error"] as const;

/** Decodes all there is, and checks that an error says where. */
function outcome(bytes: Uint8Array): (typeof OUTCOMES)[number] {
  try {
    for (const { sections } of decodeDeep({ label: "", bytes })) encodeComponent(sections);
    return "value";
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    if (!(error.offset >= 0 && error.offset <= bytes.length))
      throw new Error(`offset ${error.offset} of ${bytes.length}`, { cause: error });
    return "error";
  }
}

/** A sequence of 32-bit numbers, the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

describe("a small component", async () => {
  const bytes = await parse(SMALL);

  test("is fine as it is", () => {
    expect(outcome(bytes)).toBe("value");
  });

  test("cut anywhere is a value between sections and an error elsewhere", () => {
    const seen = { value: 0, error: 0 };
    for (let length = 0; length < bytes.length; length++) seen[outcome(bytes.slice(0, length))]++;
    expect(seen.value + seen.error).toBe(bytes.length);
    expect(seen.value).toBeGreaterThan(5);
    expect(seen.error).toBeGreaterThan(500);
  });

  test("with any byte at any value is a value or an error", () => {
    const seen = { value: 0, error: 0 };
    for (let at = 0; at < bytes.length; at++) {
      const broken = bytes.slice();
      for (const value of [0x00, 0x01, 0x02, 0x40, 0x50, 0x60, 0x7f, 0x80, 0xff]) {
        broken[at] = value;
        seen[outcome(broken)]++;
      }
    }
    expect(seen.value + seen.error).toBe(bytes.length * 9);
    expect(Math.min(seen.value, seen.error)).toBeGreaterThan(500);
  });

  test("with several bytes changed at random is a value or an error", () => {
    const next = random(1);
    const seen = { value: 0, error: 0 };
    for (let round = 0; round < 20_000; round++) {
      const broken = bytes.slice();
      for (let flips = 1 + (next() % 4); flips > 0; flips--) broken[next() % broken.length] = next() & 0xff;
      seen[outcome(broken)]++;
    }
    expect(Math.min(seen.value, seen.error)).toBeGreaterThan(500);
  });
});

test("all of WASI with bytes changed at random is a value or an error", async () => {
  const bytes = await wasiComponent("0.3.0");
  const next = random(2);
  const seen = { value: 0, error: 0 };
  for (let round = 0; round < 1_000; round++) {
    const broken = bytes.slice();
    // The types come first, so that is where to aim.
    for (let flips = 1 + (next() % 4); flips > 0; flips--) broken[next() % 12_000] = next() & 0xff;
    seen[outcome(broken)]++;
  }
  expect(seen.value + seen.error).toBe(1_000);
  expect(Math.min(seen.value, seen.error)).toBeGreaterThan(20);
});
