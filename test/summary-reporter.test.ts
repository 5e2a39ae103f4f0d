/** What CI is told at the end: by the reporter of a run of vitest's, of files of tests that fail in each way there is. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { root } from "./hosts/disk-cache.ts";

const FILES = {
  "fails.test.js": `
test("adds", () => {});
describe("a group", () => {
  test("is told", () => {
    throw new Error(["\\u001b[31mseed 7\\u001b[39m", ...Array.from({ length: 20 }, (_, i) => "line " + (i + 2))].join("\\n"));
  });
  test.skip("is not done", () => {});
});
`,
  "hook.test.js": `
describe("what has no folder", () => {
  beforeAll(() => { throw new Error("no folder"); });
  test("is not begun", () => {});
});
`,
  "loads-not.test.js": `throw new Error("no module");\n`,
  "rejects.test.js": `test("leaves a promise", async () => { void Promise.reject(new Error("nobody waits")); await new Promise((done) => setTimeout(done)); });\n`,
};

function counted(files: Readonly<Record<string, string>>, before?: string, env: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-reporter-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const counts = path.join(folder, "counts");
  if (before !== undefined) writeFileSync(counts, before);
  const vitest = [path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--globals", "--no-file-parallelism"];
  spawnSync(process.execPath, [...vitest, "--reporter", path.join(root, "test/summary-reporter.ts")], {
    env: { PATH: process.env["PATH"], WASI_NEST_COUNTS: counts, ...env },
  });
  return readFileSync(counts, "utf8");
}

const withoutTimes = (text: string): string => text.replace(/^Took .*\n/m, "");

test("CI's last line has the counts, and above it is what failed in this run and in those before", () => {
  const first = "Failed: an.test.ts > older\n  seed 6\n3 passed, 1 failed, 2 skipped\n";
  const failures = counted(FILES, first)
    .replace(/^Took .*\n/m, "")
    .split(/^(?=Failed: )/m);
  const last = failures.pop() ?? "";
  const lines = Array.from({ length: 14 }, (_, i) => `  line ${i + 2}\n`).join("");
  expect([...failures, last.replace(/\n[^\n]*\n$/, "\n")].sort()).toEqual([
    "Failed: an.test.ts > older\n  seed 6\n",
    `Failed: fails.test.js > a group > is told\n  seed 7\n${lines}  ...\n`,
    "Failed: hook.test.js > what has no folder\n  no folder\n",
    "Failed: loads-not.test.js\n  no module\n",
    "Failed: outside of all tests\n  nobody waits\n",
  ]);
  expect(last).toMatch(/\n5 passed, 5 failed, 4 skipped\n$/);
});

const TIME = String.raw`\d+(?:\.\d)? s`;

test("where nothing fails there are the times and the counts", () => {
  expect(counted({ "passes.test.js": 'test("adds", () => {});\n' })).toMatch(
    RegExp(`^Took ${TIME}. The longest files: passes.test.js ${TIME}\n1 passed, 0 failed, 0 skipped\n$`),
  );
});

test("files of other shares are left out, and counted as skipped", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const left = async (share: string | undefined): Promise<readonly string[]> => {
    vi.stubEnv("WASI_NEST_SHARE", share);
    vi.resetModules();
    const { leftOut } = await import("./shares.ts");
    return leftOut.map(([file]) => file);
  };
  const shares = [await left("0/4"), await left("1/4"), await left("2/4"), await left("3/4")];
  const all = [...new Set(shares.flat())];
  expect(all.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  for (const file of all) expect(shares.filter((each) => !each.includes(file))).toHaveLength(1);
  expect(await left(undefined)).toEqual([]);
  const passing = { "passes.test.js": `test("passes", () => {});\n` };
  expect(withoutTimes(counted(passing, undefined, { WASI_NEST_SHARE: "0/4" }))).toBe(`1 passed, 0 failed, ${shares[0]?.length} skipped\n`);
});
