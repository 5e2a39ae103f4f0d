/**
 * Standard input is one per instance, as it is one per process: every handle of it goes on where the last one
 * stopped, whoever holds them, and the end is the end for all.
 */

import { beforeAll, describe, expect, test } from "vitest";
import type { Directory, Mount, Options } from "../../src/index.ts";
import { rawGuest } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const INPUT = Buffer.from("0123456789");
const entry: Directory = { kind: "directory", entries: new Map([["in", { kind: "file", contents: INPUT }]]) };
const mount = (writable: boolean): Mount => ({ path: "/d", entry, writable });

const INPUTS: readonly (readonly [string, Options])[] = [
  ["fixed", { stdin: INPUT }],
  ["fixed, beside files that can be written to", { stdin: INPUT, tmpfs: [{ path: "/t" }] }],
  ["a file", { stdin: { file: "/d/in" }, mounts: [mount(false)] }],
  ["a file that can be written to", { stdin: { file: "/d/in" }, mounts: [mount(true)] }],
];

let guest: Uint8Array;
beforeAll(async () => {
  guest = await rawGuest("streams");
}, BUILD_MILLISECONDS);

describe.each(hosts)("on $name", ({ available, run }) => {
  describe.each(INPUTS)("an input that is %s", (_, options) => {
    test.for([
      ["asks each time", "<012><345><678><9><closed><closed>"],
      ["has two", "<01><23><45><67><9><closed>"],
    ])("comes to its end for a program that %s", { timeout: RUN_MILLISECONDS }, async ([arg = "", expected], { skip }) => {
      skip(!available, WASMTIME_MISSING);
      const { stdout, trap } = await run(virtualized(guest, { ...options, stdout: "allow", allowArgs: true }), { args: [arg] });
      expect(trap).toBeUndefined();
      expect(stdout).toBe(expected);
    });
  });
});
