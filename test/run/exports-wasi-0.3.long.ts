/**
 * Exports of WASI 0.3: a library whose functions take and give descriptors, with callers that name the type and call its methods; and
 * the files of one, which an embedder hands in and takes out.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import type { Options } from "../../src/index.ts";
import { plug } from "../compose/plug.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/index.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { BUILD_MILLISECONDS, expectValid, virtualized } from "./on-hosts.ts";

const limits = { timeout: BUILD_MILLISECONDS };
const MODES = ["read-only", "writable"] as const;
const USED = '"abc" true, 3 bytes, kept 3, Err(ErrorCode::NoEntry)\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-exports-"));
  await writeFile(path.join(folder, "file"), "abc");
});
afterAll(() => rm(folder, { recursive: true }));

async function library(mode: (typeof MODES)[number], options: Options = {}): Promise<Uint8Array> {
  const entries = new Map([["file", { kind: "file", contents: Buffer.from("abc") } as const]]);
  const mount = { path: "/data", entry: { kind: "directory", entries }, writable: mode === "writable" } as const;
  return virtualized(await rustGuest("library"), { mounts: [mount], ...options });
}

/** wit-bindgen does not escape `virtual`, a word that Rust keeps for itself. */
async function embedder(): Promise<Uint8Array> {
  const text = Buffer.from(await rustGuest("embedder")).toString("latin1");
  return Buffer.from(text.replaceAll("wirtual", "virtual"), "latin1");
}

beforeEach(({ skip }) => skip(rust() === undefined, RUST_MISSING));

test.each(MODES)("a library of descriptors exports their types beside its own, and imports nothing: %s", limits, async (mode) => {
  const output = await library(mode);
  await expectValid(output);
  const { imports, exports } = worldOf(output);
  expect([...imports.keys()]).toEqual([]);
  const own = ["acme:library/files@1.0.0", "acme:library/texts@1.0.0"];
  expect([...exports.keys()].toSorted()).toEqual([...own, "wasi:filesystem/types@0.3.0"]);
});

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  beforeEach(({ skip }) => skip(missing !== undefined, missing));

  test.each(MODES)("a caller reads, lends and gives back descriptors as of a real directory: %s", limits, async (mode) => {
    const caller = await rustGuest("library-user");
    const whole = plug(await library(mode), caller);
    await expectValid(whole);
    const outcomes = [await run(whole), await run(plug(await rustGuest("library"), caller), { preopens: { "/data": folder } })];
    for (const outcome of outcomes) {
      if (name === "Wasmtime") expect(outcome).toMatchObject({ stdout: USED, stderr: "", exitCode: 0 });
      // jco 1.35 hands the descriptor that an asynchronous function gives into the wrong component's table, whoever made it.
      else expect(outcome.trap).toMatch(/^RuntimeError: unknown handle index \d+$/);
    }
  });

  test("an embedder hands files in and takes them out", limits, async () => {
    const whole = plug(await library("writable", { exportFiles: true }), await embedder());
    await expectValid(whole);
    expect(await run(whole)).toMatchObject({
      stdout: `Some("handed in")
true Ok("taken out")
Ok([("/data/file", 3, false), ("/data/in", 9, true), ("/data/out", 9, true)])
None Err(Failure { code: 7, name: "no-entry", message: "" }) Some("abc")
`,
      stderr: "",
      exitCode: 0,
    });
  });
});
