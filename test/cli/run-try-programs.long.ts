/** `run --try` with programs of WASI 0.2: Rust's standard library, and SQLite, which also locks, seeks and makes files beside its own. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rust, RUST_MISSING, rustFiles } from "../guests/rust.ts";
import { sqlite, sqliteModule } from "../guests/sqlite.ts";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const BUILD = 300_000;

const CHANGES = [
  ...["append src/a.txt three", "over src/a.txt 1 NN", "copy src/a.txt src/c.txt", "rename src/old.txt src/new.txt", "truncate src/t 1"],
  ...["remove src/sub", "mkdir src/x/y", "write src/x/y/f text", "rename src/x src/z", "write /other no"],
];

test("a program in Rust: its changes are told, and made if that is asked for", { timeout: BUILD }, async ({ skip }) => {
  skip(rust() === undefined, RUST_MISSING);
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "src/sub/deep"), { recursive: true });
  const files = { "a.txt": "one\ntwo\n", "old.txt": "old\n", t: "12", "sub/deep/b": "b" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, "src", name), text);
  writeFileSync(join(cwd, "files.wasm"), await rustFiles());
  const before = readdirSync(join(cwd, "src"), { recursive: true });
  const told = `changes in src:
M a.txt
A c.txt
R old.txt -> new.txt
D sub/ (1 file)
M t
A z/
A z/y/
A z/y/f
`;
  // `exit` of 0.2 knows success and failure.
  const outcome = { code: 1, stdout: "write /other no: NotFound\n" };
  const run = (...args: readonly string[]): object => wasiNest(["run", "files.wasm", "--try", "src", ...args], { cwd });
  expect(run("--", ...CHANGES)).toEqual({ ...outcome, stderr: `${told}nothing was applied: \`--apply\` does it\n` });
  expect(readdirSync(join(cwd, "src"), { recursive: true })).toEqual(before);
  expect(run("--apply", "--", ...CHANGES)).toEqual({ ...outcome, stderr: `${told}applied 8 changes to src\n` });
  const after = (readdirSync(join(cwd, "src"), { recursive: true }) as string[]).sort();
  expect(after).toEqual(["a.txt", "c.txt", "new.txt", "t", "z", "z/y", "z/y/f"]);
  const texts = ["a.txt", "c.txt", "new.txt", "t", "z/y/f"].map((name) => readFileSync(join(cwd, "src", name), "utf8"));
  expect(texts).toEqual(["oNN\ntwo\nthree", "oNN\ntwo\nthree", "old\n", "1", "text"]);
  expect(run("--apply", "--", "write src/a.txt lost", "panic")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("changes in src:\nM a.txt\nnone of it was applied: the program was stopped\n") as string,
  });
  expect(readFileSync(join(cwd, "src/a.txt"), "utf8")).toBe(texts[0]);
});

test.each([
  ["a component", sqlite],
  ["a core module", sqliteModule],
])("SQLite as %s: a database is there if it is applied, and only then", { timeout: BUILD }, async (_, make) => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "db"));
  writeFileSync(join(cwd, "sqlite.wasm"), await make());
  const run = (input: string, ...options: readonly string[]): ReturnType<typeof wasiNest> =>
    wasiNest(["run", "sqlite.wasm", "--try", "db", ...options, "--", "/db/x.db"], { cwd, input });
  const said = (outcome: ReturnType<typeof wasiNest>): readonly [stdout: string, changes: string] => {
    expect(outcome.code).toBe(0);
    return [outcome.stdout, outcome.stderr.slice(outcome.stderr.search(/^(no )?changes/m))];
  };
  const making = "create table t(a);\ninsert into t values (1), (2);\nselect sum(a) from t;\n";
  const nothing = "nothing was applied: `--apply` does it\n";
  expect(said(run(making))).toEqual(["3\n", `changes in db:\nA x.db\n${nothing}`]);
  expect(readdirSync(join(cwd, "db"))).toEqual([]);
  expect(said(run(making, "--apply"))).toEqual(["3\n", "changes in db:\nA x.db\napplied 1 change to db\n"]);
  expect(said(run("pragma journal_mode = persist;\nupdate t set a = a + 1;\nselect sum(a) from t;\n"))).toEqual([
    "persist\n5\n",
    `changes in db:\nM x.db\nA x.db-journal\n${nothing}`,
  ]);
  expect(said(run("select sum(a) from t;\n"))).toEqual(["3\n", "no changes in db\n"]);
});

test("on Wasmtime, nobody could be asked for the changes: the program does not begin", () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, "db"));
  const { code, stdout, stderr } = wasiNest(["run", "none.wasm", "--try", "db", "--host", "wasmtime"], { cwd });
  expect({ code, stdout, said: stderr.split("\n")[0] }).toEqual({
    ...{ code: 2, stdout: "" },
    said: "wasi-nest: `--try` and `--take` ask the component when the program has ended, which only jco lets them",
  });
});
