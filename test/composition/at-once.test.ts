/** Scripts with programs of WASI 0.3, whose stages run at once. */
import { beforeAll, describe, expect, test } from "vitest";
import { bundle, compose, type ComposeOptions, parseScript } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { rawGuest } from "../guests/raw-guest.ts";
import { WASI_03 } from "../guests/wasi-wit.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, isLong, RUN_MILLISECONDS } from "../run/on-hosts.ts";

let filters: Uint8Array;
/** Ends by `exit-with-code`. */
let leaving: Uint8Array;
/** Of preview 1, which is WASI 0.2. */
let core: Uint8Array;

beforeAll(async () => {
  filters = await rawGuest("filters", WASI_03);
  leaving = await rawGuest("leaving", WASI_03);
  core = await cProgram("stage");
}, BUILD_MILLISECONDS);

const OPTIONS: ComposeOptions = {
  stdin: "allow",
  stdout: "allow",
  stderr: "allow",
  allowExit: true,
  exitWithCode: true,
  tmpfs: [{ path: "/" }],
};

function composed(text: string, options: ComposeOptions = {}): Uint8Array {
  const programs = new Map([
    ["f", filters],
    ["g", filters],
    ["leave", leaving],
    ["stage", core],
  ]);
  return Buffer.concat(compose(parseScript(text), { ...OPTIONS, programs, ...options }).chunks);
}

