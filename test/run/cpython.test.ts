/** CPython's tests of files: those that take seconds; cpython.long.ts has the others. */

import { describeCpythonTests } from "./cpython-outcomes.ts";
import { hosts } from "./on-hosts.ts";

const ON_WASMTIME = {
  test_bufio: 4,
  test_bz2: 85,
  test_dbm: 12,
  test_dbm_dumb: 20,
  test_file: 30,
  test_filecmp: 8,
  test_fileinput: 50,
  test_fileio: 80,
  test_fnmatch: 15,
  test_genericpath: 20,
  test_glob: 12,
  test_gzip: 50,
  test_largefile: 9,
  test_mailbox: 340,
  test_os: 120,
  test_pathlib: 270,
  test_posixpath: 65,
  test_shelve: 170,
  test_shutil: 95,
  test_sqlite3: 400,
  test_stat: 5,
  test_tempfile: 85,
  test_unicode_file_functions: 20,
  test_univnewlines: 30,
  test_zipapp: 28,
};

/** jco takes a hundred times as long for a call. */
const ON_JCO = { test_genericpath: 20, test_fileio: 80 };

for (const host of hosts)
  if (host.name === "Wasmtime") describeCpythonTests(host, ["a mount", "an overlay"], ON_WASMTIME);
  else describeCpythonTests(host, ["a mount"], ON_JCO);
