/** Two processes that want the same guest build it once; a lock whose holder has died does not last. */

import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { root } from "../hosts/disk-cache.ts";

const CACHE = path.join(root, ".cache/guests");
const name = `cached-test-${randomUUID()}`;
const bytes = new Uint8Array([1, 2, 3]);

async function entries(): Promise<readonly string[]> {
  return (await readdir(CACHE)).filter((entry) => entry.startsWith(name));
}

afterEach(async () => {
  for (const entry of await entries()) await rm(path.join(CACHE, entry));
});

/** The module as another worker would load it, with nothing remembered. */
async function freshWorker(): Promise<typeof import("./cached.ts")> {
  vi.resetModules();
  return import("./cached.ts");
}

test("workers that want the same guest build it once", async () => {
  const workers = [await freshWorker(), await freshWorker(), await freshWorker()];
  let built = 0;
  const build = async (): Promise<Uint8Array> => {
    built += 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return bytes;
  };
  const results = await Promise.all(workers.map(({ cached }) => cached(name, ["input"], build)));
  expect(results.map((result) => [...result])).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(built).toBe(1);
  expect(await entries()).toHaveLength(1);
});

test("other inputs are another guest, and a failure is not kept", async () => {
  const { cached } = await freshWorker();
  await expect(cached(name, ["a"], () => Promise.reject(new Error("no compiler")))).rejects.toThrow("no compiler");
  expect([...(await cached(name, ["a"], async () => bytes))]).toEqual([1, 2, 3]);
  expect([...(await cached(name, ["b"], async () => new Uint8Array([4])))]).toEqual([4]);
  expect(await entries()).toHaveLength(2);
});

test("a lock whose holder has died is taken over", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  const { cached } = await freshWorker();
  await cached(name, ["input"], async () => bytes);
  const [file] = await entries();
  await mkdir(CACHE, { recursive: true });
  await rm(path.join(CACHE, file ?? ""));
  await writeFile(path.join(CACHE, `${file}.lock`), String(child.pid));

  const other = await freshWorker();
  expect([...(await other.cached(name, ["input"], async () => bytes))]).toEqual([1, 2, 3]);
  expect(existsSync(path.join(CACHE, `${file}.lock`))).toBe(false);
});
