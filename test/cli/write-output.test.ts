import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { writeOutput } from "../../src/cli/write-output.ts";
import type { Chunk, Contents } from "../../src/index.ts";
import { InputError } from "../../src/node/index.ts";
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
  await expect(writeOutput(join(directory, "new"), [broken])).rejects.toThrow(InputError);
  expect(existsSync(join(directory, "new"))).toBe(false);
});
