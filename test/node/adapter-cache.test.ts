/** An adapter is made once, and whoever waits is told when it is made and not when it is there. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buildAdapter } from "../../src/node/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasi-nest-cache-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("what was made of the same is taken", { timeout: 300_000 }, async () => {
  const app = await adaptCommand(await cProgram("hello"));
  const file = join(folder, "environment.js");
  const onMake = vi.fn<() => void>();
  const write = (value: string): void =>
    writeFileSync(file, `export const environment = { getEnvironment: () => [["A", "${value}"]], getArguments: () => [] };\n`);
  const build = async (cache = true): Promise<Uint8Array> => {
    const module = { interface: "wasi:cli/environment", file, engine: "qjs", cache, onMake } as const;
    return (await buildAdapter(app, module)).component;
  };
  const kept = (): number => readdirSync(join(folder, "cache/wasi-nest/adapters")).length;

  write("1");
  const first = await build();
  expect([onMake.mock.calls.length, kept()]).toEqual([1, 1]);
  expect(Buffer.from(await build()).equals(first)).toBe(true);
  expect([onMake.mock.calls.length, kept()]).toEqual([1, 1]);
  await build(false);
  expect([onMake.mock.calls.length, kept()]).toEqual([2, 1]);
  write("2");
  await build();
  expect([onMake.mock.calls.length, kept()]).toEqual([3, 2]);
});