interface Case {
  readonly script: string;
  readonly options?: ComposeOptions;
  readonly stdin?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

const CASES: Readonly<Record<string, Case>> = {
  "a writer that never ends": { script: "f yes | f head 10", stdout: "y\ny\ny\ny\ny\n" },
  "a writer that waits for its reader": {
    script: "f yes | f head 600000 | f 1000:cat | f count",
    options: { fsMaxBytes: 210_000 },
    stdout: "600000\n",
  },
  "a reader that waits for its writer": { script: "f 1:cat | f cat", stdin: "one\ntwo\n", stdout: "one\ntwo\n" },
  "a reader that never reads": { script: "f yes | f echo a", stdout: "a\n" },
  "a middle that fails": { script: "f yes | f fail | f count", stdout: "0\n" },
  "a last one that fails": { script: "f echo a | f fail", exitCode: 1 },
  "a middle that fails, with pipefail": {
    script: "f echo a | f fail | f count",
    options: { pipefail: true },
    stdout: "0\n",
    exitCode: 1,
  },
  "and, or, and a sequence": {
    script: "f fail && f echo a || f echo b; f echo c && f echo d; f fail",
    stdout: "b\nc\nd\n",
    exitCode: 1,
  },
  "groups in a pipe": { script: "(f echo a; f fail || f echo b) | (f head 1; f cat)", stdout: "a\nb\n" },
  "pipes in a pipe": { script: "(f echo ab | f cat) | (f 1:cat | f cat) | f count", stdout: "3\n" },
  files: {
    script: "f echo a > x; f echo b >> x; f cat < x; f count < x; f complain c 2> y; f cat < y",
    stdout: "a\nb\n4\nc\n",
  },
  "a file at the end of a pipe": { script: "f yes | f head 100001 > x; f count < x", stdout: "100001\n" },
  "a file that is not there": {
    script: "f cat < none | f count; f cat < none || f echo a",
    stdout: "0\na\n",
    stderr: "cannot open none: No such file\n".repeat(2),
  },
  "errors into a pipe": { script: "f complain a 2>&1 | f count; f complain b | f count", stdout: "2\n0\n", stderr: "b\n" },
  nowhere: { script: "f complain a 2> /dev/null; f echo b > /dev/null; f count < /dev/null", stdout: "0\n" },
  "variables of each": {
    script: "A=1 f variables | f cat; B=2 f variables",
    options: { env: { B: "0" } },
    stdout: "A=1\nB=0\nB=2\n",
  },
  "less for one": {
    script: "A=1 f variables | g variables",
    options: { env: { B: "0" }, restrict: { g: { allow: ["stdout"] } } },
    stdout: "",
  },
  "one that exits, first": { script: "leave 3 | f cat; leave 0 | f count && f echo a", stdout: "leaving\n8\na\n" },
  "one that exits, in the middle": { script: "f yes | leave 3 | f cat; f echo b", stdout: "leaving\nb\n" },
  "one that exits at the end of its input": {
    script: "f echo a | leave 4 x | f cat",
    options: { pipefail: true },
    stdout: "leaving\n",
    exitCode: 4,
  },
  "one that exits, last": { script: "f echo a; leave 5 && f echo b", stdout: "a\nleaving\n", exitCode: 5 },
  "one of 0.2 that exits, first": { script: "stage say a exit 3 | f count; stage exit 4 || f echo b", stdout: "2\nb\n" },
  "one of 0.2 in the middle": { script: "f yes | f head 10 | stage copy warn x | f count", stdout: "10\n", stderr: "x\n" },
  "one of 0.2 that reads much": { script: "f yes | f head 300000 | stage count", stdout: "300000\n" },
  "one of 0.2 that reads more than there is room for": {
    script: "f yes | f head 300000 | stage copy | f echo a",
    options: { fsMaxBytes: 200_000 },
    stdout: "a\n",
  },
  "one of 0.2 that exits, last": { script: "f echo a | stage copy exit 6", stdout: "a\n", exitCode: 6 },
  "one of 0.2 that exits, with less": {
    script: "f echo a | stage copy exit 6",
    options: { restrict: { stage: { allow: ["stdin", "stdout"] } } },
    stdout: "a\n",
    exitCode: 6,
  },
  "files of 0.2 and 0.3": { script: "stage say a > x; f cat < x >> y; stage copy < y | f cat", stdout: "a\n" },
  "many stages": { script: ["f echo a", ...Array.from({ length: 30 }, () => "f cat")].join(" | "), stdout: "a\n" },
};

/** Not on jco, to save time. */
const ON_WASMTIME_ALONE = new Set([
  "a reader that never reads",
  "a last one that fails",
  "a middle that fails, with pipefail",
  "pipes in a pipe",
  "a file at the end of a pipe",
  "a file that is not there",
  "nowhere",
  "less for one",
  "many stages",
  // Its output stays open, and keeps Node alive.
  "one that exits, last",
  "one that exits, in the middle",
  "one of 0.2 that exits, first",
  "one of 0.2 that exits, with less",
  "one of 0.2 that reads much",
  "one of 0.2 that reads more than there is room for",
  "files of 0.2 and 0.3",
]);

describe.each(newestHosts)("on $name", ({ name: host, missing, run }) => {
  const onHost = Object.entries(CASES).filter(([name]) => host === "Wasmtime" || !ON_WASMTIME_ALONE.has(name));
  // at-once.long.ts has all of them.
  const cases = host === "Wasmtime" || isLong ? onHost : onHost.filter((_, i) => i % 4 === 0);

  test.for(cases)("%s", { timeout: RUN_MILLISECONDS }, async ([, { script, options, stdin = "", ...wanted }], { skip }) => {
    skip(missing !== undefined, missing);
    const output = composed(script, options);
    if (host === "jco") await expectValid(output);
    const { stdout, stderr, exitCode, trap } = await run(output, { stdin });
    expect({ stdout, stderr, exitCode, trap }).toEqual({ stdout: "", stderr: "", exitCode: 0, ...wanted, trap: undefined });
  });
});

test("what is written with denied streams goes nowhere, and pipes are there", () => {
  const { report } = compose(parseScript("f echo a | f cat"), { programs: new Map([["f", filters]]) });
  const outcomes = new Map(report.stages?.[0]?.imports.map(({ name, outcome }) => [name.replace(/@.*/, ""), outcome]));
  expect(Object.fromEntries(outcomes)).toMatchObject({ "wasi:cli/stdout": "virtualized", "wasi:cli/environment": "virtualized" });
});

test("a bundle has none", () => {
  expect(() => bundle(new Map([["f", filters]]))).toThrow(
    /^a program of WASI 0\.3 can be a stage of a script, and no command of a bundle$/,
  );
});
