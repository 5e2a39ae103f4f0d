/** Traces: each call of the component's as a line on the host's standard error, and nothing changed by it. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { OptionError, type Options, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram, rawGuest, WASI_03 } from "../guests/index.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";
import { expectValid03 } from "../run/wasi-0.3-cases.ts";

const FILES: Options = {
  stdout: "allow",
  stderr: "allow",
  allowExit: true,
  mounts: [{ path: "/", entry: { kind: "directory", entries: new Map() }, writable: true }],
};

let attempt: Uint8Array;
beforeAll(async () => {
  attempt = await adaptCommand(await cProgram("attempt"));
}, BUILD_MILLISECONDS);

const STORE = "acme:kv/store@1.0.0";

/** A command that fails unless the store gives 7 for `(1, 2)`; then it asks the time, if it `asks`, and traps unless that is 0. */
const app = (asks = false): Promise<Uint8Array> =>
  parse(`(component
    (import "${STORE}" (instance $store
      (type $point' (record (field "x" s32) (field "y" f64))) (export "point" (type $point (eq $point')))
      (export "get" (func (param "at" $point) (param "scale" f32) (result u64)))
      (export "ratio" (func (result f64)))
      (export "stop" (func))))
    (import "wasi:clocks/wall-clock@0.2.0" (instance $clock
      (type $time' (record (field "seconds" u64) (field "nanoseconds" u32))) (export "datetime" (type $time (eq $time')))
      (export "now" (func (result $time)))))
    (core module $memory (memory (export "m") 1))
    (core instance $memory (instantiate $memory))
    (core func $get (canon lower (func $store "get")))
    (core func $ratio (canon lower (func $store "ratio")))
    (core func $stop (canon lower (func $store "stop")))
    (alias core export $memory "m" (core memory $m))
    (core func $now (canon lower (func $clock "now") (memory $m)))
    (core instance $functions
      (export "get" (func $get)) (export "ratio" (func $ratio)) (export "stop" (func $stop)) (export "now" (func $now)))
    (core module $m
      (import "" "get" (func $get (param i32 f64 f32) (result i64)))
      (import "" "ratio" (func $ratio (result f64)))
      (import "" "stop" (func $stop))
      (import "" "now" (func $now (param i32)))
      (import "m" "m" (memory 1))
      (func (export "run") (result i32)
        ${asks ? "(call $now (i32.const 16)) (if (i64.ne (i64.load (i32.const 16)) (i64.const 1767225600)) (then unreachable))" : ""}
        (if (i64.ne (call $get (i32.const -1) (f64.const 2.5) (f32.const 0.25)) (i64.const 7)) (then (return (i32.const 1))))
        (if (f64.ne (call $ratio) (f64.const 0.5)) (then (return (i32.const 1))))
        (call $stop)
        (i32.const 0)))
    (core instance $i (instantiate $m (with "" (instance $functions)) (with "m" (instance $memory))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $api)))`);

const store = (): Promise<Uint8Array> =>
  parse(`(component
    (core module $m
      (func (export "get") (param i32 f64 f32) (result i64) (i64.const 7))
      (func (export "ratio") (result f64) (f64.const 0.5))
      (func (export "stop")))
    (core instance $i (instantiate $m))
    (type $point' (record (field "x" s32) (field "y" f64)))
    (component $c
      (import "point" (type $p (eq $point')))
      (import "get" (func $get (param "at" $p) (param "scale" f32) (result u64)))
      (import "ratio" (func $ratio (result f64)))
      (import "stop" (func $stop))
      (export $q "point" (type $p))
      (export "get" (func $get) (func (param "at" $q) (param "scale" f32) (result u64)))
      (export "ratio" (func $ratio))
      (export "stop" (func $stop)))
    (func $get (param "at" $point') (param "scale" f32) (result u64) (canon lift (core func $i "get")))
    (func $ratio (result f64) (canon lift (core func $i "ratio")))
    (func $stop (canon lift (core func $i "stop")))
    (instance $store (instantiate $c
      (with "point" (type $point')) (with "get" (func $get)) (with "ratio" (func $ratio)) (with "stop" (func $stop))))
    (export "${STORE}" (instance $store)))`);

