/** `--clock`: what is a time and an offset, who then provides what, and what is said of it. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { parseOffset, parseStep, parseTime } from "../../src/adapters/clocks/time.ts";
import { createAdapter, inspect, LinkError, OptionError, type Options, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { expectValid, virtualized } from "../run/on-hosts.ts";

const SECOND = 1_000_000_000n;
const FIXED: Options = { clock: { fixed: "2026-01-01T00:00:00Z" } };
const VIRTUAL: Options = { clock: { virtual: "2026-01-01T00:00:00Z" } };
const OFFSET: Options = { clock: { offset: "-1h" } };

/** Imports all of `wasi:clocks`, in both series. */
const APP = `(component
  (import "wasi:io/poll@0.2.12" (instance $poll (export "pollable" (type $p (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $p))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.12" (instance
    (alias outer 1 $pollable (type $p))
    (export "pollable" (type $q (eq $p)))
    (export "now" (func (result u64))) (export "resolution" (func (result u64)))
    (export "subscribe-instant" (func (param "when" u64) (result (own $q))))
    (export "subscribe-duration" (func (param "when" u64) (result (own $q))))))
  (import "wasi:clocks/wall-clock@0.2.12" (instance $wall
    (type $record (record (field "seconds" u64) (field "nanoseconds" u32)))
    (export "datetime" (type $datetime (eq $record)))
    (export "now" (func (result $datetime))) (export "resolution" (func (result $datetime)))))
  (alias export $wall "datetime" (type $datetime))
  (import "wasi:clocks/timezone@0.2.12" (instance
    (alias outer 1 $datetime (type $d))
    (export "datetime" (type $when (eq $d)))
    (export "utc-offset" (func (param "when" $when) (result s32)))))
  (import "wasi:clocks/types@0.3.0" (instance $types
    (type $d u64) (export "duration" (type (eq $d)))))
  (alias export $types "duration" (type $duration))
  (import "wasi:clocks/monotonic-clock@0.3.0" (instance
    (alias outer 1 $duration (type $d))
    (export "duration" (type $length (eq $d)))
    (type $m u64) (export "mark" (type $mark (eq $m)))
    (export "now" (func (result $mark))) (export "get-resolution" (func (result $length)))
    (export "wait-until" (func async (param "when" $mark))) (export "wait-for" (func async (param "how-long" $length)))))
  (import "wasi:clocks/system-clock@0.3.0" (instance
    (alias outer 1 $duration (type $d))
    (export "duration" (type $length (eq $d)))
    (type $record (record (field "seconds" s64) (field "nanoseconds" u32)))
    (export "instant" (type $instant (eq $record)))
    (export "now" (func (result $instant))) (export "get-resolution" (func (result $length)))))
  (import "wasi:clocks/timezone@0.3.0" (instance
    (export "iana-id" (func (result (option string)))) (export "to-debug-string" (func (result string))))))`;

let app: Uint8Array;
beforeAll(async () => void (app = await parse(APP)));

const outcomes = (options: Options): Readonly<Record<string, string>> =>
  Object.fromEntries(virtualize(app, options).report.imports.map(({ name, outcome }) => [name, outcome]));

test("times are what RFC 3339 says", () => {
  for (let i = 0; i < 1000; i++) {
    const time = new Date(Math.floor((i / 1000) * 253_402_300_799_999));
    expect(parseTime(time.toISOString())).toEqual({ value: BigInt(time.getTime()) * 1_000_000n });
  }
  const values = ["1970-01-01T00:00:00Z", "1969-12-31t23:00:00.5-01:00", "2000-02-29T00:00:00+00:30", "9999-12-31T23:59:59.999999999z"];
  expect(values.map(parseTime)).toEqual(
    [0n, SECOND / 2n, BigInt(Date.UTC(2000, 1, 28, 23, 30)) * 1_000_000n, 253_402_300_800n * SECOND - 1n].map((value) => ({ value })),
  );
});

