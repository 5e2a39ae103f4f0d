/** What the options come to for WASI 0.3: under which names, and in which series. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { worldOf } from "../../src/component/world.ts";
import { type Options, virtualize } from "../../src/index.ts";
import { expectValid03 } from "../run/wasi-0.3-cases.ts";

const EXIT = `(export "exit-with-code" (func (param "status-code" u8)))`;
const ERRORS = `(type $e (enum "io" "illegal-byte-sequence" "pipe")) (export "error-code" (type $code (eq $e)))`;
const STDOUT_03 = `
  (import "wasi:cli/types@0.3.0" (instance $types ${ERRORS}))
  (alias export $types "error-code" (type $error-code))
  (import "wasi:cli/stdout@0.3.0" (instance
    (alias outer 1 $error-code (type $outer)) (export "error-code" (type $code (eq $outer)))
    (export "write-via-stream" (func (param "data" (stream u8)) (result (future (result (error $code))))))))`;
const STDOUT_02 = `
  (import "wasi:io/streams@0.2.12" (instance $streams (export "output-stream" (type (sub resource)))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:cli/stdout@0.2.12" (instance
    (alias outer 1 $stream (type $outer)) (export "output-stream" (type $own (eq $outer))) (export "get-stdout" (func (result (own $own))))))`;

async function nested(
  text: string,
  options: Options,
): Promise<{ readonly imports: readonly string[]; readonly warnings: readonly string[] }> {
  const { chunks, report } = virtualize(await parse(`(component ${text})`), options);
  const output = bytesOf(chunks);
  await expectValid03(output);
  return { imports: [...worldOf(output).imports.keys()], warnings: report.warnings };
}

test("a fixed exit code warns of `exit-with-code` only where a host of 0.2 is asked", async () => {
  const importing = (...versions: readonly string[]): string =>
    versions.map((each) => `(import "wasi:cli/exit@${each}" (instance ${EXIT}))`).join("");
  const warningsOf = async (...versions: readonly string[]): Promise<number> =>
    (await nested(importing(...versions), { exit: { code: 9 } })).warnings.length;
  expect(await warningsOf("0.3.0")).toBe(0);
  expect(await warningsOf("0.2.12")).toBe(1);
  expect(await warningsOf("0.2.12", "0.3.0")).toBe(1);
});

test("the host's interface goes by the lowest version that has what the component imports", async () => {
  const clocks = (version: string, ...functions: readonly string[]): string =>
    `(import "wasi:clocks/monotonic-clock@${version}" (instance ${functions.map((each) => `(export "${each}" (func (result u64)))`).join("")}))`;
  const importsOf = async (text: string): Promise<readonly string[]> => (await nested(text, { allowClocks: true })).imports;
  expect(await importsOf(clocks("0.3.2", "now"))).toEqual(["wasi:clocks/monotonic-clock@0.3.0"]);
  expect(await importsOf(clocks("0.3.0", "now") + clocks("0.3.2", "now"))).toEqual(["wasi:clocks/monotonic-clock@0.3.0"]);
  expect(await importsOf(clocks("0.3.1", "now", "later") + clocks("0.3.2", "now"))).toEqual(["wasi:clocks/monotonic-clock@0.3.1"]);
});

test("an interface of 0.3 that is imported by `implements` alone has what an adapter needs of the host", async () => {
  const text = `(import "end" (implements "wasi:cli/exit@0.3.0") (instance (export "exit" (func (param "status" (result))))))`;
  expect((await nested(text, { exit: { code: 9 } })).imports).toEqual(["wasi:cli/exit@0.3.0"]);
});

test("a standard stream that is denied in one series is closed in both", async () => {
  const text = STDOUT_03 + STDOUT_02;
  const importsOf = async (denyImports: readonly string[]): Promise<readonly string[]> =>
    (await nested(text, { stdout: "allow", denyImports })).imports.filter((name) => name.startsWith("wasi:cli/std"));
  expect(await importsOf([])).toEqual(["wasi:cli/stdout@0.3.0", "wasi:cli/stdout@0.2.12"]);
  for (const denied of ["wasi:cli/stdout@0.3.0", "wasi:cli/stdout@0.2.0", "wasi:cli/stdout"]) expect(await importsOf([denied])).toEqual([]);
});
