/**
 * What is ready is so at once, by whichever method a fresh pollable is asked: also where it is one of the host's that
 * stands for a stream of ours. Hosts differ there, so that the oldest and the newest are asked.
 */

import { beforeAll, describe, expect, test } from "vitest";
import type { Directory, Options } from "../../src/index.ts";
import { rawGuest } from "../guests/index.ts";
import { OLDEST_WASMTIME, OLDEST_WASMTIME_MISSING, runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const HOSTS = [
  ...hosts.map((host) => ({ ...host, missing: WASMTIME_MISSING })),
  { name: "Wasmtime's command", available: wasmtimeCli() !== undefined, run: runOnWasmtimeCli, missing: WASMTIME_CLI_MISSING },
  {
    name: "the oldest Wasmtime",
    available: OLDEST_WASMTIME !== undefined,
    run: (component: Uint8Array, options: object) => runOnWasmtimeCli(component, { ...options, command: OLDEST_WASMTIME }),
    missing: OLDEST_WASMTIME_MISSING,
  },
];

const ENTRIES: Directory = { kind: "directory", entries: new Map([["f", { kind: "file", contents: Buffer.from("text") }]]) };
const READY = "ready twice, after block, in poll, after poll\n";

/** Timers of the host's make its pollables the app's, so that none is ours. */
const OPTIONS: readonly (readonly [string, Options])[] = [
  ["embedded", { mounts: [{ path: "/d", entry: ENTRIES }], stdin: Buffer.from("input"), stderr: "ignore" }],
  ["at their end", { mounts: [{ path: "/d", entry: ENTRIES }], stdin: "ignore", stderr: "deny" }],
  [
    "of files that can be written to",
    { mounts: [{ path: "/d", entry: ENTRIES, writable: true }], stdin: { file: "/d/f" }, stderr: { file: "/d/err" } },
  ],
];

let guest: Uint8Array;
beforeAll(async () => {
  guest = await rawGuest("streams");
}, BUILD_MILLISECONDS);

describe.each(HOSTS)("on $name", ({ available, run, missing }) => {
  test.for(OPTIONS)("streams %s are ready by every method", { timeout: RUN_MILLISECONDS }, async ([, options], { skip }) => {
    skip(!available, missing);
    const output = virtualized(guest, { ...options, stdout: "allow", allowArgs: true, allowClocks: true });
    const { stdout, trap } = await run(output, { args: ["ready"] });
    expect(trap).toBeUndefined();
    const streams = ["file", "stdin", "stdout", "stderr"].map((name) => `${name}: ${READY}`);
    expect(stdout).toBe(`${streams.join("")}text<end>\n`);
  });
});