/** Gives these arguments, and traps unless its clock says that 2026 begins. */
function argumentsAt2026(args: readonly string[]): Promise<Uint8Array> {
  const LIST = 32;
  const TEXTS = 256;
  const word = (value: number): string =>
    `\\${(value & 255).toString(16).padStart(2, "0")}\\${(value >> 8).toString(16).padStart(2, "0")}\\00\\00`;
  const table = args.map((each, i) => word(TEXTS + args.slice(0, i).join("").length) + word(each.length)).join("");
  return parse(`(component
    (import "wasi:clocks/wall-clock@0.2.3" (instance $clock
      (type $time' (record (field "seconds" u64) (field "nanoseconds" u32))) (export "datetime" (type $time (eq $time')))
      (export "now" (func (result $time)))))
    (core module $memory (memory (export "m") 1)
      (data (i32.const 0) "${word(LIST)}${word(args.length)}") (data (i32.const ${LIST}) "${table}") (data (i32.const ${TEXTS}) "${args.join("")}"))
    (core instance $memory (instantiate $memory))
    (alias core export $memory "m" (core memory $m))
    (core func $now (canon lower (func $clock "now") (memory $m)))
    (core instance $functions (export "now" (func $now)))
    (core module $main
      (import "" "now" (func $now (param i32)))
      (import "m" "m" (memory 1))
      (func (export "get") (result i32)
        (call $now (i32.const 16))
        (if (i64.ne (i64.load (i32.const 16)) (i64.const 1767225600)) (then unreachable))
        (i32.const 0)))
    (core instance $i (instantiate $main (with "" (instance $functions)) (with "m" (instance $memory))))
    (func $get (result (list string)) (canon lift (core func $i "get") (memory $m)))
    (instance $environment (export "get-arguments" (func $get)))
    (export "wasi:cli/environment@0.2.3" (instance $environment)))`);
}

