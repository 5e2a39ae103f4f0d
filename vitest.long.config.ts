import { configDefaults, defineConfig } from "vitest/config";
import { LONG_APART } from "./test/apart.ts";
import { leftOut } from "./test/shares.ts";
import { SlowFirst } from "./test/slow-first.ts";

const exclude = [...configDefaults.exclude, ...leftOut.map(([file]) => file)];

// What takes minutes and is done by chance; CONTRIBUTING.md tells when.
export default defineConfig({
  // Tests that are in both suites do more here, and Wasmtime has its default compiler settings: test/hosts/engine.py.
  test: {
    env: { WASI_NEST_LONG: "1" },
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    testTimeout: 60_000,
    unstubEnvs: true,
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      // As in vitest.config.ts: by itself each file would take two seconds of processor time more.
      { extends: true, test: { name: "long", isolate: false, include: ["test/**/*.long.ts"], exclude: [...exclude, ...LONG_APART] } },
      { extends: true, test: { name: "apart", include: [...LONG_APART], exclude } },
    ],
  },
});
