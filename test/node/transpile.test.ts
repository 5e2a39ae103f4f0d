/** A component goes to jco as a skeleton, and what comes back is that of the whole; it is kept by what the skeleton is. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { skeletonOf } from "../../src/binary/skeleton.ts";
import { worldOf } from "../../src/component/world.ts";
import { virtualize } from "../../src/index.ts";
import { transpiled } from "../../src/node/transpile.ts";
import { bytesOf } from "../compose/apps.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { GOLDEN_CASES, goldenCase } from "../wit/golden-outputs.ts";
import { expectSameTranspiled } from "./same-transpiled.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasi-nest-transpiled-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
const entries = (): string => join(folder, "cache/wasi-nest/transpiled");

/** Of two modules that differ in their data only, one is instantiated twice; one has two memories; one is never used. */
const ODD = (letter: string): string => `(component
  (core module $bulk (@name "bulk")
    (type $f (func (param i32) (result i32)))
    (import "" "memory" (memory 1))
    (table $t 2 funcref)
    (global $g (mut i32) (i32.const 3))
    (data $passive "${letter}passive")
    (data (i32.const 8) "active")
    (elem $declared declare func $late)
    (elem $later func $late $early)
    (elem (table $t) (i32.const 0) func $early)
    (start $first)
    (func $first (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 7)) (data.drop $passive) (drop (ref.func $late)))
    (func $early (export "early") (type $f) (local i64 f32) (i32.load8_u (local.get 0)))
    (func $late (type $f) (call_indirect (type $f) (local.get 0) (i32.const 0))))
  (core module $memory (memory (export "memory") 1))
  (core module $a (memory (export "memory") 1) (data (i32.const 0) "a${letter}"))
  (core module $b (memory (export "memory") 1) (data (i32.const 0) "b${letter}") (func (export "f") (param v128 f64) unreachable))
  (core module $unused (func (result i32) (i32.const 1)))
  (core module $empty)
  (core module $two
    (import "" "memory" (memory 1))
    (memory 1)
    (func (export "get") (param i32) (result i32) (i32.add (i32.load8_u (local.get 0)) (i32.const 1))))
  (component $nested
    (core module $inner (func (export "run") (result i32) (i32.const 0)))
    (core instance $i (instantiate $inner))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (export "run" (func $run)))
  (core instance $m (instantiate $memory))
  (core instance (instantiate $bulk (with "" (instance $m))))
  (core instance (instantiate $a))
  (core instance (instantiate $a))
  (core instance (instantiate $b))
  (core instance (instantiate $empty))
  TWO
  (instance $one (instantiate $nested))
  (instance $other (instantiate $nested))
  (func $run (alias export $one "run"))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;
const TWO = `(core instance (instantiate $two (with "" (instance $m))))`;
const odd = (letter = "x"): Promise<Uint8Array> =>
  parse(
    ODD(letter)
      .replace("TWO", "")
      .replace(/\(core module \$two[^]*?\n {2}\(component/, "(component"),
  );
const withTwo = (): Promise<Uint8Array> => parse(ODD("x").replace("TWO", TWO));

describe("jco makes the same of the skeleton of", { timeout: 120_000 }, () => {
  test.each(GOLDEN_CASES)("the golden case %s", async (name) => {
    await expectSameTranspiled((await goldenCase(name)).output);
  });

  test("modules with all kinds of sections", async () => {
    await expectSameTranspiled(await odd());
  });

  test("a program in C, virtualized and not", async () => {
    const app = await adaptCommand(await cProgram("hello"));
    const entry = { kind: "file", contents: new Uint8Array(100_000) } as const;
    const files = virtualize(app, {
      mounts: [{ path: "/a", entry }],
      tmpfs: [{ path: "/tmp" }],
      preopens: [{ path: "/in", host: "/data" }],
      stdout: "allow",
    });
    for (const each of [app, bytesOf(virtualize(app).chunks), bytesOf(files.chunks)])
      expect(await expectSameTranspiled(each)).toBeLessThan(30);
  });
});

describe("a skeleton", () => {
  test("is a valid component of the same type", async () => {
    for (const whole of [await odd(), await adaptCommand(await cProgram("hello"))]) {
      const { bytes } = skeletonOf(whole);
      expect(await transpiled(bytes, "compares", true)).toBeDefined();
      expect([...worldOf(bytes).exports.keys(), ...worldOf(bytes).imports.keys()]).toEqual([
        ...worldOf(whole).exports.keys(),
        ...worldOf(whole).imports.keys(),
      ]);
      expect(skeletonOf(bytes).bytes).toEqual(bytes);
    }
  });

  test("has whole what has several memories, or a code section that says what it does not hold", async () => {
    const whole = await withTwo();
    const { modules, bytes, hasSeveralMemories } = skeletonOf(whole);
    expect(hasSeveralMemories).toBe(true);
    expect(modules.some(({ whole: module }) => Buffer.from(module).includes("get"))).toBe(false);
    expect(Buffer.from(bytes).includes(Buffer.of(0x2d, 0, 0, 0x41, 1, 0x6a, 0x0b))).toBe(true);
    expect(skeletonOf(await odd()).modules).toHaveLength(modules.length);
    // A code section of four bytes and of 2^28 functions.
    const huge = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 10, 5, 0x80, 0x80, 0x80, 0x80, 1);
    const component = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 1, huge.length, ...huge);
    expect(skeletonOf(component)).toEqual({ bytes: component, modules: [], hasSeveralMemories: false });
  });
});

describe("what jco makes", { timeout: 60_000 }, () => {
  test("is kept by the skeleton, whatever the data; each gets its own", async () => {
    for (const letter of ["x", "y"]) {
      const component = await odd(letter);
      const files = await transpiled(component, "compares", true);
      const modules = [...files].filter(([path]) => path.endsWith(".wasm")).map(([, bytes]) => Buffer.from(bytes).toString("latin1"));
      for (const data of [`a${letter}`, `b${letter}`, `${letter}passive`])
        expect(modules.filter((each) => each.includes(data))).toHaveLength(1);
      const [entry = "", ...others] = readdirSync(entries());
      expect(others).toEqual([]);
      // More than that the skeleton is not good for it.
      expect(statSync(join(entries(), entry)).size).toBeGreaterThan(1000);
    }
    await transpiled(await odd(), "compares", false);
    expect(readdirSync(entries())).toHaveLength(2);
  });

  test("is taken from where it is kept, and made anew where that is damaged", async () => {
    const component = await odd();
    const first = await transpiled(component, "compares", true);
    const [name = ""] = readdirSync(entries());
    const kept = readFileSync(join(entries(), name));
    writeFileSync(
      join(entries(), name),
      kept.map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
    );
    expect(await transpiled(component, "compares", true)).toEqual(first);
    expect(readFileSync(join(entries(), name))).toEqual(kept);
  });
});
