/** `wasi-nest compose` and `wasi-nest bundle`: a script and its programs, and what is wrong with them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { bundle, compose, inspect, type Report } from "../../src/index.ts";
import { parseScript } from "../../src/script/parse.ts";
import { cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { BUILD_MILLISECONDS } from "../run/on-hosts.ts";
import { lastingDirectories, wasiNest, wasiNestAgain } from "./wasi-nest.ts";

let program: Uint8Array;
let dice: Uint8Array;
beforeAll(async () => {
  program = await cProgram("stage");
  dice = await cProgram("dice");
}, BUILD_MILLISECONDS);

const newDirectory = lastingDirectories();
function project(): string {
  const cwd = newDirectory();
  mkdirSync(join(cwd, "folder"));
  writeFileSync(join(cwd, "stage.wasm"), program);
  writeFileSync(join(cwd, "empty"), "");
  writeFileSync(join(cwd, "empty.ts"), "");
  writeFileSync(join(cwd, "build.sh"), "# makes, and copies\nstage.wasm make 3 |\n  s copy\n");
  writeFileSync(join(cwd, "wrong.sh"), "stage.wasm\nstage.wasm $HOME\n");
  writeFileSync(join(cwd, "binary.sh"), Buffer.from([0x61, 0xff]));
  return cwd;
}

const bytesOf = (chunks: readonly Uint8Array[]): Buffer => Buffer.concat(chunks);

test("a script and its programs are what the library makes of them", () => {
  const cwd = project();
  const SCRIPT = "stage.wasm make 3 | s copy && A=b s > /tmp/x";
  const args = [
    "compose",
    SCRIPT,
    "-p",
    "s=stage.wasm",
    "-o",
    "out.wasm",
    "--pipefail",
    "--tmpfs",
    "/tmp",
    "--stdout",
    "allow",
    "--allow-exit",
  ];
  const { code, stdout, stderr } = wasiNest(
    [...args, "--allow", "s=stdin,filesystem,environment", "--deny-import", "stage.wasm:wasi:cli/stdout=trap"],
    { cwd },
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(/^script → out\.wasm, /);
  expect(stderr).toMatch(/^ {2}stages +1 stage\.wasm: .*\n +2 s: .*\n +3 s: /m);
  expect(stderr).not.toContain("wasi-nest:script");
  const { chunks } = compose(parseScript(SCRIPT), {
    programs: new Map([
      ["stage.wasm", program],
      ["s", program],
    ]),
    ...{ pipefail: true, tmpfs: [{ path: "/tmp" }], stdout: "allow", allowExit: true },
    restrict: {
      s: { allow: ["stdin", "filesystem", "environment"] },
      "stage.wasm": { denyImports: [{ name: "wasi:cli/stdout", deny: "trap" }] },
    },
  });
  expect(readFileSync(join(cwd, "out.wasm")).equals(bytesOf(chunks))).toBe(true);
});

test("a script is in a file, too", async () => {
  const cwd = project();
  expect((await wasiNestAgain(["compose", "--script", "build.sh", "-p", "s=stage.wasm", "-o", "a.wasm", "--quiet"], { cwd })).code).toBe(0);
  expect(
    (await wasiNestAgain(["compose", "stage.wasm make 3 | s copy", "-p", "s=stage.wasm", "-o", "b.wasm", "--quiet"], { cwd })).code,
  ).toBe(0);
  expect(readFileSync(join(cwd, "a.wasm")).equals(readFileSync(join(cwd, "b.wasm")))).toBe(true);
});

test("the same program in two files is there once", async () => {
  const cwd = project();
  writeFileSync(join(cwd, "same.wasm"), program);
  for (const [script, out] of [
    ["stage.wasm | stage.wasm", "one.wasm"],
    ["stage.wasm | same.wasm", "two.wasm"],
  ] as const)
    expect((await wasiNestAgain(["compose", script, "-o", out, "--quiet"], { cwd })).code).toBe(0);
  const [one, two] = ["one.wasm", "two.wasm"].map((out) => readFileSync(join(cwd, out)).length);
  expect(Math.abs((one ?? 0) - (two ?? 0))).toBeLessThan(200);
});

test("modules in JavaScript provide interfaces to all programs", { timeout: BUILD_MILLISECONDS }, async () => {
  const cwd = project();
  writeFileSync(join(cwd, "dice.wasm"), dice);
  const DICE = "export const random = { getRandomBytes: (count: bigint) => new Uint8Array(Number(count)).fill(4) };\n";
  const LOG = `import { getRandomBytes } from "wasi:random/random"; export const random = { getRandomBytes };\n`;
  writeFileSync(join(cwd, "dice.ts"), DICE);
  writeFileSync(join(cwd, "log.ts"), LOG);
  const adapters = ["log.ts", "dice.ts"].flatMap((file) => ["--adapter", `wasi:random/random=${file}`]);
  for (const words of [
    ["compose", "dice.wasm | stage.wasm copy; dice.wasm"],
    ["bundle", "a=stage.wasm", "b=dice.wasm"],
  ]) {
    const args = [...words, ...adapters, "--engine", "qjs", "-o", `${words[0]}.wasm`, "--json"];
    const { code, stdout, stderr } = await wasiNestAgain(args, { cwd, env: { XDG_CACHE_HOME: join(root, ".cache") } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout) as Report;
    expect(report.plugs.map(({ name }) => name)).toEqual(["log.ts", "dice.ts"]);
    expect(report.imports.find(({ name }) => name.startsWith("wasi:random/"))).toMatchObject({ outcome: "plugged", plug: "log.ts" });
    expect(inspect(readFileSync(join(cwd, `${words[0]}.wasm`))).imports.some(({ name }) => name.startsWith("wasi:random"))).toBe(false);
  }
});

test("commands are bundled by their names", () => {
  const cwd = project();
  const { code, stderr } = wasiNest(["bundle", "a=stage.wasm", "b=stage.wasm", "-o", "out.wasm", "--allow-args"], { cwd });
  expect({ code, first: stderr.split(",")[0] }).toEqual({ code: 0, first: "a" });
  const programs = new Map([
    ["a", program],
    ["b", program],
  ]);
  expect(readFileSync(join(cwd, "out.wasm")).equals(bytesOf(bundle(programs, { allowArgs: true }).chunks))).toBe(true);
});

test.each(["compose", "bundle"])("the help of %s is complete", async (command) => {
  const help = await wasiNestAgain([command, "--help"], { cwd: newDirectory() });
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatchSnapshot();
});

test.each([
  [["compose"], 2, "no script given: it is one word, in quotes, or in the file of `--script`"],
  [["compose", "stage.wasm", "make"], 2, "a script is one word, in quotes; found `stage.wasm` and `make`"],
  [["compose", "stage.wasm", "--script", "build.sh"], 2, "a script is given, `stage.wasm`, and `--script build.sh`"],
  [["compose", "stage.wasm $HOME"], 2, "`$HOME`: nothing is expanded in a script; `\\$` is the character itself (at line 1, column 12)"],
  [["compose", "stage.wasm |"], 2, "a command is missing behind `|` (at line 1, column 12)"],
  [
    ["compose", "none.wasm"],
    2,
    "the script runs `none.wasm`, which is neither a file nor a name of `--program`: `-p none.wasm=FILE` names one",
  ],
  [["compose", "stag", "-p", "stage=stage.wasm"], 2, "the script does not run `stage`, which `--program` names: did you mean `stag`?"],
  [
    ["compose", "s; stag", "-p", "s=stage.wasm"],
    2,
    "the script runs `stag`, which is neither a file nor a name of `--program`: `-p stag=FILE` names one",
  ],
  [["compose", "s", "-p", "stage.wasm"], 2, "`--program stage.wasm` is not NAME=FILE"],
  [["compose", "s", "-p", "s=stage.wasm", "-p", "s=empty"], 2, "two programs have the name `s`"],
  [["compose", "stage.wasm", "--arg", "x"], 2, "unknown option `--arg`: arguments of programs stand in the script"],
  [["compose", "stage.wasm", "--allow", "stage.wasm"], 2, "`--allow stage.wasm` is not NAME=WORD,WORD"],
  [
    ["compose", "stage.wasm", "--allow", "stage.wasn=stdin"],
    2,
    "`--allow stage.wasn=stdin`: there is no program `stage.wasn`; did you mean `stage.wasm`?",
  ],
  [
    ["compose", "stage.wasm", "--deny-import", "stage.wasm:wasi:cli/stdin=no"],
    2,
    "`--deny-import wasi:cli/stdin=no` is none of NAME, NAME=error and NAME=trap",
  ],
  [["compose", "stage.wasm", "--", "x"], 2, "arguments of programs stand in the script, without `--`"],
  [["bundle", "a=stage.wasm", "--", "x"], 2, "only `run` takes arguments after `--`: `--arg` fixes an argument"],
  [
    ["compose", "stage.wasm", "--adapter", "acme:kv/store=empty.ts"],
    2,
    "nobody imports `acme:kv/store`, which `empty.ts` is to provide; imported are `wasi:io/error@0.2.0`, `wasi:io/poll@0.2.0`, `wasi:io/streams@0.2.0` and 13 others",
  ],
  [
    ["compose", "stage.wasm > /f", "--tmpfs", "/", "--adapter", "wasi-nest:virtual/kept=empty.ts"],
    2,
    "nobody imports `wasi-nest:virtual/kept`, which `empty.ts` is to provide; imported are `wasi-nest:virtual/pipes@0.1.0`, `wasi:cli/environment@0.2.0`, `wasi:io/poll@0.2.0` and 14 others",
  ],
  [["compose", "folder"], 1, "`folder` is a directory"],
  [["compose", "empty"], 1, "`empty` is empty"],
  [["compose", "build.sh"], 1, "`build.sh` is not WebAssembly"],
  [["compose", "--script", "none.sh"], 1, "`none.sh` does not exist"],
  [["compose", "--script", "folder"], 1, "`folder` is a directory"],
  [["compose", "--script", "empty"], 1, "`empty`: the script is empty: it has no command (at line 1, column 1)"],
  [["compose", "--script", "binary.sh"], 1, "`binary.sh` is no text in UTF-8"],
  [
    ["compose", "--script", "wrong.sh"],
    1,
    "`wrong.sh`: `$HOME`: nothing is expanded in a script; `\\$` is the character itself (at line 2, column 12)",
  ],
  [["bundle"], 2, "no programs given: NAME=FILE names one"],
  [["bundle", "stage.wasm"], 2, "`stage.wasm` is not NAME=FILE"],
  [["bundle", "a="], 2, "`a=` is not NAME=FILE"],
  [["bundle", "a=folder"], 1, "`folder` is a directory"],
] as const)("%s: %i, %s", async (args, code, message) => {
  const cwd = project();
  const outcome = await wasiNestAgain([...args, "-o", "out.wasm"], { cwd });
  expect({ ...outcome, stderr: outcome.stderr.split("\n")[0] }).toEqual({ code, stdout: "", stderr: `wasi-nest: ${message}` });
  expect(existsSync(join(cwd, "out.wasm"))).toBe(false);
});
