/** `run --invoke`: one function with arguments in WAVE, on both hosts alike. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { type Invocation, invocationOf } from "../../src/node/invocation.ts";
import { ran } from "../../src/node/run-command.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { newestNode, newestNodeAvailable } from "../hosts/jco.ts";
import { runOnWasmtimeCli, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { withWasmtime } from "./serving.ts";
import { type Outcome, temporaryDirectory, wasiNest } from "./wasi-nest.ts";

/** All types, of which some have names; `level` numbers these. */
const every = (level: number): string =>
  [
    ...["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string"],
    ...["(list u8)", "(list u64)", "(list f32)", "(list bool)", "(list (tuple string u8))", `$point${level}`, `(list $point${level})`],
    ...[`$shape${level}`, `(list $shape${level})`, `$word${level}`, `$access${level}`, "(option string)", "(list (option (option u8)))"],
    ...["(result u8 (error string))", "(list (result))"],
  ].join(" ");
const NAMED = {
  point: () => '(record (field "x" s32) (field "is-big" (option bool)))',
  shape: (level: number) => `(variant (case "dot") (case "line-to" $point${level}) (case "err" string))`,
  word: () => '(enum "none" "north-west")',
  access: () => '(flags "read" "write-all" "ok")',
};
const types = (level: number, more: (name: string, level: number) => string): string =>
  Object.entries(NAMED)
    .map(([name, type]) => `(type $${name}${level}' ${type(level)}) ${more(name, level)}`)
    .join("\n");

