/** CPython's other tests that use files: what reads and writes archives and databases, and compiles and imports modules. */

import { describeCpythonTests } from "./cpython-outcomes.ts";
import { hosts } from "./on-hosts.ts";

const MODULES = {
  test_aifc: 120,
  test_bufio: 4,
  test_bz2: 85,
  test_configparser: 300,
  test_csv: 100,
  test_dbm: 12,
  test_dbm_dumb: 20,
  test_filecmp: 8,
  test_fileinput: 50,
  test_fnmatch: 15,
  test_gzip: 50,
  test_http_cookiejar: 65,
  test_import: 50,
  test_importlib: 800,
  test_io: 500,
  test_largefile: 9,
  test_linecache: 15,
  test_mailbox: 340,
  test_mimetypes: 15,
  test_modulefinder: 15,
  test_netrc: 18,
  test_pathlib: 270,
  test_pkgutil: 15,
  test_posix: 30,
  test_py_compile: 20,
  test_shelve: 170,
  test_source_encoding: 20,
  test_sqlite3: 400,
  test_tarfile: 350,
  test_unicode_file_functions: 20,
  test_univnewlines: 30,
  test_wave: 75,
  test_zipapp: 28,
  test_zipfile: 220,
  test_zipimport: 55,
};

/** What is asked for most, besides what cpython.test.ts has. `test_posixpath` is made of `test_genericpath`. */
const COMMON = {
  test_file: 30,
  test_fileio: 80,
  test_genericpath: 20,
  test_glob: 12,
  test_stat: 5,
  test_os: 120,
  test_posixpath: 65,
  test_shutil: 95,
  test_tempfile: 85,
};

/** jco takes a hundred times as long for a call. */
const ON_JCO = { test_genericpath: 20 };

for (const host of hosts) {
  const isWasmtime = host.name === "Wasmtime";
  if (!isWasmtime) describeCpythonTests(host, ["a mount"], ON_JCO);
  else for (const modules of [COMMON, MODULES]) describeCpythonTests(host, ["a mount", "an overlay"], modules);
}
