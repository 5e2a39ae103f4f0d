import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { APART } from "./apart.ts";
import { root } from "./hosts/disk-cache.ts";

test("files that put other modules in the place of ours run in a worker of their own", () => {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") && file !== "apart.test.ts")
    .map((file) => `test/${file}`);
  const replacing = files.filter((file) => /\bvi\.(mock|doMock)\(/.test(readFileSync(join(root, file), "utf8")));
  expect(replacing.length).toBeGreaterThan(2);
  expect(replacing.filter((file) => !APART.includes(file))).toEqual([]);
});
