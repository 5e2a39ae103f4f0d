/**
 * What a C program sees of its environment, arguments and working directory, on both hosts: what was fixed,
 * what of the host's was allowed, and nothing else.
 */

import { beforeAll, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { adaptCommand, cProgram, javascript } from "../guests/index.ts";
import type { RunOptions } from "../hosts/outcome.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts, isLong, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

interface Case {
  readonly name: string;
  readonly options: Options;
  readonly arguments: readonly string[];
  readonly variables?: readonly string[];
}

/** What the host would give. */
const HOST: RunOptions = { program: "hosts-program", args: ["exit=0"], env: { HOME: "/root", LANG: "de", PATH: "/bin:/x" } };

const STRANGE = { LIST: "a,b", EQUATION: "x=y=z", SPACED: "  two words ", LINES: "one\ntwo\n", WORDS: "Grüße, 世界 🌍", EMPTY: "" };

const cases: readonly Case[] = [
  { name: "nothing given: argument zero alone", options: {}, arguments: ["app"] },
  { name: "the program's name", options: { programName: "tool" }, arguments: ["tool"] },
  { name: "fixed arguments", options: { arg0: "zero", args: ["exit=0"] }, arguments: ["zero", "exit=0"] },
  {
    name: "fixed values keep commas, `=`, spaces, newlines and UTF-8",
    options: { env: STRANGE },
    arguments: ["app"],
    variables: Object.entries(STRANGE).map(([name, value]) => `${name}=${value}`),
  },
  {
    name: "all of the host's variables",
    options: { allowEnv: true },
    arguments: ["app"],
    variables: ["HOME=/root", "LANG=de", "PATH=/bin:/x"],
  },
  {
    name: "named variables of the host, absent ones too",
    options: { allowEnv: ["LANG", "ABSENT", "LAN", "LANGUAGE"] },
    arguments: ["app"],
    variables: ["LANG=de"],
  },
  { name: "no variable of the host where none is allowed", options: { allowEnv: false }, arguments: ["app"] },
  {
    name: "fixed values win over the host's",
    options: { allowEnv: true, env: { LANG: "fr", NEW: "1" } },
    arguments: ["app"],
    variables: ["HOME=/root", "LANG=fr", "NEW=1", "PATH=/bin:/x"],
  },
  {
    name: "fixed values win over named ones",
    options: { allowEnv: ["LANG", "HOME"], env: { LANG: "fr" } },
    arguments: ["app"],
    variables: ["HOME=/root", "LANG=fr"],
  },
  {
    name: "variables of the host by rules: allowed, kept back, renamed, fixed",
    options: {
      ...{ allowEnv: ["*A*", "HOME"], denyEnv: ["L*"], env: { NEW: "1" } },
      renameEnv: { PATH: "HOME" },
    },
    arguments: ["app"],
    variables: ["HOME=/bin:/x", "NEW=1"],
  },
  { name: "the host's arguments", options: { allowArgs: true }, arguments: ["hosts-program", "exit=0"] },
  {
    name: "the host's arguments and variables",
    options: { allowArgs: true, allowEnv: ["HOME"] },
    arguments: ["hosts-program", "exit=0"],
    variables: ["HOME=/root"],
  },
];

const CWD = `
  import { initialCwd } from "wasi:cli/environment@0.2.12";
  export const run = { run() { console.log(JSON.stringify(initialCwd())); } };`;

let hello: Uint8Array;

beforeAll(async () => void (hello = await adaptCommand(await cProgram("hello"))), BUILD_MILLISECONDS);

describe.each(cases)("$name", ({ options, arguments: args, variables = [] }) => {
  test.for(hosts)("on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { stdout, exitCode, trap } = await run(virtualized(hello, { stdout: "allow", ...options }), HOST);
    expect({ exitCode, trap }).toEqual({ exitCode: 0 });
    const [given = "", afterwards] = stdout.split("cwd ");
    // A value may hold newlines: what follows a line without a label belongs to it.
    const entries = given.split(/\n(?=arg |env |$)/).filter((entry) => entry !== "");
    expect(entries.filter((entry) => entry.startsWith("arg "))).toEqual(args.map((arg, i) => `arg ${i}: ${arg}`));
    expect(entries.filter((entry) => !entry.startsWith("arg ")).sort()).toEqual(variables.map((each) => `env ${each}`).sort());
    expect(afterwards).toBe("/\n");
  });
});

describe("what no option is about is told with `traceDenied`", () => {
  const VARIABLES = "#get-environment gives no variables; --allow-env lets the host's through\n";
  const ARGUMENTS = "#get-arguments gives the program's name alone; --allow-args lets the host's arguments through\n";
  const guests = async (): Promise<readonly Uint8Array[]> => [hello, await cProgram("hello")];

  test("and nothing else is", async () => {
    for (const guest of await guests()) {
      const lines = (options: Options): readonly string[] => {
        const output = Buffer.from(virtualized(guest, { ...options, traceDenied: true }));
        return [VARIABLES, ARGUMENTS].filter((line) => output.includes(line));
      };
      expect(lines({})).toEqual([VARIABLES, ARGUMENTS]);
      expect(lines({ allowEnv: false, allowArgs: false, programName: "tool" })).toEqual([VARIABLES, ARGUMENTS]);
      expect(lines({ args: ["one"] })).toEqual([VARIABLES]);
      expect(lines({ arg0: "zero" })).toEqual([VARIABLES]);
      expect(lines({ allowArgs: true })).toEqual([VARIABLES]);
      expect(lines({ env: { A: "B" } })).toEqual([ARGUMENTS]);
      for (const allowEnv of [true, ["A"]]) expect(lines({ allowEnv })).toEqual([ARGUMENTS]);
      expect(lines({ denyImports: ["wasi:cli/environment"] })).toEqual([]);
      expect(lines({ allowAll: true })).toEqual([]);
    }
  });

  test.for(hosts)("on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    for (const guest of await guests()) {
      const { stdout, stderr, exitCode } = await run(virtualized(guest, { stdout: "allow", traceDenied: true }), HOST);
      const lines = stderr.split("\n").filter((line) => line.includes("environment"));
      const [, version] = /@(.+)#/.exec(lines[0] ?? "") ?? [];
      expect([stdout, exitCode, lines.map((line) => `${line}\n`)]).toEqual([
        "arg 0: app\ncwd /\n",
        0,
        [VARIABLES, ARGUMENTS].map((line) => `wasi:cli/environment@${version}${line}`),
      ]);
    }
  });
});

/** wasi-libc does not ask for the working directory, JavaScript can. */
function tellDirectory(): void {
  let program: Uint8Array;
  beforeAll(async () => void (program = await javascript(CWD)), BUILD_MILLISECONDS);

  test.for(hosts)(
    "is what was fixed, nothing, or the host's, on $name",
    { timeout: RUN_MILLISECONDS },
    async ({ available, run }, { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const runWith = async (options?: Options): ReturnType<typeof run> =>
        run(options === undefined ? program : virtualized(program, { stdout: "allow", allowClocks: true, ...options }));
      const told = async (options?: Options): Promise<string> => (await runWith(options)).stdout;
      expect(await told({ cwd: "/src/größe" })).toBe('"/src/größe"\n');
      const { stdout, stderr } = await runWith({ traceDenied: true });
      expect(stdout).toBe("undefined\n");
      expect(stderr).toContain("wasi:cli/environment@0.2.12#initial-cwd gives no working directory; --allow-cwd lets the host's through\n");
      expect(await told({ allowCwd: true })).toBe(await told());
    },
  );
}

if (isLong) describe("the working directory", tellDirectory);
