/** What is compressed, where it is not as other files are; compressed.long.ts has the rest. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { ExportedFiles } from "./exported.ts";
import { directory, file, FileSystem } from "./file-system.ts";
import { WRITE } from "./writing.ts";

beforeAll(() => void (FileSystem.isCompressed = true));
afterAll(() => void (FileSystem.isCompressed = false));

test("a file that was emptied when it was first opened is what was embedded after a reset", () => {
  const files = new ExportedFiles({ preopens: [{ path: "/", directory: directory({ f: file("embedded") }), writable: {} }] });
  const descriptor = files.must(files.openAt(files.base, "f", { ...WRITE, open: ["truncate"] }));
  expect(files.stat(descriptor)).toMatchObject({ size: 0 });
  files.reset();
  expect(files.read(descriptor, 100n, 0n)).toEqual([new TextEncoder().encode("embedded"), true]);
});
