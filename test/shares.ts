/**
 * CI has no time for all of the long suite each day: with WASI_NEST_SHARE=0/4 it does a quarter of what takes longest, with 1/4 another
 * one, and so on. Whatever is not named here, it does each day.
 */
export const SHARE: string | undefined = process.env["WASI_NEST_SHARE"];

const OF = 4;

/** Files that are done one day in four, by the share that they are in: each share takes as long as the others. */
const FILES: readonly (readonly string[])[] = [
  [
    "composition/real-programs.long.ts",
    "node/transpile.long.ts",
    "run/environment.long.ts",
    "run/javascript-adapters.long.ts",
    "run/pipes.long.ts",
    "run/polls.long.ts",
    "run/real-programs.long.ts",
  ],
  [
    "cli/installed.long.ts",
    "cli/run-wasi-0.3.long.ts",
    "composition/random.long.ts",
    "newest-wasi/virtual.long.ts",
    "run/http.long.ts",
    "run/http-adapter.long.ts",
    "run/http-server.long.ts",
    "run/python-wasi-0.3.long.ts",
    "run/user-adapters.long.ts",
    "run/wasi-0.3.long.ts",
    "wit/adapter-versions.long.ts",
  ],
  [
    "cli/node-versions.long.ts",
    "run/adapter.long.ts",
    "run/custom-interface.long.ts",
    "run/export-files.long.ts",
    "run/hostile.long.ts",
    "run/programs-that-write.long.ts",
    "run/wasi-0.3-host.long.ts",
    "validity/validity.long.ts",
    "virt-adapters/balance.long.ts",
    "virt-adapters/http-rules.long.ts",
  ],
  [
    "cli/adapters.long.ts",
    "composition/programs.long.ts",
    "composition/tools.long.ts",
    "differential/host.long.ts",
    "guests/guests.long.ts",
    "run/http-clients.long.ts",
    "run/clang.long.ts",
    "run/deterministic.long.ts",
    "run/wasi-0.3-host-both.long.ts",
  ],
];

/** Why what is in the share with this number is left out; `undefined` where it is not. */
export const inOtherShare = (number: number | undefined): string | undefined =>
  number === undefined || SHARE === undefined || SHARE === `${number}/${OF}`
    ? undefined
    : `is in the share WASI_NEST_SHARE=${number}/${OF}`;

/** The files that are left out, and why. */
export const leftOut: readonly (readonly [file: string, why: string])[] = FILES.flatMap((files, number) => {
  const why = inOtherShare(number);
  return why === undefined ? [] : files.map((file) => [`test/${file}`, why] as const);
});
