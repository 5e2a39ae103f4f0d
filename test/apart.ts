/** Files of `npm test` whose tests run in a worker of their own: they change what other files import, or import tests of others. */
export const APART: readonly string[] = [
  "test/cli/policy/wasi-virt.test.ts",
  "test/cli/progress.test.ts",
  "test/cli/wasi-virt.test.ts",
  "test/http/adapter.test.ts",
  "test/virt-adapters/beside-writable.test.ts",
];

/** It builds what all programs in Rust depend on. While the others of LONG_LONGEST come first as well, no worker waits for that. */
export const BUILDS_RUST = "test/run/wasi-0.3-programs.long.ts";

/** Of the long suite, what takes more than a minute and a half. */
export const LONG_LONGEST: readonly string[] = [
  BUILDS_RUST,
  "test/run/socket-rules-programs.long.ts",
  "test/run/closed-in.long.ts",
  "test/preview1/programs.long.ts",
  "test/run/cpython.long.ts",
  "test/run/javascript-adapters.long.ts",
  "test/guests/guests.long.ts",
  "test/differential/differential.long.ts",
  "test/run/clang.long.ts",
  "test/run/real-programs.long.ts",
  "test/run/http-adapter.long.ts",
  "test/validity/validity.long.ts",
  "test/cli/installed.long.ts",
  "test/cli/adapters.long.ts",
];

/**
 * Of the long suite, what runs in a worker of its own: besides what changes what others import, what takes longest and what uses the
 * largest programs, because a shared worker keeps in memory what it has built or read.
 */
export const LONG_APART: readonly string[] = [
  ...LONG_LONGEST,
  "test/composition/tools.long.ts",
  "test/node/transpile.long.ts",
  "test/virt-adapters/compressed.long.ts",
];