describe.each<[what: string, parse: (text: string) => object, wrong: Readonly<Record<string, string>>]>([
  [
    "time",
    parseTime,
    {
      "": "no time such as",
      yesterday: "no time such as",
      "2026-01-01": "no time such as",
      "2026-01-01T00:00:00": "no time such as",
      "2026-01-01 00:00:00Z": "no time such as",
      "20260-01-01T00:00:00Z": "no time such as",
      "2026-01-01T00:00:00.0000000001Z": "no time such as",
      "2026-01-01T00:00:00Z\n": "no time such as",
      "2026-02-29T00:00:00Z": "no such day",
      "2026-13-01T00:00:00Z": "no such day",
      "2026-00-01T00:00:00Z": "no such day",
      "2026-01-00T00:00:00Z": "no such day",
      "2026-01-01T24:00:00Z": "no such day",
      "2026-01-01T00:00:00+24:00": "no such day",
      "2016-12-31T23:59:60Z": "a leap second",
      "1969-12-31T23:59:59.999999999Z": "before 1970",
      "1970-01-01T00:00:00+00:01": "before 1970",
      "0000-01-01T00:00:00Z": "before 1970",
    },
  ],
  [
    "offset",
    parseOffset,
    {
      "": "no offset",
      "1h": "no offset",
      "+": "no offset",
      "+1": "no offset",
      "+1.5h": "no offset",
      "+1m1h": "no offset",
      "+-1h": "no offset",
      "+ 1h": "no offset",
      "+1H": "no offset",
      "+365001d": "too far",
      "-99999999999999999999d": "too far",
      "+999999999999999999999d": "no offset",
    },
  ],
  [
    "step",
    parseStep,
    { "": "no length", "1": "no length", "-1ns": "no length", "+1ns": "no length", "1d1ns": "too long", "00": "no length" },
  ],
])("a %s", (_what, parse, wrong) => {
  test.each(Object.entries(wrong))("%j is none", (text, message) => {
    expect(parse(text)).toEqual({ wrong: expect.stringContaining(message) });
  });
});

test("lengths of time are sums of units, from the longest on", () => {
  expect(["+1d2h3m4s5ms6us7ns", "-90m", "+1000h", "-0s"].map(parseOffset)).toEqual(
    [93_784_005_006_007n, -5400n * SECOND, 3_600_000n * SECOND, 0n].map((value) => ({ value })),
  );
  expect(["0", "1us", "1d"].map(parseStep)).toEqual([0n, 1000n, 86_400n * SECOND].map((value) => ({ value })));
});

