/** Files whose tests run in a worker of their own: they change what other files import, or import tests of others. */
export const APART: readonly string[] = [
  "test/cli/policy/wasi-virt.test.ts",
  "test/cli/progress.test.ts",
  "test/cli/wasi-virt.test.ts",
  "test/http/adapter.test.ts",
  "test/virt-adapters/beside-writable.test.ts",
];
