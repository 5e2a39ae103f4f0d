/** Streams that a component makes itself, by `wasi-nest:virtual/pipes`, on both hosts: beside the host's streams and without. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Options } from "../../src/index.ts";
import { javascript } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const wit = path.join(import.meta.dirname, "../../wit/pipes.wit");
let app: Uint8Array;

beforeAll(async () => {
  const source = await readFile(path.join(import.meta.dirname, "guests/pipes.js"), "utf8");
  const [, header = "", body = ""] = /^package ([^;]+);$(.*)/ms.exec(await readFile(wit, "utf8")) ?? [];
  app = await javascript(source, {
    world: "include wasi:cli/command@0.2.12; import wasi-nest:virtual/pipes@0.1.0;",
    packages: `package ${header} {${body.replace("@0.2.0.", "@0.2.12.")}}\n`,
  });
}, BUILD_MILLISECONDS);

const options: Options = { stdout: "allow", allowArgs: true, allowClocks: true };
const EXPECTED = `empty ""
permit true
written written "hello, w" "orld" ""
ready 2
dropped "the " rest closed closed
nobody reads closed
spliced 409600 409600 0
`;

describe.each(hosts)("on $name", ({ available, run }) => {
  const settings: readonly (readonly [string, Options])[] = [
    ["the host's streams", options],
    ["files", { ...options, mounts: [{ path: "/a", entry: { kind: "directory", entries: new Map() }, writable: true }] }],
    ["an overlay", { ...options, overlays: [{ path: "/a", host: "/" }], tmpfs: [{ path: "/tmp" }] }],
  ];

  test.for(settings)("beside %s", { timeout: RUN_MILLISECONDS }, async ([, given], { skip }) => {
    skip(!available, WASMTIME_MISSING);
    const output = virtualized(app, given);
    await expectValid(output);
    expect(await importsOf(output)).not.toContain("wasi-nest:virtual/pipes");
    const { stdout, stderr, trap } = await run(output);
    expect({ stdout, stderr, trap }).toEqual({ stdout: EXPECTED, stderr: "" });
  });

  test("what would wait for ever traps", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
    skip(!available, WASMTIME_MISSING);
    const { stdout, trap } = await run(virtualized(app, options), { args: ["wait"] });
    expect(stdout).toBe("waiting\n");
    expect(trap).toMatch(/unreachable/);
  });
});

test("what is in pipes counts among what may be written", { timeout: RUN_MILLISECONDS }, async ({ skip }) => {
  const [, { available, run }] = hosts as unknown as readonly [unknown, (typeof hosts)[number]];
  skip(!available, WASMTIME_MISSING);
  const limited = virtualized(app, { ...options, tmpfs: [{ path: "/tmp" }], fsMaxBytes: 300_000 });
  // A write that finds no space is a failure that nobody catches.
  expect((await run(limited)).stdout).toBe(EXPECTED.slice(0, EXPECTED.indexOf("spliced")));
});
