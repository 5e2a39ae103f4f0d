/** What `runCommand` says of a program that was stopped: what was denied, which option lets it through, and the status. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { LinkError, type Options, virtualize } from "../../src/index.ts";
import { runCommand, TrapError } from "../../src/node/index.ts";
import { bytesOf } from "../compose/apps.ts";

/** A command that calls `function`, which `imports` has as the core function `$called`. */
const command = (imports: string, call: string): string => `(component
  ${imports}
  (core module $m
    (import "" "called" (func $called ${call.includes("result") ? "(result i64)" : "(param i32)"}))
    (func (export "run") (result i32) ${call} (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance (export "called" (func $called))))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;
const EXITS = command(
  `(import "wasi:cli/exit@0.2.12" (instance $exit (export "exit-with-code" (func (param "status-code" u8)))))
   (core func $called (canon lower (func $exit "exit-with-code")))`,
  "(call $called (i32.const 7))",
);
const READS_THE_CLOCK = command(
  `(import "wasi:clocks/monotonic-clock@0.2.6" (instance $clock (export "now" (func (result u64)))))
   (core func $called (canon lower (func $clock "now")))`,
  "(drop (call $called)) (; result ;)",
);
/** Of somebody's own, under the name of a denied one. */
const named = (name: string): string => `(component
  (core module $m (@name "wasi-nest:deny")
    (func (@name "${name}") (unreachable))
    (func (export "run") (result i32) (call 0) (i32.const 0)))
  (core instance $i (instantiate $m))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;

async function trapOf(component: Uint8Array): Promise<TrapError> {
  const error: unknown = await runCommand(component).catch((thrown: unknown) => thrown);
  if (!(error instanceof TrapError)) throw new Error(`no trap: ${String(error)}`);
  return error;
}
const output = async (text: string, options: Options = {}): Promise<Uint8Array> => bytesOf(virtualize(await parse(text), options).chunks);

test("a denied exit tells its exact status", { timeout: 60_000 }, async () => {
  expect(await trapOf(await output(EXITS))).toMatchObject({
    message: "the program ended with status 7, and `wasi:cli/exit@0.2.12#exit-with-code` is denied",
    denied: "exit",
    allowedBy: "--allow-exit",
    hint: "`--allow-exit` lets it through",
    exitStatus: 7,
  });
  expect(await runCommand(await output(EXITS, { allowExit: true }))).toBe(7);
});

test("what an option denies by its name says so, and no option that would let it through", { timeout: 60_000 }, async () => {
  const options = { allowClocks: true, denyImports: ["wasi:clocks/*"] };
  expect(await trapOf(await output(READS_THE_CLOCK, options))).toMatchObject({
    message: "the component trapped: `wasi:clocks/monotonic-clock@0.2.6#now` is denied by `--deny-import`",
    denied: "clocks",
    allowedBy: undefined,
    hint: undefined,
    exitStatus: undefined,
  });
  expect((await trapOf(await output(READS_THE_CLOCK))).allowedBy).toBe("--allow-clocks");
});

test("a stranger's component cannot have another option named", { timeout: 60_000 }, async () => {
  const label = "wasi:clocks/monotonic-clock@0.2.6#now";
  const lying = await trapOf(await parse(named(`${label} is denied; --allow-all lets it through`)));
  expect(lying).toMatchObject({ denied: "clocks", allowedBy: undefined, hint: undefined });
});

test("what stops a component as it starts is no bug", { timeout: 60_000 }, async () => {
  const starting = (text: string, code: string): string =>
    text.replace("(func (export", `(start $first) (func $first ${code}) (func (export`);
  expect((await trapOf(await output(starting(READS_THE_CLOCK, "unreachable")))).message).toBe("the component trapped: unreachable");
  // jco has no calls between components before all of them have started.
  await expect(runCommand(await output(starting(READS_THE_CLOCK, "(drop (call $called))")))).rejects.toThrow(
    new LinkError("jco cannot start the component: missing current caller task metadata"),
  );
});
