/** What the host calls a directory, in one way of many to write it. */
import { expect, test } from "vitest";
import { hostPathOf } from "../../src/adapters/filesystem/host-path.ts";

test.each([
  ["/", "/"],
  ["//", "/"],
  ["/.", "/"],
  ["/data", "/data"],
  ["/data/", "/data"],
  ["/data//sub", "/data/sub"],
  ["/data/./sub/.", "/data/sub"],
  [".", "."],
  ["./", "."],
  ["./data//sub", "./data/sub"],
  ["data", "data"],
  ["/.data/..sub", "/.data/..sub"],
])("%s is %s", (written, meant) => {
  expect(hostPathOf(written, "preopens")).toBe(meant);
});
