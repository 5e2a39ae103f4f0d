/**
 * Compilers run in a process of their own: they take minutes and gigabytes, which a vitest worker has neither
 * of, and jco's WebAssembly is unusable after it has failed once.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BASELINE_ONLY } from "../hosts/node-options.ts";
import { runChild } from "../hosts/outcome.ts";
import { standingChild } from "../hosts/standing-child.ts";

const TIMEOUT_MILLISECONDS = 600_000;

const scriptOf = (name: string): string => path.join(import.meta.dirname, "tools", `${name}.mjs`);

/** Runs tools/<name>.mjs with a request; it writes its result to the file `output` of the request. */
export function runTool(name: string, request: object): Promise<Uint8Array> {
  return withRequest(name, request, async (input, output) => {
    const { stdout, stderr, ending } = await runChild(process.execPath, [...BASELINE_ONLY, scriptOf(name), input], {
      cwd: path.dirname(input),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    });
    return await readFile(output).catch(() => {
      throw new Error(`${name} made nothing and ${ending}:\n${stdout.toString()}${stderr.toString()}`);
    });
  });
}

/** As `runTool`, but the tool stays for the next request, until this process ends. */
export function standingTool(name: string): (request: object) => Promise<Uint8Array> {
  const ask = standingChild(process.execPath, [...BASELINE_ONLY, scriptOf(name)], TIMEOUT_MILLISECONDS);
  return (request) =>
    withRequest(name, request, async (input, output) => {
      await ask({ input });
      return readFile(output);
    });
}

/** Does something with the files of a request and of its result, which are there only so long. */
async function withRequest(
  name: string,
  request: object,
  use: (input: string, output: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), `wasi-nest-${name}-`));
  try {
    const [input, output] = [path.join(folder, "request.json"), path.join(folder, "output.wasm")];
    await writeFile(input, JSON.stringify({ ...request, output }));
    return await use(input, output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
