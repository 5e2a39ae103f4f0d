/** One part that provides interfaces with one name for different things, and what its app finds under each. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { type Composed, compose } from "../../src/compose/outer.ts";
import type { CoreImport, Part } from "../../src/compose/part.ts";
import { virtualize } from "../../src/index.ts";
import { nestingOf } from "../../src/inspect/nesting.ts";
import { WASM_TOOLS_MISSING, wasmTools } from "../hosts/wasm-tools.ts";
import { expectValid, hosts } from "../run/on-hosts.ts";
import { expectSameWit } from "../wit/same-wit.ts";
import { bytesOf, interfacesIn } from "./apps.ts";

interface Case {
  readonly name: string;
  /** A command that fails unless each interface means what it should. */
  readonly app: string;
  /** The core module of the part: a function `<n>.<name>` for each of the n-th interface. */
  readonly main: string;
  /** Those whose names were free. */
  readonly kept: readonly string[];
}

/** A command that imports instances, and what `check` needs of them as core functions, and returns 0 if all is well. */
const command = (imports: string, core: string, check: string): string => `(component
  ${imports}
  (core module $store (memory (export "m") 1))
  (core instance $store (instantiate $store))
  ${core}
  (core module $m
    (import "store" "m" (memory 1))
    ${check})
  (core instance $i (instantiate $m (with "" (instance $functions)) (with "store" (instance $store))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;

const CLOCKS = command(
  `(import "wasi:clocks/monotonic-clock@0.2.0" (instance $mono
     (type $instant' u64) (export "instant" (type $instant (eq $instant'))) (export "now" (func (result $instant)))))
   (import "wasi:clocks/wall-clock@0.2.0" (instance $wall
     (type $datetime' (record (field "seconds" u64) (field "nanoseconds" u32)))
     (export "datetime" (type $datetime (eq $datetime')))
     (export "now" (func (result $datetime)))
     (export "resolution" (func (result $datetime)))))`,
  `(core func $mono-now (canon lower (func $mono "now")))
   (core func $wall-now (canon lower (func $wall "now") (memory (core memory $store "m"))))
   (core func $resolution (canon lower (func $wall "resolution") (memory (core memory $store "m"))))
   (core instance $functions (export "mono" (func $mono-now)) (export "wall" (func $wall-now)) (export "resolution" (func $resolution)))`,
  `(import "" "mono" (func $mono (result i64)))
   (import "" "wall" (func $wall (param i32)))
   (import "" "resolution" (func $resolution (param i32)))
   (func (export "run") (result i32)
     (call $wall (i32.const 16))
     (call $resolution (i32.const 32))
     (i32.eqz (i32.and (i64.eq (call $mono) (i64.const 7))
       (i32.and (i64.eq (i64.load (i32.const 16)) (i64.const 11))
         (i32.and (i32.eq (i32.load (i32.const 24)) (i32.const 13)) (i64.eq (i64.load (i32.const 32)) (i64.const 1)))))))`,
);

const SERIES = command(
  `(import "wasi:clocks/monotonic-clock@0.2.0" (instance $two
     (type $instant' u64) (export "instant" (type $instant (eq $instant'))) (export "now" (func (result $instant)))))
   (import "wasi:clocks/monotonic-clock@0.3.0" (instance $three
     (type $mark' u64) (export "mark" (type $mark (eq $mark'))) (export "now" (func (result $mark)))))`,
  `(core func $two-now (canon lower (func $two "now")))
   (core func $three-now (canon lower (func $three "now")))
   (core instance $functions (export "two" (func $two-now)) (export "three" (func $three-now)))`,
  `(import "" "two" (func $two (result i64)))
   (import "" "three" (func $three (result i64)))
   (func (export "run") (result i32)
     (i32.eqz (i32.and (i64.eq (call $two) (i64.const 2)) (i64.eq (call $three) (i64.const 3)))))`,
);

/** A resource with a method, and an enum, both under the same names in both, and a function whose name differs in case alone. */
const things = (id: string, labels: string, fail: string): string => `(import "acme:${id}/things@1.0.0" (instance $${id}
  (type $code' (enum ${labels})) (export "error-code" (type $code (eq $code')))
  (export "thing" (type $thing (sub resource)))
  (type $own (own $thing)) (type $borrow (borrow $thing)) (type $failure (result (error $code)))
  (export "make" (func (result $own)))
  (export "[method]thing.value" (func (param "self" $borrow) (result u32)))
  (export "${fail}" (func (result $failure)))))`;
const lowered = (id: string, fail: string): string => `
  (alias export $${id} "thing" (type $${id}-thing))
  (core func $${id}-make (canon lower (func $${id} "make")))
  (core func $${id}-value (canon lower (func $${id} "[method]thing.value")))
  (core func $${id}-fail (canon lower (func $${id} "${fail}") (memory (core memory $store "m"))))
  (core func $${id}-drop (canon resource.drop $${id}-thing))`;
const functions = (id: string): string =>
  ["make", "value", "fail", "drop"].map((each) => `(export "${id}-${each}" (func $${id}-${each}))`).join(" ");
const imported = (id: string): string => `
  (import "" "${id}-make" (func $${id}-make (result i32)))
  (import "" "${id}-value" (func $${id}-value (param i32) (result i32)))
  (import "" "${id}-fail" (func $${id}-fail (param i32)))
  (import "" "${id}-drop" (func $${id}-drop (param i32)))`;
const check = (id: string, value: number, code: number): string => `
  (local.set $thing (call $${id}-make))
  (if (i32.ne (call $${id}-value (local.get $thing)) (i32.const ${value})) (then (return (i32.const 1))))
  (call $${id}-drop (local.get $thing))
  (call $${id}-fail (i32.const 16))
  (if (i32.ne (i32.load16_u (i32.const 16)) (i32.const ${1 + 256 * code})) (then (return (i32.const 1))))`;

const THINGS = command(
  `${things("one", '"a" "b"', "fail")} ${things("other", '"x" "y" "z"', "FAIL")}`,
  `${lowered("one", "fail")} ${lowered("other", "FAIL")}
   (core instance $functions ${functions("one")} ${functions("other")})`,
  `${imported("one")} ${imported("other")}
   (func (export "run") (result i32) (local $thing i32)
     ${check("one", 101, 1)} ${check("other", 202, 2)}
     (i32.const 0))`,
);
/** What a handle stands for is its value; 1 and `code` lie in memory from `address` on. */
const thingsOf = (index: number, value: number, address: number, fail: string): string => `
  (func (export "${index}.make") (result i32) (call $new-${index} (i32.const ${value})))
  (func (export "${index}.[method]thing.value") (param i32) (result i32) (local.get 0))
  (func (export "${index}.${fail}") (result i32) (i32.const ${address}))`;

const CASES: readonly Case[] = [
  {
    name: "both clocks' `now`",
    app: CLOCKS,
    main: `(module (memory (export "m") 1)
      (data (i32.const 16) "\\0b\\00\\00\\00\\00\\00\\00\\00\\0d") (data (i32.const 32) "\\01")
      (func (export "0.now") (result i64) (i64.const 7))
      (func (export "1.now") (result i32) (i32.const 16))
      (func (export "1.resolution") (result i32) (i32.const 32)))`,
    kept: ["instant", "now", "datetime", "resolution"],
  },
  {
    name: "two series of one interface",
    app: SERIES,
    main: `(module (func (export "0.now") (result i64) (i64.const 2)) (func (export "1.now") (result i64) (i64.const 3)))`,
    kept: ["instant", "now", "mark"],
  },
  {
    name: "types of one name and different meaning, and their methods",
    app: THINGS,
    main: `(module
      (import "" "new-0" (func $new-0 (param i32) (result i32))) (import "" "new-1" (func $new-1 (param i32) (result i32)))
      (memory (export "m") 1) (data (i32.const 16) "\\01\\01") (data (i32.const 32) "\\01\\02")
      ${thingsOf(0, 101, 16, "fail")} ${thingsOf(1, 202, 32, "FAIL")})`,
    kept: ["error-code", "thing", "make", "[method]thing.value", "fail"],
  },
];

/** The app above a part that provides everything that it imports, or the part alone with all its interfaces. */
async function composed({ app, main }: Case, isAlone = false): Promise<Composed> {
  const bytes = await parse(app);
  const interfaces = interfacesIn(bytes);
  const keys = interfaces.keys();
  const imports = keys.flatMap((key, i): CoreImport[] => {
    const thing = interfaces.get(key)?.exports.get("thing");
    if (thing?.kind !== "type" || typeof thing.type !== "object" || thing.type.kind !== "resource") return [];
    return [{ field: `new-${i}`, kind: "resource.new", resource: thing.type }];
  });
  const part: Part = {
    id: "part",
    role: "adapter",
    provides: new Map(keys.map((key) => [key, new Set(interfaces.get(key)?.exports.keys())])),
    memory: undefined,
    modules: [{ id: "part", bytes: await parse(main), imports, memoryAs: undefined, mainAs: undefined }],
    substitutes: [],
    coreExport: (key, name) => ({ module: 0, name: `${keys.indexOf(key)}.${name}`, postReturn: undefined }),
  };
  return compose({
    name: "collisions",
    app: isAlone ? undefined : { bytes, world: worldOf(bytes) },
    interfaces,
    parts: [part],
    reexports: [],
    exports: isAlone ? keys : [],
    exportedTypes: new Map(),
    providerOf: () => part.id,
    custom: () => [],
  });
}

describe.each(CASES)("one part with $name", (each) => {
  test.each(hosts)("means by each what its interface says, on $name", async ({ available, run }) => {
    if (!available) return;
    const output = bytesOf((await composed(each)).chunks);
    await expectValid(output);
    expect(await run(output)).toMatchObject({ exitCode: 0 });
  });

  test("exports each interface under its own names, and its WIT parses again", async ({ skip }) => {
    skip(wasmTools() === undefined, WASM_TOOLS_MISSING);
    const alone = bytesOf((await composed(each, true)).chunks);
    await expectValid(alone);
    await expectSameWit(alone);
  });

  test("keeps at its root the names that were free", async () => {
    const [part] = nestingOf(bytesOf((await composed(each)).chunks)).components;
    const names = part?.exports.map(({ name }) => name) ?? [];
    expect(names.filter((name) => !/^r\d+$/.test(name))).toEqual(each.kept);
    expect(new Set(names).size).toBeGreaterThan(each.kept.length);
  });
});

test("an interface may use the names that the part has for what it generates", async () => {
  const app = command(
    `(import "acme:names/names@1.0.0" (instance $names (export "d0" (func (result u32))) (export "r0" (func (result u32)))))
     (import "f" (func $f (result u32)))`,
    `(core func $d0 (canon lower (func $names "d0"))) (core func $r0 (canon lower (func $names "r0")))
     (core func $f (canon lower (func $f)))
     (core instance $functions (export "d0" (func $d0)) (export "r0" (func $r0)) (export "f" (func $f)))`,
    `(import "" "d0" (func $d0 (result i32))) (import "" "r0" (func $r0 (result i32))) (import "" "f" (func $f (result i32)))
     (func (export "run") (result i32) (drop (call $d0)) (i32.const 0))`,
  );
  const output = bytesOf(virtualize(await parse(app), { denyImports: ["f"] }).chunks);
  await expectValid(output);
});
