/**
 * An adapter of WASI 0.3 alone, plugged below a program, is as good as the program virtualized. One of 0.2 and 0.3 has one state: what a
 * program writes through one it reads through the other.
 */

import { beforeEach, describe, expect, test } from "vitest";
import { createAdapter, type AdapterOptions, type Entry } from "../../src/index.ts";
import { plug } from "../compose/plug.ts";
import { RUST_MISSING, rust, rustGuest, shapedGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { wacAvailable, wacPlug } from "../hosts/wac.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "./on-hosts.ts";

const file = (contents: Uint8Array): Entry => ({ kind: "file", contents });
const DATA: Entry = {
  kind: "directory",
  entries: new Map([["large", file(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) ^ (i >> 8)))]]),
};
const adapter = (options: AdapterOptions): Uint8Array => Buffer.concat(createAdapter(options).chunks);

describe.each(newestHosts)("on $name", ({ missing, run }) => {
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  test("a program that echoes, above an adapter of 0.3", { timeout: BUILD_MILLISECONDS }, async () => {
    const options = { stdin: Buffer.from("embedded".repeat(10_000)), stdout: "allow", stderr: "allow", args: ["echo", "1000"] } as const;
    const program = await shapedGuest("cli");
    const plugged = plug(adapter({ ...options, wasiVersion: "0.3.0" }), program);
    await expectValid(plugged);
    const outcome = await run(plugged);
    expect(outcome).toMatchObject({ stdout: "embedded".repeat(10_000), stderr: "80000 bytes, read ok, written ok\n", exitCode: 0 });
    expect(outcome).toEqual(await run(virtualized(program, options)));
  });

  test("a program of 0.2 and 0.3, above an adapter of both", { timeout: BUILD_MILLISECONDS }, async () => {
    const options: AdapterOptions = { mounts: [{ path: "/data", entry: DATA, writable: true }], stdout: "allow", stderr: "allow" };
    const program = await rustGuest("both");
    const both = adapter({ ...options, wasiVersion: ["0.2.12", "0.3.0"] });
    const plugged = wacAvailable() ? await wacPlug(both, program) : plug(both, program);
    await expectValid(plugged);
    const outcome = await run(plugged);
    expect(outcome).toMatchObject({ stderr: "", exitCode: 0 });
    expect(outcome.stdout).toContain('read back: "by ONE STREAMrd library"\n');
    expect(outcome).toEqual(await run(virtualized(program, options)));
  });
});
