/** Numbers of descriptors, and what memory they take. */
import { expect, test } from "vitest";
import { Preview1 } from "./preview1.ts";

const PATH = 1000;
const RESULT = 2000;
const READ_RIGHT = 2n;

/** With a host that says yes. */
function opened(): { readonly preview1: Preview1; readonly open: () => number } {
  const preview1 = new Preview1((below) => Math.min(1, below - 1));
  const view = new DataView(preview1.memory.buffer);
  view.setUint8(PATH, 0x61);
  const open = (): number => {
    expect(preview1.call("path_open", [3, 0, PATH, 1, 0, READ_RIGHT, 0n, 0, RESULT])).toBe(0);
    return view.getUint32(RESULT, true);
  };
  return { preview1, open };
}

test("the lowest number that is free comes first, and there are as many as wanted", () => {
  const { preview1, open } = opened();
  // Two directories are open at first.
  for (let fd = 5; fd < 5000; fd++) expect(open()).toBe(fd);
  for (const fd of [4321, 17, 0, 200]) expect(preview1.call("fd_close", [fd])).toBe(0);
  expect([open(), open(), open(), open(), open()]).toEqual([0, 17, 200, 4321, 5000]);
  expect(preview1.call("fd_renumber", [5000, 300])).toBe(0);
  expect(preview1.call("fd_tell", [5000, RESULT])).toBe(8);
  expect(open()).toBe(5000);
});

test("opening and closing takes no more memory each time", () => {
  const { preview1, open } = opened();
  const list = (fd: number): number => preview1.call("fd_readdir", [fd, 4000, 100, 0n, RESULT]);
  const some = (): void => {
    const fds = Array.from({ length: 100 }, open);
    expect(list(3)).toBe(0);
    for (const fd of fds) expect(preview1.call("fd_close", [fd])).toBe(0);
  };
  some();
  const before = [preview1.guest.arenaBase.value, preview1.handles.size];
  for (let i = 0; i < 200; i++) some();
  expect([preview1.guest.arenaBase.value, preview1.handles.size]).toEqual(before);
});

test("files in the same memory leave a hash behind a stat, and only others are asked for one", () => {
  const { preview1, open } = opened();
  const fd = open();
  const inode = (): bigint => new DataView(preview1.memory.buffer).getBigUint64(RESULT + 8, true);
  const stats: readonly (() => number)[] = [
    () => preview1.call("path_filestat_get", [3, 0, PATH, 1, RESULT]),
    () => preview1.call("fd_filestat_get", [fd, RESULT]),
  ];
  for (const stat of stats) {
    preview1.hashCalls = 0;
    preview1.statHash = 0x0123_4567_89ab_cdefn;
    expect([stat(), inode(), preview1.hashCalls]).toEqual([0, preview1.statHash, 0]);
    // What is left from before is not taken for it.
    preview1.statHash = 0n;
    expect([stat(), preview1.hashCalls]).toEqual([0, 1]);
  }
});
