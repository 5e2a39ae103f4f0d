/** `--policy` and `--profile`: the output is the one that the same flags give. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { PROFILES } from "../../../src/cli/policy/profiles.ts";
import { cProgram } from "../../guests/index.ts";
import { lastingDirectories, wasiNest, wasiNestAgain } from "../wasi-nest.ts";

let program: Uint8Array;
beforeAll(async () => {
  program = await cProgram("copy");
}, 300_000);

const newDirectory = lastingDirectories();
function project(): string {
  const cwd = newDirectory();
  writeFileSync(path.join(cwd, "app.wasm"), program);
  mkdirSync(path.join(cwd, "files"));
  writeFileSync(path.join(cwd, "files/a.txt"), "a");
  return cwd;
}

let outputs = 0;

/** What is written with these arguments, each time to another file: a process writes none twice. */
async function written(args: readonly string[], cwd: string): Promise<Buffer> {
  const out = `out-${++outputs}.wasm`;
  const { code, stderr } = await wasiNestAgain([...args, "-o", out, "--quiet"], { cwd });
  expect(code, stderr).toBe(0);
  return readFileSync(path.join(cwd, out));
}

test("a policy file, beside the component or elsewhere, is the flags that it has", async () => {
  const cwd = project();
  writeFileSync(path.join(cwd, "wasi-nest.toml"), `stdout = "allow"\nmount = ["/data=files"]\n[env]\nA = "1"\n`);
  const expected = await written(["app.wasm", "--stdout", "allow", "--mount", "/data=files", "-e", "A=1"], cwd);
  expect(await written(["app.wasm", "--policy", "auto"], cwd)).toEqual(expected);
  expect(await written(["app.wasm", "--policy=wasi-nest.toml"], cwd)).toEqual(expected);
  cpSync(path.join(cwd, "wasi-nest.toml"), path.join(cwd, "files/policy.toml"));
  expect(await wasiNestAgain(["app.wasm", "--policy", "files/policy.toml", "--dry-run"], { cwd })).toMatchObject({
    code: 1,
    stderr: "wasi-nest: `files/files` does not exist\n",
  });
});

test("a policy file for an adapter, a script and a bundle", async () => {
  const cwd = project();
  writeFileSync(path.join(cwd, "p.yaml"), `stdout: allow\nenv: { A: "1" }\n`);
  writeFileSync(path.join(cwd, "c.json"), `{ "extends": "p.yaml", "program": { "cp": "app.wasm" } }`);
  expect(await written(["adapter", "--policy", "p.yaml"], cwd)).toEqual(await written(["adapter", "--stdout", "allow", "-e", "A=1"], cwd));
  expect(await written(["bundle", "cp=app.wasm", "--policy", "p.yaml"], cwd)).toEqual(
    await written(["bundle", "cp=app.wasm", "--stdout", "allow", "-e", "A=1"], cwd),
  );
  expect(await written(["compose", "cp a | cp b", "--policy", "c.json"], cwd)).toEqual(
    await written(["compose", "cp a | cp b", "-p", "cp=app.wasm", "--stdout", "allow", "-e", "A=1"], cwd),
  );
});

test.each(Object.entries(PROFILES))("the profile %s is the flags that it stands for", async (name, { flags }) => {
  const cwd = project();
  const words = Object.entries(flags).flatMap(([flag, value]) => (value === true ? [`--${flag}`] : [`--${flag}`, String(value)]));
  expect(await written(["app.wasm", "--profile", name], cwd)).toEqual(await written(["app.wasm", ...words], cwd));
});

test("no option takes away what a policy promises", () => {
  const cwd = project();
  const { code, stderr } = wasiNest(["app.wasm", "--profile", "deterministic", "--allow-clocks", "-o", "out.wasm"], { cwd });
  expect([code, stderr.split("\n")[0]]).toEqual([2, "wasi-nest: `--deterministic` and `--allow-clocks` exclude each other"]);
});

test("nothing is written where the policy is wrong", async () => {
  const cwd = project();
  writeFileSync(path.join(cwd, "p.json"), `{ "stdot": "allow" }`);
  const outcome = await wasiNestAgain(["app.wasm", "--policy", "p.json", "-o", "out.wasm"], { cwd });
  expect(outcome).toEqual({
    code: 2,
    stdout: "",
    stderr: "wasi-nest: `p.json`: `stdot` is no option here: did you mean `stdout`?\n  `wasi-nest --help` lists the options\n",
  });
  expect((await wasiNestAgain(["app.wasm", "--policy", "p.json", "-o", "p.json"], { cwd })).code).toBe(2);
  writeFileSync(path.join(cwd, "p.json"), `{ "stdout": "allow" }`);
  expect(await wasiNestAgain(["app.wasm", "--policy", "p.json", "-o", "p.json"], { cwd })).toMatchObject({
    code: 1,
    stderr: "wasi-nest: the output `p.json` is the input `p.json` itself\n",
  });
  expect(existsSync(path.join(cwd, "out.wasm"))).toBe(false);
});
