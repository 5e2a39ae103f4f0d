/**
 * Compilers run in a process of their own: they take minutes and gigabytes, which a vitest worker has neither
 * of, and jco's WebAssembly is unusable after it has failed once.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BASELINE_ONLY } from "../hosts/node-options.ts";
import { runChild } from "../hosts/outcome.ts";

const TIMEOUT_MILLISECONDS = 600_000;

/** Runs tools/<name>.mjs with a request; it writes its result to the file `output` of the request. */
export async function runTool(name: string, request: object): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), `wasi-nest-${name}-`));
  try {
    const output = path.join(folder, "output.wasm");
    const input = path.join(folder, "request.json");
    await writeFile(input, JSON.stringify({ ...request, output }));
    const script = path.join(import.meta.dirname, "tools", `${name}.mjs`);
    const { stdout, stderr, ending } = await runChild(process.execPath, [...BASELINE_ONLY, script, input], {
      cwd: folder,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    });
    return await readFile(output).catch(() => {
      throw new Error(`${name} made nothing and ${ending}:\n${stdout.toString()}${stderr.toString()}`);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
