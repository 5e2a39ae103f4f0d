/**
 * Names of components, files and arguments reach a terminal only as text: every command is given names that hold what a
 * terminal obeys, and prints none of it.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco";
import { beforeAll, expect, test } from "vitest";
import { textOf } from "../../src/cli/terminal.ts";
import { LinkError, OptionError } from "../../src/index.ts";
import { InputError } from "../../src/node/index.ts";
import { MAIN, type Outcome, temporaryDirectory, wasiNest } from "./wasi-nest.ts";

/** Clears the screen, colours, sets a title, begins a line, goes left, overwrites; also by C1 controls, and a tag of plane 14. */
const ODD = "\x1b[2J\x1b[31m\x1b]0;title\x07\nFORGED\r\b\x7f\u0085\u009b1A\u202e\u2066\u200f\u2028\u2029\u{e0001}";
/** What a terminal shows of it. */
const SHOWN = "\u{fffd}[2J\u{fffd}[31m\u{fffd}]0;title\u{fffd}\u{fffd}FORGED";
const OBEYED = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u;

const PLACEHOLDER = "z".repeat(Buffer.byteLength(ODD));

/** A component of this text, in which the placeholders have become odd names. */
async function odd(text: string): Promise<Uint8Array> {
  const bytes = Buffer.from(await parse(text.replaceAll("ODD", PLACEHOLDER)));
  const length = bytes.length;
  for (let at = bytes.indexOf(PLACEHOLDER); at >= 0; at = bytes.indexOf(PLACEHOLDER, at + 1)) bytes.write(ODD, at);
  expect([bytes.includes("zzz"), bytes.length]).toEqual([false, length]);
  return bytes;
}

const components = new Map<string, Uint8Array>();
beforeAll(async () => {
  components.set(
    "imports",
    await odd(`(component (import "acme:kv/ODD" (instance $ODD (export "get" (func)))) (import "ODD" (func))
      (import "acme:kv/xODD" (instance $i (export "ODD" (func)))) (export "ODD" (instance $i)))`),
  );
  // Valid, because names of sections may hold anything.
  components.set(
    "named",
    await odd(`(component $ODD (component $ODD) (instance $ODD (instantiate 0)) (component $app) (instance $app (instantiate 1))
      (import "wasi:random/random@0.2.0" (instance $ODDx (export "get-random-u64" (func (result u64))))))`),
  );
  components.set(
    "plain",
    await parse('(component (import "wasi:cli/exit@0.2.0" (instance (export "exit" (func (param "status" (result)))))))'),
  );
});

/** A directory in which a component has an odd name, and so has all that it may embed. */
function project(name: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, `${ODD}.wasm`), components.get(name) ?? "");
  mkdirSync(join(directory, ODD));
  writeFileSync(join(directory, ODD, ODD), "x");
  writeFileSync(join(directory, "allowed.json"), '{ "allow": [] }');
  writeFileSync(join(directory, "bad.env"), `A=1\n${ODD}=1`);
  symlinkSync(`/etc/${ODD}`, join(directory, "link"));
  return directory;
}

function expectHarmless({ stdout, stderr }: Outcome): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(OBEYED);
    expect(text).not.toMatch(/^\s*FORGED/m);
  }
}

const FILE = `${ODD}.wasm`;
const RUNS: readonly (readonly string[])[] = [
  [FILE, "-o", `${ODD}.out`],
  [FILE, "-o", `${ODD}.out`, "--deny-import", `acme:kv/${ODD}`],
  [FILE, "-o", `${ODD}.out`, "--deny-import", ODD],
  [FILE, "-o", `${ODD}.out`, "--mount", `/${ODD}=${ODD}`, "--stdout", `file:/${ODD}`],
  [FILE, "-o", `${ODD}.out`, "--mount", `/${ODD}=${ODD}`, "--preopen", `/${ODD}x=/${ODD}`, "--tmpfs", `/${ODD}y`, "-e", `A=${ODD}`],
  [FILE, "-o", `${ODD}.out`, "--mount", "/=."],
  [FILE, "-o", `${ODD}.out`, "--env-file", "bad.env"],
  [FILE, "-o", `${ODD}/${ODD}/x`],
  [FILE, "-o", `${ODD}.out`, "--adapter", `${ODD}=${ODD}.js`],
  [FILE, "-o", `${ODD}.out`, "--json"],
  [FILE, `--${ODD}`],
  [`${ODD}-nowhere`, "-o", "x"],
  ["adapter", "-o", `${ODD}.out`, "--mount", `/${ODD}=${ODD}`],
  ["adapter", "-o", `${ODD}.out`, "--wasi-version", ODD],
  ["run", FILE],
  ["run", FILE, "--dir", `${ODD}-nowhere::/${ODD}`],
  ["types", FILE, `acme:kv/${ODD}`, "-o", "types"],
  ["types", FILE, ODD, "-o", `${ODD}types`, "--stub", ODD],
  ["inspect", FILE],
  ["inspect", FILE, "--json"],
  ["inspect", FILE, "--check", "allowed.json"],
  ["inspect", FILE, "--check", ODD],
  ["inspect", FILE, "--check", "allowed.json", "--json"],
  ["inspect", FILE, "--mermaid"],
  ["inspect", FILE, "--svg", "-"],
  ["inspect", FILE, "--adapt", ODD],
];

