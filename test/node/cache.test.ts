/** An adapter is made once, and whoever waits is told when it is made and not when it is there. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cached } from "../../src/node/cache.ts";
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

describe("an entry is taken only if it is what was kept:", () => {
  const entries = (): string => join(folder, "cache/wasi-nest/adapters");
  const entry = (): string => join(entries(), readdirSync(entries())[0] ?? "");
  let made = 0;
  const make = async (): Promise<Uint8Array> => Uint8Array.of(1, 2, ++made);
  const get = async (input = "a"): Promise<readonly number[]> => [...(await cached("adapters", [input], make))];
  beforeEach(() => {
    made = 0;
  });

  test.each<readonly [name: string, damage: () => void]>([
    [
      "one with another byte",
      () =>
        writeFileSync(
          entry(),
          readFileSync(entry()).map((byte, i, { length }) => (i === length - 1 ? 9 : byte)),
        ),
    ],
    ["one that is cut", () => truncateSync(entry(), statSync(entry()).size - 1)],
    ["an empty one", () => truncateSync(entry(), 0)],
    ["one that goes on", () => writeFileSync(entry(), Uint8Array.of(0), { flag: "a" })],
    ["one that others can write to", () => chmodSync(entry(), 0o666)],
  ])("%s is made anew, and kept", async (_, damage) => {
    expect([await get(), await get()]).toEqual([
      [1, 2, 1],
      [1, 2, 1],
    ]);
    damage();
    expect([await get(), await get()]).toEqual([
      [1, 2, 2],
      [1, 2, 2],
    ]);
    expect(readdirSync(entries())).toHaveLength(1);
  });

  test("one under the name of another is not taken", async () => {
    await get();
    const first = entry();
    await get("b");
    const second = readdirSync(entries()).find((name) => !first.endsWith(name));
    copyFileSync(first, join(entries(), second ?? ""));
    expect(await get("b")).toEqual([1, 2, 3]);
  });

  test("a link is not followed", async () => {
    await get();
    renameSync(entry(), join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(entries(), readFileSync(join(folder, "elsewhere")).subarray(32, 64).toString("hex")));
    expect(await get()).toEqual([1, 2, 2]);
  });

  test("the folders are for their owner only", async () => {
    await get();
    for (const each of [entries(), join(entries(), "..")]) expect(statSync(each).mode & 0o777).toBe(0o700);
    expect(statSync(entry()).mode & 0o777).toBe(0o600);
  });

  test.each<readonly [name: string, prepare: () => void]>([
    ["that others can write to", () => (mkdirSync(entries(), { recursive: true }), chmodSync(entries(), 0o777))],
    ["in one that others can write to", () => (mkdirSync(entries(), { recursive: true }), chmodSync(join(entries(), ".."), 0o777))],
    [
      "that is a link",
      () => (
        mkdirSync(join(entries(), ".."), { recursive: true }),
        mkdirSync(join(folder, "x")),
        symlinkSync(join(folder, "x"), entries())
      ),
    ],
  ])("a folder %s is not used", async (_, prepare) => {
    prepare();
    expect([await get(), await get()]).toEqual([
      [1, 2, 1],
      [1, 2, 2],
    ]);
    expect(readdirSync(entries())).toEqual([]);
  });
});