const linesOf = ({ stderr }: Pick<Outcome, "stderr">): readonly string[] => stderr.split("\n").filter((line) => /^[a-z-]+:\S+#/.test(line));

const PLUGGED = async (): Promise<Options> => ({ adapters: [{ interface: "acme:kv/store", component: await store(), name: "store" }] });

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  test("a program prints what it prints without a trace, and its calls", { timeout: RUN_MILLISECONDS }, async () => {
    const args = ["mkdir /a", "write /a/f", "read /a/f", "list /a", "unlink /nope"];
    const plain = await run(virtualized(attempt, { ...FILES, args }));
    const output = virtualized(attempt, { ...FILES, args, trace: true });
    await expectValid(output);
    const traced = await run(output);
    expect([traced.stdout, traced.exitCode, traced.trap]).toEqual([plain.stdout, plain.exitCode, plain.trap]);
    expect(plain.stdout).toContain("read /a/f: written");
    const types = "wasi:filesystem/types#[method]descriptor.";
    for (const line of [
      'wasi:filesystem/preopens#get-directories() = [(descriptor, "/")]',
      `${types}create-directory-at(descriptor, "a") = ok`,
      `${types}open-at(descriptor, {symlink-follow}, "a/f", {create, truncate}, {write}) = ok(descriptor)`,
      `${types}unlink-file-at(descriptor, "nope") = err(no-entry)`,
    ])
      expect(traced.stderr.split("\n")).toContain(line);
    expect(traced.stderr).toMatch(/output-stream\.[a-z-]+\(output-stream, "written"\)/);
  });

  test("what `open-at` opened is lent to it, but for jco, which takes its handle for another", { timeout: RUN_MILLISECONDS }, async () => {
    const options = { ...FILES, args: ["mkdir /a", "write /a/f", "cd /a", "read f"], trace: ["wasi:filesystem"] };
    const { report } = virtualize(attempt, options);
    expect(report.warnings).toContain(
      "traced on jco 1.35, a function traps when it is lent a resource that it gave: `wasi:filesystem/types#[method]descriptor.open-at`",
    );
    const { stdout, trap } = await run(virtualized(attempt, options));
    if (host === "jco") expect(trap).toContain("unknown handle index");
    else expect(stdout).toContain("read f: written");
  });

  test("a custom interface, numbers of each size, and what has no result", async () => {
    const output = virtualized(await app(), { ...(await PLUGGED()), trace: ["acme:kv"] });
    await expectValid(output);
    const { exitCode, stderr } = await run(output);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("acme:kv/store#get({x: -1, y: 2.5}, 0.25) = 7\nacme:kv/store#ratio() = 0.5\nacme:kv/store#stop()\n");
  });

  test("a call that traps has its line before", async () => {
    const { trap, stderr } = await run(virtualized(await app(true), { ...(await PLUGGED()), trace: true }));
    expect(trap).toContain(host === "jco" ? "unreachable" : "wasi:clocks/wall-clock@0.2.0#now is denied");
    expect(stderr).toMatch(/^wasi:clocks\/wall-clock#now\(\)/);
  });

  test("denied functions are printed before they answer or trap, and what is allowed is not", { timeout: RUN_MILLISECONDS }, async () => {
    const args = ["list /", "exit 3"];
    const output = virtualized(attempt, { args, traceDenied: true });
    await expectValid(output);
    const closedIn = await run(output);
    expect(closedIn.trap).toBeDefined();
    const denied = [
      "wasi:cli/stdin@0.2.12#get-stdin is denied; --stdin allow lets it through",
      "wasi:cli/stdout@0.2.12#get-stdout is denied; --stdout allow lets it through",
      "wasi:cli/stderr@0.2.12#get-stderr is denied; --stderr allow lets it through",
      "wasi:filesystem/preopens@0.2.12#get-directories is denied; --mount, --tmpfs or --preopen lets it through",
      "wasi:cli/exit@0.2.12#exit is denied; --allow-exit lets it through",
    ];
    expect(linesOf(closedIn)).toEqual(denied);
    // Closed streams lie in an adapter, and what else is denied in the module of its memory.
    const opened = await run(virtualized(attempt, { ...FILES, args, traceDenied: true }));
    expect(linesOf(opened)).toEqual(denied.slice(0, 1));
    expect(opened.stdout).toContain("list /");
    const trapping = await run(virtualized(attempt, { ...FILES, args, traceDenied: true, deny: "trap" }));
    expect([linesOf(trapping), trapping.trap === undefined]).toEqual([denied.slice(0, 1), false]);
  });

  test("a denied function is printed once", { timeout: RUN_MILLISECONDS }, async () => {
    const environment = "wasi:cli/environment";
    const options: Options = { ...FILES, stdin: "allow", denyImports: [environment] };
    const traced = await run(virtualized(attempt, { ...options, trace: [environment] }));
    expect(linesOf(traced).filter((line) => line.includes("#get-arguments()")).length).toBeGreaterThan(1);
    const { stderr } = await run(virtualized(attempt, { ...options, traceDenied: true }));
    expect(stderr.match(/^.*#get-arguments.*$/gm)).toEqual([`${environment}@0.2.12#get-arguments is denied by --deny-import`]);
  });

  test(
    "a trace in front of faults in front of rules in front of a plug in front of a fixed clock",
    { timeout: RUN_MILLISECONDS },
    async () => {
      const args = ["requests", "GET|HTTPS|other.test|/v1/a", "GET|HTTPS|example.com|/v1/a"];
      const options: Options = {
        trace: true,
        faults: ["wasi:http/types#[method]outgoing-request.set-method=err@2"],
        httpAllow: ["https://example.com/*"],
        adapters: [{ interface: "wasi:cli/environment", component: await argumentsAt2026(args), name: "arguments" }],
        clock: { fixed: "2026-01-01T00:00:00Z" },
        stdout: "allow",
      };
      const guest = await rawGuest("requests");
      const output = virtualized(guest, options);
      await expectValid(output);
      const { stdout, trap, stderr } = await run(output);
      expect(trap).toBeUndefined();
      expect(stdout.split("\n").slice(1, 2)).toEqual(["invalid method"]);
      const lines = new Set(linesOf({ stderr }).filter((line) => /set-method|handle\(|#get-arguments|clock/.test(line)));
      expect([...lines]).toEqual([
        `wasi:cli/environment#get-arguments() = ["requests", "GET|HTTPS|other.test|/v1/a", "GET|HTTPS|example.com|/v1/a"]`,
        "wasi:http/types#[method]outgoing-request.set-method(outgoing-request, get) = ok",
        "wasi:http/outgoing-handler#handle(outgoing-request, none) = err(HTTP-request-denied)",
        "wasi:http/types#[method]outgoing-request.set-method(outgoing-request, get) = err",
      ]);
      // Another time than the plug wants: it has it of what lies below.
      const later = await run(virtualized(guest, { ...options, clock: { fixed: "2027-01-01T00:00:00Z" } }));
      expect([later.trap === undefined, later.stderr.includes("set-method")]).toEqual([false, false]);
    },
  );

  test("a trace in front of limits in front of a plug in front of a fixed clock", async () => {
    const options: Options = {
      ...(await PLUGGED()),
      trace: true,
      limits: { "acme:kv/store#stop": 1, "wasi:clocks/wall-clock#now": 1 },
      clock: { fixed: "2026-01-01T00:00:00Z" },
    };
    const output = virtualized(await app(true), options);
    await expectValid(output);
    const { exitCode, stderr } = await run(output);
    expect(exitCode).toBe(0);
    expect(stderr.split("\n")).toEqual([
      "wasi:clocks/wall-clock#now() = {seconds: 1767225600, nanoseconds: 0}",
      "acme:kv/store#get({x: -1, y: 2.5}, 0.25) = 7",
      "acme:kv/store#ratio() = 0.5",
      "acme:kv/store#stop()",
      "",
    ]);
    // What a limit denies, and what is denied by its name, is denied behind the trace.
    const used = await run(virtualized(await app(true), { ...options, limits: { "wasi:clocks/wall-clock#now": 0 } }));
    expect(used.trap).toContain(host === "jco" ? "unreachable" : "is denied after 0 calls by --limit");
    expect(used.stderr).toMatch(/^wasi:clocks\/wall-clock#now\(\)/);
    const denied = await run(virtualized(await app(true), { ...options, limits: {}, denyImports: ["wasi:clocks/wall-clock"] }));
    expect(denied.trap).toContain(host === "jco" ? "unreachable" : "#now is denied by --deny-import");
  });
});

/** Its rows, in order, by name: the numbers without the time. */
const rowsOf = ({ stderr }: Pick<Outcome, "stderr">): Readonly<Record<string, readonly number[]>> => {
  const table = stderr.slice(stderr.indexOf("       calls      failed       bytes"));
  const rows = table.matchAll(/^ +(\d+) +(\d+) +(\d+)(?: +\d+\.\d{6})?  (\S+)$/gm);
  return Object.fromEntries([...rows].map(([, calls, failed, bytes, name]) => [name, [calls, failed, bytes].map(Number)]));
};

describe.each(hosts)("a summary on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));
  const types = "wasi:filesystem/types#[method]descriptor.";

  test("a program does what it does without one, and its calls are counted", { timeout: RUN_MILLISECONDS }, async () => {
    const args = ["mkdir /a", "write /a/f", "unlink /nope", "unlink /no"];
    const plain = await run(virtualized(attempt, { ...FILES, args }));
    const output = virtualized(attempt, { ...FILES, args, traceSummary: true });
    await expectValid(output);
    const summed = await run(output);
    expect([summed.stdout, summed.exitCode, summed.trap]).toEqual([plain.stdout, plain.exitCode, plain.trap]);
    const { total, ...rows } = rowsOf(summed);
    expect(rows[`${types}create-directory-at`]).toEqual([1, 0, "a".length]);
    expect(rows[`${types}unlink-file-at`]).toEqual([2, 2, "nope".length + "no".length]);
    // By whatever reads them: C, and the adapter of preview 1.
    const [lists = 0, , bytes] = rows["wasi:filesystem/preopens#get-directories"] ?? [];
    expect(bytes).toBe(lists * (12 + "/".length));
    expect(total).toEqual([0, 1, 2].map((i) => Object.values(rows).reduce((sum, row) => sum + (row[i] ?? 0), 0)));
    const counts = Object.values(rows).map(([calls]) => calls);
    expect(counts).toEqual(counts.toSorted((left = 0, right = 0) => right - left));
    expect(summed.stderr).not.toContain("seconds");
    expect(linesOf(summed)).toEqual([]);
  });

  test(
    "it is printed before an exit, also where that is denied, and counts what it is to count",
    { timeout: RUN_MILLISECONDS },
    async () => {
      const options: Options = { ...FILES, args: ["read /nope", "exit 3"], traceSummary: ["wasi:filesystem/types"] };
      const { stderr, stdout, exitCode } = await run(virtualized(attempt, options));
      expect([Object.keys(rowsOf({ stderr })).filter((name) => !name.startsWith("wasi:filesystem/types#")), exitCode]).toEqual([
        ["total"],
        1,
      ]);
      expect(stdout).toContain("read /nope");
      expect(rowsOf({ stderr })[`${types}open-at`]).toEqual([1, 1, "nope".length]);
      const denied = await run(virtualized(attempt, { ...options, allowExit: false }));
      expect([denied.trap === undefined, rowsOf(denied)]).toEqual([false, rowsOf({ stderr })]);
    },
  );

  test("calls are shown and counted, each by its own names, and timed by the host's clock", { timeout: RUN_MILLISECONDS }, async () => {
    const options: Options = { ...FILES, args: ["mkdir /a"], traceSummary: [`wasi:filesystem`], trace: [`${types}create-directory-at`] };
    const output = virtualized(attempt, { ...options, allowClocks: true });
    await expectValid(output);
    const { stderr } = await run(output);
    expect(linesOf({ stderr })).toEqual([`${types}create-directory-at(descriptor, "a") = ok`]);
    expect(Object.keys(rowsOf({ stderr }))).toContain(`${types}get-type`);
    expect(stderr).toMatch(/^ {7}calls {6}failed {7}bytes {5}seconds {2}function$/m);
    expect(stderr).toMatch(/^ +1 +0 +1 +\d+\.\d{6} {2}wasi:filesystem\/types#\[method\]descriptor\.create-directory-at$/m);
  });

  test("numbers in lists and what has no bytes", async () => {
    const output = virtualized(await app(), { ...(await PLUGGED()), traceSummary: true });
    await expectValid(output);
    const { exitCode, stderr } = await run(output);
    expect([exitCode, rowsOf({ stderr })]).toEqual([
      0,
      { "acme:kv/store#get": [1, 0, 0], "acme:kv/store#ratio": [1, 0, 0], "acme:kv/store#stop": [1, 0, 0], total: [3, 0, 0] },
    ]);
  });
});

test("a summary is of a command", async () => {
  const component = await parse(`(component (import "wasi:cli/exit@0.2.0" (instance (export "exit" (func (param "status" (result)))))))`);
  expect(() => virtualize(component, { traceSummary: true })).toThrow(
    new OptionError(
      "traceSummary",
      "a summary is printed when a command is over, and this component is no command: it exports no `wasi:cli/run`",
    ),
  );
  expect(() => virtualize(attempt, { traceSummary: ["wasi:filesytem/types"] })).toThrow(
    new OptionError(
      "traceSummary",
      "nothing to trace: the component imports no function that `wasi:filesytem/types` means; did you mean `wasi:filesystem/types`?",
    ),
  );
});

test("a clock is asked of the host where clocks are allowed, and only then", () => {
  const imports = (options: Options): readonly string[] =>
    virtualize(attempt, { ...options, traceSummary: true }).report.hostImports.map(({ name }) => name.replace(/@.*/, ""));
  expect(imports({})).not.toContain("wasi:clocks/monotonic-clock");
  expect(imports({ allowClocks: true })).toContain("wasi:clocks/monotonic-clock");
  expect(imports({ clock: { virtual: "2026-01-01T00:00:00Z" } })).not.toContain("wasi:clocks/monotonic-clock");
});

test("what is traced does not change what is asked of the host, but for standard error", async () => {
  const imports = (options: Options): readonly string[] =>
    virtualize(attempt, options).report.hostImports.map(({ name, reason }) => `${name.replace(/@.*/, "")} ${reason}`);
  expect(imports({ trace: true }).toSorted()).toEqual([
    "wasi:cli/stderr needed by the trace adapter",
    "wasi:io/error needed by the trace adapter: streams of the host pass",
    "wasi:io/streams needed by the trace adapter: streams of the host pass",
  ]);
  expect(imports({})).toEqual([]);
  const denied = imports({ traceDenied: true });
  expect(denied.toSorted()).toEqual(imports({ trace: true }).toSorted());
});

test("where nothing is denied, nothing is told of it, and nothing asked of the host for that", async () => {
  const component = await parse(
    `(component (import "wasi:cli/environment@0.2.0" (instance (export "get-arguments" (func (result (list string)))))))`,
  );
  for (const args of [["one"], []]) {
    const { hostImports } = virtualize(component, { args, traceDenied: true }).report;
    expect(hostImports.length).toBe(args.length === 0 ? 3 : 0);
  }
  const output = virtualized(component, { args: ["one"], traceDenied: true });
  expect(output.length).toBeLessThan(virtualized(component, { traceDenied: true, denyImports: ["wasi:cli/environment"] }).length);
});

test.each([
  ["wasi:filesystem", true],
  ["wasi:filesystem/*", true],
  ["wasi:filesystem/types", true],
  ["wasi:filesystem/types@0.2.0", true],
  ["wasi:filesystem/types#[method]descriptor.open-at", true],
  ["wasi:filesytem/types", "wasi:filesystem/types"],
  ["wasi:filesystem/type", "wasi:filesystem/types"],
  ["wasi:filesystem/types#[method]descriptor.opn-at", "wasi:filesystem/types#[method]descriptor.open-at"],
  ["wasi:filesystem/types@1.0.0", "wasi:filesystem/types@0.2.12"],
  ["wasi:http", undefined],
  ["", undefined],
  ["#get", undefined],
])("the name `%s` is traced, or the nearest is suggested: %s", (name, meant) => {
  const trace = (): unknown => virtualize(attempt, { trace: [name] });
  if (meant === true) return expect(trace).not.toThrow();
  const hint = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
  expect(trace).toThrow(new OptionError("trace", `nothing to trace: the component imports no function that \`${name}\` means${hint}`));
});

test("options that mean nothing are refused", () => {
  expect(() => virtualize(attempt, { traceMaxBytes: 5 })).toThrow("`traceMaxBytes` is for `trace`, which is not given");
  expect(() => virtualize(attempt, { trace: true, traceMaxBytes: 2 ** 32 })).toThrow("`traceMaxBytes` is more than 4294967295");
  expect(() => virtualize(attempt, { trace: [] })).toThrow("`trace` is an empty list: `true` is for all calls");
  expect(() => virtualize(attempt, { traceSummary: [] })).toThrow("`traceSummary` is an empty list: `true` is for all calls");
});

test("a function that is imported by itself is named in a warning, and passed through", async () => {
  const component = await parse(
    `(component (import "log" (func (param "text" string))) (import "wasi:cli/exit@0.2.0" (instance (export "exit" (func (param "status" (result)))))))`,
  );
  const { report } = virtualize(component, { trace: true });
  expect(report.warnings).toContain("not traced, because they are imported by themselves: `log`");
});

describe.each(newestHosts)("WASI 0.3 on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test("denied functions are printed, of stubs and of adapters", { timeout: RUN_MILLISECONDS }, async () => {
    const program = await rawGuest("async", WASI_03);
    const alone = virtualized(program, { traceDenied: true });
    await expectValid03(alone);
    expect(linesOf(await run(alone))).toEqual([
      "wasi:filesystem/preopens@0.3.0#get-directories is denied; --mount, --tmpfs or --preopen lets it through",
    ]);
    const mounts: Options["mounts"] = [{ path: "/data", entry: { kind: "directory", entries: new Map() } }];
    const closed = virtualized(program, { mounts, traceDenied: true });
    await expectValid03(closed);
    expect(linesOf(await run(closed))).toEqual(["wasi:cli/stdout@0.3.0#write-via-stream is denied; --stdout allow lets it through"]);
  });

  test("async functions, streams and futures go through, and are shown", { timeout: RUN_MILLISECONDS }, async () => {
    const program = await rawGuest("async", WASI_03);
    const mounts: Options["mounts"] = [
      {
        path: "/data",
        entry: {
          kind: "directory",
          entries: new Map([["hello.txt", { kind: "file", contents: new TextEncoder().encode("hello from data") }]]),
        },
      },
    ];
    const options: Options = { stdout: "allow", stderr: "allow", mounts };
    const plain = await run(virtualized(program, options));
    const output = virtualized(program, { ...options, trace: true });
    await expectValid03(output);
    const traced = await run(output);
    expect([traced.stdout, traced.exitCode, traced.trap]).toEqual([plain.stdout, plain.exitCode, plain.trap]);
    for (const text of [
      'descriptor.open-at(descriptor, {symlink-follow}, "hello.txt", {}, {read}) ...\n',
      "\n... wasi:filesystem/types#[method]descriptor.open-at = ok(descriptor)\n",
      "descriptor.read-via-stream(descriptor, 0) = (stream, future)\n",
      "wasi:cli/stdout#write-via-stream(stream) = future\n",
    ])
      expect(traced.stderr).toContain(text);
  });

  test("a summary is printed when an async `run` is over", { timeout: RUN_MILLISECONDS }, async () => {
    const program = await rawGuest("async", WASI_03);
    const options: Options = {
      ...{ stdout: "allow", stderr: "allow" },
      mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map() } }],
    };
    const plain = await run(virtualized(program, options));
    const output = virtualized(program, { ...options, traceSummary: true });
    await expectValid03(output);
    const summed = await run(output);
    expect([summed.stdout, summed.exitCode, summed.trap]).toEqual([plain.stdout, plain.exitCode, plain.trap]);
    const { "wasi:filesystem/types#[method]descriptor.open-at": opened, ...rows } = rowsOf(summed);
    expect(opened?.[0]).toBeGreaterThan(1);
    expect(rows["wasi:cli/stdout#write-via-stream"]).toEqual([1, 0, 0]);
  });
});