test.each([
  [
    ["--clock", "fixed:yesterday"],
    "`--clock fixed:yesterday`: `yesterday` is no time such as `2026-01-01T00:00:00Z`: a date, a time of day and a zone",
  ],
  [["--clock", "offset:1h"], "`--clock offset:1h`: `1h` is no offset such as"],
  [["--clock=toString:1"], "`--clock toString:1` is none of"],
  [["--clock=fixed"], "`--clock fixed` is none of"],
  [["--clock=virtual:"], "`--clock virtual:`: `` is no time such as"],
  [["--clock=virtual:2016-12-31T23:59:60Z"], "is a leap second"],
  [["--clock="], "`--clock` is empty"],
  [["--clock=offset:+1h", "--clock-step=1ms"], "`--clock-step` is of a clock that is not the host's"],
  [["--clock=fixed:2026-01-01T00:00:00Z", "--clock-step=fast"], "`--clock-step fast`: `fast` is no length of time"],
  [["--clock-step=1ms"], "--clock"],
  [["--clock=offset:+1h", "--allow-clocks"], "`--clock` and `--allow-clocks` exclude each other"],
])("%j is a wrong command line", (args, message) => {
  const { code, stderr } = wasiNest(["adapter", "--dry-run", ...args], { cwd: temporaryDirectory() });
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test.each([
  "fixed",
  {},
  null,
  [],
  { fixed: 5 },
  { fixed: "now" },
  { fixed: "2026-01-01T00:00:00Z", offset: "+1h" },
  { offset: "+1h", step: "1ms" },
  { virtual: false },
  { virtual: "" },
  { virtual: true, fixed: "2026-01-01T00:00:00Z" },
  { fixed: "2026-01-01T00:00:00Z", step: 1 },
  new Date(),
])("the library refuses %j", (clock) => {
  expect(() => virtualize(app, { clock } as never)).toThrow(OptionError);
});

test.each([FIXED, VIRTUAL])("%j is all of `wasi:clocks`, and nothing of the host is left", async (options) => {
  const clocks = Object.entries(outcomes(options)).filter(([name]) => name.startsWith("wasi:clocks/"));
  expect(clocks.map(([, outcome]) => outcome)).toEqual(Array.from({ length: 7 }, () => "virtualized"));
  const output = virtualized(app, options);
  await expectValid(output);
  expect(inspect(output).imports).toEqual([]);
  expect(virtualize(app, { ...options, allowAll: true }).report.hostImports).toEqual([]);
});

test("an offset is of the time of day, and the rest is the host's", async () => {
  expect(outcomes(OFFSET)).toMatchObject({
    "wasi:clocks/monotonic-clock@0.2.12": "allowed",
    "wasi:clocks/wall-clock@0.2.12": "virtualized",
    "wasi:clocks/timezone@0.2.12": "allowed",
    "wasi:clocks/monotonic-clock@0.3.0": "allowed",
    "wasi:clocks/system-clock@0.3.0": "virtualized",
  });
  await expectValid(virtualized(app, OFFSET));
});

test("what is denied by its name stays denied", () => {
  expect(outcomes({ ...FIXED, denyImports: ["wasi:clocks/wall-clock"] })).toMatchObject({
    "wasi:clocks/wall-clock@0.2.12": "denied",
    "wasi:clocks/monotonic-clock@0.2.12": "virtualized",
  });
});

test("all of it takes at most 1.5 KB of core WebAssembly", () => {
  const sizes = [FIXED, VIRTUAL, OFFSET].map((options) => {
    const cores = inspect(virtualized(app, options)).component.components.flatMap((each) => each.cores);
    // By itself where it calls the host, else in the module of the memory.
    return cores.find(({ name }) => name === "wasi-nest:clocks" || name?.endsWith("+clocks") === true)?.byteLength;
  });
  for (const size of sizes) {
    expect(size).toBeGreaterThan(100);
    expect(size).toBeLessThanOrEqual(1536);
  }
});

test("outputs tell of it, with the step", () => {
  const told = ({ clock }: Options): unknown => inspect(virtualized(app, { clock: clock as never })).component.metadata?.policy;
  const [time, step] = ["2026-01-01T00:00:00Z", "1ms"];
  expect([FIXED, OFFSET, VIRTUAL, { clock: { fixed: time, step } }, { clock: { virtual: true as const, step } }].map(told)).toEqual(
    [`fixed:${time}`, "offset:-1h", `virtual:${time}`, `fixed:${time} step 1ms`, "virtual step 1ms"].map((clock) => ({ clock })),
  );
});

test.each(["0.2.12", "0.3.0"])("an adapter alone of %s provides it", async (wasiVersion) => {
  for (const options of [FIXED, VIRTUAL, OFFSET]) {
    const { chunks, report } = createAdapter({ ...options, wasiVersion });
    await expectValid(Buffer.concat(chunks));
    const clock = wasiVersion === "0.2.12" ? "wall-clock" : "system-clock";
    expect(report.exports).toContain(`wasi:clocks/${clock}@${wasiVersion}`);
  }
});

test("an adapter alone of both takes the host's pollables for what they are", async () => {
  const { chunks, report } = createAdapter({ ...VIRTUAL, stdin: "allow", wasiVersion: ["0.2.12", "0.3.0"] });
  await expectValid(Buffer.concat(chunks));
  expect(report.hostImports.find(({ name }) => name.startsWith("wasi:io/poll@"))?.functions).toContain("poll");
  expect(report.hostImports.find(({ name }) => name.startsWith("wasi:clocks/"))).toBeUndefined();
});

test("a virtual clock has pollables of its own only where somebody makes timers", async () => {
  const component = await parse(`(component
    (import "wasi:io/poll@0.2.0" (instance (export "pollable" (type (sub resource)))))
    (import "wasi:clocks/wall-clock@0.2.0" (instance
      (type $record (record (field "seconds" u64) (field "nanoseconds" u32)))
      (export "datetime" (type $datetime (eq $record)))
      (export "now" (func (result $datetime))))))`);
  expect(virtualize(component, { ...VIRTUAL, allowAll: true }).report.imports.map(({ outcome }) => outcome)).toEqual([
    "virtualized",
    "virtualized",
  ]);
});

test("a function of the host's about a timer and a stream of ours is refused", async () => {
  const component = await parse(`(component
    (import "wasi:io/poll@0.2.0" (instance $poll (export "pollable" (type (sub resource)))))
    (alias export $poll "pollable" (type $pollable))
    (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
    (import "wasi:io/streams@0.2.0" (instance $streams (export "input-stream" (type (sub resource)))))
    (alias export $streams "input-stream" (type $stream))
    (import "wasi:cli/stdin@0.2.0" (instance
      (alias outer 1 $stream (type $s)) (export "input-stream" (type $input (eq $s)))
      (export "get-stdin" (func (result (own $input))))))
    (import "wasi:clocks/monotonic-clock@0.2.0" (instance
      (alias outer 1 $pollable (type $p)) (export "pollable" (type $q (eq $p)))
      (export "subscribe-duration" (func (param "when" u64) (result (own $q))))))
    (import "acme:both/both" (instance
      (alias outer 1 $pollable (type $p)) (export "pollable" (type $q (eq $p)))
      (alias outer 1 $stream (type $s)) (export "input-stream" (type $input (eq $s)))
      (export "both" (func (param "stream" (borrow $input)) (result (own $q)))))))`);
  expect(() => virtualize(component, VIRTUAL)).toThrow(
    new LinkError(
      "`acme:both/both` `both` of the host mentions resources of the adapters `io` and `clocks`: no function can be handed on that mentions both",
    ),
  );
  expect(virtualize(component, FIXED).report.hostImports.map(({ name }) => name)).toContain("acme:both/both");
});
