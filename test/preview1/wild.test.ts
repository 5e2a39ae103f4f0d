import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { adaptPreview1, type Options } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import type { RunOptions } from "../hosts/outcome.ts";
import { hosts, isLong, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

const CALLS = 500;
const RUNS = isLong ? 20 : 3;
const SEED = Number(process.env["WASI_NEST_SEED"] ?? 1);
/** All but `proc_exit` and `proc_raise`, which end the program. */
const FUNCTIONS = 44;

const VIRTUAL: Options = {
  tmpfs: [{ path: "/" }],
  stdout: "allow",
  stderr: "allow",
  allowArgs: true,
  allowRandom: true,
  allowClocks: true,
};

for (const { name, available, run } of hosts) {
  test.skipIf(!available)(
    `arguments that mean nothing are answered, and nothing is written elsewhere, on ${name}`,
    async () => {
      const core = await cProgram("preview1-wild");
      // The host's own files throw exceptions on jco for sizes that are none.
      for (const component of [virtualized(core, VIRTUAL), ...(name === "jco" ? [] : [adaptPreview1(core)])]) {
        for (let seed = SEED; seed < SEED + (name === "jco" ? Math.ceil(RUNS / 10) : RUNS); seed++) {
          const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-preview1-"));
          try {
            const options: RunOptions = { args: [String(seed), String(CALLS)], preopens: { "/": folder } };
            const { stdout, stderr, exitCode, trap } = await run(component, options);
            expect({ exitCode, trap, stderr }, `seed ${seed}`).toEqual({ exitCode: 0, stderr: "" });
            const lines = stdout.trimEnd().split("\n");
            expect(
              lines.filter((line) => !/^[a-z_]+:( \d+)*$/.test(line)),
              `seed ${seed}`,
            ).toEqual([]);
            expect(lines, `seed ${seed}`).toHaveLength(FUNCTIONS);
          } finally {
            await rm(folder, { recursive: true });
          }
        }
      }
    },
    isLong ? 1_200_000 : RUN_MILLISECONDS,
  );
}
