import { defineConfig } from "vitest/config";

// What takes minutes and is done by chance; CONTRIBUTING.md tells when.
export default defineConfig({
  test: { include: ["test/**/*.long.ts"], maxWorkers: 2 },
});
