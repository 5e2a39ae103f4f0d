import { describe, expect, test } from "vitest";
import {
  choice,
  type Codec,
  flag,
  MAX_ITEMS,
  MAX_TYPE_DEPTH,
  name,
  nested,
  optional,
  Reader,
  struct,
  u32,
  vec,
  Writer,
} from "../../src/binary/codec.ts";
import { MAX_NAME_BYTES } from "../../src/binary/reader.ts";
import { valType, type ValType } from "../../src/binary/val-types.ts";
import { FormatError } from "../../src/errors.ts";

function write<T>(codec: Codec<T>, value: T): Uint8Array {
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

function read<T>(codec: Codec<T>, bytes: readonly number[] | Uint8Array): T {
  const reader = new Reader(Uint8Array.from(bytes));
  const value = codec.read(reader);
  expect(reader.done).toBe(true);
  return value;
}

function failure(body: () => unknown): FormatError {
  try {
    body();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const EDGES = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0x3fff, 0x4000, 0x1fffff, 0x200000, 0xfffffff, 0x10000000, 0x7fffffff, 0x80000000, 0xffffffff];

describe("u32", () => {
  test.each(EDGES)("keeps %d", (value) => {
    expect(read(u32, write(u32, value))).toBe(value);
  });

  test("accepts more bytes than needed", () => {
    expect(read(u32, [0x83, 0x80, 0x80, 0x80, 0x00])).toBe(3);
  });

  test.each([{ bytes: [0xff, 0xff, 0xff, 0xff, 0x1f] }, { bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x00] }])(
    "refuses more than 32 bits: $bytes",
    ({ bytes }) => {
      expect(failure(() => read(u32, bytes))).toMatchObject({ offset: 0, message: "a number does not fit in 32 bits (at offset 0x0)" });
    },
  );

  test("refuses to end early", () => {
    expect(failure(() => read(u32, [0x80, 0x80]))).toMatchObject({ offset: 2, message: "unexpected end of the input (at offset 0x2)" });
  });
});

describe("value types", () => {
  test.each<ValType>([...EDGES, "bool", "string", "f64", "error-context"])("keeps %s", (value) => {
    expect(read(valType, write(valType, value))).toBe(value);
  });

  test("gives an index of 64 and more a second byte, as one byte would be negative", () => {
    expect(Array.from(write(valType, 0x40))).toEqual([0xc0, 0x00]);
  });

  test.each([{ bytes: [0x40] }, { bytes: [0x80, 0x7f] }, { bytes: [0x80, 0x80, 0x80, 0x80, 0x10] }])("refuses $bytes", ({ bytes }) => {
    expect(failure(() => read(valType, bytes)).offset).toBe(0);
  });
});

describe("name", () => {
  test.each([
    "",
    "wasi:cli/run@0.2.12",
    "naïve",
    "名前",
    "🪺",
    "\uFEFFmark",
    "a".repeat(64),
    "a".repeat(65),
    "é".repeat(64),
    "a".repeat(127),
    "a".repeat(128),
    `${"a".repeat(300)}ß`,
  ])("keeps %j", (value) => {
    expect(read(name, write(name, value))).toBe(value);
  });

  test("writes what TextEncoder writes", () => {
    expect(write(name, "名a").subarray(1)).toEqual(new TextEncoder().encode("名a"));
  });

  test.each([[[0x02, 0x61, 0xff]], [[0x01, 0xc3]], [[0x03, 0xed, 0xa0, 0x80]]])("refuses bytes that are not UTF-8: %j", (bytes) => {
    expect(failure(() => read(name, bytes))).toMatchObject({ offset: 1, message: "a name is not valid UTF-8 (at offset 0x1)" });
  });

  test("refuses a length beyond the end", () => {
    expect(failure(() => read(name, [0x05, 0x61]))).toMatchObject({
      offset: 1,
      message: "unexpected end of the input: 5 bytes wanted, 1 left (at offset 0x1)",
    });
  });

  test("has a limit", () => {
    const bytes = write(name, "a".repeat(MAX_NAME_BYTES + 1));
    expect(failure(() => read(name, bytes)).message).toContain(`the limit is ${MAX_NAME_BYTES}`);
    expect(read(name, write(name, "a".repeat(MAX_NAME_BYTES)))).toHaveLength(MAX_NAME_BYTES);
  });
});

describe("vec", () => {
  test("refuses a count that the bytes left cannot hold, before it allocates", () => {
    const bytes = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x00];
    expect(failure(() => read(vec(u32), bytes))).toMatchObject({
      offset: 0,
      message: "a list of 4294967295 items in the 2 bytes that are left (at offset 0x0)",
    });
  });

  test("counts only the bytes of its window", () => {
    const reader = new Reader(Uint8Array.of(0x03, 0, 0, 0)).window(3, "the window");
    expect(failure(() => vec(u32).read(reader)).message).toContain("in the 2 bytes");
  });

  test("has a limit", () => {
    const bytes = new Uint8Array(MAX_ITEMS + 10);
    bytes.set(write(u32, MAX_ITEMS + 1));
    expect(failure(() => read(vec(u32), bytes)).message).toContain(`the limit is ${MAX_ITEMS}`);
  });
});

