import { defineConfig } from "vitest/config";
import { APART } from "./test/apart.ts";
import { SlowFirst } from "./test/slow-first.ts";

export default defineConfig({
  test: {
    // Real programs run in child processes; two cores are what CI has. Two more workers work while others wait.
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    testTimeout: 60_000,
    unstubEnvs: true,
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      // A worker loads what files share once, and keeps its children, such as jco's: by itself each file would take half a second
      // more. The unit tests do run by themselves.
      { extends: true, test: { name: "all", isolate: false, include: ["test/**/*.test.ts"], exclude: [...APART] } },
      { extends: true, test: { name: "apart", include: [...APART] } },
    ],
  },
});
