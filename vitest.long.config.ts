import { defineConfig } from "vitest/config";

// What takes minutes and is done by chance; CONTRIBUTING.md tells when.
export default defineConfig({
  // By the compiler of Wasmtime that is its default, whatever is compiled: test/hosts/engine.py.
  test: { env: { WASI_NEST_CRANELIFT: "1" }, include: ["test/**/*.long.ts"], maxWorkers: 2 },
});
