/** Directories are made, or it is said why not: always at once. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDirectories } from "../../src/node/make-directories.ts";
import { root } from "../hosts/disk-cache.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "wasi-nest-directories-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("makes those above, too, with the mode", () => {
  const place = join(folder, "a/b/c");
  makeDirectories(place, 0o700);
  makeDirectories(place, 0o755);
  expect(["a", "a/b", "a/b/c"].map((each) => statSync(join(folder, each)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
});

test("a file in the way is an error", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => makeDirectories(join(folder, "file"))).toThrow("EEXIST");
  expect(() => makeDirectories(join(folder, "file/a/b"))).toThrow("ENOTDIR");
});

test.skipIf(!existsSync("/proc/self"))("a file system that makes none is an error, and not tried for ever", () => {
  const script = `import { makeDirectories } from ${JSON.stringify(pathToFileURL(join(root, "dist/node/make-directories.js")).href)};
    makeDirectories("/proc/wasi-nest/compiled");`;
  const { status, stderr, error } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect({ error, status }).toEqual({ error: undefined, status: 1 });
  expect(stderr).toContain("ENOENT");
});
