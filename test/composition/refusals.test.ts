/** What cannot be composed, and what is said of it. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { and, bundle, compose, pipe, type Script, sequence } from "../../src/index.ts";
import { group, stage } from "./build.ts";

const component = async (text: string): Promise<Uint8Array> => parse(`(component ${text})`);
const RUN = `(core module $m (func (export "run") (result i32) i32.const 0)) (core instance $i (instantiate $m))
  (func $run (result (result)) (canon lift (core func $i "run"))) (instance $r (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $r))`;

const REFUSED: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ["what is no command", "", /^the program `stage` is no command: it does not export `wasi:cli\/run` of WASI 0\.2$/],
  [
    "a command of WASI 0.3 that exits inside",
    `(import "wasi:cli/environment@0.3.0" (instance)) (import "wasi:cli/exit@0.3.0" (instance $e))
    (component $c (import "e" (instance))) (instance (instantiate $c (with "e" (instance $e)))) ${RUN}`,
    /^the program `stage` calls `wasi:cli\/exit` in a component inside it: beside programs of WASI 0\.3, it cannot end by that$/,
  ],
  [
    "an import under another name",
    `(import "x" (implements "wasi:cli/exit@0.2.0") (instance)) ${RUN}`,
    /^the program `stage` imports `x`, which implements `wasi:cli\/exit@0\.2\.0`/,
  ],
  [
    "what is between parts of ours",
    `(import "wasi-nest:virtual/kept@0.1.0" (instance)) ${RUN}`,
    /^the program `stage` imports `wasi-nest:virtual\/kept@0\.1\.0`, which is between parts of wasi-nest/,
  ],
  [
    "a control of its own",
    `(import "wasi-nest:script/control" (instance)) ${RUN}`,
    /^the program `stage` imports `wasi-nest:script\/control`, which is between parts of wasi-nest/,
  ],
  [
    "an exit that nobody knows",
    `(import "wasi:cli/exit@0.2.0" (instance (export "leave" (func)))) ${RUN}`,
    /^the program `stage` imports `leave` of `wasi:cli\/exit@0\.2\.0`, which is not known: a stage cannot end by it$/,
  ],
];

test.for(REFUSED)("%s", async ([, text, message]) => {
  const program = await component(text);
  expect(() => compose(stage(), { programs: new Map([["stage", program]]) })).toThrow(message);
});

test("a command without a program", () => {
  expect(() => compose(stage())).toThrow(/^the script runs `stage`, and there is no program of that name$/);
});

test.for<readonly [what: string, script: unknown, message: RegExp]>([
  ["no script", { kind: "if" }, /^`script` is .*: a script: `command`, `pipe`, `and`, `or`, `sequence` or `group` is wanted$/],
  ["a pipe of one", { kind: "pipe", stages: [stage()] }, /a pipe of two stages at least is wanted$/],
  ["an unknown key", { ...stage(), stdin: "x" }, /^`script` has an unknown key `stdin`/],
  ["a missing key", { kind: "and", left: stage() }, /^`script` lacks `right`$/],
  ["a variable without a name", { ...stage(), env: [["", "1"]] }, /^`script\.env\[0\]\[0\]` is `""`: the name of a variable is wanted$/],
  ["a command without a name", { ...stage(), program: "" }, /^`script\.program` is empty$/],
  ["an unknown stream", { ...stage(), redirections: [{ kind: "output", from: "3", path: "f" }] }, /^`script\.redirections\[0\]\.from` is/],
  ["a path that is none", { ...stage(), redirections: [{ kind: "input", path: "" }] }, /^`script\.redirections\[0\]\.path` is/],
])("%s", ([, script, message]) => {
  expect(() => compose(script as Script)).toThrow(message);
});

const many = (count: number): Script => sequence(stage(), ...Array.from({ length: count - 1 }, () => stage()));
const again = (script: Script, times: number, wrap: (script: Script) => Script): Script =>
  times === 0 ? script : again(wrap(script), times - 1, wrap);

test.for<readonly [what: string, script: Script, message: RegExp]>([
  ["more commands than fit", many(301), /^the script has more than 300 commands, which is the limit$/],
  ["more commands than fit, of few values", again(stage(), 60, (each) => and(each, each)), /^the script has more than 300 commands/],
  ["more levels than a text has", again(stage(), 401, (each) => group(each)), /^the script has more than 400 levels, which is the limit$/],
])("%s", ([, script, message]) => {
  expect(() => compose(script)).toThrow(message);
});

test("a script within itself", () => {
  const script = { kind: "and", left: stage() as Script, right: stage() as Script } as const;
  (script as { right: Script }).right = script;
  expect(() => compose(script)).toThrow(/^the script has more than 300 commands, which is the limit$/);
  (script as { left: Script }).left = script;
  expect(() => compose(script)).toThrow(/^the script has more than 400 levels, which is the limit$/);
});

test("two programs of one name", () => {
  const [one, other] = [Uint8Array.of(0), Uint8Array.of(1)];
  const script = pipe({ name: "stage", component: one }, { name: "stage", component: other });
  const message = /^two programs have the name `stage`$/;
  expect(() => compose(script)).toThrow(message);
  expect(() => compose(pipe({ name: "stage", component: one }), { programs: new Map([["stage", other]]) })).toThrow(message);
});

test("arguments for all", () => {
  expect(() => compose(stage(), { allowArgs: true })).toThrow(
    /^`allowArgs` is for one program, and each command of a script has its own arguments$/,
  );
});

test("a bundle of too many", () => {
  const programs = new Map(Array.from({ length: 301 }, (_, i) => [String(i), Uint8Array.of()]));
  expect(() => bundle(programs)).toThrow(/^there are 301 programs, and a bundle has 300 at most$/);
});

test("a bundle of nothing", () => {
  expect(() => bundle(new Map())).toThrow(/^there is no program to choose$/);
});
