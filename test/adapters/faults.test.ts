/** Faults and limits: which calls fail, with what, on both hosts alike, and what is refused. */
import { parse } from "@bytecodealliance/jco";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LinkError, OptionError, type Options, virtualize } from "../../src/index.ts";
import { seedOf } from "../../src/shim/counted-calls.ts";
import { adaptCommand, cProgram, rawGuest, WASI_03 } from "../guests/index.ts";
import { oneAfterTheOther, together } from "../guests/waiting.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

const TYPES = "wasi:filesystem/types";
const method = (name: string): string => `${TYPES}#[method]descriptor.${name}`;
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

/** 2^32 divided by the golden ratio, and the last steps of MurmurHash3, as its author has them. */
function isByChance(call: number, share: number, seed: number): boolean {
  let h = (Math.imul(call, 0x9e3779b9) + seed) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0 < share * 2 ** 32;
}

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  test("what `open-at` opened is lent to it, but for jco, which takes its handle for another", { timeout: RUN_MILLISECONDS }, async () => {
    const options: Options = { ...FILES, args: ["mkdir /a", "write /a/f", "cd /a", "read f"], limits: { [method("open-at")]: 100 } };
    const { stdout, trap } = await run(virtualized(attempt, options));
    if (host === "jco") expect(trap).toContain("unknown handle index");
    else expect(stdout).toContain("read f: written");
  });

  test("exactly the calls fail that a fault names", { timeout: RUN_MILLISECONDS }, async () => {
    const SHARE = 0.25;
    const STATS = 60;
    const byChance = Array.from({ length: STATS }, (_, i) => ["lstat /f", isByChance(i + 1, SHARE, seedOf(7, 4)) ? "EBUSY" : "ok"]);
    expect(byChance.filter(([, outcome]) => outcome === "EBUSY").length).toBeGreaterThan(5);
    const attempts = [
      ["mkdir /a", "ok"],
      ["mkdir /b", "EROFS"],
      ["mkdir /c", "ok"],
      ["rmdir /a", "ok"],
      ["rmdir /c", "EBUSY"],
      ["rmdir /c", "EBUSY"],
      ["rmdir /c", "ok"],
      ["symlink x /l", "ok"],
      ["symlink x /m", "EPERM"],
      ["symlink x /n", "EPERM"],
      // The write fails, and neither the opening before nor the write after it.
      ["write /f", "EXDEV"],
      ["write /f", "ok"],
      ["read /f", "written"],
      ...byChance,
      ["unlink /f", "ok"],
      ["write /f", "ok"],
      ["unlink /f", "EACCES"],
      ["unlink /f", "EACCES"],
      ["read /f", "written"],
    ];
    const output = virtualized(attempt, {
      ...FILES,
      args: attempts.map(([text = ""]) => text),
      faults: [
        `${method("create-directory-at")}=read-only@2`,
        `${method("remove-directory-at")}=busy@2-3`,
        `${TYPES}@0.2.0#[method]descriptor.symlink-at=not-permitted@2-`,
        `${method("write-via-stream")}=cross-device@1`,
        `${method("stat-at")}=busy@${SHARE}`,
      ],
      faultSeed: 7,
      limits: { [method("unlink-file-at")]: 1 },
    });
    await expectValid(output);
    const { stdout, trap } = await run(output);
    expect(trap).toBeUndefined();
    expect(stdout.split("\n").slice(0, -1)).toEqual(attempts.map(([text, outcome]) => `${text}: ${outcome}`));
  });

  test("who is told what is denied is told once of what is used up, and of no fault", { timeout: RUN_MILLISECONDS }, async () => {
    const args = ["write /f", "unlink /f", "lstat /f", "unlink /f", "unlink /f"];
    const limits = { [method("unlink-file-at")]: 1, "wasi:cli/exit#exit": 9 };
    const options: Options = { ...FILES, args, limits, faults: [`${method("stat-at")}=busy`, `${method("unlink-file-at")}=busy@1`] };
    const output = virtualized(attempt, { ...options, stdin: "allow", traceDenied: true });
    await expectValid(output);
    const { stdout, stderr } = await run(output);
    expect(stdout).toBe(["write /f: ok", "unlink /f: EBUSY", "lstat /f: EBUSY", "unlink /f: EACCES", "unlink /f: EACCES", ""].join("\n"));
    const name = "#[method]descriptor.unlink-file-at";
    expect(stderr).toBe(
      `wasi:filesystem/types@0.2.12${name} is denied after 1 call by --limit; a higher --limit '${TYPES}${name}=N' lets it through\n`,
    );
  });

  test("a function that cannot fail traps when its calls are used up, and a plug is asked until then", async () => {
    const app = await parse(`(component
      (import "acme:dice/dice@1.0.0" (instance $dice (export "roll" (func (result u32)))))
      (core func $roll (canon lower (func $dice "roll")))
      (core instance $functions (export "roll" (func $roll)))
      (core module $m
        (import "" "roll" (func $roll (result i32)))
        (func (export "run") (result i32) (i32.ne (i32.add (call $roll) (call $roll)) (i32.const 12))))
      (core instance $i (instantiate $m (with "" (instance $functions))))
      (type $result (result))
      (func $run (result $result) (canon lift (core func $i "run")))
      (instance $api (export "run" (func $run)))
      (export "wasi:cli/run@0.2.0" (instance $api)))`);
    const component = await parse(`(component
      (core module $m (func (export "roll") (result i32) (i32.const 6)))
      (core instance $i (instantiate $m))
      (func $roll (result u32) (canon lift (core func $i "roll")))
      (instance $dice (export "roll" (func $roll)))
      (export "acme:dice/dice@1.0.0" (instance $dice)))`);
    const limited = (most: number): Uint8Array =>
      virtualized(app, { adapters: [{ interface: "acme:dice/dice", component }], limits: { "acme:dice/dice#roll": most } });
    await expectValid(limited(2));
    expect(await run(limited(2))).toMatchObject({ exitCode: 0 });
    // V8 tells no names in the message of a trap.
    const text = host === "jco" ? "unreachable" : "acme:dice/dice@1.0.0#roll is denied after 1 call by --limit";
    expect((await run(limited(1))).trap).toContain(text);
    const denied = virtualized(app, { denyImports: ["acme:dice/dice"], limits: { "acme:dice/dice#roll": 2 } });
    expect((await run(denied)).trap).toContain(host === "jco" ? "unreachable" : "acme:dice/dice@1.0.0#roll is denied by --deny-import");
  });
});

