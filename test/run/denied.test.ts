/**
 * What programs see of what is denied, on hosts: errors and handles with which nothing can be done, traps that
 * say what was denied, and functions of the host that are denied because they mention what is.
 */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

interface Program {
  /** Imports of the component, as text. */
  readonly imports: string;
  /** Functions to call: name, where it is (`$drop` and a resource for its drop), core parameters and results. */
  readonly calls: readonly (readonly [name: string, func: string, signature: string])[];
  /** The body of `run`: 0 if all was as it should be; there are two locals, `$a` and `$b`. */
  readonly body: string;
}

function command({ imports, calls, body }: Program): Promise<Uint8Array> {
  const lowered = calls.map(([name, func]) =>
    func.startsWith("$drop ")
      ? `(core func $${name} (canon resource.drop ${func.slice(6)}))`
      : `(core func $${name} (canon lower (func ${func}) (memory (core memory $m "m"))))`,
  );
  const bundle = calls.map(([name]) => `(export "${name}" (func $${name}))`);
  const imported = calls.map(([name, , signature]) => `(import "" "${name}" (func $${name} ${signature}))`);
  return parse(`(component
    ${imports}
    (core module $memory (memory (export "m") 1) (data (i32.const 64) "localhost"))
    (core instance $m (instantiate $memory))
    ${lowered.join("\n")}
    (core module $main
      ${imported.join("\n")}
      (import "m" "m" (memory 1))
      (func (export "run") (result i32) (local $a i32) (local $b i32) ${body}))
    (core instance $i (instantiate $main (with "m" (instance $m)) (with "" (instance ${bundle.join(" ")}))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $api)))`);
}

const ERROR_CODES = ["unknown", "access-denied", "not-supported"].map((label) => `"${label}"`).join(" ");

/** Looks up a name and hands the network back; 0 if that was refused. */
const LOOKUP: Program = {
  imports: `
    (import "wasi:sockets/network@0.2.0" (instance $network
      (export "network" (type (sub resource)))
      (type (enum ${ERROR_CODES}))
      (export "error-code" (type (eq 1)))))
    (alias export $network "network" (type $network-type))
    (alias export $network "error-code" (type $error-code))
    (import "wasi:sockets/instance-network@0.2.0" (instance $instance-network
      (alias outer 1 $network-type (type))
      (export "network" (type (eq 0)))
      (type (own 1))
      (export "instance-network" (func (result 2)))))
    (import "wasi:sockets/ip-name-lookup@0.2.0" (instance $lookup
      (alias outer 1 $network-type (type))
      (export "network" (type (eq 0)))
      (alias outer 1 $error-code (type))
      (export "error-code" (type (eq 2)))
      (export "resolve-address-stream" (type (sub resource)))
      (type (borrow 1))
      (type (own 4))
      (type (result 6 (error 3)))
      (export "resolve-addresses" (func (param "network" 5) (param "name" string) (result 7)))))
    `,
  calls: [
    ["instance-network", '$instance-network "instance-network"', "(result i32)"],
    ["resolve", '$lookup "resolve-addresses"', "(param i32 i32 i32 i32)"],
    ["drop", "$drop $network-type", "(param i32)"],
  ],
  body: `
    (local.set $a (call $instance-network))
    (call $resolve (local.get $a) (i32.const 64) (i32.const 9) (i32.const 128))
    (call $drop (local.get $a))
    ;; error, access-denied
    (i32.ne (i32.load8_u (i32.const 128)) (i32.const 1))
    (i32.ne (i32.load8_u (i32.const 132)) (i32.const 1))
    i32.or`,
};

/** Asks whether stdout is a terminal, then for stdin and whatever was on it. */
const STREAMS: Program = {
  imports: `
    (import "wasi:io/streams@0.2.0" (instance $streams (export "input-stream" (type (sub resource)))))
    (alias export $streams "input-stream" (type $input-stream))
    (import "wasi:cli/stdin@0.2.0" (instance $stdin
      (alias outer 1 $input-stream (type))
      (export "input-stream" (type (eq 0)))
      (type (own 1))
      (export "get-stdin" (func (result 2)))))
    (import "wasi:cli/terminal-output@0.2.0" (instance $output (export "terminal-output" (type (sub resource)))))
    (alias export $output "terminal-output" (type $terminal-output))
    (import "wasi:cli/terminal-stdout@0.2.0" (instance $terminal
      (alias outer 1 $terminal-output (type))
      (export "terminal-output" (type (eq 0)))
      (type (own 1))
      (type (option 2))
      (export "get-terminal-stdout" (func (result 3)))))`,
  calls: [
    ["get-terminal-stdout", '$terminal "get-terminal-stdout"', "(param i32)"],
    ["get-stdin", '$stdin "get-stdin"', "(result i32)"],
  ],
  body: `
    (i32.store8 (i32.const 128) (i32.const 255))
    (call $get-terminal-stdout (i32.const 128))
    (if (i32.load8_u (i32.const 128)) (then (return (i32.const 1))))
    (drop (call $get-stdin))
    i32.const 0`,
};

