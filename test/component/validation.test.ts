/** What no component can be, whatever its bytes say: rules of Explainer.md and Binary.md, one by one, and the limits. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { encodeComponent, type NewSection } from "../../src/binary/component.ts";
import type { ExternName } from "../../src/binary/externs.ts";
import type { Decl, Type } from "../../src/binary/types.ts";
import { worldOf } from "../../src/component/world.ts";
import { FormatError, inspect, LinkError, virtualize } from "../../src/index.ts";

const CODE = `
  (core module $m
    (memory (export "memory") 1)
    (func (export "f") (param i32) (result i32) i32.const 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0))
  (core instance $c (instantiate $m))`;

/** A refusal names what is wrong, whoever is asked. */
function expectRefused(component: Uint8Array, message: RegExp): void {
  const refusals = [worldOf, virtualize, inspect].map((use) => {
    try {
      return use(component);
    } catch (error) {
      return error;
    }
  });
  for (const refusal of refusals) {
    expect(refusal).toBeInstanceOf(FormatError);
    expect(String(refusal)).toMatch(message);
  }
}

describe("no component", () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["imports two of one name", `(import "a" (func)) (import "A" (func))`, /import `A` is like the name of another one/],
    ["exports two of one name", `(import "f" (func $f)) (export "a" (func $f)) (export "a" (func $f))`, /export `a` is like/],
    ["has a method that is like a name", `(import "a" (type $a (sub resource))) (import "[static]a.a" (func))`, /`\[static\]a\.a` is like/],
    ["has a name that is no label", `(import "a_b" (func))`, /import `a_b` is no name of an import: it is not in kebab case/],
    ["has a name of mixed case", `(import "aB" (func))`, /not in kebab case/],
    ["has an interface's name without a version that is one", `(import "a:b/c@1.0" (instance))`, /`1\.0` is no semantic version/],
    ["exports what is there by its hash", `(import "f" (func $f)) (export "integrity=<sha256-aaaa>" (func $f))`, /is no name of an export/],
    ["names a method of no resource", `(import "[method]r.m" (func))`, /does not take its resource as `self`/],
    [
      "names a constructor that makes nothing",
      `(import "r" (type (sub resource))) (import "[constructor]r" (func))`,
      /does not make its resource/,
    ],
    [
      "mentions a type without a name",
      `(type $r (record (field "x" u8))) (import "f" (func (param "r" $r)))`,
      /mentions a type that no import before it names/,
    ],
    ["has a record of nothing", `(type (record))`, /not one field of a record/],
    ["has a variant of nothing", `(type (variant))`, /not one case of a variant/],
    ["has a tuple of nothing", `(type (tuple))`, /not one type of a tuple/],
    ["has fields of one name", `(type (record (field "x" u8) (field "X" u8)))`, /`X`, a field of a record, is there twice/],
    ["has 33 flags", `(type (flags ${Array.from({ length: 33 }, (_, i) => `"f${i}"`).join(" ")}))`, /33 flags, the limit is 32/],
    [
      "gives a borrowed handle back",
      `(import "r" (type $r (sub resource))) (type $b (borrow $r)) (type (func (result (option $b))))`,
      /result of a function type holds a borrowed handle/,
    ],
    [
      "has a stream of borrowed handles",
      `(import "r" (type $r (sub resource))) (type $b (borrow $r)) (type (stream (option $b)))`,
      /a stream of borrowed handles/,
    ],
    ["has nested namespaces", `(import "a:b/c/d" (instance))`, /is not the name of an interface/],
    ["has a stream of characters", `(type (stream char))`, /a stream of `char`/],
    ["has a map by what is no key", `(type (map f32 u8))`, /the keys of a map/],
    ["has parameters of one name", `(type (func (param "a" u8) (param "a" u8)))`, /`a`, a parameter, is there twice/],
    [
      "has the resource of one around it",
      `(type $r (resource (rep i32))) (component (alias outer 1 $r (type)))`,
      /mentions a resource of the component around this one/,
    ],
    [
      "exports a function of a resource that it hides",
      `(type $r (resource (rep i32))) (component (type $r (resource (rep i32))) (type $o (own $r)) (type $f (func (result $o))) (type $i (instance)) (import "x" (func $f (type $f))) )`,
      /mentions a type that no import/,
    ],
    [
      "gives what is not wanted",
      `(component $c (import "a" (func (param "x" u8)))) (import "f" (func $f)) (instance (instantiate $c (with "a" (func $f))))`,
      /is given `a` of another type/,
    ],
    [
      "gives one argument twice",
      `(component $c (import "a" (func))) (import "f" (func $f)) (instance (instantiate $c (with "a" (func $f)) (with "a" (func $f))))`,
      /is given `a` twice/,
    ],
    [
      "says that an export is what it is not",
      `(import "f" (func $f)) (export "g" (func $f) (func (param "x" u8)))`,
      /not of the type that it is said to be/,
    ],
    [
      "lifts a core function of another type",
      `${CODE} (func (canon lift (core func $c "f")))`,
      /is lifted and not of the type \(\) -> \(\)/,
    ],
    [
      "lifts a string without a memory",
      `${CODE} (func (param "s" string) (result u32) (canon lift (core func $c "f")))`,
      /option `memory` is missing/,
    ],
    [
      "has an encoding twice",
      `${CODE} (func (param "s" u32) (result u32) (canon lift (core func $c "f") string-encoding=utf8 string-encoding=utf16))`,
      /`string-encoding` is there twice/,
    ],
    [
      "reallocates by another function",
      `${CODE} (func (param "s" u32) (result u32) (canon lift (core func $c "f") (memory (core memory $c "memory")) (realloc (core func $c "f"))))`,
      /is `realloc` and not of the type/,
    ],
    [
      "lowers a string without a memory",
      `(import "f" (func $f (param "s" string))) (core func (canon lower (func $f)))`,
      /option `memory` is missing/,
    ],
    [
      "makes a resource of somebody else's",
      `(import "r" (type $r (sub resource))) (core func (canon resource.new $r))`,
      /not defined in this component/,
    ],
    [
      "has a destructor of another type",
      `${CODE} (type (resource (rep i32) (dtor (core func $c "f"))))`,
      /a destructor and not of the type/,
    ],
    [
      "instantiates a core module without what it imports",
      `(core module $m (import "a" "b" (func))) (core instance (instantiate $m))`,
      /a core module lacks its argument `a`/,
    ],
    [
      "gives a core module another function",
      `${CODE} (core module $n (import "a" "f" (func))) (core instance (instantiate $n (with "a" (instance $c))))`,
      /not of the type that a core module imports/,
    ],
    [
      "takes from a core instance what it has not",
      `${CODE} (core func (alias core export $c "g"))`,
      /which the core instance does not export/,
    ],
  ];
  test.for(cases)("%s", async ([, text, message]) => {
    expectRefused(await parse(`(component ${text})`), message);
  });

  test("has a name that is not valid UTF-8", async () => {
    const component = await parse(`(component (import "aaaa" (func)))`);
    const at = Buffer.from(component).indexOf("aaaa");
    expectRefused(component.with(at, 0xff), /a name is not valid UTF-8/);
  });
});

