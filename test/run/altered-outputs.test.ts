/** `prefix:`, `limit:` and `to-stdout` for standard outputs, on both hosts, in WASI 0.2. */
import { beforeAll, describe, expect, test } from "vitest";
import { inspect, OptionError, type Options, type Report, virtualize } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

interface Case {
  readonly name: string;
  readonly options: Options;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of a program that copies two lines and tells of each on standard error, in turn. */
const cases: readonly Case[] = [
  {
    name: "two streams, two prefixes",
    options: { stdout: { prefix: "[out] " }, stderr: { prefix: "[err] " } },
    stdout: "[out] 1: a\n[out] 2: b\n[out] end\n",
    stderr: "[err] line 1\n[err] line 2\n",
  },
  {
    name: "standard error goes to standard output",
    options: { stdout: "allow", stderr: "to-stdout" },
    stdout: "1: a\nline 1\n2: b\nline 2\nend\n",
    stderr: "",
  },
  {
    name: "standard error goes to an altered standard output",
    options: { stdout: { prefix: "[job 7] " }, stderr: "to-stdout" },
    stdout: "[job 7] 1: a\n[job 7] line 1\n[job 7] 2: b\n[job 7] line 2\n[job 7] end\n",
    stderr: "",
  },
  { name: "standard error goes to nothing", options: { stdout: "ignore", stderr: "to-stdout" }, stdout: "", stderr: "" },
  {
    name: "a limit for one, and another prefix",
    options: { stdout: { limit: 7, prefix: "> " }, stderr: { prefix: "! " } },
    stdout: "> 1: a\n",
    stderr: "! line 1\n! line 2\n",
  },
];

let streams: Uint8Array;
beforeAll(async () => {
  streams = await adaptCommand(await cProgram("streams"));
}, BUILD_MILLISECONDS);

describe.each(hosts)("on $name", ({ available, run }) => {
  test.for(cases)("$name", { timeout: RUN_MILLISECONDS }, async ({ options, stdout, stderr }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const output = virtualized(streams, { stdin: Buffer.from("a\nb\n"), ...options });
    await expectValid(output);
    expect(await run(output)).toMatchObject({ stdout, stderr, exitCode: 0 });
  });
});

test("standard error is the file that standard output is", async () => {
  const options: Options = { stdin: new Uint8Array(), tmpfs: [{ path: "/log" }], stdout: { file: "/log/all" } };
  const reportOf = (stderr: NonNullable<Options["stderr"]>): Report => virtualize(streams, { ...options, stderr }).report;
  const [both, named] = [reportOf("to-stdout"), reportOf({ file: "/log/all" })];
  expect(both.files).toMatchObject({ streams: { stdout: "/log/all", stderr: "/log/all" } });
  // The output tells which option it was.
  const { adapters, image } = both.sizes;
  expect({ ...both, policy: undefined, sizes: { adapters, image } }).toEqual({
    ...named,
    policy: undefined,
    sizes: { adapters: named.sizes.adapters, image: named.sizes.image },
  });
  expect(await importsOf(virtualized(streams, { ...options, stderr: "to-stdout" }))).toEqual([]);
});

test("the host's other stream is not asked for", async () => {
  expect(await importsOf(virtualized(streams, { stdout: { prefix: "> " } }))).not.toContain("wasi:cli/stderr");
  expect(await importsOf(virtualized(streams, { stderr: { limit: 1 } }))).not.toContain("wasi:cli/stdout");
  expect(await importsOf(virtualized(streams, { stdout: "allow", stderr: "to-stdout" }))).not.toContain("wasi:cli/stderr");
});

test("denied by its name, standard output is closed for whatever goes there", async () => {
  for (const stdout of ["allow", { prefix: "> " }] as const) {
    const output = virtualized(streams, { stdout, stderr: "to-stdout", denyImports: ["wasi:cli/stdout"] });
    expect(await importsOf(output)).toEqual([]);
  }
});

test("outputs tell of it", () => {
  const output = virtualized(streams, { stdout: { limit: 2048, prefix: "[7] " }, stderr: "to-stdout" });
  expect(inspect(output).component.metadata?.policy).toEqual({ stdout: "limit:2K,prefix:[7] ", stderr: "to-stdout" });
  expect(inspect(output).imports.find(({ name }) => name.startsWith("wasi:cli/stdout"))?.reason).toBe("allowed");
});

test.each([
  [{ stderr: "to-stdout" }, "standard error is to go to standard output, which is denied"],
  [{ stdout: "to-stdout" }, '`stdout` is `"to-stdout"`'],
  [{ stdout: { prefix: "" } }, "the prefix of `stdout` is empty"],
  [{ stdout: { prefix: "a\nb" } }, "the prefix of `stdout` has a line break"],
  [{ stderr: { limit: 0 } }, "`stderr.limit` is `0`: a whole number from 1 on is wanted"],
  [{ stderr: { limit: 1.5 } }, "`stderr.limit` is `1.5`"],
  [{ stdout: { prefix: undefined } }, "`stdout` has no `file`, no `prefix` and no `limit`"],
  [{ stdout: { prefix: "a", file: "/b" } }, "unknown key `file`"],
] as const)("%j is refused", (options, message) => {
  expect(() => virtualize(streams, options as Options)).toThrow(OptionError);
  expect(() => virtualize(streams, options as Options)).toThrow(message);
});

test.each([
  ["--stdout=limit:0", "`--stdout limit:0` is not limit:SIZE or limit:SIZE,prefix:TEXT"],
  ["--stderr=limit:1MX", "`--stderr limit:1MX` is not limit:SIZE"],
  ["--stdout=prefix:> ,limit:1K", "`--stdout prefix:> ,limit:1K` has its limit in its prefix: it is written limit:SIZE,prefix:TEXT"],
  ["--stdout=limit:1K,x", "`--stdout limit:1K,x` is not limit:SIZE"],
  ["--stdout=prefix:", "the prefix of `stdout` is empty"],
  ["--stdout=to-stdout", "`--stdout` is `to-stdout`, which is none of"],
  ["--stderr=to-stdout", "standard error is to go to standard output, which is denied"],
])("`%s` is a wrong command line", (option, message) => {
  const { code, stderr } = wasiNest(["adapter", "--dry-run", option], { cwd: temporaryDirectory() });
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
