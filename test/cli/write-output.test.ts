import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { writeOutput } from "../../src/cli/write-output.ts";
import type { Chunk, Contents } from "../../src/index.ts";
import { InputError } from "../../src/node/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { temporaryDirectory } from "./wasi-nest.ts";

const numbered = (length: number, seed: number): Uint8Array => new Uint8Array(length).map((_, index) => (index >> 8) * 31 + index + seed);

/** Contents that are read from `bytes`; what was read before is spoiled by nobody but the writer. */
const lazy = (bytes: Uint8Array): Contents => ({
  byteLength: bytes.length,
  readInto: (target, start) => target.set(bytes.subarray(start, start + target.length)),
});

test("writes bytes and contents of every size in their order", async () => {
  const path = join(temporaryDirectory(), "out");
  const sizes = [1, 0, 5, 1 << 20, 3_500_001, 2, 3, (2 << 20) + 1, 70_000, 0];
  const chunks = sizes.map((size, index): Chunk => (index % 3 === 0 ? numbered(size, index) : lazy(numbered(size, index))));
  await writeOutput(path, chunks);
  expect(readFileSync(path).equals(bytesOf(chunks))).toBe(true);
});

test("writes more chunks than one call takes", async () => {
  const path = join(temporaryDirectory(), "out");
  const chunks = Array.from({ length: 5000 }, (_, index) => numbered(index % 50, index));
  await writeOutput(path, chunks);
  expect(readFileSync(path).equals(Buffer.concat(chunks))).toBe(true);
});

test("leaves the file that was there, and no other, where contents cannot be read", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "out");
  writeFileSync(path, "before");
  const broken: Contents = {
    byteLength: 5 << 20,
    readInto(target, start) {
      if (start > 3 << 20) throw new InputError(["`data` changed"]);
      target.fill(1);
    },
  };
  await expect(writeOutput(path, [numbered(100, 1), broken])).rejects.toThrow(new InputError(["`data` changed"]));
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(directory)).toEqual(["out"]);
  await expect(writeOutput(join(directory, "new"), [broken])).rejects.toThrow(new InputError(["`data` changed"]));
  expect(existsSync(join(directory, "new"))).toBe(false);
});

test("permissions stay, but not that a program runs as its owner", async () => {
  const path = join(temporaryDirectory(), "out");
  writeFileSync(path, "");
  chmodSync(path, 0o6751);
  await writeOutput(path, [numbered(3, 1)]);
  expect(statSync(path).mode & 0o7777).toBe(0o751);
});

test("a name may be as long as a name can be", async () => {
  const path = join(temporaryDirectory(), "a".repeat(255));
  await writeOutput(path, [numbered(3, 1)]);
  expect(readFileSync(path).equals(numbered(3, 1))).toBe(true);
});

test("nothing is written twice", async () => {
  const directory = temporaryDirectory();
  await writeOutput(join(directory, "out"), [numbered(3, 1)]);
  symlinkSync("out", join(directory, "link"));
  for (const name of ["out", "link"])
    await expect(writeOutput(join(directory, name), [numbered(3, 2)])).rejects.toThrow(`is the output \`${join(directory, "out")}\` too`);
  expect(readFileSync(join(directory, "out")).equals(numbered(3, 1))).toBe(true);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s leaves no temporary file", async (signal) => {
  const directory = temporaryDirectory();
  const script = `import { writeOutput } from ${JSON.stringify(join(root, "dist/cli/write-output.js"))};
const endless = { byteLength: 2 ** 50, readInto() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20); } };
await writeOutput("out", [endless]);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { cwd: directory, stdio: "ignore" });
  const ended = once(child, "exit");
  await vi.waitFor(() => expect(readdirSync(directory)).toHaveLength(1), 20_000);
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  expect(readdirSync(directory)).toEqual([]);
});
