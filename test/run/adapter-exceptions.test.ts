/** An exception in an adapter in JavaScript: each host says which adapter, and where it cannot be seen, how to see it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ENGINES } from "../../src/node/engines.ts";
import { buildAdapter } from "../../src/node/index.ts";
import { MAIN } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { newestNode, newestNodeAvailable } from "../hosts/jco.ts";
import { runOnWasmtime, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, isLong, virtualized } from "./on-hosts.ts";

const THROWING = `export const environment = {
  getArguments() { throw new Error("no arguments today"); },
  getEnvironment: () => [],
  initialCwd: () => undefined,
};
`;

let folder: string;
let app: Uint8Array;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-exceptions-"));
  app = await adaptCommand(await cProgram("hello"));
}, BUILD_MILLISECONDS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function output(engine: (typeof ENGINES)[number], stderr: boolean): Promise<Uint8Array> {
  vi.stubEnv("XDG_CACHE_HOME", path.join(root, ".cache"));
  const file = path.join(folder, "no-args.js");
  writeFileSync(file, THROWING);
  const adapter = await buildAdapter(app, { interface: "wasi:cli/environment", file, engine, stderr });
  return virtualized(app, { adapters: [adapter], allowExit: true, ...(stderr && { stderr: "allow" }) });
}

const FRAME = /wasi-nest:no-args\.js!wasi:cli\/environment@0\.2\.\d+#get-arguments(.*)$/m;

test.for(isLong ? ENGINES : (["qjs"] as const))("by %s on Wasmtime", { timeout: BUILD_MILLISECONDS }, async (engine, { skip }) => {
  skip(!wasmtimeAvailable(), WASMTIME_MISSING);
  const silent = await runOnWasmtime(await output(engine, false));
  expect(FRAME.exec(silent.trap ?? "")?.[1]).toBe("; --stderr allow shows its exceptions");
  const loud = await runOnWasmtime(await output(engine, true));
  expect(FRAME.exec(loud.trap ?? "")?.[1]).toBe("");
  expect(loud.stderr).toContain("no arguments today");
});

test.for(isLong ? ENGINES : (["qjs"] as const))("by %s in `run`", { timeout: BUILD_MILLISECONDS }, async (engine, { skip }) => {
  skip(!newestNodeAvailable());
  const said = async (stderr: boolean): Promise<string> => {
    const file = path.join(folder, "out.wasm");
    writeFileSync(file, await output(engine, stderr));
    const ran = spawnSync(newestNode, [MAIN, "run", file], { encoding: "utf8" });
    expect(ran.status).toBe(1);
    return ran.stderr;
  };
  const sentence = "wasi-nest: the adapter `no-args.js` stopped the component, probably by an exception\n";
  expect(await said(false)).toBe(`${sentence}  \`--stderr allow\` shows the exception\n`);
  const loud = await said(true);
  expect(loud).toContain("no arguments today");
  expect(loud.endsWith(`\n${sentence}`)).toBe(true);
});
