/**
 * Random operations on streams of WASI 0.3, and many streams at once and one after another: no trap, no hang, no wrong byte, and
 * nothing left. Wasmtime counts what is left: memories have limits, and so have the handles of streams and futures.
 */

import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { runOnWasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { BUILD_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { expectSuccess, makeData, withData } from "./wasi-0.3-cases.ts";

const STEPS = { Wasmtime: 200_000, jco: 10_000 } as Readonly<Record<string, number>>;
const MANY = { Wasmtime: 10_000, jco: 1000 } as Readonly<Record<string, number>>;
const ABANDONED = { Wasmtime: 100_000, jco: 1000 } as Readonly<Record<string, number>>;

/** Of what is written, and of what is open: little more than the file has. */
const MAX_BYTES = 320 * 1024;
const PAGE = 65_536;
/** What each memory may have: the program begins with 18 pages, our part with 5 in front of the files. */
const PAGES = 22;
/** The file, copied as it is written to, and a buffer for each of a thousand streams, some of them large. */
const HOSTILE_PAGES = 96;
/** Two ends of a stream and two of a future, of as many as are open; of some, only the future is. */
const HANDLES = { hostile: 6000, abandoned: 2000 } as const;

let folder: string;
let data: string;

beforeAll(async () => {
  if (rust() !== undefined) ({ folder, data } = await makeData());
});
afterAll(async () => {
  if (rust() !== undefined) await rm(folder, { recursive: true });
});

const MODES = ["read-only", "writable", "the host's, read-only", "over the host's"] as const;
/** Files of the host's under other terms. */
const HOSTS: Readonly<Partial<Record<(typeof MODES)[number], Options>>> = {
  "the host's, read-only": { preopens: [{ path: "/data", host: "/host", readOnly: true }] },
  "over the host's": { overlays: [{ path: "/data", host: "/host", maxBytes: MAX_BYTES }] },
};

const limits = (pages: number, handles: number): readonly string[] => [
  ...["-W", `max-memory-size=${pages * PAGE},trap-on-grow-failure=y`],
  ...["-S", `max-component-handles=${handles}`],
];

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    skip(missing !== undefined, missing);
  });

  describe.each(MODES)("%s", (mode) => {
    const made = async (...args: readonly string[]): Promise<Uint8Array> => {
      const guest = await rustGuest("tangle");
      const options = HOSTS[mode];
      if (options !== undefined) return virtualized(guest, { ...options, stdout: "allow", args });
      return withData(guest, data, mode === "writable" && { maxBytes: MAX_BYTES }, { args });
    };
    // The host's files are slow, and what keeps streams is the same.
    const share = HOSTS[mode] === undefined ? 1 : 1 / 2;
    const preopens = (): Readonly<Record<string, string>> => (HOSTS[mode] === undefined ? {} : { "/host": data });
    const limited = (output: Uint8Array, flags: readonly string[]): Promise<Outcome> =>
      name === "Wasmtime" ? runOnWasmtimeCli(output, { flags, preopens: preopens() }) : run(output, { preopens: preopens() });

    test("a hostile program finds every byte, and leaves nothing", { timeout: BUILD_MILLISECONDS }, async () => {
      const [steps, seed] = [(STEPS[name] ?? 0) * share, 1 + Math.floor(Math.random() * 1_000_000)];
      const output = await made("hostile", `${steps}`, `${seed}`);
      const pages = mode === "read-only" ? PAGES : HOSTILE_PAGES;
      const { stdout, stderr, exitCode } = await limited(output, limits(pages, HANDLES.hostile));
      expect({ seed, stderr, exitCode }).toEqual({ seed, stderr: "", exitCode: 0 });
      const [, found] = /^\d+ steps, 0 wrong, (\d+) times 1000 streams at once\n$/.exec(stdout) ?? [];
      expect({ seed, stdout, isFull: Number(found) > 0 }).toEqual({ seed, stdout, isFull: true });
    });

    test("many streams at once", { timeout: BUILD_MILLISECONDS }, async () => {
      const count = MANY[name];
      const outcome = await run(await made("many", `${count}`), { preopens: preopens() });
      expectSuccess(outcome);
      expect(outcome.stdout).toBe(`${count} of ${count}\n`);
    });

    test.each([1, 300])("streams that are abandoned leave nothing, %i at a time", { timeout: BUILD_MILLISECONDS }, async (atOnce) => {
      const count = (ABANDONED[name] ?? 0) * share;
      const output = await made("abandoned", `${count}`, `${atOnce}`);
      const outcome = await limited(output, limits(PAGES, HANDLES.abandoned));
      expectSuccess(outcome);
      expect(outcome.stdout).toBe(`${count} of ${count}\n`);
    });
  });
});
