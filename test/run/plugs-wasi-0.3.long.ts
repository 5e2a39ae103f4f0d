/** Plugs of WASI 0.3: components of the user's that answer for interfaces of 0.3, or of their own, with asynchronous functions and streams. */

import { beforeEach, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import { inspect, type Options } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "./on-hosts.ts";

const PLUGGED = ["wasi:random/random", "wasi:clocks/monotonic-clock", "acme:feed/*"];
const limits = { timeout: BUILD_MILLISECONDS };
/** Sums of 0 to 255 thrice and 0 to 231, and of the file. */
const PRINTED = "[0, 1, 2] 4 at 42, 1000 bytes, 124716, a file 294\n";

async function output(writable: boolean): Promise<Uint8Array> {
  const component = await rustGuest("plug");
  const options: Options = {
    adapters: PLUGGED.map((each) => ({ interface: each, component })),
    mounts: [{ path: "/data/file", entry: { kind: "file", contents: Buffer.from("abc") }, writable }],
    stdout: "allow",
  };
  return virtualized(await rustGuest("plug-user"), options);
}

beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

test("the output imports standard output alone, and can reach nothing else", limits, async () => {
  const made = await output(false);
  const { imports, exports } = worldOf(made);
  expect([...imports.keys()]).toEqual(["wasi:cli/types@0.3.0", "wasi:cli/stdout@0.3.0"]);
  expect([...exports.keys()]).toEqual(["wasi:cli/run@0.3.0"]);
  expect(inspect(made).reach).toEqual(["stdout"]);
});

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test.each([false, true])("they are called, and take streams of virtual files, writable: %s", limits, async (writable) => {
    const made = await output(writable);
    await expectValid(made);
    expect(await run(made)).toMatchObject({ stdout: PRINTED, stderr: "", exitCode: 0 });
  });
});
