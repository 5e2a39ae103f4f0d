/**
 * An adapter alone, plugged below a program, is as good as the program virtualized: the same output on both
 * hosts, the same imports, and it may be virtualized again.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type AdapterOptions, createAdapter, type Entry, type Options } from "../../src/index.ts";
import { plug } from "../compose/plug.ts";
import { adaptCommand, cProgram, javascript } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
const adapter = (options: AdapterOptions): Uint8Array => Buffer.concat(createAdapter(options).chunks);

const DATA: Entry = {
  kind: "directory",
  entries: new Map<string, Entry>([
    ["file", file("The quick brown fox\n")],
    ["to-file", { kind: "link", target: "file" }],
    ["folder", { kind: "directory", entries: new Map([["inner", file("inner\n")]]) }],
  ]),
};

interface Case {
  readonly name: string;
  readonly build: () => Promise<Uint8Array>;
  readonly options: Options;
  readonly stdout: RegExp;
  readonly exitCode: number;
}

const cases: readonly Case[] = [
  {
    name: "a C program",
    build: async () => adaptCommand(await cProgram("hello")),
    options: {
      stdout: "allow",
      stderr: "allow",
      allowExit: true,
      env: { GREETING: "hi" },
      args: ["/data/to-file", "/data/none", "exit=3"],
      mounts: [{ path: "/data", entry: DATA }],
    },
    stdout: /^arg 0: app\n[^]*env GREETING=hi\n[^]*The quick brown fox\nfile \/data\/none: No such file/,
    exitCode: 1,
  },
  {
    name: "a C program that writes",
    build: async () => adaptCommand(await cProgram("fill")),
    options: { stdout: "allow", allowClocks: true, args: ["/data"], tmpfs: [{ path: "/data", maxBytes: 65536 }], fsMaxFiles: 3 },
    stdout: /^bytes 65536 ENOSPC, intact 1\n[^]*files 3\n/,
    exitCode: 0,
  },
  {
    name: "JavaScript",
    build: async () => javascript(await readFile(path.join(import.meta.dirname, "guests/every-method.js"), "utf8")),
    options: {
      stdin: Buffer.from("embedded"),
      stdout: "allow",
      allowClocks: true,
      allowRandom: true,
      mounts: [{ path: "/data", entry: DATA }],
    },
    stdout: /inner/,
    exitCode: 0,
  },
];

describe.each(cases)("$name above an adapter", ({ build, options, stdout, exitCode }) => {
  let program: Uint8Array;
  let direct: Uint8Array;
  let plugged: Uint8Array;

  beforeAll(async () => {
    program = await build();
    direct = virtualized(program, options);
    plugged = plug(adapter(options), program);
  }, BUILD_MILLISECONDS);

  test("is valid", { timeout: RUN_MILLISECONDS }, () => expectValid(plugged));

  test("imports nothing that is not allowed", async () => {
    expect(await importsOf(program)).toContain("wasi:filesystem/types");
    const imports = await importsOf(plugged);
    expect(imports).toContain("wasi:cli/stdout");
    expect(imports.filter((name) => !/^wasi:(io|clocks|random)\/|^wasi:cli\/(exit|stdout|stderr|terminal-\w+)$/.test(name))).toEqual([]);
  });

  test.for(hosts)(
    "does what it does when it is virtualized, on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, run }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const outcome = await run(plugged, { args: ["never seen"] });
      expect(outcome.stdout).toMatch(stdout);
      expect(outcome.exitCode).toBe(exitCode);
      expect(outcome).toEqual(await run(direct, { args: ["never seen"] }));
    },
  );

  test.for(hosts)("may be virtualized again, on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const again = virtualized(plugged, { stdout: "ignore", stderr: "allow", allowExit: true, allowClocks: true, allowRandom: true });
    await expectValid(again);
    expect(await run(again)).toMatchObject({ stdout: "", exitCode });
    const thrice = virtualized(again);
    expect(await importsOf(thrice)).toEqual([]);
    await expectValid(thrice);
  });
});
