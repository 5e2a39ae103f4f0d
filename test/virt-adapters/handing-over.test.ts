/** What the io adapter hands over of a file when the app makes a stream of WASI 0.3, before anybody reads. */

import { describe, expect, test } from "vitest";
import type { Preopen } from "../../src/image/tree.ts";
import { FileSystem, directory, file } from "./file-system.ts";

const BLOCKED = 0xffffffff;
/** A copy of 2^28 elements traps. */
const MOST = 2 ** 28 - 1;
const COUNT_SHIFT = 4;

interface How {
  readonly writable: boolean;
  readonly beside: boolean;
}

interface Copy {
  readonly address: number;
  readonly count: number;
}

/** The copies that begin when a stream is made of the file `f`. A reader takes so many bytes at first, then it waits. */
function copies(length: number, how: How, taken: readonly number[] = []): readonly Copy[] {
  const found: Copy[] = [];
  let ends = 1n;
  const newEnds = (): bigint => ((ends += 2n) << 32n) | (ends - 1n);
  const root: Preopen = { path: "/", directory: directory({ f: file(new Uint8Array(length)) }), ...(how.writable && { writable: {} }) };
  const beside: Preopen = { path: "/beside", directory: directory({}), writable: {} };
  const fs = new FileSystem(
    { preopens: how.beside ? [root, beside] : [root] },
    {
      "async#[stream.new]u8": newEnds,
      "async#[future.new]wasi:filesystem/types#error-code": newEnds,
      "async#[waitable-set.new]": () => 1,
      "async#[waitable.join]": () => undefined,
      "async#[stream.write]u8": (_end: number, address: number, count: number) => {
        const copied = taken[found.push({ address, count }) - 1];
        return copied === undefined ? BLOCKED : copied << COUNT_SHIFT;
      },
    },
  );
  const descriptor = fs.adapter.representation(fs.open("f"));
  fs.adapter.call("p3_filesystem_types__descriptor_read_via_stream", [descriptor, 0n], () => undefined);
  return found;
}

const counts = (...args: Parameters<typeof copies>): number[] => copies(...args).map(({ count }) => count);

describe.each([false, true])("with files beside it that can be written: %s", (beside) => {
  test("all that cannot change is handed over at once", () => {
    expect(counts(300_000, { writable: false, beside })).toEqual([300_000]);
  });

  test("no copy has more elements than a stream takes", () => {
    expect(counts(MOST + 1000, { writable: false, beside }, [MOST])).toEqual([MOST, 1000]);
  });

  test("what can change is not handed over before somebody reads", () => {
    expect(counts(300_000, { writable: true, beside })).toEqual([0]);
  });

  test("a reader of what can change is offered little more than it takes, and much if it takes much", () => {
    const small = Array.from({ length: 20 }, () => [0, 4096]).flat();
    expect(Math.max(...counts(300_000, { writable: true, beside }, small))).toBe(8192);
    const all = [12, 13, 14, 15, 16, 16].flatMap((shift) => [0, 2 ** shift]);
    expect(counts(300_000, { writable: true, beside }, all)).toEqual([...all, 0]);
  });

  test("what nobody has written is handed over from where it is embedded", () => {
    const [first, ...others] = copies(300_000, { writable: true, beside }, [0, 4096, 0, 8192, 0]).filter(({ count }) => count > 0);
    expect(others.map(({ address }) => address - (first?.address ?? 0))).toEqual([4096, 4096 + 8192]);
  });
});
