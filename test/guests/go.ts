/** Programs in Go, modules of preview 1, where Go is there. */

import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "./cached.ts";

const MODULE = path.join(import.meta.dirname, "go");

/** Programs of others', as go.mod there has them. */
const TOOLS_MODULE = path.join(import.meta.dirname, "go-tools");

/** What a test that is skipped for want of it says. */
export const GO_MISSING = "needs Go, 1.22 or later";
export const GO_TOOLS_MISSING = "needs Go, 1.26 or later";

let found: { readonly text: string; readonly minor: number } | undefined;
let searched = false;

/** Which Go there is, if it can compile the programs. */
export function go(oldest = 22): string | undefined {
  if (!searched) {
    searched = true;
    const { status, stdout } = spawnSync("go", ["version"], { encoding: "utf8" });
    const [, minor] = /^go version go1\.(\d+)/.exec(stdout) ?? [];
    if (status === 0 && minor !== undefined) found = { text: stdout.trim(), minor: Number(minor) };
  }
  return found !== undefined && found.minor >= oldest ? found.text : undefined;
}

/** The same for those of others. */
export const goForTools = (): string | undefined => go(26);

/** The preview 1 core module of test/guests/go/<name>/main.go. */
export async function goProgram(name: string): Promise<Uint8Array> {
  const texts = await Promise.all(["go.mod", `${name}/main.go`].map((file) => readFile(path.join(MODULE, file))));
  return cached(`go-${name}`, [go() ?? "", ...texts], () => compiled(MODULE, `./${name}`));
}

/** A program of others', by its package: a preview 1 core module, too. */
export async function goTool(name: string, packageName: string): Promise<Uint8Array> {
  const texts = await Promise.all(["go.mod", "go.sum"].map((file) => readFile(path.join(TOOLS_MODULE, file))));
  return cached(`go-tool-${name}`, [go() ?? "", packageName, ...texts], () => compiled(TOOLS_MODULE, packageName));
}

async function compiled(cwd: string, what: string): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-go-"));
  try {
    const output = path.join(folder, "program.wasm");
    const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm", GOTOOLCHAIN: "local" };
    await promisify(execFile)("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", output, what], { cwd, env });
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
