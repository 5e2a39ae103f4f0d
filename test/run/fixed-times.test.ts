/** The time of what has none of its own, as programs see it, and as the command takes it from the environment. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Entry, Options } from "../../src/index.ts";
import { temporaryDirectory, wasiNest } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let walk: Uint8Array;
beforeAll(async () => void (walk = await adaptCommand(await cProgram("walk"))), BUILD_MILLISECONDS);

const entry: Entry = {
  kind: "directory",
  entries: new Map<string, Entry>([
    ["new", { kind: "file", contents: Uint8Array.of(1), modified: 1_700_000_000_000_000_000n }],
    ["old", { kind: "file", contents: Uint8Array.of(2) }],
  ]),
};
const OPTIONS: Options = { stdout: "allow", args: ["/in", "/tmp"], mounts: [{ path: "/in", entry }], tmpfs: [{ path: "/tmp" }] };
const linesFor = (seconds: number): string =>
  [
    `d 0 ${seconds}.000000000 /in`,
    "f 1 1700000000.000000000 /in/new",
    `f 1 ${seconds}.000000000 /in/old`,
    `d 0 ${seconds}.000000000 /tmp\n`,
  ].join("\n");

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  test("is one after 1980, or the one that is asked for", { timeout: RUN_MILLISECONDS }, async () => {
    expect((await run(virtualized(walk, OPTIONS))).stdout).toBe(linesFor(315_576_060));
    expect((await run(virtualized(walk, { ...OPTIONS, sourceDateEpoch: 4_000_000_000 }))).stdout).toBe(linesFor(4_000_000_000));
  });
});

describe("`SOURCE_DATE_EPOCH`", () => {
  const outputOf = (epoch: string | undefined): { readonly code: number | null; readonly stderr: string; readonly out: Uint8Array } => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "tree"));
    writeFileSync(join(cwd, "tree/f"), "f");
    writeFileSync(join(cwd, "app.wasm"), walk);
    const env: Readonly<Record<string, string>> = epoch === undefined ? {} : { SOURCE_DATE_EPOCH: epoch };
    const { code, stderr } = wasiNest(["app.wasm", "-o", "out.wasm", "--quiet", "--mount", "/in=tree"], { cwd, env });
    return { code, stderr, out: code === 0 ? readFileSync(join(cwd, "out.wasm")) : new Uint8Array() };
  };

  test("is what the command makes outputs with, and nothing else of the clock", { timeout: RUN_MILLISECONDS }, () => {
    const [plain, same, other] = [undefined, "315576060", "1700000000"].map(outputOf);
    expect(plain?.code).toBe(0);
    expect(plain?.out).toEqual(same?.out);
    expect(other?.out).not.toEqual(plain?.out);
  });

  test.each(["", "abc", "-1", "1.5", "4294967296", " 1"])("is refused as %j", (epoch) => {
    const { code, stderr } = outputOf(epoch);
    expect(code).toBe(2);
    expect(stderr).toContain(`\`SOURCE_DATE_EPOCH\` is \`${epoch}\`, which is not a whole number of seconds since 1970 below 4294967296`);
  });
});
