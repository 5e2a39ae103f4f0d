/** Of each program of the tests, jco makes the same by way of a skeleton as of the whole. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { virtualize } from "../../src/index.ts";
import { buildAdapter } from "../../src/node/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { adaptCommand, clang, cProgram, flite, javascript, python, ripgrep, sqlite, yosys } from "../guests/index.ts";
import { expectSameTranspiled } from "./same-transpiled.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasi-nest-transpiled-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** What test/run/encapsulation.test.ts has, too: it takes long to make. */
const scripted = (): Promise<Uint8Array> => javascript(`export const run = { run() { console.log("hello"); } };`);

/** A program above an adapter in JavaScript: a component of two levels. */
async function aboveQuickJs(): Promise<Uint8Array> {
  const app = await adaptCommand(await cProgram("hello"));
  const file = join(folder, "environment.js");
  writeFileSync(file, "export const environment = { getEnvironment: () => [], getArguments: () => [] };\n");
  const adapter = await buildAdapter(app, { interface: "wasi:cli/environment", file, engine: "qjs" });
  return bytesOf(virtualize(app, { adapters: [adapter] }).chunks);
}

// Where there may be several memories jco checks no code, which of the largest takes it half a minute.
const SEVERAL = [true];

const PROGRAMS: readonly (readonly [name: string, guest: () => Promise<Uint8Array>, multiMemories?: readonly boolean[]])[] = [
  ["ripgrep", ripgrep],
  ["CPython", python, SEVERAL],
  ["Flite", flite],
  ["SQLite", sqlite],
  ["Yosys", yosys, SEVERAL],
  ["clang", clang, SEVERAL],
  ["a program by StarlingMonkey", scripted, SEVERAL],
  ["a program above an adapter by QuickJS", aboveQuickJs],
];

test.for(PROGRAMS)("%s", { timeout: 400_000 }, async ([, guest, multiMemories]) => {
  const app = await guest();
  expect(await expectSameTranspiled(bytesOf(virtualize(app, { allowAll: true }).chunks), multiMemories)).toBeLessThan(20);
});
