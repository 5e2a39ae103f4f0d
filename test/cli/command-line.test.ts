import { expect, test } from "vitest";
import { OWN_OPTIONS, parse } from "../../src/cli/command-line.ts";
import { RUN_OPTIONS, VIRTUALIZE_OPTIONS } from "../../src/cli/options.ts";
import { UsageError } from "../../src/errors.ts";

const given = (...argv: string[]): object => parse(argv, VIRTUALIZE_OPTIONS).given;
const complaint = (...argv: string[]): string => complaintOf(() => parse(argv, VIRTUALIZE_OPTIONS));
const complaintOf = (parsing: () => unknown): string => {
  try {
    parsing();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "none";
};

test("takes values as they are", () => {
  for (const value of [
    "007",
    "1e3",
    "",
    "a,b",
    "a=b",
    '"quoted"',
    "'",
    "--verbose",
    "-x",
    "--",
    "a\nb",
    "[x]",
    "é",
    "a.b",
    "true",
    "__proto__",
  ]) {
    const argument = value === "--" ? [`--arg=${value}`] : ["--arg", value];
    expect(given(...argument), value).toEqual({ arg: [value] });
    expect(given(`--arg=${value}`), value).toEqual({ arg: [value] });
  }
});

test("keeps the order of repeated options", () => {
  expect(given("-e", "B=2", "--env=A=1", "-eB=3", "--arg", "x", "--arg", "x")).toEqual({ env: ["B=2", "A=1", "B=3"], arg: ["x", "x"] });
});

test("does not take the component for the names of `--allow-env`", () => {
  expect(parse(["--allow-env", "app.wasm"], VIRTUALIZE_OPTIONS)).toMatchObject({ given: { "allow-env": [""] }, positionals: ["app.wasm"] });
  expect(given("--allow-env=A,B", "--allow-env=C")).toEqual({ "allow-env": ["A,B", "C"] });
});

test("takes a lone dash for a value and for a component", () => {
  expect(parse(["-", "-o", "-"], VIRTUALIZE_OPTIONS)).toMatchObject({ given: { out: "-" }, positionals: ["-"] });
});

test("leaves alone what follows `--`", () => {
  expect(parse(["x.wasm", "--dir", "/::.", "--", "--dir", "--help", "--"], RUN_OPTIONS)).toEqual({
    given: { dir: ["/::."] },
    positionals: ["x.wasm"],
    rest: ["--dir", "--help", "--"],
    misplaced: [],
  });
});

test("says which option was probably meant", () => {
  expect(complaint("--mont", "x")).toBe("unknown option `--mont`: did you mean `--mount`?");
  expect(complaint("--allow-clock")).toBe("unknown option `--allow-clock`: did you mean `--allow-clocks`?");
  expect(complaint("--frobnicate")).toBe("unknown option `--frobnicate`");
  expect(complaint("-x")).toBe("unknown option `-x`");
  expect(complaint("--constructor")).toBe("unknown option `--constructor`");
});

test("refuses a missing value, a needless one, a wrong one and a second one", () => {
  expect(complaint("--out")).toBe("`--out` needs a value");
  expect(complaint("--out", "--quiet")).toBe("`--out` needs a value");
  expect(complaint("-o", "a", "--out", "b")).toBe("`--out` is given twice");
  expect(complaint("--quiet", "--quiet")).toBe("`--quiet` is given twice");
  expect(complaint("--quiet=yes")).toBe("`--quiet` is `yes`, which is neither `true` nor `false`");
  expect(complaint("--allow-all=")).toBe("`--allow-all` is ``, which is neither `true` nor `false`");
  expect(complaint("--stdin", "maybe")).toBe("`--stdin` is `maybe`, which is none of `allow`, `ignore`, `deny`, `file:PATH`");
  expect(complaint("--out=")).toBe("`--out` is empty");
});

test("what is switched on may be said to be on or off", () => {
  expect(parse(["--quiet=true", "--allow-clocks=false", "--json"], VIRTUALIZE_OPTIONS).given).toEqual({
    quiet: true,
    "allow-clocks": false,
    json: true,
  });
  expect(complaint("--allow-all", "--allow-all=false")).toBe("`--allow-all` is given twice");
  expect(given("--allow-env=false", "--trace=true", "--allow-config=A", "--allow-config=true")).toEqual({
    "allow-env": false,
    trace: [""],
    "allow-config": ["A", ""],
  });
  expect(given("--debug=false")).toEqual({ trace: false });
  expect(complaint("--allow-env=false", "--allow-env=A")).toBe("`--allow-env` is given twice");
  expect(complaint("--allow-env=A", "--allow-env=false")).toBe("`--allow-env` is given twice");
  expect(complaint("--trace", "--debug=false")).toBe("`--trace` and `--debug` are two names of one option, and both are given");
});

test("tells what stands beside an option that takes its value behind `=` only", () => {
  const { misplaced } = parse(["a.wasm", "--allow-env", "A,B", "--quiet", "c"], VIRTUALIZE_OPTIONS);
  expect(misplaced).toEqual([{ flag: "--allow-env", value: "A,B", at: 1 }]);
  expect(parse(["--allow-env=A", "a.wasm"], VIRTUALIZE_OPTIONS).misplaced).toEqual([]);
});

test("refuses a word behind an option that seems to be its value and would be an argument", () => {
  const running = (...argv: string[]): string => complaintOf(() => parse(["a.wasm", ...argv], RUN_OPTIONS, OWN_OPTIONS));
  expect(running("--allow-clocks", "no")).toBe(
    "`--allow-clocks` takes its value behind `=`, such as `--allow-clocks=false`; an argument of the program stands behind `--`: `-- no`",
  );
  // Here is no program that has arguments.
  expect(complaint("--allow-clocks", "no")).toBe("`--allow-clocks` takes its value behind `=`, such as `--allow-clocks=false`");
  const answers = { true: ["yes", "ON", "1", "ture", "enable", "True"], false: ["Off", "0", "flase", "deny", "FALSE", "none", "n"] };
  for (const [meant, words] of Object.entries(answers))
    for (const word of words) expect(running("x", "--apply", word), word).toContain(`such as \`--apply=${meant}\``);
  for (const word of ["true", "false", "no"]) expect(running("--allow-env", word), word).toContain("such as `--allow-env=");
});

test.each([
  [["--allow-clocks", "--", "no"]],
  [["--allow-clocks", "notes.txt", "no"]],
  [["--allow-clocks=true", "no"]],
  [["--allow-clocks", "true", "no"]],
  [["--dir", "/", "no"]],
  [["no", "--allow-clocks"]],
])("leaves an argument of the program to it: %j", (argv) => {
  const { positionals, rest } = parse(["a.wasm", ...argv], RUN_OPTIONS, OWN_OPTIONS);
  expect([...positionals, ...rest]).toContain("no");
});