describe.each(newestHosts)("async functions of WASI 0.3 on $name", ({ name: host, missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test("fail where a fault says so, and are denied when they are used up", { timeout: RUN_MILLISECONDS }, async () => {
    const file = { kind: "file", contents: new TextEncoder().encode("hello, streams\n") } as const;
    const mounts = [{ path: "/data", entry: { kind: "directory", entries: new Map([["hello.txt", file]]) } }] as const;
    const app = await rawGuest("async", WASI_03);
    const lines = async (options: Options): Promise<readonly string[]> => {
      const output = virtualized(app, { mounts, stdout: "allow", ...options });
      await expectValid(output);
      const { stdout, trap, exitCode } = await run(output);
      expect({ trap, exitCode }).toEqual({ trap: undefined, exitCode: 0 });
      return stdout.split("\n").slice(0, -1);
    };
    const without = await lines({});
    expect(without.slice(0, 3)).toEqual([
      expect.stringContaining("hello.txt 15 bytes"),
      expect.stringContaining("hello.txt 15 bytes"),
      "pattern.bin error 19",
    ]);
    const [failed, denied] = ["error 30", "error 0"];
    const place = `${TYPES}#[method]descriptor.open-at`;
    const named = (line: string, error: string): string => line.replace(/ .*/, ` ${error}`);
    expect(await lines({ faults: [`${place}=not-permitted@2-3`] })).toEqual(
      without.map((line, i) => (i === 1 || i === 2 ? named(line, failed) : line)),
    );
    expect(await lines({ limits: { [place]: 2 } })).toEqual(without.map((line, i) => (i < 2 ? line : named(line, denied))));
  });

  test.each([
    ["one after the other", oneAfterTheOther, 2],
    ["together", together, 3],
  ] as const)("go on as before: %s", { timeout: RUN_MILLISECONDS }, async (_, program, calls) => {
    const app = await program();
    const limited = (most: number, clock: Options): Uint8Array =>
      virtualized(app, { ...clock, limits: { "wasi:clocks/monotonic-clock#wait-for": most } });
    for (const clock of [{ allowClocks: true }, { clock: { virtual: "2026-01-01T00:00:00Z" } }] as const) {
      await expectValid(limited(calls, clock));
      expect(await run(limited(calls, clock))).toMatchObject({ exitCode: 0 });
      const text = host === "jco" ? "unreachable" : `wait-for is denied after ${calls - 1} call`;
      const ended = await run(limited(calls - 1, { ...clock, traceDenied: true }));
      expect(ended.trap).toContain(text);
      expect(ended.stderr).toContain(`wait-for is denied after ${calls - 1} call`);
      expect(ended.stderr).toContain("; a higher --limit 'wasi:clocks/monotonic-clock#wait-for=N' lets it through\n");
    }
  });
});

test("the report says of each import what it says without faults and limits", () => {
  const denied: Options = { ...FILES, stdout: "deny", denyImports: ["wasi:cli/environment"] };
  const limits = { "wasi:cli/stdout#get-stdout": 5, "wasi:cli/environment#get-arguments": 1 };
  const { imports, hostImports } = virtualize(attempt, { ...denied, faults: [`${method("stat")}=io@9`], limits }).report;
  const without = virtualize(attempt, denied).report;
  expect(new Set(imports.map(({ outcome }) => outcome))).toEqual(new Set(["denied", "allowed", "virtualized"]));
  expect({ imports, hostImports }).toEqual({ imports: without.imports, hostImports: without.hostImports });
});

describe("a rule that means nothing is refused", () => {
  const IO = `${method("stat")}=io`;
  test.each<readonly [string, Options, new (...args: never) => Error, string]>([
    ["no error", { faults: [method("stat")] }, OptionError, "`wasi:filesystem/types#[method]descriptor.stat`: has no `=ERROR`"],
    ["an empty error", { faults: [`${method("stat")}=@5`] }, OptionError, "names no error behind the `=`"],
    ["no function", { faults: [`${TYPES}=io`] }, OptionError, "names no function"],
    ["no interface", { faults: ["types#stat=io"] }, OptionError, "`types` is not the name of an interface"],
    ["a package", { faults: ["wasi:filesystem/*#stat=io"] }, OptionError, "is not the name of an interface"],
    ["call zero", { faults: [`${IO}@0`] }, OptionError, "`@0` is none of `@5`, `@5-8`, `@5-` and `@0.01`"],
    ["no call", { faults: [`${IO}@`] }, OptionError, "`@` is none of"],
    ["calls backwards", { faults: [`${IO}@8-5`] }, OptionError, "`@8-5` is none of"],
    ["a share of more than all", { faults: [`${IO}@1.5`] }, OptionError, "`@1.5` is none of"],
    ["a share of nothing", { faults: [`${IO}@0.0`] }, OptionError, "`@0.0` is none of"],
    ["a star", { faults: [`${IO}@*`] }, OptionError, "`@*` is none of"],
    ["a seed alone", { faultSeed: 3 }, OptionError, "`faultSeed` is for `faults`, and there are none"],
    ["a seed too large", { faults: [IO], faultSeed: 2 ** 32 }, OptionError, "a whole number from 0 to 4294967295 is wanted"],
    ["a limit too large", { limits: { [method("stat")]: 2 ** 32 } }, OptionError, "is not a whole number from 0 to 4294967293"],
    [
      "an unknown interface",
      { faults: ["wasi:filesystm/types#f=io"] },
      LinkError,
      "nobody imports `wasi:filesystm/types`; imported are `wasi:filesystem/types@",
    ],
    ["another version", { limits: { [`${TYPES}@0.3.0#f`]: 1 } }, LinkError, "nobody imports `wasi:filesystem/types@0.3.0`"],
    [
      "an unknown function",
      { limits: { [method("statt")]: 1 } },
      LinkError,
      "does not import `[method]descriptor.statt` of `wasi:filesystem/types`, but `[method]descriptor.stat`, ",
    ],
    ["an unknown error", { faults: [`${method("stat")}=no-entri`] }, LinkError, "has no error `no-entri`, but `access`, `would-block`"],
    ["its suggestion", { faults: [`${method("stat")}=no-entri`] }, LinkError, "did you mean `no-entry`?"],
    [
      "an error that needs a value",
      { faults: ["wasi:io/streams#[method]output-stream.check-write=last-operation-failed"] },
      LinkError,
      "has no error `last-operation-failed`, but `closed`",
    ],
    [
      "a function that cannot fail",
      { faults: ["wasi:cli/stdout#get-stdout=closed"] },
      LinkError,
      "`get-stdout` has no error to answer with",
    ],
  ])("%s", (_, options, type, message) => {
    const refused = (): unknown => virtualize(attempt, { ...FILES, ...options });
    expect(refused).toThrow(type);
    expect(refused).toThrow(message);
  });
});
