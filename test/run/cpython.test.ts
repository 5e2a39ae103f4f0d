/** CPython's tests of what the file system is asked for most; cpython.long.ts has the others. */

import { describeCpythonTests } from "./cpython-outcomes.ts";
import { hosts } from "./on-hosts.ts";

const ON_WASMTIME = {
  test_file: 30,
  test_fileio: 80,
  test_genericpath: 20,
  test_glob: 12,
  test_os: 120,
  test_posixpath: 65,
  test_shutil: 95,
  test_stat: 5,
  test_tempfile: 85,
};

/** Over a directory of the host's the others take several times as long; cpython.long.ts has them. */
const OVERLAID = { test_file: 30, test_genericpath: 20, test_glob: 12, test_posixpath: 65, test_stat: 5 };

/** jco takes a hundred times as long for a call. */
const ON_JCO = { test_genericpath: 20 };

for (const host of hosts) {
  const isWasmtime = host.name === "Wasmtime";
  describeCpythonTests(host, ["a mount"], isWasmtime ? ON_WASMTIME : ON_JCO);
  if (isWasmtime) describeCpythonTests(host, ["an overlay"], OVERLAID);
}
