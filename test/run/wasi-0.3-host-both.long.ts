/** Programs of WASI 0.3 and directories of the host's: ./wasi-0.3-host.ts says how they are compared. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { worldOf } from "../../src/component/world.ts";
import type { Options } from "../../src/index.ts";
import { RUST_MISSING, rust, rustGuest } from "../guests/rust.ts";
import { newestHosts } from "../hosts/newest-wasi.ts";
import { throughWit, WASM_TOOLS_MISSING, wasmTools } from "../hosts/wasm-tools.ts";
import { BUILD_MILLISECONDS, virtualized } from "./on-hosts.ts";
import { hostTests } from "./wasi-0.3-host.ts";

hostTests(false);

const READ_BY_BOTH = ["one environment: true", "side by side: 100", "its end: true", "many: 100"];
const WRITTEN_BY_BOTH = ['read: Ok("the standard library")', "written: true", 'read back: "by ONE STREAMrd library"', "gone: true"];
/** By the standard library, without us as well: it asks for `mutate-directory` when it makes a file. */
const JCO_MAKES_NONE = "nothing can be written: Not supported (os error 58)";

describe.each(newestHosts)("on $name", ({ name, missing, run }) => {
  test("a directory of the host's is one for both series", { timeout: BUILD_MILLISECONDS }, async ({ skip }) => {
    skip(missing !== undefined, missing);
    skip(rust() === undefined, RUST_MISSING);
    const guest = await rustGuest("both");
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-both-"));
    try {
      await writeFile(
        path.join(folder, "large"),
        Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) ^ (i >> 8)),
      );
      const component = virtualized(guest, { preopens: [{ path: "/data", host: "/elsewhere" }], stdout: "allow", stderr: "allow" });
      const outcome = await run(component, { preopens: { "/elsewhere": folder } });
      expect(outcome).toMatchObject({ stderr: "", exitCode: 0 });
      expect(outcome.stdout.split("\n")).toEqual([...READ_BY_BOTH, ...(name === "jco" ? [JCO_MAKES_NONE] : WRITTEN_BY_BOTH), ""]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test("the WIT of outputs can be read again", { timeout: BUILD_MILLISECONDS }, async ({ skip }) => {
  skip(rust() === undefined, RUST_MISSING);
  skip(wasmTools() === undefined, WASM_TOOLS_MISSING);
  for (const guest of ["tangle", "both"] as const)
    for (const options of [{}, { allowAll: true }, { preopens: [{ path: "/data", host: "/elsewhere" }] }] satisfies readonly Options[]) {
      const { again } = await throughWit(virtualized(await rustGuest(guest), options));
      expect(again).toBeInstanceOf(Uint8Array);
    }
});

test(
  "a program of 0.3 asks the host for what every host of 0.2 has, and for nothing that changes what is read-only",
  { timeout: BUILD_MILLISECONDS },
  async ({ skip }) => {
    skip(rust() === undefined, RUST_MISSING);
    const preopens = [{ path: "/data", host: "/elsewhere", readOnly: true }];
    const functionsOf = (component: Uint8Array): readonly string[] =>
      [...worldOf(component).imports].flatMap(([name, item]) =>
        item.kind === "instance"
          ? [...item.exports].filter(([, { kind }]) => kind === "func").map(([label]) => `${name} ${label}`)
          : [name],
      );
    const methods =
      "advise get-flags get-type is-same-object metadata-hash metadata-hash-at open-at read read-directory readlink-at stat stat-at sync sync-data";
    const known = [
      "wasi:filesystem/preopens@0.2.0 get-directories",
      ...methods.split(" ").map((each) => `wasi:filesystem/types@0.2.0 [method]descriptor.${each}`),
      "wasi:filesystem/types@0.2.0 [method]directory-entry-stream.read-directory-entry",
    ];
    const asked = functionsOf(virtualized(await rustGuest("tangle"), { preopens }));
    expect(asked.filter((each) => !known.includes(each))).toEqual([]);
    expect(asked).toContain("wasi:filesystem/types@0.2.0 [method]descriptor.read");
  },
);