test.each([
  ["imports", RUNS],
  ["named", RUNS.filter(([first]) => first === "inspect")],
])("nothing that a terminal obeys is printed of the component %s, by any command", { timeout: 120_000 }, (name, runs) => {
  const cwd = project(name);
  let shown = 0;
  for (const args of runs) {
    const outcome = wasiNest(args, { cwd });
    expectHarmless(outcome);
    expect(outcome.stderr).not.toContain("bug");
    if ((outcome.stdout + outcome.stderr).includes(SHOWN)) shown++;
  }
  // Most runs say something of an odd name.
  expect(shown).toBeGreaterThan(runs.length / 2);
});

test("what an output was made with is harmless to inspect, and exact for programs", () => {
  const cwd = project("plain");
  const path = `/${ODD}`;
  const options = ["--quiet", "--mount", `${path}=${ODD}`];
  expect(wasiNest([FILE, "-o", "out.wasm", ...options], { cwd }).code).toBe(0);
  const people = wasiNest(["inspect", "out.wasm"], { cwd });
  expectHarmless(people);
  expect(people.stdout).toContain(SHOWN);
  const programs = wasiNest(["inspect", "out.wasm", "--json"], { cwd });
  expectHarmless(programs);
  const inspection = JSON.parse(programs.stdout) as {
    readonly component: { readonly metadata: { readonly policy: { readonly mounts: object[] } } };
  };
  expect(inspection.component.metadata.policy.mounts).toMatchObject([{ path }]);
});

test("errors of the library may be printed as they are", () => {
  const errors = [new LinkError(`\`${ODD}\``), new OptionError("env", `\`${ODD}\``), new InputError([`\`${ODD}\``, ODD])];
  for (const { message } of errors) {
    expect(message).not.toMatch(OBEYED);
    expect(message).not.toMatch(/^\s*FORGED/m);
    expect(message).toContain(SHOWN);
  }
  expect(errors.map(({ message }) => message.split("\n").length)).toEqual([1, 1, 3]);
});

test("a line has the styles that it is given and no others", () => {
  const lines = [["a", { style: "red", text: `b${ODD}` }, ODD] as const, ODD];
  expect(textOf(lines, false)).not.toMatch(OBEYED);
  const styled = textOf(lines, true);
  expect(styled.startsWith("a\x1b[31mb")).toBe(true);
  expect(styled.split("\x1b")).toHaveLength(3);
});

test.skipIf(!existsSync("/dev/full"))("a full disk behind standard output is one sentence, and behind standard error no failure", () => {
  const cwd = project("plain");
  const shell = (args: string, target: string): ReturnType<typeof spawnSync> =>
    spawnSync("sh", ["-c", `"$0" "$1" ${args} ${target}`, process.execPath, MAIN], { cwd, encoding: "utf8", env: {} });
  writeFileSync(join(cwd, "app.wasm"), components.get("plain") ?? "");
  for (const args of ["--help", "--version", "inspect app.wasm", "inspect app.wasm --json", "app.wasm -o -", "app.wasm --dry-run --json"]) {
    const { status, stderr } = shell(args, ">/dev/full");
    expect({ status, stderr }, args).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("wasi-nest: standard output cannot be written: no space left on device\n") as string,
    });
  }
  expect(shell("app.wasm -o out.wasm", "2>/dev/full").status).toBe(0);
  expect(existsSync(join(cwd, "out.wasm"))).toBe(true);
});
