/** A few components by chance, always the same ones, and changes of them; `validity.long.ts` has more, other ones each time. */
import { describe, expect, test } from "vitest";
import { parse } from "@bytecodealliance/jco";
import { LinkError, virtualize } from "../../src/index.ts";
import { bytesOf, randomOf } from "../compose/apps.ts";
import { wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { expectValid, virtualized } from "../run/on-hosts.ts";
import { generate } from "./generate.ts";
import { mutate } from "./mutate.ts";
import { failuresOf, newTally } from "./outcomes.ts";

test.skipIf(!wasmtimeAvailable())("what is valid comes out valid or is refused in words, by Wasmtime", { timeout: 120_000 }, async () => {
  const [random, tally] = [randomOf(1), newTally()];
  const components = Array.from({ length: 100 }, () => generate(random, 12));
  expect(await failuresOf(components, random, tally)).toEqual([]);
  expect(Math.min(tally.valid, tally.unrunnable, tally.outputs)).toBeGreaterThan(20);
});

test.skipIf(!wasmtimeAvailable())("what is not is malformed, by Wasmtime", { timeout: 120_000 }, async () => {
  const [random, tally] = [randomOf(2), newTally()];
  const components = Array.from({ length: 200 }, () => mutate(random, generate(random, 12)));
  expect(await failuresOf(components, random, tally)).toEqual([]);
  expect(Math.min(tally.valid, tally.outputs)).toBeGreaterThan(20);
  expect(tally.invalid).toBeGreaterThan(100);
});

test("names that differ in their case alone are both given where one part would export both", async () => {
  const stream = (name: string): string =>
    `(alias outer 1 $s (type)) (export "${name}" (type $t (eq 0))) (type $o (own $t)) (export "get-${name.toLowerCase() === name ? "stdout" : "stderr"}" (func (result $o)))`;
  const component = await parse(`(component
    (import "wasi:io/streams@0.2.0" (instance $streams (export "output-stream" (type (sub resource)))))
    (alias export $streams "output-stream" (type $s))
    (import "wasi:cli/stdout@0.2.0" (instance ${stream("output-stream")}))
    (import "wasi:cli/stderr@0.2.0" (instance ${stream("OUTPUT-STREAM")})))`);
  await expectValid(component);
  const { chunks, report } = virtualize(component);
  await expectValid(bytesOf(chunks));
  expect(report.imports.map(({ outcome }) => outcome)).toEqual(["virtualized", "virtualized", "virtualized"]);
});

describe("a type that is imported or exported by itself", () => {
  test("may be another name of one that is imported", async () => {
    const component = await parse(
      `(component (import "r" (type $r (sub resource))) (import "s" (type $s (eq $r))) (import "f" (func (param "a" (own $r)) (param "b" (own $s)))))`,
    );
    await expectValid(virtualized(component, { allowAll: true }));
  });

  test("is refused where other exports mention it: around the component it has another name", async () => {
    const component = await parse(`(component (type $t (flags "a")) (export $e "t" (type $t)) (type $l (list $e)) (export "l" (type $l)))`);
    await expectValid(component);
    expect(() => virtualize(component)).toThrow(LinkError);
    expect(() => virtualize(component)).toThrow(/exports the type `t` by itself, and `l` mentions it/);
  });

  test("is exported where none does", async () => {
    const component = await parse(`(component (type $t (flags "a")) (export "t" (type $t)) (export "u" (type $t)))`);
    await expectValid(virtualized(component));
  });
});
