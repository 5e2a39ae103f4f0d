/** `--terminal`: which standard streams a component takes for terminals, on each host, whatever the host has. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { type Options, OptionError, virtualize } from "../../src/index.ts";
import { expectValid, hosts, virtualized } from "../run/on-hosts.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";

type Stream = "stdin" | "stdout" | "stderr";
const STREAMS: readonly Stream[] = ["stdin", "stdout", "stderr"];

/** A command that fails unless exactly these streams are terminals; it drops what it gets. */
const app = (expected: readonly Stream[]): Promise<Uint8Array> =>
  parse(`(component
    (import "wasi:cli/terminal-input@0.2.0" (instance $input (export "terminal-input" (type (sub resource)))))
    (import "wasi:cli/terminal-output@0.2.0" (instance $output (export "terminal-output" (type (sub resource)))))
    (alias export $input "terminal-input" (type $terminal-input))
    (alias export $output "terminal-output" (type $terminal-output))
    ${STREAMS.map(
      (stream) => `(import "wasi:cli/terminal-${stream}@0.2.0" (instance $${stream}
        (alias outer 1 ${stream === "stdin" ? "$terminal-input" : "$terminal-output"} (type $t'))
        (export "terminal-${stream === "stdin" ? "input" : "output"}" (type $t (eq $t')))
        (export "get-terminal-${stream}" (func (result (option (own $t)))))))`,
    ).join("\n")}
    (core module $store (memory (export "m") 1))
    (core instance $store (instantiate $store))
    ${STREAMS.map(
      (stream) => `(core func $get-${stream} (canon lower (func $${stream} "get-terminal-${stream}") (memory (core memory $store "m"))))
      (core func $drop-${stream} (canon resource.drop $terminal-${stream === "stdin" ? "input" : "output"}))`,
    ).join("\n")}
    (core instance $functions ${STREAMS.map((s) => `(export "get-${s}" (func $get-${s})) (export "drop-${s}" (func $drop-${s}))`).join(" ")})
    (core module $m
      (import "store" "m" (memory 1))
      ${STREAMS.map(
        (s) => `(import "" "get-${s}" (func $get-${s} (param i32))) (import "" "drop-${s}" (func $drop-${s} (param i32)))`,
      ).join("\n")}
      (func (export "run") (result i32) (local $wrong i32)
        ${STREAMS.map(
          (s) => `(call $get-${s} (i32.const 16))
          (if (i32.load8_u (i32.const 16)) (then (call $drop-${s} (i32.load (i32.const 20)))))
          (if (i32.ne (i32.load8_u (i32.const 16)) (i32.const ${expected.includes(s) ? 1 : 0})) (then (local.set $wrong (i32.const 1))))`,
        ).join("\n")}
        (local.get $wrong)))
    (core instance $i (instantiate $m (with "" (instance $functions)) (with "store" (instance $store))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $api)))`);

const SETS: readonly (readonly Stream[])[] = [[], ["stdin"], ["stdout", "stderr"], ["stdin", "stdout", "stderr"]];

describe.each(hosts)("on $name", ({ available, run }) => {
  test.skipIf(!available).for(SETS)("exactly these are terminals: %j", async (terminal) => {
    const output = virtualized(await app(terminal), { terminal, stdout: "allow" });
    expect([...worldOf(output).imports.keys()].filter((name) => name.includes("terminal"))).toEqual([]);
    await expectValid(output);
    expect(await run(output)).toMatchObject({ exitCode: 0 });
    // The command can tell.
    const others: Options = { terminal: STREAMS.filter((stream) => !terminal.includes(stream)) };
    expect(await run(virtualized(await app(terminal), others))).toMatchObject({ exitCode: 1 });
  });
});

test("what is denied by its name is none", async () => {
  const { report } = virtualize(await app([]), { terminal: STREAMS, denyImports: ["wasi:cli/terminal-stdout"] });
  expect(report.imports.filter(({ outcome }) => outcome === "denied").map(({ name }) => name)).toEqual(["wasi:cli/terminal-stdout@0.2.0"]);
});

test.each([
  ["stdin,stdot", "`--terminal stdin,stdot`: `stdot` is none of `stdin`, `stdout`, `stderr`; `none` stands alone"],
  ["stdin,none", "`--terminal stdin,none`: `none` is none of `stdin`, `stdout`, `stderr`; `none` stands alone"],
  ["stdin,", "`--terminal stdin,`: an empty name is none of `stdin`, `stdout`, `stderr`; `none` stands alone"],
])("`--terminal %s` is a wrong command line", (value, says) => {
  const { code, stderr } = wasiNest(["adapter", "--dry-run", "--terminal", value], { cwd: temporaryDirectory() });
  expect([code, stderr.split("\n")[0]]).toEqual([2, `wasi-nest: ${says}`]);
});

test("a stream that there is not is refused", async () => {
  const component = await app([]);
  expect(() => virtualize(component, { terminal: ["stdio" as Stream] })).toThrow(OptionError);
});
