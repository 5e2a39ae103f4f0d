import { defineConfig } from "vitest/config";
import { unitTests } from "./test/unit-tests.ts";

// What needs no other program and no engine, in seconds.
export default defineConfig({
  test: { include: [...unitTests()], maxWorkers: 2, testTimeout: 60_000, reporters: ["default", "./test/summary-reporter.ts"] },
});
