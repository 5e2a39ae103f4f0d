/**
 * Programs in Python that are components of WASI 0.2 and 0.3: made by componentize-py, which WASI_NEST_COMPONENTIZE_PY names, or else the
 * one beside the Python of WASI_NEST_PYTHON, or on the PATH.
 */

import { execFile, spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "./cached.ts";
import { wasi03Wit } from "./wasi-wit.ts";

/** What a test that is skipped for want of it says. */
export const COMPONENTIZE_PY_MISSING = "needs componentize-py: pip install componentize-py, or set WASI_NEST_COMPONENTIZE_PY";

const WORLD = "guest";

let found: { readonly command: string; readonly version: string } | undefined;
let searched = false;

/** The command, if there is one that starts; found out once. */
function componentizePy(): typeof found {
  if (searched) return found;
  searched = true;
  const { WASI_NEST_COMPONENTIZE_PY: named, WASI_NEST_PYTHON: python } = process.env;
  const beside = python?.includes(path.sep) === true ? [path.join(path.dirname(python), "componentize-py")] : [];
  for (const command of named === undefined ? [...beside, "componentize-py"] : [named]) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (status === 0) return (found = { command, version: stdout.trim() });
  }
  return undefined;
}

export const componentizePyAvailable = (): boolean => componentizePy() !== undefined;

/** The component of test/guests/python/<name>.py, a command of WASI 0.3. */
export async function pythonGuest(name: string): Promise<Uint8Array> {
  const using = componentizePy();
  if (using === undefined) throw new Error(COMPONENTIZE_PY_MISSING);
  const source = path.join(import.meta.dirname, "python", `${name}.py`);
  const wit = `package test:guest;\nworld ${WORLD} { include wasi:cli/command@0.3.0; }\n${await wasi03Wit()}`;
  return cached(`python-${name}`, [using.version, wit, await readFile(source, "utf8")], async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-python-"));
    try {
      await mkdir(path.join(folder, "wit"));
      await writeFile(path.join(folder, "wit/world.wit"), wit);
      await copyFile(source, path.join(folder, "app.py"));
      const args = ["-q", "-d", "wit", "-w", WORLD, "componentize", "app", "-o", "app.wasm"];
      await promisify(execFile)(using.command, args, { cwd: folder });
      return await readFile(path.join(folder, "app.wasm"));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
