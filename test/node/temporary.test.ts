/** Temporary folders are gone however the process ends: by a signal, by `process.exit`, by an error. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { root } from "../hosts/disk-cache.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";

const WAIT = "await new Promise(() => setInterval(() => {}, 1000));";
const ENDINGS: readonly (readonly [name: string, action: string, code: number | null, signal: NodeJS.Signals | null])[] = [
  ["SIGINT", WAIT, null, "SIGINT"],
  ["SIGTERM", WAIT, null, "SIGTERM"],
  ["SIGHUP", WAIT, null, "SIGHUP"],
  ["`process.exit`", "process.exit(3);", 3, null],
  ["an error", "throw new Error('expected');", 1, null],
];

test.each(ENDINGS)("a temporary folder is gone after %s", async (_, action, code, signal) => {
  const directory = temporaryDirectory();
  const script = `import { writeFileSync } from "node:fs";
import { inTemporaryFolder } from ${JSON.stringify(join(root, "dist/node/temporary.js"))};
await inTemporaryFolder(async (folder) => {
  writeFileSync(folder + "/file", "");
  process.stdout.write("there");
  ${action}
});`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, TMPDIR: directory },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  if (signal !== null) {
    await vi.waitFor(() => expect(readdirSync(directory)).toHaveLength(1), 20_000);
    child.kill(signal);
  }
  expect(await ended).toEqual([code, signal]);
  expect(readdirSync(directory)).toEqual([]);
});
