/** Programs of a script that get less than the others. */
import { beforeAll, describe, expect, test } from "vitest";
import { compose, type ComposeOptions, type Restriction, type Script } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS } from "../run/on-hosts.ts";
import { OPTIONS } from "./beside-shell.ts";
import { or, output, pipe, sequence, stage, to } from "./build.ts";

let core: Uint8Array;
/** Asks for arguments, and for no variables. */
let head: Uint8Array;

beforeAll(async () => {
  core = await cProgram("stage");
  head = await cProgram("head");
}, BUILD_MILLISECONDS);

const less = (...args: readonly string[]): typeof made => ({ ...made, args });
const made = { ...stage(), program: "less" };
const composed = (script: Script, restriction: Restriction, options: ComposeOptions = OPTIONS): Uint8Array =>
  Buffer.concat(
    compose(script, {
      ...options,
      programs: new Map([
        ["stage", core],
        ["less", core],
      ]),
      restrict: { less: restriction },
    }).chunks,
  );

/** Both want the same of the host, and only one of them may. */
const SCRIPT = sequence(
  stage("put", "f", "a", "show", "f"),
  or(less("show", "f"), less("say", "cannot show")),
  or(less("put", "g", "b"), less("say", "cannot put")),
  or(to(stage("show", "g"), output("/dev/null", "stderr")), stage("say", "nothing put")),
  pipe(stage("var", "A"), less("copy", "var", "A")),
);

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  test.for<readonly [Restriction, string]>([
    [{}, "a\na\nb\n1\n1\n"],
    [{ denyImports: ["wasi:filesystem/*"] }, "a\ncannot show\ncannot put\nnothing put\n1\n1\n"],
    [{ allow: ["stdin", "stdout"] }, "a\ncannot show\ncannot put\nnothing put\n1\n(none)\n"],
    [{ allow: ["stdin", "stdout", "environment", "filesystem"] }, "a\na\nb\n1\n1\n"],
  ])("%j", { timeout: RUN_MILLISECONDS }, async ([restriction, wanted], { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const output = composed(SCRIPT, restriction, { ...OPTIONS, env: { A: "1" } });
    if (host === "jco") await expectValid(output);
    const { stdout, exitCode, trap } = await run(output);
    expect({ stdout, exitCode, trap }).toEqual({ stdout: wanted, exitCode: 0, trap: undefined });
  });
});

test.for<readonly [what: string, Script, Readonly<Record<string, Restriction>>, message: string]>([
  ["a program that no command runs", stage(), { stag: {} }, "no command runs `stag`: did you mean `stage`?"],
  ["a word that is none", stage(), { stage: { allow: ["filesystems"] } }, "the program `stage` cannot be restricted so"],
  ["an import that is none", stage(), { stage: { denyImports: ["wasi:filesystem/typs"] } }, "the program `stage` cannot be restricted so"],
  [
    "variables without an environment",
    { ...stage(), env: [["A", "1"]] },
    { stage: { allow: ["stdout"] } },
    "a command of `stage` has variables of its own, and `stage` is not allowed `environment`",
  ],
])("%s", ([, script, restrict, message]) => {
  expect(() => compose(script, { programs: new Map([["stage", core]]), restrict })).toThrow(message);
});

test("the report tells what each stage can reach", () => {
  const script = pipe(stage("say", "a"), less("copy"));
  const programs = new Map([
    ["stage", core],
    ["less", core],
  ]);
  const { report } = compose(script, { ...OPTIONS, programs, restrict: { less: { denyImports: ["wasi:filesystem/*"] } } });
  const outcomesOf = (i: number): Readonly<Record<string, string>> =>
    Object.fromEntries((report.stages?.[i]?.imports ?? []).map(({ name, outcome }) => [name.replace(/@.*/, ""), outcome]));
  expect(report.stages?.map(({ program }) => program)).toEqual(["stage", "less"]);
  const all = { "wasi:cli/environment": "virtualized", "wasi:cli/exit": "allowed", "wasi:cli/stdout": "virtualized" };
  expect(outcomesOf(0)).toMatchObject({ ...all, "wasi:filesystem/types": "virtualized", "wasi:filesystem/preopens": "virtualized" });
  expect(outcomesOf(1)).toMatchObject({ ...all, "wasi:filesystem/types": "denied", "wasi:filesystem/preopens": "denied" });
});

test("what the script answers by itself is not the host's", () => {
  const { report } = compose(stage("say", "a"), { programs: new Map([["stage", head]]) });
  expect(report.hostImports).toEqual([]);
  expect(report.stages?.[0]?.imports).toContainEqual({ name: "wasi:cli/environment@0.2.0", outcome: "virtualized" });
  expect(report.imports.filter(({ outcome }) => outcome === "allowed")).toEqual([]);
});