describe("a component is", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["one whose types go by two names", `(import "r" (type $r (sub resource))) (export "x" (type $r)) (export "y" (type $r))`],
    [
      "one with functions of a future of strings without a memory",
      `(type $f (future string)) (import "f" (func $f (result $f))) (core func (canon lower (func $f)))`,
    ],
    [
      "one that instantiates what it imports",
      `(import "c" (component $c (export "f" (func)))) (instance $i (instantiate $c)) (export "f" (func $i "f"))`,
    ],
    ["one that is given more than it wants", `(component $c) (import "f" (func $f)) (instance (instantiate $c (with "a" (func $f))))`],
    [
      "one with core types that refer to each other",
      `(core type (module (type $s (struct (field (ref null $s)))) (import "a" "b" (func (param (ref null $s))))))`,
    ],
    [
      "one with a resource in a list in a result",
      `(component $c (type $r (resource (rep i32))) (export "r" (type $r))) (instance $i (instantiate $c)) (export "i" (instance $i))`,
    ],
  ];
  test.for(cases)("%s", async ([, text]) => {
    const component = await parse(`(component ${text})`);
    expect(inspect(component).imports).toHaveLength(worldOf(component).imports.size);
  });
});

const plain = (name: string): ExternName => ({ kind: "plain", name });
const outerType = (idx: number): Decl => ({ kind: "alias", alias: { sort: "type", target: { kind: "outer", count: 1, idx } } });
const exportOf = (name: string, kind: "instance" | "component"): Decl => ({
  kind: "export",
  export: { name: plain(name), type: { kind, type: 0 } },
});
const types = (items: readonly Type[]): NewSection => ({ kind: "type", items });
const doubling = (kind: "instance" | "component"): readonly Type[] =>
  Array.from({ length: 60 }, (_, i): Type => ({
    kind,
    decls: i === 0 ? [] : [outerType(i - 1), exportOf("a", kind), exportOf("b", kind)],
  }));

