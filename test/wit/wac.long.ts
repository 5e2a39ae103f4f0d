/** `wac` takes our adapters and outputs: what it makes of them does the same on Wasmtime as what they are made of. */
import { beforeAll, describe, expect, test } from "vitest";
import { createAdapter, type Options, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { runOnWasmtimeCli, WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { WAC_MISSING, wacAvailable, wacCompose, wacPlug } from "../hosts/wac.ts";

const FILE = { kind: "file", contents: Buffer.from("from a file\n") } as const;
const OPTIONS: Options = {
  stdout: "allow",
  stderr: "allow",
  allowExit: true,
  env: { GREETING: "hi" },
  args: ["/data/file", "/data/none", "exit=3"],
  mounts: [{ path: "/data", entry: { kind: "directory", entries: new Map([["file", FILE]]) } }],
};
const isMissing = !wacAvailable() || wasmtimeCli() === undefined;
const MISSING = wacAvailable() ? WASMTIME_CLI_MISSING : WAC_MISSING;

let app: Uint8Array;
beforeAll(async () => void (app = await adaptCommand(await cProgram("hello"))), 120_000);

const expectGreeting = async (component: Uint8Array): Promise<void> => {
  const { stdout } = await runOnWasmtimeCli(component);
  expect(stdout).toContain("env GREETING=hi\n");
  expect(stdout).toContain("from a file\n");
};

describe("a program", () => {
  test("above an adapter, by wac plug", { timeout: 60_000 }, async ({ skip }) => {
    skip(isMissing, MISSING);
    await expectGreeting(await wacPlug(bytesOf(createAdapter(OPTIONS).chunks), app));
  });

  test("above an adapter, by wac compose", { timeout: 60_000 }, async ({ skip }) => {
    skip(isMissing, MISSING);
    const source = `package test:composed;
let adapter = new test:adapter { ... };
let app = new test:app { ...adapter, ... };
export app...;
`;
    await expectGreeting(await wacCompose(source, { "test:adapter": bytesOf(createAdapter(OPTIONS).chunks), "test:app": app }));
  });

  test("that is virtualized, by wac compose", { timeout: 60_000 }, async ({ skip }) => {
    skip(isMissing, MISSING);
    const source = "package test:composed;\nlet app = new test:app { ... };\nexport app...;\n";
    await expectGreeting(await wacCompose(source, { "test:app": bytesOf(virtualize(app, OPTIONS).chunks) }));
  });
});