const CLOCK: Program = {
  imports: `
    (import "wasi:io/poll@0.2.0" (instance $poll (export "pollable" (type (sub resource)))))
    (alias export $poll "pollable" (type $pollable))
    (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
      (alias outer 1 $pollable (type))
      (export "pollable" (type (eq 0)))
      (type (own 1))
      (export "subscribe-duration" (func (param "when" u64) (result 2)))
      (export "now" (func (result u64)))))`,
  calls: [
    ["now", '$clock "now"', "(result i64)"],
    ["subscribe-duration", '$clock "subscribe-duration"', "(param i64) (result i32)"],
  ],
  body: `
    (if (i64.eqz (call $now)) (then (return (i32.const 1))))
    (drop (call $subscribe-duration (i64.const 1)))
    i32.const 0`,
};

const EXITS: Program = {
  imports: `(import "wasi:cli/exit@0.2.12" (instance $exit (export "exit-with-code" (func (param "status-code" u8)))))`,
  calls: [["exit", '$exit "exit-with-code"', "(param i32)"]],
  body: "(call $exit (i32.const 33)) i32.const 0",
};

/** Calls a function that no interface has, and then ends well. */
const LOGS: Program = {
  imports: `
    (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
    (alias export $errors "error" (type $error))
    (import "log" (func $log (param "causes" (list (own $error))) (result (result))))`,
  calls: [["log", "$log", "(param i32 i32) (result i32)"]],
  body: "(i32.eqz (call $log (i32.const 0) (i32.const 0)))",
};

describe.each(hosts)("on $name", ({ available, run }) => {
  const outcomeOf = async (program: Program, options: Options): Promise<Outcome> => {
    const output = virtualized(await command(program), options);
    await expectValid(output);
    return run(output);
  };
  const trapOf = async (program: Program, options: Options): Promise<string> => {
    const { trap, stderr } = await outcomeOf(program, options);
    return `${trap}${stderr}`;
  };
  const on = (name: string, check: () => Promise<void>): void =>
    test(name, { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
      skip(!available, WASMTIME_MISSING);
      await check();
    });

  on("a network can be had, but no name looked up", async () => {
    expect(await outcomeOf(LOOKUP, {})).toMatchObject({ exitCode: 0 });
  });

  on("asking for a network traps where denying means trapping", async () => {
    expect(await trapOf(LOOKUP, { deny: "trap" })).toContain("wasi:sockets/instance-network@0.2.0#instance-network is denied");
  });

  on("one interface may trap alone", async () => {
    const denyImports = [{ name: "wasi:sockets/ip-name-lookup", deny: "trap" }] as const;
    expect(await trapOf(LOOKUP, { denyImports })).toContain("wasi:sockets/ip-name-lookup@0.2.0#resolve-addresses is denied");
  });

  on("a denied input is a closed one, or traps by its name; that there is no terminal is never a trap", async () => {
    expect(await outcomeOf(STREAMS, {})).toMatchObject({ exitCode: 0 });
    expect(await outcomeOf(STREAMS, { allowAll: true, denyImports: ["wasi:cli/stdin", "wasi:cli/terminal-stdout"] })).toMatchObject({
      exitCode: 0,
    });
    expect(await trapOf(STREAMS, { deny: "trap" })).toContain("wasi:cli/stdin@0.2.0#get-stdin is denied");
  });

  on("a function that is imported by itself is denied by its name", async () => {
    expect(await outcomeOf(LOGS, { denyImports: ["log"] })).toMatchObject({ exitCode: 0 });
    expect(await trapOf(LOGS, { denyImports: [{ name: "log", deny: "trap" }] })).toContain("log is denied");
  });

  on("an exit code is the host's to take, or denied by its function's name", async () => {
    expect(await outcomeOf(EXITS, { allowExit: true })).toMatchObject({ exitCode: 33 });
    expect(await trapOf(EXITS, {})).toContain("wasi:cli/exit@0.2.12#exit-with-code is denied");
  });

  on("a terminal traps where it is denied by name", async () => {
    expect(await trapOf(STREAMS, { denyImports: [{ name: "wasi:cli/terminal-stdout", deny: "trap" }] })).toContain(
      "wasi:cli/terminal-stdout@0.2.0#get-terminal-stdout is denied",
    );
  });

  on("functions of an allowed interface are denied that mention a denied resource, the others are the host's", async () => {
    const trap = await trapOf(CLOCK, { allowClocks: true, denyImports: ["wasi:io/poll"] });
    expect(trap).toContain("wasi:clocks/monotonic-clock@0.2.0#subscribe-duration is denied");
  });
});

describe("a function that is imported by itself", () => {
  test("keeps the resources that it mentions with the host", async () => {
    const output = virtualized(await command(LOGS));
    expect(await importsOf(output)).toEqual(["log: func(causes: list<error>) -> result", "wasi:io/error"]);
    await expectValid(output);
  });

  test("cannot have a virtual one", async () => {
    const { imports, calls, body } = LOGS;
    const app = await command({ imports: `${imports}${STREAMS.imports}`, calls, body });
    expect(() => virtualized(app)).toThrow(
      "import `log` mentions the resource `error` of `wasi:io/error`, which is virtualized: only functions of interfaces can be wrapped for it, this one can be denied",
    );
  });
});

test("what is denied is not asked of the host", async () => {
  const output = virtualized(await command(CLOCK), { allowClocks: true, denyImports: ["wasi:io/poll"] });
  expect(await importsOf(output)).toEqual(["wasi:clocks/monotonic-clock"]);
});
