/** CPython's tests of what the file system is asked for most; cpython.long.ts has these on an overlay, and the others. */

import { describeCpythonTests } from "./cpython-outcomes.ts";
import { hosts } from "./on-hosts.ts";

const MODULES = { test_file: 30, test_genericpath: 20, test_glob: 12, test_stat: 5 };

for (const host of hosts.filter(({ name }) => name === "Wasmtime")) describeCpythonTests(host, ["a mount"], MODULES);
