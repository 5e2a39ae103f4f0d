/** Scripts by chance: a component does what a shell does, and a model of it. */
import { beforeAll, expect, test } from "vitest";
import { cProgram } from "../guests/index.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, RUN_MILLISECONDS } from "../run/on-hosts.ts";
import { expectLikeModel, batch, STDIN } from "./batch.ts";
import { onGuest } from "./guest.ts";
import { chanceOf, modelOf, randomScript } from "./random.ts";
import { inShell, SHELL_MISSING, shellAvailable, textOf } from "./shell.ts";

const SCRIPTS = 1000;
const SHELL_BATCHES = 4;
const COMPONENTS = 1;

let program: Uint8Array;

beforeAll(async () => {
  program = await cProgram("stage");
}, BUILD_MILLISECONDS);

test.for([false, true])("the guest does what the model does; with pipefail: %s", (pipefail) => {
  for (let seed = 0; seed < SCRIPTS / 2; seed++) {
    const script = randomScript(chanceOf(pipefail ? seed + SCRIPTS : seed));
    expect(onGuest(script, STDIN, pipefail), textOf(script)).toEqual({ ...modelOf(script, STDIN, pipefail), left: 0 });
  }
});

test.for(Array.from({ length: SHELL_BATCHES }, (_, i) => i))("the model does what a shell does: %i", (seed, { skip }) => {
  skip(!shellAvailable(), SHELL_MISSING);
  const script = batch(seed, 50);
  expect(modelOf(script, STDIN), textOf(script)).toEqual(inShell(script, { stdin: STDIN }));
});

test.for(Array.from({ length: COMPONENTS }, (_, i) => i))(
  "a component does what the model does: %i",
  { timeout: RUN_MILLISECONDS },
  async (seed, { skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    await expectLikeModel(batch(seed, 12), program, runOnWasmtime);
  },
);
