/**
 * A poll of the host's pollables and ours together: a file's stream is ready at once, a timer that has not
 * run out is not reported with it. The host does the waiting; nothing here wraps `poll`.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Directory } from "../../src/index.ts";
import { javascript } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const ROOT: Directory = {
  kind: "directory",
  entries: new Map([
    ["file", { kind: "file", contents: Buffer.from("text") }],
    ["empty", { kind: "file", contents: new Uint8Array() }],
  ]),
};

const EXPECTED = `timer: [0] after the timer
timer, file: [1] before the timer
timer, file, file at its end: [1,2] before the timer
timer, stdin: [1] before the timer
`;

let program: Uint8Array;

beforeAll(async () => {
  program = await javascript(await readFile(path.join(import.meta.dirname, "guests/polls.js"), "utf8"));
}, BUILD_MILLISECONDS);

describe.each([
  ["allowed and at its end", "allow"],
  ["ignored", "ignore"],
  ["denied", "deny"],
  ["embedded", Buffer.from("x")],
] as const)("with stdin %s", (_, stdin) => {
  test.for(hosts)("on $name", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const output = virtualized(program, { mounts: [{ path: "/", entry: ROOT }], stdin, stdout: "allow", allowClocks: true });
    const { stdout, trap } = await run(output);
    expect(trap).toBeUndefined();
    expect(stdout.slice(0, EXPECTED.length)).toBe(EXPECTED);
    // Of two that are ready a host may tell the one that it notices first; never the timer.
    const both =
      stdin === "allow" ? /^timer, stdin, file: \[(1|2|1,2)\] before the timer\n$/ : /^timer, stdin, file: \[1,2\] before the timer\n$/;
    expect(stdout.slice(EXPECTED.length)).toMatch(both);
  });
});
