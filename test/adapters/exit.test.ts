/** `--exit code:N`: however a component calls `exit`, that is how it ends, on each host. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { inspect, OptionError, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { expectValid, hosts, virtualized } from "../run/on-hosts.ts";

/** A command that ends by a function of `wasi:cli/exit` with this argument, and fails if that returns. */
const app = (func: "exit" | "exit-with-code", argument: number): Promise<Uint8Array> =>
  parse(`(component
    (import "wasi:cli/exit@0.2.12" (instance $exit
      (export "exit" (func (param "status" (result)))) (export "exit-with-code" (func (param "status-code" u8)))))
    (core func $f (canon lower (func $exit "${func}")))
    (core instance $functions (export "f" (func $f)))
    (core module $m
      (import "" "f" (func $f (param i32)))
      (func (export "run") (result i32) (call $f (i32.const ${argument})) (unreachable)))
    (core instance $i (instantiate $m (with "" (instance $functions))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.12" (instance $api)))`);

describe.each(hosts)("on $name", ({ available, run }) => {
  const cases = [0, 1, 255].flatMap((code) => [
    { code, func: "exit", argument: code === 0 ? 1 : 0 } as const,
    { code, func: "exit-with-code", argument: 77 } as const,
  ]);

  test.skipIf(!available).for(cases)("code:$code where it calls `$func`", async ({ code, func, argument }) => {
    const output = virtualized(await app(func, argument), { exit: { code } });
    await expectValid(output);
    expect(await run(output)).toMatchObject({ exitCode: code });
  });
});

test("hosts are asked for no more than is needed: `exit` for 0 and 1", async () => {
  const component = await app("exit-with-code", 3);
  const functions = (code: number): readonly string[] =>
    inspect(virtualized(component, { exit: { code } })).imports.flatMap((each) => each.functions);
  expect([0, 1, 2].map(functions)).toEqual([["exit"], ["exit"], ["exit-with-code"]]);
  const warnings = (code: number): readonly string[] => virtualize(component, { exit: { code } }).report.warnings;
  expect(warnings(1)).toEqual([]);
  expect(warnings(2)).toEqual([expect.stringContaining("`exit-with-code`, which not every host has")]);
});

test("denied by its name, it is denied", async () => {
  const { report } = virtualize(await app("exit", 0), { exit: { code: 0 }, denyImports: ["wasi:cli/exit"] });
  expect(report.imports).toEqual([{ name: "wasi:cli/exit@0.2.12", outcome: "denied" }]);
});

test.each(["0", "code:", "code:256", "code:-1", "code:1.5", "code:1e1", "Code:1"])("`--exit %s` is a wrong command line", (value) => {
  const { code, stderr } = wasiNest(["adapter", "--dry-run", `--exit=${value}`], { cwd: temporaryDirectory() });
  expect([code, stderr.split("\n")[0]]).toEqual([
    2,
    `wasi-nest: \`--exit ${value}\` is not code:N, such as \`code:0\`: N is a whole number from 0 to 255`,
  ]);
});

test.each([256, -1, 0.5, Number.NaN])("the code %d is refused", async (code) => {
  const component = await app("exit", 0);
  expect(() => virtualize(component, { exit: { code } })).toThrow(OptionError);
});
