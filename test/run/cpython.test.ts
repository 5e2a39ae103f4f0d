/** Few of CPython's tests of files; cpython.long.ts has these on an overlay, too, and the others. */

import { describeCpythonTests } from "./cpython-outcomes.ts";
import { hosts } from "./on-hosts.ts";

const MODULES = { test_genericpath: 20, test_stat: 5 };

for (const host of hosts.filter(({ name }) => name === "Wasmtime")) describeCpythonTests(host, ["a mount"], MODULES);
