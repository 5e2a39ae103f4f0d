/** Programs in Go, modules of preview 1, where Go is there. */

import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "./cached.ts";

const MODULE = path.join(import.meta.dirname, "go");

/** What a test that is skipped for want of it says. */
export const GO_MISSING = "needs Go, 1.22 or later";

let version: string | undefined;
let searched = false;

/** Which Go there is, if it can compile the programs. */
export function go(): string | undefined {
  if (searched) return version;
  searched = true;
  const { status, stdout } = spawnSync("go", ["version"], { encoding: "utf8" });
  const [, minor] = /^go version go1\.(\d+)/.exec(stdout) ?? [];
  version = status === 0 && Number(minor) >= 22 ? stdout.trim() : undefined;
  return version;
}

/** The preview 1 core module of test/guests/go/<name>/main.go. */
export async function goProgram(name: string): Promise<Uint8Array> {
  const texts = await Promise.all(["go.mod", `${name}/main.go`].map((file) => readFile(path.join(MODULE, file))));
  return cached(`go-${name}`, [go() ?? "", ...texts], async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-go-"));
    try {
      const output = path.join(folder, "program.wasm");
      const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm", GOTOOLCHAIN: "local" };
      await promisify(execFile)("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", output, `./${name}`], { cwd: MODULE, env });
      return await readFile(output);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
