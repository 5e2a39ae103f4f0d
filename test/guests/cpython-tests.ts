/**
 * CPython's own tests, as some Python of this machine has them in its library: builds of Python for WASI come without.
 * They are run by cpython-tests.py in a directory that holds what `cpythonTests` puts there.
 */

import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, utimes } from "node:fs/promises";
import path from "node:path";
import { PYTHON } from "../hosts/wasmtime.ts";

/** What a test that is skipped for want of them says. */
export const CPYTHON_TESTS_MISSING =
  "needs the tests of CPython 3.11 or 3.12, which Debian has as libpython3.11-testsuite: set WASI_NEST_PYTHON to a Python that imports test.support";

/** Tests of other versions ask for what the library of the Python that runs them does not have. */
const SCRIPT =
  "import sys, sysconfig, test.support; assert sys.version_info[:2] in [(3, 11), (3, 12)]; print(sysconfig.get_path('stdlib'))";
/** Of the same version as the tests; not part of the Python that runs them, or of other inner workings there. */
const LIBRARY = ["_pyio.py", "pathlib.py"];
/** What modules import of others. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  test_import: ["test_importlib"],
  test_importlib: ["test_py_compile"],
  test_shelve: ["test_dbm"],
};
/** Seconds since the epoch. */
const CHANGED = 1_700_000_000;

let found: string | null | undefined;

/** The folder of the library that has them, or null; found out once. */
function library(): string | null {
  if (found === undefined) {
    const { status, stdout } = spawnSync(PYTHON, ["-c", SCRIPT]);
    found = status === 0 ? stdout.toString().trim() : null;
  }
  return found;
}

export function cpythonTestsAvailable(): boolean {
  return library() !== null;
}

/** Puts the modules and what they need into `/lib` of a folder, and what runs them into `/app`. */
export async function cpythonTests(folder: string, modules: readonly string[]): Promise<void> {
  const from = library();
  if (from === null) throw new Error(CPYTHON_TESTS_MISSING);
  const copied = new Set([...modules, ...modules.flatMap((each) => NEEDED[each] ?? [])]);
  const needed = (source: string): boolean => {
    const [name = ""] = path.relative(path.join(from, "test"), source).split(path.sep);
    return path.basename(source) !== "__pycache__" && (!name.startsWith("test_") || copied.has(path.parse(name).name));
  };
  await mkdir(path.join(folder, "lib"), { recursive: true });
  await mkdir(path.join(folder, "app"));
  await cp(path.join(from, "test"), path.join(folder, "lib/test"), { recursive: true, preserveTimestamps: true, filter: needed });
  for (const name of LIBRARY) await cp(path.join(from, name), path.join(folder, "lib", name), { preserveTimestamps: true });
  await cp(path.join(import.meta.dirname, "cpython-tests.py"), path.join(folder, "app/tests.py"));
  // Where they are embedded with their times, the output is to be the same each time: hosts keep what they made of it.
  for (const name of await readdir(folder, { recursive: true })) await utimes(path.join(folder, name), CHANGED, CHANGED);
}
