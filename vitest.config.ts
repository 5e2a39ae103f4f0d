import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Real programs run in child processes; two cores are what CI has.
    maxWorkers: 2,
    testTimeout: 60_000,
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
