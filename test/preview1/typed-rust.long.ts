/** A library of preview 1 by Rust and wit-bindgen: by our adapter it does what it does by jco's, and what the one in C does. */

import { componentWit } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { adaptPreview1, virtualize } from "../../src/index.ts";
import { adaptByJco } from "../../src/node/preview1.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/index.ts";
import { typedModule } from "../guests/typed.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";
import { ARGS, chain, FILES, printed, STREAMS } from "./typed-chain.ts";

describe.skipIf(rust() === undefined)(`in Rust (${RUST_MISSING})`, () => {
  let [library, driver, logger]: readonly Uint8Array[] = [];
  beforeAll(async () => {
    [library, driver, logger] = [await rustGuest("typed-library"), await typedModule("driver"), await typedModule("logger")];
  }, BUILD_MILLISECONDS);

  test("its exports have the same WIT as by jco's adapter", { timeout: RUN_MILLISECONDS }, async () => {
    const exportsOf = async (component: Uint8Array): Promise<readonly string[]> => {
      await expectValid(component);
      return (await componentWit(component))
        .split("\n")
        .filter((line) => !line.includes("import wasi:"))
        .sort();
    };
    const wanted = await exportsOf(await adaptByJco(library!));
    expect(wanted).toContain("  export acme:lib/counters@1.0.0;");
    for (const output of [adaptPreview1(library!), virtualized(library!, { ...FILES, ...STREAMS })])
      expect(await exportsOf(output)).toEqual(wanted);
  });

  for (const { name, available, run } of hosts) {
    test.skipIf(!available)(`does the same on ${name}`, { timeout: RUN_MILLISECONDS }, async () => {
      const top = adaptPreview1(driver!);
      const outputs = [
        chain(top, await adaptByJco(library!), logger!, FILES),
        chain(top, adaptPreview1(library!), logger!, FILES),
        chain(top, virtualized(library!, { ...FILES, ...STREAMS }), logger!, {}),
      ];
      for (const output of outputs) {
        const { stdout, stderr, trap, exitCode } = await run(output, { args: ARGS });
        expect({ stdout, stderr, trap, exitCode }).toEqual({ stdout: printed("MODE is a mode"), stderr: "", exitCode: 0 });
      }
    });
  }

  test("imports what it uses and no more", () => {
    const { report } = virtualize(library!, { ...FILES, ...STREAMS });
    const own = report.hostImports.filter((each) => each.name.startsWith("acme:"));
    expect(own.map(({ name, functions }) => [name, [...functions].sort()])).toEqual([
      ["acme:lib/log@1.0.0", ["name", "say"]],
      ["acme:lib/shapes@1.0.0", []],
    ]);
  });
});
