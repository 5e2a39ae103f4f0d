/** The streams and futures that adapters are tested with do as the Canonical ABI says. */

import { describe, expect, test } from "vitest";
import { AppEnd, CANCELLED, Carrier, COMPLETED, DROPPED, End } from "./async-copy.ts";

function pair(kind: "stream" | "future" = "stream"): { readonly carrier: Carrier; readonly reader: AppEnd; readonly writer: AppEnd } {
  const carrier = new Carrier(kind, "u8");
  return { carrier, reader: new AppEnd(new End(carrier, true)), writer: new AppEnd(new End(carrier, false)) };
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const taken = (end: AppEnd): readonly number[] => end.elements.flatMap((each) => [...(each as Uint8Array)]);

describe("a stream", () => {
  test("copies as much as both have", () => {
    const { reader, writer } = pair();
    writer.write(bytes(1, 2, 3));
    expect(writer.poll()).toBeUndefined();
    reader.read(2);
    expect([reader.poll(), taken(reader)]).toEqual([{ code: COMPLETED, count: 2 }, [1, 2]]);
    expect(writer.poll()).toEqual({ code: COMPLETED, count: 2 });
  });

  test("goes on with what is left of a buffer until its owner has heard of the copy", () => {
    const { reader, writer } = pair();
    reader.read(5);
    for (const each of [bytes(1, 2), bytes(3), bytes(4, 5, 6)]) {
      writer.write(each);
      expect(writer.poll()?.count).toBe(Math.min(each.length, 2));
    }
    expect([reader.poll(), taken(reader)]).toEqual([{ code: COMPLETED, count: 5 }, [1, 2, 3, 4, 5]]);
    writer.write(bytes(7));
    expect([writer.poll(), reader.poll()]).toEqual([undefined, undefined]);
  });

  test("lets a write of nothing wait for a reader, and a read of nothing for a writer", () => {
    const one = pair();
    one.writer.write(bytes());
    expect(one.writer.poll()).toBeUndefined();
    one.reader.read(1);
    expect([one.writer.poll(), one.reader.poll()]).toEqual([{ code: COMPLETED, count: 0 }, undefined]);
    const other = pair();
    other.reader.read(0);
    other.writer.write(bytes(1));
    expect([other.reader.poll(), other.writer.poll()]).toEqual([{ code: COMPLETED, count: 0 }, undefined]);
  });

  test("ends a write of nothing at once where a read of nothing waits, which goes on waiting", () => {
    const { reader, writer } = pair();
    reader.read(0);
    writer.write(bytes());
    expect([writer.poll(), reader.poll()]).toEqual([{ code: COMPLETED, count: 0 }, undefined]);
  });

  test("tells what was copied before it was cancelled, or before the other end was dropped", () => {
    const { reader, writer } = pair();
    reader.read(2);
    expect(reader.cancel()).toEqual({ code: CANCELLED, count: 0 });
    reader.read(2);
    writer.write(bytes(1));
    writer.drop();
    expect(reader.cancel()).toEqual({ code: DROPPED, count: 1 });
    expect(() => reader.read(1)).toThrow("a copy begins while the end is done");
  });

  test("traps where an end is dropped during a copy", () => {
    const { reader, writer } = pair();
    reader.read(1);
    expect(() => reader.drop()).toThrow("an end is dropped during a copy");
    writer.drop();
    expect(reader.poll()).toEqual({ code: DROPPED, count: 0 });
    reader.drop();
  });
});

describe("a future", () => {
  test("has one value, and both ends are done with it", () => {
    const { reader, writer } = pair("future");
    reader.read(1);
    writer.write(bytes(7));
    expect([writer.poll(), reader.poll(), taken(reader)]).toEqual([{ code: COMPLETED, count: 1 }, { code: COMPLETED, count: 1 }, [7]]);
    expect([reader.isDone, writer.isDone]).toEqual([true, true]);
  });

  test("is written before its writable end is dropped, if anybody can read it", () => {
    const { reader, writer } = pair("future");
    expect(() => writer.drop()).toThrow("a future is dropped before it is written");
    reader.drop();
    writer.write(bytes(1));
    expect(writer.poll()).toEqual({ code: DROPPED, count: 0 });
    writer.drop();
  });
});
