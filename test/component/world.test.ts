/** What a component means, whatever way it is written: the validator of a host accepts all of these. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { type Exports, type Extern, type FuncType, type Resource, resourcesOf, type ValType } from "../../src/component/types.ts";
import { type World, worldOf } from "../../src/component/world.ts";
import { FormatError } from "../../src/errors.ts";

const world = async (text: string): Promise<World> => worldOf(await parse(`(component ${text})`));

function exportsOf(item: Extern | undefined): Exports {
  if (item?.kind !== "instance") throw new Error(`an instance is wanted, not ${item?.kind}`);
  return item.exports;
}
function func(item: Extern | undefined): FuncType {
  if (item?.kind !== "func") throw new Error(`a func is wanted, not ${item?.kind}`);
  return item.type;
}
function type(item: Extern | undefined): ValType | Resource {
  if (item?.kind !== "type") throw new Error(`a type is wanted, not ${item?.kind}`);
  return item.type;
}
const onlyResource = (item: Extern | undefined): Resource | undefined => [...resourcesOf(func(item))][0];

describe("resources", () => {
  const USED = `
    (import "acme:kit/a@1.0.0" (instance $a
      (export "thing" (type (sub resource)))
      (type $own (own 0))
      (export "make" (func (result $own)))))
    (alias export $a "thing" (type $thing))
    (import "acme:kit/b@1.0.0" (instance
      (alias outer 1 $thing (type))
      (export "thing" (type $t (eq 0)))
      (export "renamed" (type (eq $t)))
      (type $borrow (borrow $t))
      (export "take" (func (param "it" $borrow)))))`;

  test("keep their identity where another interface uses them", async () => {
    const { imports } = await world(USED);
    const [a, b] = ["a", "b"].map((name) => exportsOf(imports.get(`acme:kit/${name}@1.0.0`)));
    expect(type(a?.get("thing"))).toMatchObject({ kind: "resource", name: "thing" });
    expect(type(b?.get("thing"))).toBe(type(a?.get("thing")));
    expect(onlyResource(b?.get("take"))).toBe(onlyResource(a?.get("make")));
  });

  test("are the same under another name", async () => {
    const b = exportsOf((await world(USED)).imports.get("acme:kit/b@1.0.0"));
    expect(type(b.get("renamed"))).toBe(type(b.get("thing")));
  });

  test("of two instances of one type are two", async () => {
    const { imports } = await world(`
      (type $t (instance (export "thing" (type (sub resource)))))
      (import "acme:kit/a@1.0.0" (instance (type $t)))
      (import "acme:kit/b@1.0.0" (instance (type $t)))`);
    const [a, b] = [...imports.values()].map((item) => type(exportsOf(item).get("thing")));
    expect(a).toEqual(b);
    expect(a).not.toBe(b);
  });

  test("that are given to a nested component come out of it as they were", async () => {
    const { imports, exports } = await world(`
      (import "thing" (type $thing (sub resource)))
      (import "make" (func $make (result (own $thing))))
      (component $inner
        (import "it" (type $it (sub resource)))
        (import "f" (func $f (result (own $it))))
        (export "out" (func $f)))
      (instance $i (instantiate $inner (with "it" (type $thing)) (with "f" (func $make))))
      (export "made" (func $i "out"))`);
    expect(onlyResource(exports.get("made"))).toBe(type(imports.get("thing")));
  });
});

describe("types", () => {
  test("are found through outer aliases of outer aliases", async () => {
    const { imports } = await world(`
      (type $kind (list string))
      (type $interface (instance
        (alias outer 1 $kind (type $k))
        (type $inner (instance (alias outer 1 $k (type $l)) (export "ask" (func (result $l)))))
        (export "inner" (instance (type $inner)))))
      (import "acme:kit/a@1.0.0" (instance (type $interface)))`);
    const inner = exportsOf(exportsOf(imports.get("acme:kit/a@1.0.0")).get("inner"));
    expect(func(inner.get("ask")).result).toEqual({ kind: "list", element: "string" });
  });

  test("that an export names are one object, so that the name belongs to it", async () => {
    const { imports } = await world(`
      (import "acme:kit/a@1.0.0" (instance
        (type (record (field "x" u8)))
        (export "point" (type (eq 0)))
        (export "ask" (func (result 1)))))`);
    const a = exportsOf(imports.get("acme:kit/a@1.0.0"));
    expect(func(a.get("ask")).result).toBe(type(a.get("point")));
  });
});

describe("exports", () => {
  const CODE = `
    (core module $m (func (export "f") (result i32) i32.const 1))
    (core instance $c (instantiate $m))
    (alias core export $c "f" (core func $f))`;

  test("may come before later imports", async () => {
    const { imports, exports } = await world(`
      ${CODE}
      (func $answer (result u32) (canon lift (core func $f)))
      (export "answer" (func $answer))
      (import "later" (func (param "a" string)))`);
    expect(func(exports.get("answer")).result).toBe("u32");
    expect([...imports.keys()]).toEqual(["later"]);
  });

  test("of an instance made of inline exports have its types", async () => {
    const { exports } = await world(`
      ${CODE}
      (func $answer (result u8) (canon lift (core func $f)))
      (instance $api (export "one" (func $answer)) (export "two" (func $answer)))
      (export "acme:kit/api@1.0.0" (instance $api))`);
    const api = exportsOf(exports.get("acme:kit/api@1.0.0"));
    expect([...api.keys()]).toEqual(["one", "two"]);
    expect(func(api.get("two")).result).toBe("u8");
  });

  test("of nested components that are instantiated in nested components are found", async () => {
    const { exports } = await world(`
      (component $outer
        (component $inner ${CODE}
          (func $answer (result bool) (canon lift (core func $f)))
          (export "answer" (func $answer)))
        (instance $i (instantiate $inner))
        (export "api" (instance $i)))
      (instance $o (instantiate $outer))
      (alias export $o "api" (instance $api))
      (export "acme:kit/api@1.0.0" (instance $api))`);
    expect(func(exportsOf(exports.get("acme:kit/api@1.0.0")).get("answer")).result).toBe("bool");
  });

  test("of a component that was given to another are found", async () => {
    const { exports } = await world(`
      (component $given ${CODE}
        (func $answer (result s8) (canon lift (core func $f)))
        (export "answer" (func $answer)))
      (component $taking
        (import "made" (component $made (export "answer" (func (result s8)))))
        (instance $i (instantiate $made))
        (export "api" (instance $i)))
      (instance $t (instantiate $taking (with "made" (component $given))))
      (alias export $t "api" (instance $api))
      (export "acme:kit/api@1.0.0" (instance $api))`);
    expect(func(exportsOf(exports.get("acme:kit/api@1.0.0")).get("answer")).result).toBe("s8");
  });

  const GIVEN = `
    (component $given ${CODE}
      (func $answer (result s8) (canon lift (core func $f)))
      (export "answer" (func $answer)))
    (component $passing
      (import "made" (component $made (export "answer" (func (result s8)))))
      (export "again" (component $made))
      (instance $within (export "again" (component $made)))
      (export "deep" (instance $within)))
    (instance $passed (instantiate $passing (with "made" (component $given))))
    (alias export $passed "deep" (instance $deep))`;

  test.each([
    ["was imported and is exported again", `(alias export $passed "again" (component $again))`],
    ["comes out within an instance", `(alias export $deep "again" (component $again))`],
    [
      "came in within an instance",
      `
      (component $taking
        (import "deep" (instance $in (export "again" (component (export "answer" (func (result s8)))))))
        (alias export $in "again" (component $in-again))
        (export "again" (component $in-again)))
      (instance $taken (instantiate $taking (with "deep" (instance $deep))))
      (alias export $taken "again" (component $again))`,
    ],
  ])("of a component that %s are found", async (_, again) => {
    const { exports } = await world(`${GIVEN} ${again}
      (instance $i (instantiate $again))
      (alias export $i "answer" (func $answer))
      (export "answer" (func $answer))`);
    expect(func(exports.get("answer")).result).toBe("s8");
  });
});

describe("malformed", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["a type index that is not there", `(import "a" (func (type 5)))`, /type index 5, where there are 0/],
    ["an index of another kind of type", `(type (list u8)) (import "a" (func (type 0)))`, /type 0 is not a function type/],
    ["a handle of what is no resource", `(type (list u8)) (type (own 0))`, /type 0 is not a resource type/],
    ["an instance of what is no instance type", `(type (list u8)) (import "a" (instance (type 0)))`, /not an instance type/],
    ["an alias of what is not exported", `(import "a" (instance)) (alias export 0 "b" (func))`, /`b`, which the instance does not export/],
    [
      "an outer alias beyond the root",
      `(type (instance (alias outer 7 0 (type))))(import "a" (instance (type 0)))`,
      /outer alias 7 levels up/,
    ],
    [
      "a type that doubles with every line",
      Array.from({ length: 40 }, (_, i) => `(type (tuple ${i === 0 ? "u8 u8" : `${i - 1} ${i - 1}`}))`).join(" "),
      /a type of more than 1000000 parts/,
    ],
    ["a list of fixed length without end", `(type (tuple u8 u8)) (type (list 0 1000000))`, /a type of more than 1000000 parts/],
    ["a nested component without its argument", `(component (import "a" (func))) (instance (instantiate 0))`, /lacks its argument `a`/],
    ["an export of what is not there", `(export "a" (func 3))`, /func index 3, where there are 0/],
  ];
  test.for(cases)("%s", async ([, text, message]) => {
    const component = await parse(`(component ${text})`);
    const refusal = (): unknown => worldOf(component);
    expect(refusal).toThrow(FormatError);
    expect(refusal).toThrow(message);
    // Where the section lies: behind the preamble and a header, in the file.
    expect(refusal).toThrow(
      expect.objectContaining({ offset: expect.toSatisfy((offset: number) => offset >= 10 && offset < component.length) }),
    );
  });
});
