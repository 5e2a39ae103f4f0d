/** Flite speaks into a file that an embedder reads: the same sound as in a file of this machine. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { flite } from "../guests/index.ts";
import { runOnWasmtime, runWithFiles, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const SPEAK = { program: "flite", args: ["-t", "Nothing of this is heard outside.", "-o", "/out/speech.wav"] };

test("makes the same sound as in the host's directory", { timeout: BUILD_MILLISECONDS + RUN_MILLISECONDS }, async ({ skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const component = await flite();
  const output = virtualized(component, {
    arg0: SPEAK.program,
    args: SPEAK.args,
    tmpfs: [{ path: "/out" }],
    exportFiles: true,
    allowClocks: true,
  });
  await expectValid(output);
  expect((await importsOf(output)).filter((name) => !name.startsWith("wasi:clocks/"))).toEqual([]);
  const { outcome, files } = await runWithFiles(output, {}, ["/out/speech.wav"]);
  expect({ trap: undefined, ...outcome }).toMatchObject({ exitCode: 0, trap: undefined });

  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-flite-"));
  try {
    expect(await runOnWasmtime(component, { ...SPEAK, preopens: { "/out": folder } })).toMatchObject({ exitCode: 0 });
    const theirs = await readFile(path.join(folder, "speech.wav"));
    expect(theirs.length).toBeGreaterThan(20_000);
    expect(theirs.subarray(0, 4).toString()).toBe("RIFF");
    expect(files.map((file) => Buffer.from(file).equals(theirs))).toEqual([true]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
