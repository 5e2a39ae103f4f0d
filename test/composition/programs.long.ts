/** What is around the stages of a script: terminals, limits, exit codes, traps; and programs of which arguments choose one. */
import { beforeAll, describe, expect, test } from "vitest";
import { bundle, compose, type ComposeOptions, type Options, type Script } from "../../src/index.ts";
import { runCommand } from "../../src/node/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS } from "../run/on-hosts.ts";
import { OPTIONS } from "./beside-shell.ts";
import { and, group, input, or, output, pipe, sequence, stage, to } from "./build.ts";

let core: Uint8Array;
/** The same as a component of WASI 0.2.12, by another adapter. */
let component: Uint8Array;

beforeAll(async () => {
  core = await cProgram("stage");
  component = await adaptCommand(core);
}, BUILD_MILLISECONDS);

const composed = (script: Script, options: ComposeOptions = OPTIONS, program = core): Uint8Array =>
  Buffer.concat(
    compose(script, {
      ...options,
      programs: new Map([
        ["stage", program],
        ["again", core],
        ["other", component],
      ]),
    }).chunks,
  );

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  const ended = async (output: Uint8Array, args: readonly string[] = []): Promise<Partial<Outcome>> => {
    const { stdout, stderr, exitCode, trap } = await run(output, { args });
    return { stdout, stderr, exitCode, ...(trap === undefined ? {} : { trap }) };
  };

  test("no pipe and no file is a terminal", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const script = sequence(
      pipe(stage("terminals"), stage("terminals")),
      to(stage("terminals"), output("/f"), input("/f")),
      stage("terminals"),
    );
    const { stderr = "" } = await ended(composed(script, { ...OPTIONS, terminal: ["stdin", "stdout", "stderr"] }));
    const [yes, no] = ["terminal", "no terminal"];
    expect(stderr.trimEnd().split("\n")).toEqual([yes, no, yes, no, yes, yes, no, no, yes, yes, yes, yes]);
  });

  test("pipes hold no more than files may", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const script = or(pipe(stage("make", "300000"), stage("count")), stage("say", "failed"));
    const limit = (fsMaxBytes: number): ComposeOptions => ({ ...OPTIONS, fsMaxBytes, pipefail: true });
    expect(await ended(composed(script, limit(400_000)))).toEqual({ stdout: "300000\n", stderr: "", exitCode: 0 });
    const { stdout } = await ended(composed(script, limit(200_000)));
    expect(stdout).toMatch(/^\d+\nfailed\n$/);
    expect(Number.parseInt(stdout ?? "", 10)).toBeLessThanOrEqual(Math.ceil(200_000 / 4096) * 4096);
  });

  test("what was read from a pipe is free again", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const stages = Array.from({ length: 4 }, () => stage("copy"));
    const script = sequence(...([1, 2, 3].map(() => pipe(stage("make", "300000"), ...stages, stage("count"))) as [Script, Script, Script]));
    // While a stage reads from one pipe and writes to the next, both hold one block more at most.
    const { stdout } = await ended(composed(script, { ...OPTIONS, fsMaxBytes: 420_000 }));
    expect(stdout).toBe("300000\n300000\n300000\n");
  });

  test("the status of a pipe is that of the last stage that failed", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const script = pipe(stage("exit", "3"), stage("return", "4"), stage("count"));
    expect(await ended(composed(script, { ...OPTIONS, pipefail: true }))).toMatchObject({ exitCode: 4 });
  });

  test("without `exit-with-code`, what fails ends with 1", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { exitWithCode: _, ...options } = OPTIONS;
    for (const script of [stage("return", "4"), and(stage("exit", "0"), stage("exit", "3"))]) {
      const output = composed(script, options);
      expect(await ended(output)).toEqual({ stdout: "", stderr: "", exitCode: 1 });
    }
  });

  test("as many commands as there can be", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const script = sequence(...Array.from({ length: 300 }, (_, i) => stage("say", String(i))));
    const output = composed(script);
    if (host === "jco") await expectValid(output);
    const stdout = Array.from({ length: 300 }, (_, i) => `${i}\n`).join("");
    expect(await ended(output)).toEqual({ stdout, stderr: "", exitCode: 0 });
  });

  test("programs of several versions and kinds", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const other: Script = { ...stage("copy", "say", "other"), program: "other" };
    const output = composed(pipe(stage("say", "a"), other, stage("double")));
    if (host === "jco") await expectValid(output);
    expect(await ended(output)).toEqual({ stdout: "aa\n\nootthheerr\n\n", stderr: "", exitCode: 0 });
  });

  test("commands that arguments choose", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const options: Options = { ...OPTIONS, allowArgs: true };
    const output = Buffer.concat(
      bundle(
        new Map([
          ["one", core],
          ["two", component],
          ["three", core],
        ]),
        options,
      ).chunks,
    );
    const help = "The first argument is one of these commands; the others are its own.\n\n  one\n  two\n  three\n";
    expect(await ended(output, ["one", "say", "a", "exit", "3"])).toEqual({ stdout: "a\n", stderr: "", exitCode: 3 });
    expect(await ended(output, ["two", "say", "b"])).toEqual({ stdout: "b\n", stderr: "", exitCode: 0 });
    expect(await ended(output, ["help"])).toEqual({ stdout: help, stderr: "", exitCode: 0 });
    expect(await ended(output, ["four"])).toEqual({ stdout: "", stderr: help, exitCode: 2 });
    expect(await ended(output)).toEqual({ stdout: "", stderr: help, exitCode: 2 });
    const { stdout, exitCode } = await run(output, { program: "/bin/three.wasm", args: ["say", "two", "return", "5"] });
    expect({ stdout, exitCode }).toEqual({ stdout: "two\n", exitCode: 5 });
  });
});

test("a trap says in which stage", { timeout: RUN_MILLISECONDS }, async () => {
  const script = and(stage("exit", "0"), group(sequence(stage("say", "a"), { ...stage("trap"), program: "again" })));
  await expect(runCommand(composed(script, { allowExit: true }))).rejects.toThrow(/^the component trapped in stage 3, `again`: /);
});

test("an output asks its host for what its options allow, and for nothing of the stages' own", async () => {
  const output = composed(pipe(stage("copy"), stage("double")), { stdout: "allow", allowExit: true });
  expect((await importsOf(output)).filter((each) => !/^wasi:(io\/|cli\/terminal|clocks\/monotonic)/.test(each))).toEqual([
    "wasi:cli/exit",
    "wasi:cli/stdout",
  ]);
});