/** Each instantiates the one before it twice. */
function doublingComponents(first: readonly NewSection[], length: number): Uint8Array {
  const components = Array.from({ length }, (_, i): NewSection => {
    const item = (idx: number) => ({ sort: "instance", idx }) as const;
    const doubled: readonly NewSection[] = [
      { kind: "alias", items: [{ sort: "component", target: { kind: "outer", count: 1, idx: i - 1 } }] },
      { kind: "instance", items: [0, 1].map(() => ({ kind: "instantiate", component: 0, args: [] }) as const) },
      { kind: "export", items: [0, 1].map((idx) => ({ name: plain(`i${idx}`), item: item(idx), type: undefined })) },
    ];
    return { kind: "component", bytes: encodeComponent(i === 0 ? first : doubled) };
  });
  return encodeComponent([...components, { kind: "instance", items: [{ kind: "instantiate", component: length - 1, args: [] }] }]);
}

const TYPE: readonly NewSection[] = [
  types([{ kind: "primitive", type: "u32" }]),
  { kind: "export", items: [{ name: plain("t"), item: { sort: "type", idx: 0 }, type: undefined }] },
];
const RESOURCE: readonly NewSection[] = [
  types([{ kind: "resource", rep: 0x7f, dtor: undefined }]),
  { kind: "export", items: [{ name: plain("t"), item: { sort: "type", idx: 0 }, type: undefined }] },
];

/** `depth` components in each other. */
function nested(depth: number): Uint8Array {
  let bytes = encodeComponent([]);
  for (let i = 0; i < depth; i++) bytes = encodeComponent([{ kind: "component", bytes }]);
  return bytes;
}