describe("optional and flag", () => {
  test.each([undefined, 0, 300])("keeps %s", (value) => {
    expect(read(optional(u32), write(optional(u32), value))).toBe(value);
  });

  test("refuse any other byte", () => {
    expect(failure(() => read(flag, [0x02]))).toMatchObject({ offset: 0, message: "expected 0x00 or 0x01, found 0x02 (at offset 0x0)" });
  });
});

describe("choice", () => {
  type Shape =
    | { readonly kind: "dot" }
    | { readonly kind: "line"; readonly length: number }
    | { readonly kind: "box"; readonly width: number; readonly height: number };
  const shape = choice<Shape>("shape", {
    dot: [0x00, struct({})],
    line: [[0x01, 0x07], struct({ length: u32 })],
    box: [[0x01, 0x08], struct({ width: u32, height: u32 })],
  });

  test.each<Shape>([{ kind: "dot" }, { kind: "line", length: 5 }, { kind: "box", width: 1, height: 2 }])("keeps %j", (value) => {
    expect(read(shape, write(shape, value))).toStrictEqual(value);
  });

  test("points at the byte that it does not know", () => {
    expect(failure(() => read(shape, [0x02]))).toMatchObject({ offset: 0, message: "unknown shape 0x02 (at offset 0x0)" });
    expect(failure(() => read(shape, [0x01, 0x09]))).toMatchObject({ offset: 1, message: "unknown shape 0x09 (at offset 0x1)" });
  });

  test("calls a kind that nobody declared a bug", () => {
    expect(() => write(shape, { kind: "circle" } as never)).toThrow(TypeError);
  });
});

test("rules that contain themselves have a limit, not a stack overflow", () => {
  const nest: Codec<readonly unknown[]> = vec(nested<unknown>(() => nest as Codec<unknown>));
  const bytes = (depth: number): Uint8Array => new Uint8Array(depth + 1).fill(1, 0, depth);
  expect(read(nest, bytes(MAX_TYPE_DEPTH))).toHaveLength(1);
  expect(failure(() => read(nest, bytes(100_000)))).toMatchObject({
    offset: MAX_TYPE_DEPTH + 1,
    message: `types lie more than ${MAX_TYPE_DEPTH} deep in each other (at offset 0x65)`,
  });
});

describe("Reader", () => {
  test("counts offsets from the start of the file, in windows too", () => {
    const window = new Reader(Uint8Array.of(9, 1, 2, 3), 1000).window(2, "the window");
    window.bytes(2);
    expect(failure(() => window.byte())).toMatchObject({ offset: 1002, message: "unexpected end of the window (at offset 0x3ea)" });
  });

  test("moves on behind a window", () => {
    const reader = new Reader(Uint8Array.of(9, 1, 2, 3));
    reader.window(3, "the window");
    expect(reader.byte()).toBe(3);
  });
});

describe("Writer", () => {
  test("keeps references where they were put, and does not copy them", () => {
    const large = Uint8Array.of(7, 7, 7);
    const writer = new Writer();
    writer.byte(1);
    writer.reference(large);
    writer.byte(2);
    expect(writer.byteLength).toBe(5);
    expect(writer.chunks()[1]).toBe(large);
    expect(Array.from(writer.finish())).toEqual([1, 7, 7, 7, 2]);
  });

  test("gives sizes that count references, in each other too", () => {
    const large = new Uint8Array(200);
    const writer = new Writer();
    writer.byte(1);
    writer.sized(() => {
      writer.byte(2);
      writer.sized(() => {
        writer.byte(3);
        writer.reference(large);
      });
      writer.byte(4);
    });
    // 201 and 205 take two bytes each.
    expect(Array.from(writer.finish()).filter((byte) => byte !== 0)).toEqual([1, 0xcd, 0x01, 2, 0xc9, 0x01, 3, 4]);
    expect(writer.chunks().map((chunk) => chunk.byteLength)).toEqual([7, 200, 1]);
  });

  test("grows", () => {
    const writer = new Writer();
    for (let i = 0; i < 10_000; i++) writer.byte(i & 0xff);
    writer.bytes(new Uint8Array(100_000).fill(5));
    const bytes = writer.finish();
    expect(bytes).toHaveLength(110_000);
    expect(bytes[9_999]).toBe(9_999 & 0xff);
    expect(bytes[109_999]).toBe(5);
  });
});
