import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { adaptPreview1, type Options } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { runOnJco } from "../hosts/jco.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { isLong, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

/** Calls in one run. */
const CALLS = 300;
const RUNS = isLong ? 60 : 12;
const SEED = Number(process.env["WASI_NEST_SEED"] ?? 1);

const VIRTUAL: Options = { tmpfs: [{ path: "/" }], stdout: "allow", stderr: "allow", allowArgs: true };

const core = await cProgram("preview1-random");

async function withDirectory(
  run: (component: Uint8Array, options: RunOptions) => Promise<Outcome>,
  component: Uint8Array,
  seed: number,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-preview1-"));
  try {
    const { stdout, stderr, trap } = await run(component, { args: [String(seed), String(CALLS)], preopens: { "/": folder } });
    return `${stdout}${stderr}${trap ?? ""}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const seeds = Array.from({ length: RUNS }, (_, i) => SEED + i);

test.skipIf(wasmtimeCli() === undefined)(
  `a program of preview 1 cannot tell the adapter from Wasmtime's own preview 1 (${WASMTIME_CLI_MISSING})`,
  async () => {
    const adapted = adaptPreview1(core);
    const virtual = virtualized(core, VIRTUAL);
    for (const seed of seeds) {
      const wanted = await withDirectory(runOnWasmtimeCli, core, seed);
      expect(wanted.split("\n"), `seed ${seed}`).toHaveLength(CALLS + 1);
      expect(await withDirectory(runOnWasmtimeCli, adapted, seed), `adapted, seed ${seed}`).toBe(wanted);
      expect(await withDirectory(runOnWasmtimeCli, virtual, seed), `virtual, seed ${seed}`).toBe(wanted);
    }
  },
  isLong ? 1_200_000 : RUN_MILLISECONDS,
);

test.skipIf(wasmtimeCli() === undefined)(
  `nor on jco, where its files are ours (${WASMTIME_CLI_MISSING})`,
  async () => {
    const virtual = virtualized(core, VIRTUAL);
    for (const seed of seeds.slice(0, isLong ? 6 : 2)) {
      const wanted = await withDirectory(runOnWasmtimeCli, core, seed);
      expect(await withDirectory(runOnJco, virtual, seed), `seed ${seed}`).toBe(wanted);
    }
  },
  isLong ? 1_200_000 : RUN_MILLISECONDS,
);