describe("a small file whose types or instances have no end of parts is refused by the name of the limit", () => {
  const PARTS = /more than 1000000 (?:parts|steps)/;
  test.each([
    [
      "instance types that double",
      encodeComponent([
        types(doubling("instance")),
        { kind: "import", items: [{ name: plain("a"), type: { kind: "instance", type: 59 } }] },
      ]),
      PARTS,
    ],
    ["component types that double", encodeComponent([types(doubling("component"))]), PARTS],
    ["instances that double", doublingComponents(TYPE, 40), PARTS],
    ["instances with resources that double", doublingComponents(RESOURCE, 40), PARTS],
    [
      "instances of 2,000 exports that are taken 1,000 times",
      encodeComponent([
        types([
          {
            kind: "instance",
            decls: Array.from({ length: 2_000 }, (_, i): Decl => ({
              kind: "export",
              export: { name: plain(`r${i}`), type: { kind: "type", bound: { kind: "sub resource" } } },
            })),
          },
        ]),
        {
          kind: "import",
          items: Array.from({ length: 999 }, (_, i) => ({ name: plain(`i${i}`), type: { kind: "instance", type: 0 } as const })),
        },
      ]),
      PARTS,
    ],
    [
      "types that lie deep in each other",
      encodeComponent([types(Array.from({ length: 10_000 }, (_, i): Type => ({ kind: "option", some: i === 0 ? "u8" : i - 1 })))]),
      /more than 100 deep/,
    ],
    [
      "instance types that lie deep in each other",
      encodeComponent([
        types(
          Array.from({ length: 10_000 }, (_, i): Type => ({
            kind: "instance",
            decls: i === 0 ? [] : [outerType(i - 1), exportOf("a", "instance")],
          })),
        ),
      ]),
      /more than 100 deep/,
    ],
    ["components that lie deep in each other", nested(3_000), /more than 100 deep/],
    [
      "1,001 instances",
      encodeComponent([{ kind: "instance", items: Array.from({ length: 1_001 }, () => ({ kind: "exports", exports: [] }) as const) }]),
      /more than 1000 instances/,
    ],
  ])(
    "%s",
    (_, component, message) => {
      expectRefused(component, message);
    },
    120_000,
  );

  test("and what has just less is not", () => {
    const tuples = Array.from({ length: 18 }, (_, i): Type => ({ kind: "tuple", types: i === 0 ? ["u8", "u8"] : [i - 1, i - 1] }));
    const func: Type = { kind: "func", params: [], result: { kind: "one", type: 17 } };
    const decls = [
      ...[...tuples, func].map((type): Decl => ({ kind: "type", type })),
      { kind: "export", export: { name: plain("f"), type: { kind: "func", type: 18 } } } as const,
    ];
    const component = encodeComponent([
      types([{ kind: "instance", decls }]),
      { kind: "import", items: [{ name: plain("acme:kit/large"), type: { kind: "instance", type: 0 } }] },
    ]);
    expect(virtualize(component).report.imports).toHaveLength(1);
  });

  test("and what is as deep as it may be has a layout", async () => {
    const options = Array.from({ length: 95 }, (_, i): Type => ({ kind: "option", some: i === 0 ? "u8" : i - 1 }));
    const func: Type = { kind: "func", params: [], result: { kind: "one", type: 94 } };
    const component = encodeComponent([
      types([
        {
          kind: "instance",
          decls: [
            ...[...options, func].map((type): Decl => ({ kind: "type", type })),
            { kind: "export", export: { name: plain("f"), type: { kind: "func", type: 95 } } },
          ],
        },
      ]),
      { kind: "import", items: [{ name: plain("acme:kit/deep"), type: { kind: "instance", type: 0 } }] },
    ]);
    expect(virtualize(component).report.imports).toHaveLength(1);
  });
});

describe("types of functions, instances and components", () => {
  const FUNC_TYPE = `(type $f (func (result u32))) (export $fe "ft" (type $f)) ${CODE.replace("(param i32) ", "")}`;

  test("can be exported, and lifted by", async () => {
    const component = await parse(
      `(component ${FUNC_TYPE} (func $a (type $fe) (canon lift (core func $c "f"))) (export "answer" (func $a)))`,
    );
    expect(inspect(component).exports.map(({ name, kind }) => `${name} ${kind}`)).toEqual(["ft type", "answer func"]);
  });

  test("that an app exports are refused in words: no host takes them from a nested component", async () => {
    const component = await parse(`(component ${FUNC_TYPE})`);
    expect(() => virtualize(component)).toThrow(LinkError);
    expect(() => virtualize(component)).toThrow(/the component exports `ft`, a type of functions: no host takes/);
  });

  test("make a WIT package, which holds no code", async () => {
    const text = `(component (type (component (type (component (type (instance (type (func)) (export "f" (func (type 0))))) (import "a:b/i" (instance (type 0))))) (export "a:b/w" (component (type 0))))) (export "w" (type 0)))`;
    const component = await parse(text);
    expect(() => virtualize(component)).toThrow(LinkError);
    expect(() => virtualize(component)).toThrow(/is a WIT package: it exports types alone and holds no code/);
    expect(inspect(component).exports).toMatchObject([{ name: "w", kind: "type" }]);
  });
});
