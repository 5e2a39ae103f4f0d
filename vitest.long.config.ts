import { configDefaults, defineConfig } from "vitest/config";
import { leftOut } from "./test/shares.ts";
import { SlowFirst } from "./test/slow-first.ts";

// What takes minutes and is done by chance; CONTRIBUTING.md tells when.
export default defineConfig({
  // Tests that are in both suites do more here, and Wasmtime has its default compiler settings: test/hosts/engine.py.
  test: {
    env: { WASI_NEST_LONG: "1" },
    include: ["test/**/*.long.ts"],
    exclude: [...configDefaults.exclude, ...leftOut.map(([file]) => file)],
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    testTimeout: 60_000,
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
