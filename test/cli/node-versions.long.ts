/** The package works on each Node that it promises, from the oldest on, as npm has them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { install, link, manifest } from "./installed.ts";
import { wasiNest } from "./wasi-nest.ts";

const VERSIONS = ["20.19.0", "20", "22", "24", "26"];
const MILLISECONDS = 600_000;
const PACKAGE = `node-${process.platform}-${process.arch}`;
const isThere = process.platform === "linux" && process.arch === "x64";

const SCRIPT = `import { readFileSync } from "node:fs";
import { virtualize } from "wasi-nest";
import { readMount } from "wasi-nest/node";
const { chunks, report } = virtualize(readFileSync("hello.wasm"), { mounts: [{ path: "/data", entry: await readMount("data") }] });
console.log(chunks.length > 1, report.files.count);
`;

describe.skipIf(!isThere)(isThere ? "the package" : `the package (needs the package node of npm for ${PACKAGE})`, () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "wasi-nest-node-"));
    install(cwd);
    for (const name of ["@bytecodealliance/jco", "@bytecodealliance/preview2-shim"]) link(cwd, name);
    writeFileSync(join(cwd, "hello.wasm"), await adaptCommand(await cProgram("hello")));
    mkdirSync(join(cwd, "data"));
    writeFileSync(join(cwd, "data/a.txt"), "alpha\n");
    writeFileSync(join(cwd, "script.mjs"), SCRIPT);
  }, MILLISECONDS);
  afterAll(() => rmSync(cwd, { recursive: true, force: true }), MILLISECONDS);

  test.each(VERSIONS)("works on Node %s", { timeout: MILLISECONDS }, (version) => {
    const prefix = join(cwd, `node-${version}`);
    mkdirSync(prefix);
    writeFileSync(join(prefix, "package.json"), "{}\n");
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent", `${PACKAGE}@${version}`], { cwd: prefix });
    const node = join(prefix, "node_modules", PACKAGE, "bin/node");
    expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(new RegExp(`^v${version}\\b`));
    const main = join(cwd, "node_modules/wasi-nest/dist/command/main.js");
    const nest = (...args: readonly string[]): object =>
      wasiNest(args, { cwd, main, node, env: { XDG_CACHE_HOME: join(prefix, "cache") } });
    const out = `out-${version}.wasm`;
    const options = ["--mount", "/data=data", "--arg", "/data/a.txt", "--stdio", "allow", "--quiet"];
    expect(nest("--version")).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
    expect(nest("--help")).toMatchObject({ code: 0, stderr: "" });
    // Twice: the second time, newer Nodes have the command compiled.
    for (const _ of [1, 2]) expect(nest("hello.wasm", "-o", out, ...options)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(nest("inspect", out)).toMatchObject({ code: 0, stderr: "" });
    expect(nest("run", out)).toMatchObject({ code: 0, stdout: expect.stringContaining("alpha") as string, stderr: "hello ends with 0\n" });
    expect(spawnSync(node, ["script.mjs"], { cwd, encoding: "utf8" })).toMatchObject({ status: 0, stdout: "true 1\n", stderr: "" });
  });

  test("the oldest of them is the one that package.json names", () => {
    expect(manifest.engines.node).toBe(">=20.19");
  });
});
