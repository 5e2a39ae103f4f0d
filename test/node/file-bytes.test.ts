/** Reading has a limit, whether a file says its size or not. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readAll, readBytes } from "../../src/node/file-bytes.ts";
import { temporaryDirectory } from "../cli/wasi-nest.ts";

const LIMIT = 100_000;

test("a file has at most as many bytes as the limit says", () => {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, new Uint8Array(LIMIT));
  expect(readBytes(path, LIMIT)).toHaveLength(LIMIT);
  expect(() => readBytes(path, LIMIT - 1)).toThrow(new RangeError("has 100000 bytes, more than the 99999 that a component can hold"));
});

test("what does not say its size is read up to the limit", () => {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, new Uint8Array(LIMIT));
  const open = (name: string): number => {
    const descriptor = openSync(name, "r");
    onTestFinished(() => closeSync(descriptor));
    return descriptor;
  };
  expect(readAll(open(path), LIMIT)).toHaveLength(LIMIT);
  const refusal = new RangeError("has more than the 99999 bytes that a component can hold");
  expect(() => readAll(open(path), LIMIT - 1)).toThrow(refusal);
  expect(() => readBytes("/dev/zero", LIMIT - 1)).toThrow(refusal);
});
