/** Scripts made of values: what their text would say. */
import { expect, test } from "vitest";
import {
  and,
  compose,
  OptionError,
  or,
  parseScript,
  type Part,
  pipe,
  type ProgramCommand,
  type Script,
  sequence,
} from "../../src/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { cProgram } from "../guests/index.ts";
import { OPTIONS } from "../composition/beside-shell.ts";
import { hosts, RUN_MILLISECONDS } from "../run/on-hosts.ts";

const component = Uint8Array.of(0);
const command = (name: string, rest: Omit<ProgramCommand, "component"> = {}): ProgramCommand => ({ name, component, ...rest });
const [a, b, c] = [command("a"), command("b"), command("c")];

/** Without the programs themselves. */
const withoutComponents = (script: Script): unknown =>
  JSON.parse(JSON.stringify(script, (key, value: unknown) => (key === "component" ? undefined : value)));

test.for<readonly [made: Script, text: string]>([
  [pipe(a, b, c), "a | b | c"],
  [and(a, b, c), "a && b && c"],
  [or(a, b, c), "a || b || c"],
  [sequence(a, b, c), "a; b; c"],
  [pipe(a), "a"],
  [sequence(a), "a"],
  [or(and(pipe(a, b), c), sequence(a)), "a | b && c || a"],
  [sequence(parseScript("x 1"), and(a, parseScript("y"))), "x 1; a && y"],
  [and(command("a", { args: ["1", "two words"], env: { A: "1", B: "" } })), "A=1 B= a 1 'two words'"],
  [and(command("a", { stdin: { file: "in" }, stdout: { file: "out" }, stderr: { file: "/err" } })), "a < in > out 2> /err"],
  [and(command("a", { stdout: { file: "out", append: true }, stderr: { file: "err", append: false } })), "a >> out 2> err"],
  [and(command("a", { stdin: "ignore", stdout: "ignore", stderr: "ignore" })), "a < /dev/null > /dev/null 2> /dev/null"],
  [and(command("a", { stderr: "to-stdout" })), "a 2>&1"],
  [and(command("a", { stdout: { file: "out" }, stderr: "to-stdout" })), "a > out 2>&1"],
  [and(command("a", { stdout: "to-stderr", stderr: { file: "err" } })), "a 2> err 1>&2"],
  [and({ component, stdout: undefined } as unknown as Part, command("b", { stdout: { file: "ignore" } })), "PROGRAM && b > ignore"],
])("%#: %s", ([made, text]) => {
  const wanted = JSON.stringify(parseScript(text)).replace('"PROGRAM"', '""');
  expect(withoutComponents(made)).toEqual(JSON.parse(wanted));
});

test.for<readonly [what: string, make: () => unknown, message: string]>([
  ["nothing", () => pipe(), "`pipe` has no commands"],
  ["no part", () => and(a, "b" as unknown as Part), '`and[1]` is `"b"`: an object is wanted'],
  ["nothing in a place", () => or(undefined as unknown as Part), "`or[0]` is `undefined`: an object is wanted"],
  ["no program", () => sequence({ args: [] } as unknown as Part), "`sequence[0]` lacks `component`"],
  [
    "a path as the program",
    () => pipe({ component: "rg.wasm" } as unknown as Part),
    '`pipe[0].component` is `"rg.wasm"`: a Uint8Array is wanted',
  ],
  ["an empty name", () => pipe(command("")), '`pipe[0].name` is `""`: a name is wanted'],
  ["an unknown key", () => pipe({ component, stdOut: "ignore" } as Part), "`pipe[0]` has an unknown key `stdOut`: did you mean `stdout`?"],
  [
    "a path that is no file",
    () => pipe(command("a", { stdin: "in" as "ignore" })),
    '`pipe[0].stdin` is `"in"`: `{ file }` or `ignore` is wanted',
  ],
  [
    "an input that is added to",
    () => pipe({ component, stdin: { file: "a", append: true } } as Part),
    "`pipe[0].stdin` has an unknown key `append`: known are `file`",
  ],
  ["no path", () => pipe(command("a", { stdout: { file: "" } })), '`pipe[0].stdout.file` is `""`: a path is wanted'],
  ["a closed output", () => pipe(command("a", { stderr: null as never })), "`pipe[0].stderr` is `null`: an object is wanted"],
  [
    "a name that no shell has for a variable",
    () => pipe(command("a", { env: { "A B": "" } })),
    '`pipe[0].env["A B"]` is `"A B"`: the name of a variable is wanted',
  ],
  [
    "outputs that go where the other goes",
    () => and(b, command("a", { stdout: "to-stderr", stderr: "to-stdout" })),
    "`and[1]` sends each of its outputs to the other one",
  ],
])("%s", ([, make, message]) => {
  const [, option = ""] = /^`(\w+)/.exec(message) ?? [];
  expect(make).toThrow(new OptionError(option, message));
});

test("a value and its text are the same component", { timeout: RUN_MILLISECONDS }, async () => {
  const stage = await cProgram("stage");
  const other = Uint8Array.from(stage);
  const made = pipe({ name: "one", component: stage, args: ["say", "a"] }, { name: "two", component: other, args: ["copy"] });
  const programs = new Map([
    ["one", stage],
    ["two", stage],
  ]);
  const wanted = Buffer.concat(compose(parseScript("one say a | two copy"), { ...OPTIONS, programs }).chunks);
  expect(Buffer.concat(compose(made, OPTIONS).chunks).equals(wanted)).toBe(true);
  // A part of one takes its programs from where the other has them.
  const mixed = pipe(parseScript("one say a"), { name: "two", component: other, args: ["copy"] });
  expect(Buffer.concat(compose(mixed, { ...OPTIONS, programs }).chunks).equals(wanted)).toBe(true);
});

test("programs without a name have one by their order", async () => {
  const stage = await cProgram("stage");
  const other = Uint8Array.from(stage);
  const script = pipe({ component: stage }, { component: other }, { name: "program-1", component: stage }, { component: stage });
  expect(compose(script).report.stages?.map(({ program }) => program)).toEqual(["program-2", "program-3", "program-1", "program-2"]);
});

test.for(hosts)("it runs on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
  skip(!available, WASMTIME_MISSING);
  const stage = await cProgram("stage");
  const script = sequence(
    pipe(
      { component: stage, args: ["say", "a", "warn", "b"], stderr: "to-stdout" },
      { component: stage, args: ["double"], stdout: { file: "f" } },
    ),
    { component: stage, args: ["say", "c", "warn", "d"], stdout: { file: "f", append: true }, stderr: "ignore" },
    or(
      { component: stage, args: ["return", "3"] },
      { component: stage, args: ["copy", "var", "A"], env: { A: "1" }, stdin: { file: "f" } },
    ),
    { component: stage, args: ["copy", "exit", "4"], stdin: "ignore" },
  );
  const { stdout, stderr, exitCode, trap } = await run(Buffer.concat(compose(script, OPTIONS).chunks));
  expect({ stdout, stderr, exitCode, trap }).toEqual({ stdout: "aa\n\nbb\n\nc\n1\n", stderr: "", exitCode: 4, trap: undefined });
});
