/** What command lines of WASI-Virt make, on both hosts: guest names that are no absolute paths, and an adapter that allows everything. */
import { beforeAll, describe, expect, test } from "vitest";
import { createAdapter, type Options } from "../../src/index.ts";
import { plug } from "../compose/plug.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let program: Uint8Array;
beforeAll(async () => void (program = await adaptCommand(await cProgram("hello"))), BUILD_MILLISECONDS);

const named = (path: string): NonNullable<Options["mounts"]>[number] => ({
  path,
  entry: { kind: "directory", entries: new Map([["f", { kind: "file", contents: Buffer.from(`in ${path}\n`) }]]) },
});
const OPTIONS: Options = { stdout: "allow", args: ["data/f", "/data/f", "f", "/f", "./data/f"], mounts: [named("data"), named(".")] };

describe.each(hosts)("$name", ({ available, run }) => {
  test.skipIf(!available)(
    `files in directories that are called \`data\` and \`.\`${available ? "" : WASMTIME_MISSING}`,
    async () => {
      const output = virtualized(program, OPTIONS);
      await expectValid(output);
      const { stdout } = await run(output);
      expect(stdout.match(/^(file|in) .*/gm)).toEqual(
        ["data/f", "/data/f", "f", "/f", "./data/f"].flatMap((path) => [`file ${path}:`, path.includes("data") ? "in data" : "in ."]),
      );
    },
    RUN_MILLISECONDS,
  );

  test.skipIf(!available)(
    "a program above an adapter that allows everything has everything of the host's",
    async () => {
      // By itself it is valid, but nothing that Wasmtime can run: it exports functions that it imports.
      const adapter = Buffer.concat(createAdapter({ allowAll: true }).chunks);
      const output = plug(adapter, program);
      await expectValid(output);
      const given = { args: ["exit=0"], env: { GREETING: "hi" } };
      const { stdout, exitCode } = await run(output, given);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining("env GREETING=hi\n")]);
    },
    RUN_MILLISECONDS,
  );
});
