import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compilerFor } from "../../src/node/type-check.ts";
import { root } from "../hosts/disk-cache.ts";

test("a compiler that came with a module is never run", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-compiler-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const planted = path.join(folder, "node_modules/typescript");
  await mkdir(planted, { recursive: true });
  await writeFile(path.join(planted, "package.json"), JSON.stringify({ name: "typescript", version: "99.0.0" }));
  const found = compilerFor(path.join(folder, "adapter.ts"));
  expect(found?.path).toBe(path.join(root, "node_modules/typescript/bin/tsc"));
});

test("a module in JavaScript has none", () => {
  expect(compilerFor("adapter.js")).toBeUndefined();
});
