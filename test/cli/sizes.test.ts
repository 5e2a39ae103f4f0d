import { expect, test } from "vitest";
import { parseSize, sizeText } from "../../src/amounts.ts";

test.for([
  ["0", 0],
  ["1", 1],
  ["4096", 4096],
  ["1k", 1024],
  ["64M", 64 * 1024 * 1024],
  ["3g", 3 * 1024 ** 3],
  ["007K", 7 * 1024],
  ["1MB", 1_000_000],
  ["2kb", 2000],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
] as const)("%s is %i bytes", ([text, bytes]) => {
  expect(parseSize(text)).toBe(bytes);
});

test.for(["", "K", "-1", "+1", "1.5M", "1B", "1MBB", "1MiB", "1 M", " 1", "1T", "0x10", "1e3", "9007199254740992", "8388608G"])(
  "`%s` is no size",
  (text) => {
    expect(parseSize(text)).toBeUndefined();
  },
);

test.for([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1023, "1023 bytes"],
  [1024, "1K"],
  [1025, "1025 bytes"],
  [1536, "1536 bytes"],
  [64 * 1024 * 1024, "64M"],
  [1024 ** 3, "1G"],
  [1025 * 1024 ** 3, "1025G"],
] as const)("%i is told as %s", ([size, text]) => {
  expect(sizeText(size)).toBe(text);
});