/** What comes in goes out: with more than 16 core parameters, by the address of one block. */
const app = (): Promise<Uint8Array> =>
  parse(`(component
    (core module $m
      (memory (export "m") 1) (data (i32.const 24) "\\01\\00\\00\\00\\28\\00\\00\\00\\07") (data (i32.const 40) "by zero")
      (global $at (mut i32) (i32.const 4096))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $found i32)
        (local.set $found (i32.and (i32.add (global.get $at) (i32.const 7)) (i32.const -8)))
        (global.set $at (i32.add (local.get $found) (local.get 3)))
        (local.get $found))
      (func (export "same") (param i32) (result i32) (local.get 0))
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "divide") (param i32 i32) (result i32)
        (if (i32.eqz (local.get 1)) (then (return (i32.const 24))))
        (i32.store (i32.const 12) (i32.div_u (local.get 0) (local.get 1)))
        (i32.const 8))
      (func (export "none"))
      (func (export "trap") unreachable))
    (core instance $i (instantiate $m))
    (alias core export $i "m" (core memory $memory))
    ${types(0, (name) => `(alias outer 0 $${name}0' (type $${name}0))`)}
    (func $every' (param "all" (tuple ${every(0)})) (result (tuple ${every(0)}))
      (canon lift (core func $i "same") (memory $memory) (realloc (core func $i "realloc"))))
    (component $every
      ${types(1, (name) => `(import "${name}" (type $${name}1 (eq $${name}1')))`)}
      (import "every" (func $f (param "all" (tuple ${every(1)})) (result (tuple ${every(1)}))))
      ${types(2, (name) => `(export $${name}2 "${name}" (type $${name}1) (type (eq $${name}2')))`)}
      (export "every" (func $f) (func (param "all" (tuple ${every(2)})) (result (tuple ${every(2)})))))
    (instance $every (instantiate $every (with "every" (func $every'))
      ${Object.keys(NAMED)
        .map((name) => `(with "${name}" (type $${name}0))`)
        .join(" ")}))
    (export "acme:kv/every" (instance $every))
    (func $add (param "left" u32) (param "right" u32) (result u32) (canon lift (core func $i "add")))
    (func $divide (param "left" u32) (param "right" u32) (result (result u32 (error string)))
      (canon lift (core func $i "divide") (memory $memory)))
    (func $same (param "it" bool) (result (result)) (canon lift (core func $i "same")))
    (func $none (canon lift (core func $i "none")))
    (func $trap (canon lift (core func $i "trap")))
    (instance $math (export "add" (func $add)) (export "own-name" (func $none)) (export "trap" (func $trap)))
    (instance $other (export "add" (func $add)) (export "twice" (func $none)))
    (export "divide" (func $divide))
    (export "is-right" (func $same))
    (export "list" (func $none))
    (export "acme:kv/math@1.2.3" (instance $math))
    (export "acme:kv/math@2.0.0-rc.1" (instance $other))
    (export "plain-one" (instance $other)))`);

let component: Uint8Array;
let command: Uint8Array;
beforeAll(async () => {
  component = await app();
  command = await adaptCommand(await cProgram("hello"));
}, 300_000);

const jco = async (invocation: Invocation): Promise<string> => {
  const { returned, ending } = await ran(component, {}, { invocation });
  return returned === undefined ? String(ending) : `${invocation.resultText(returned)}\n`;
};
const wasmtime = async (invocation: Invocation): Promise<string> => {
  const { stdout, exitCode } = await runOnWasmtimeCli(component, { flags: ["--invoke", invocation.forWasmtime()] });
  return exitCode === 0 ? stdout : `${exitCode}`;
};
const HOSTS = [
  { name: "jco", call: jco, isThere: true },
  { name: "Wasmtime", call: wasmtime, isThere: wasmtimeCli() !== undefined },
];

describe.each(HOSTS)("on $name", ({ call, isThere }) => {
  test.skipIf(!isThere).each([
    [
      [
        String.raw`every((true, -128, 255, -32768, 65535, -2147483648, 4294967295, -9223372036854775808, 18446744073709551615`,
        String.raw`-0.5, 1e22, '\u{1d11e}', "\"a\u{301}\n"`,
        String.raw`"ab", [18446744073709551615], [0.1, -inf, nan], [true, false], [("a", 1)], {x: -1, is-big: true}, [{x: 1}]`,
        String.raw`line-to({x: 2}), [dot, %err("a")], %none, {ok, write-all}, "a", [none, some(none), some(some(1))], err("a"), [ok, err]))`,
      ].join(", "),
      [
        String.raw`(true, -128, 255, -32768, 65535, -2147483648, 4294967295, -9223372036854775808, 18446744073709551615`,
        String.raw`-0.5, 10000000000000000000000, '𝄞', "\"a\u{301}\n"`,
        String.raw`[97, 98], [18446744073709551615], [0.1, -inf, nan], [true, false], [("a", 1)], {x: -1, is-big: some(true)}, [{x: 1}]`,
        String.raw`line-to({x: 2}), [dot, %err("a")], %none, {write-all, ok}, some("a"), [none, some(none), some(some(1))], err("a"), [ok, err])`,
      ].join(", "),
    ],
    ["divide(7, 2)", "ok(3)"],
    ["divide(7, 0)", 'err("by zero")'],
    ["is-right(false)", "ok"],
    ["is-right(true)", "err"],
    ["own-name", "()"],
    ["acme:kv/math.add@1.2.3(1, 2)", "3"],
    [" acme:kv/math@1.9.0#add ( 1, 2 ) // a series", "3"],
    ["plain-one.add(1, 2)", "3"],
    ["plain-one#add(1, 2)", "3"],
  ])("%s", { timeout: 60_000 }, async (text, printed) => {
    expect(await call(invocationOf(component, text, "app.wasm"))).toBe(`${printed}\n`);
  });
});

describe("what cannot be called", () => {
  const add = ["acme:kv/math@1.2.3#add", "acme:kv/math@2.0.0-rc.1#add", "plain-one#add"].map((each) => `\`${each}\``);
  test.each([
    ["", "`--invoke` names no function: it is as in `add(1, 2)`"],
    [" (1)", "`--invoke` names no function: it is as in `add(1, 2)`"],
    ["divid(1, 2)", "`app.wasm` exports no function `divid`: did you mean `divide`?"],
    ["acme:kv/maths#add(1, 2)", "`app.wasm` exports no function `acme:kv/maths#add`: did you mean `acme:kv/math@1.2.3#add`?"],
    ["acme:kv/math.add@3.0.0(1, 2)", "`app.wasm` exports no function `acme:kv/math.add@3.0.0`: did you mean `acme:kv/math@1.2.3#add`?"],
    // What Wasmtime 49 takes for a function of the component itself.
    [
      "nowhere.divide(1, 2)",
      /^`app.wasm` exports no function `nowhere.divide`: it exports `acme:kv\/every#every`, .*, `plain-one#add` and 1 more$/,
    ],
    ["%divide(1, 2)", "`app.wasm` exports no function `%divide`: did you mean `divide`?"],
    ["wasi:cli/run", /^`app.wasm` exports no function `wasi:cli\/run`: it exports /],
    ["add(1, 2)", `\`--invoke add\` may be ${add.join(" or ")}`],
    ["acme:kv/math#add(1, 2)", `\`--invoke acme:kv/math#add\` may be ${add[0]} or ${add[1]}`],
    ["divide", "`--invoke`: `divide: func(left: u32, right: u32) -> result<u32, string>` takes 2 arguments, found 0"],
    ["divide(1)", "`--invoke`: `divide: func(left: u32, right: u32) -> result<u32, string>` takes 2 arguments, found 1"],
    ["divide(1, -2)", "`--invoke`: `right` is `u32`, found `-2`"],
    ["divide(1, 2) 3", "`--invoke`: nothing more is wanted, found `3`"],
  ])("%s", (text, message) => {
    expect(() => invocationOf(component, text, "app.wasm")).toThrow(message);
  });

  test("handles have no text", async () => {
    const made = await parse(
      `(component
      (core module $m (func (export "f") (param i32)) (func (export "g") (result i32) (i32.const 1)))
      (core instance $i (instantiate $m))
      (type $r' (resource (rep i32))) (export $r "r" (type $r'))
      (func $f (param "it" (list (own $r))) (canon lift (core func $i "f")))
      (func $g (result (future u8)) (canon lift (core func $i "g")))
      (export "give" (func $g)))`.replace(/\(func \$f .*\n/, ""),
    );
    expect(() => invocationOf(made, "give", "app.wasm")).toThrow("`give` takes or returns a future, which has no text");
  });

  test("what jco mixes up", async () => {
    const deep = await parse(`(component
      (core module $m (func (export "f") (param i32 i32 i32 i32)))
      (core instance $i (instantiate $m))
      (func $f (param "it" (option (option (option u8)))) (canon lift (core func $i "f")))
      (export "f" (func $f)))`);
    expect(() => invocationOf(deep, "f", "app.wasm").checkForJco()).toThrow("jco mixes up options in options in options, as `f` has them");
    expect(() => invocationOf(component, "every", "app.wasm")).toThrow("takes 1 argument");
    expect(invocationOf(component, "own-name", "app.wasm").checkForJco()).toBeUndefined();
  });

  test("what Wasmtime's command cannot say", () => {
    const said = (text: string) => (): string => invocationOf(component, text, "app.wasm").forWasmtime();
    expect(said("list()")).toThrow("Wasmtime's command has no way to name `list`");
    expect(said("acme:kv/math@2.0.0-rc.1#add(1, 2)")).toThrow("Wasmtime's command has no way to name `acme:kv/math.add@2.0.0-rc.1`");
    // A label that is there once is enough.
    expect(said("acme:kv/math@1.2.3#own-name")()).toBe("own-name()");
  });
});

test.each(["jco", ...(wasmtimeCli() === undefined ? [] : ["wasmtime"])])("the command calls it on %s", { timeout: 60_000 }, (host) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.wasm"), command);
  const run = (...args: readonly string[]): Outcome =>
    wasiNest(["run", "app.wasm", "--host", host, ...args], { cwd, env: { PATH: withWasmtime } });
  // What the program prints comes before, and an exit instead of the result.
  expect(run("--invoke", "run()", "--env", "A=1", "--", "a")).toEqual({
    ...{ code: 0, stderr: "hello ends with 0\n" },
    stdout: "arg 0: app\narg 1: a\nenv A=1\ncwd /\nfile a: No such file or directory\nok\n",
  });
  expect(run("--invoke", "run", "--stdout", "ignore", "--", "exit=5")).toMatchObject({ code: 1, stdout: "" });
  expect(run("--invoke", "add(1, 2)")).toEqual({
    ...{ code: 2, stdout: "" },
    stderr: "wasi-nest: `app.wasm` exports no function `add`: it is a command, which runs without `--invoke`\n",
  });
  expect(run("--invoke", "")).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^wasi-nest: `--invoke` is empty\n/) });
});

test("a function that is async needs a Node that can wait", { timeout: 60_000 }, async () => {
  const cwd = temporaryDirectory();
  const lifted = await parse(`(component
    (core module $m (func (export "same") (param i32) (result i32) (local.get 0)))
    (core instance $i (instantiate $m))
    (func $fails async (param "it" bool) (result (result)) (canon lift (core func $i "same")))
    (export "fails" (func $fails)))`);
  writeFileSync(join(cwd, "app.wasm"), lifted);
  const args = ["run", "app.wasm", "--invoke", "fails(true)"];
  if (!("Suspending" in WebAssembly)) expect(wasiNest(args, { cwd }).stderr).toMatch(/^wasi-nest: .* needs a Node that can wait/);
  if (newestNodeAvailable()) expect(wasiNest(args, { cwd, node: newestNode })).toEqual({ code: 0, stdout: "err\n", stderr: "" });
  if (wasmtimeCli() === undefined) return;
  expect(wasiNest([...args, "--host", "wasmtime"], { cwd, env: { PATH: withWasmtime } })).toMatchObject({ code: 0, stdout: "err\n" });
});
