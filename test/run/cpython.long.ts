/** CPython's tests that use files and take longer: what reads and writes archives, and compiles and imports modules. */

import { describeCpythonTests } from "./cpython-outcomes.ts";
import { hosts } from "./on-hosts.ts";

const MODULES = {
  test_aifc: 120,
  test_configparser: 300,
  test_csv: 100,
  test_http_cookiejar: 65,
  test_import: 50,
  test_importlib: 800,
  test_io: 500,
  test_linecache: 15,
  test_mimetypes: 15,
  test_modulefinder: 15,
  test_netrc: 18,
  test_pkgutil: 15,
  test_posix: 30,
  test_py_compile: 20,
  test_source_encoding: 20,
  test_tarfile: 350,
  test_wave: 75,
  test_zipfile: 220,
  test_zipimport: 55,
};

for (const host of hosts.filter(({ name }) => name === "Wasmtime")) describeCpythonTests(host, ["a mount", "an overlay"], MODULES);
