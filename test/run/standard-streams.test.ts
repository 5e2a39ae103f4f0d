/**
 * What each policy for a standard stream comes to for a C program, on both hosts: how it ends, what it reads,
 * and that asking for a terminal never traps. Large inputs and outputs come through whole.
 */

import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const MEGABYTES = 3;
/** Something that a lost, repeated or moved piece changes. */
const large = Buffer.from(Uint8Array.from({ length: MEGABYTES * 1024 * 1024 }, (_, i) => (i * i + (i >> 9)) & 0xff));
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let copy: Uint8Array;
let hello: Uint8Array;
let probe: Uint8Array;

beforeAll(async () => {
  [copy, hello, probe] = (await Promise.all(["copy", "hello", "probe"].map(async (name) => adaptCommand(await cProgram(name))))) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
}, BUILD_MILLISECONDS);

describe.each(hosts)("on $name", ({ available, run }) => {
  const outcomeOf = async (
    component: Uint8Array,
    options: Options,
    given?: RunOptions,
  ): Promise<Pick<Outcome, "stdout" | "stderr" | "exitCode" | "trap">> => {
    const { stdout, stderr, exitCode, trap } = await run(virtualized(component, options), given);
    return { stdout, stderr, exitCode, ...(trap === undefined ? {} : { trap }) };
  };

  describe.skipIf(!available)(available ? "stdin" : WASMTIME_MISSING, () => {
    const stdin = "from the host\n";

    test.for([
      ["allow", "allow", stdin],
      ["ignore: at its end", "ignore", ""],
      ["deny: closed", "deny", ""],
      ["embedded bytes", Buffer.from("embedded\n"), "embedded\n"],
      ["no embedded bytes", new Uint8Array(), ""],
    ] as const)("%s", { timeout: RUN_MILLISECONDS }, async ([, policy, stdout]) => {
      expect(await outcomeOf(copy, { stdin: policy, stdout: "allow" }, { stdin })).toEqual({ stdout, stderr: "", exitCode: 0 });
    });

    test.for([
      ["the host", "allow"],
      ["the image", large],
    ] as const)("several megabytes from %s", { timeout: RUN_MILLISECONDS }, async ([, policy]) => {
      const { stdoutBytes, exitCode } = await run(virtualized(copy, { stdin: policy, stdout: "allow", env: { A: "b" } }), {
        stdin: policy === "allow" ? large : "",
      });
      expect([exitCode, stdoutBytes.length, digest(stdoutBytes)]).toEqual([0, large.length, digest(large)]);
    });
  });

  describe.skipIf(!available)("stdout", () => {
    test("allow", { timeout: RUN_MILLISECONDS }, async () => {
      expect(await outcomeOf(hello, { stdout: "allow" })).toEqual({ stdout: "arg 0: app\ncwd /\n", stderr: "", exitCode: 0 });
    });

    test("ignore: everything is accepted and dropped", { timeout: RUN_MILLISECONDS }, async () => {
      expect(await outcomeOf(copy, { stdin: large, stdout: "ignore" })).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    });

    test("deny: writing fails, and the program may say so", { timeout: RUN_MILLISECONDS }, async () => {
      expect(await outcomeOf(copy, { stdin: Buffer.from("x"), stdout: "deny", allowExit: true })).toEqual({
        stdout: "",
        stderr: "",
        exitCode: 1,
      });
    });

    test("deny: a program that fails ends in a trap that names `exit` where that is denied", { timeout: RUN_MILLISECONDS }, async () => {
      const { stderr, trap } = await run(virtualized(copy, { stdin: Buffer.from("x"), stdout: "deny" }));
      expect(trap + stderr).toMatch(/wasi:cli\/exit@0\.2\.\d+#exit is denied/);
    });
  });

  describe.skipIf(!available)("stderr", () => {
    test.for([
      ["allow", "hello ends with 0\n"],
      ["ignore", ""],
      ["deny", ""],
    ] as const)("%s", { timeout: RUN_MILLISECONDS }, async ([stderr, expected]) => {
      expect(await outcomeOf(hello, { stdout: "ignore", stderr })).toEqual({ stdout: "", stderr: expected, exitCode: 0 });
    });
  });

  describe.skipIf(!available)("isatty", () => {
    test.for(["allow", "ignore", "deny"] as const)(
      "is 0 and never traps for stdin and stderr: %s",
      { timeout: RUN_MILLISECONDS },
      async (policy) => {
        const { stdout, trap, exitCode } = await run(
          virtualized(probe, { stdin: policy, stderr: policy, stdout: "allow", allowClocks: true, allowRandom: true }),
          { stdin: "typed" },
        );
        expect({ trap, exitCode }).toEqual({ exitCode: 0 });
        expect(stdout.match(/^isatty [012]: .*$/gm)).toEqual(["isatty 0: ENOTTY", "isatty 1: ENOTTY", "isatty 2: ENOTTY"]);
        expect(stdout).toMatch(policy === "allow" ? /^read stdin: 5$/m : /^read stdin: 0$/m);
      },
    );
  });
});

test("a stream of the image does not make the host's an import", async () => {
  const imports = await importsOf(virtualized(copy, { stdin: large, stdout: "allow", stderr: "ignore" }));
  expect(imports).toContain("wasi:cli/stdout");
  expect(imports).not.toContain("wasi:cli/stdin");
  expect(imports).not.toContain("wasi:cli/stderr");
});
