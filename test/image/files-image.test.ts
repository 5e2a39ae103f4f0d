/** The io adapter's image: what is stored, how often, and in what order. */

import { describe, expect, test } from "vitest";
import { byteLength, bytesOf, type Chunk, type Contents } from "../../src/binary/chunk.ts";
import { LinkError } from "../../src/errors.ts";
import { type FilesImage, filesImage } from "../../src/image/files-image.ts";
import {
  HEADER,
  IMAGE_BASE,
  INODES,
  INODE_WORD,
  CONTENTS,
  MAX_FILES,
  MOUNTS,
  MOUNT_FLAGS,
  MOUNT_HIDDEN,
  MOUNT_CONTENTS,
  MOUNT_PATH,
  MOUNT_SIZE,
  MOUNT_WRITABLE,
  PREOPENS,
  ROOTS,
  STDERR_FILE,
  STDIN,
  STDIN_END,
  STDIN_FILE,
  STDOUT_FILE,
} from "../../src/image/layout.ts";
import { compareAsUtf8 } from "../../src/image/nodes.ts";
import type { Directory, Entry, File } from "../../src/image/tree.ts";

function file(contents: Uint8Array | string): File {
  return { kind: "file", contents: typeof contents === "string" ? new TextEncoder().encode(contents) : contents };
}

function directory(entries: Iterable<readonly [string, Entry]>): Directory {
  return { kind: "directory", entries: new Map(entries) };
}

function imageOf(...entries: readonly (readonly [string, Entry])[]): FilesImage {
  return filesImage({ preopens: [{ path: "/", directory: directory(entries) }], stdin: undefined });
}

function bodyOf({ segments }: FilesImage): readonly Chunk[] {
  return segments.find(({ address }) => address === IMAGE_BASE)?.chunks ?? [];
}

describe("contents", () => {
  test("are referenced, not copied", () => {
    const [a, b] = [new Uint8Array(100).fill(1), new Uint8Array(200).fill(2)];
    const [, ...contents] = bodyOf(imageOf(["a", file(a)], ["b", file(b)]));
    expect(contents).toHaveLength(2);
    expect(contents[0]).toBe(a);
    expect(contents[1]).toBe(b);
  });

  test("that are identical are stored once", () => {
    const image = imageOf(["a", file("same")], ["b", file("same")], ["c", file("else")], ["d", file("")], ["e", file("")]);
    expect(image).toMatchObject({ fileCount: 5, fileBytes: 12, storedBytes: 8 });
    expect(byteLength(bodyOf(image).slice(1))).toBe(8);
  });

  test.each([0, 1])("that differ only where no sample is taken are both stored (from byte %d)", (start) => {
    const [a, b] = [0, 1].map(() => new Uint8Array(10_001).subarray(start, start + 10_000));
    if (a === undefined || b === undefined) throw new Error("no contents");
    for (let index = 0; index < 10_000; index += 97) {
      b[index] = 1;
      expect(imageOf(["a", file(a)], ["b", file(b)]).storedBytes).toBe(20_000);
      b[index] = 0;
    }
    expect(imageOf(["a", file(a)], ["b", file(b)]).storedBytes).toBe(10_000);
  });

  test("are compared wherever they lie in their buffers", () => {
    const buffer = new Uint8Array(4000).map((_, index) => index % 7);
    for (const start of [0, 7, 14, 28]) {
      const [a, b] = [buffer.subarray(0, 1001), buffer.slice(start).subarray(0, 1001)];
      expect(imageOf(["a", file(a)], ["b", file(b)], ["c", file(buffer.subarray(start, start + 1001))]).storedBytes).toBe(1001);
    }
  });

  test("of standard input are stored once with those of files, and count for none", () => {
    const input = new TextEncoder().encode("some input");
    const preopens = [{ path: "/", directory: directory([["f", file("some input")]]) }];
    const image = filesImage({ preopens, stdin: input });
    expect(image).toMatchObject({ fileCount: 1, fileBytes: 10, storedBytes: 10 });
    expect(bodyOf(image)).toHaveLength(2);
    expect(filesImage({ preopens: [], stdin: input })).toMatchObject({ fileCount: 0, storedBytes: 0 });
  });

  test("of a large file without a double are not read", () => {
    const touched: number[] = [];
    const contents = new Proxy(new Uint8Array(1_000_000), {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) touched.push(Number(key));
        const value: unknown = Reflect.get(target, key, target);
        return value;
      },
    });
    imageOf(["f", { kind: "file", contents }]);
    expect(touched.length).toBeGreaterThan(0);
    expect(touched.length).toBeLessThan(1000);
  });
});

describe("contents that are read when they are needed", () => {
  /** Counts the bytes that are read. */
  const lazy = (bytes: Uint8Array): Contents & { bytesRead: number } => ({
    byteLength: bytes.length,
    bytesRead: 0,
    readInto(target, start) {
      target.set(bytes.subarray(start, start + target.length));
      this.bytesRead += target.length;
    },
  });
  const preopensOf = (contents: readonly Chunk[]): FilesImage => {
    const files = contents.map((each, index) => [`f${index}`, { kind: "file", contents: each }] as const);
    return filesImage({ preopens: [{ path: "/", directory: { kind: "directory", entries: new Map(files) } }], stdin: undefined });
  };
  const random = (length: number, seed: number): Uint8Array =>
    new Uint8Array(length).map((_, index) => Math.imul(index + seed, 2654435761) >>> 24);

  test("give the bytes that others do", () => {
    const contents = [0, 1, 255, 256, 257, 700_000].map((length) => random(length, length));
    const eager = preopensOf(contents);
    const image = preopensOf(contents.map(lazy));
    expect(image).toMatchObject({ end: eager.end, fileBytes: eager.fileBytes, storedBytes: eager.storedBytes });
    expect(image.segments.map(({ address }) => address)).toEqual(eager.segments.map(({ address }) => address));
    const whole = ({ segments }: FilesImage): Buffer => Buffer.concat(segments.map(({ chunks }) => bytesOf(chunks)));
    expect(whole(image).equals(whole(eager))).toBe(true);
  });

  test("are not read but for a sample where they have no double", () => {
    const contents = [lazy(random(1_000_000, 1)), lazy(random(1_000_000, 2))];
    expect(preopensOf(contents).storedBytes).toBe(2_000_000);
    for (const { bytesRead } of contents) expect(bytesRead).toBe(256);
  });

  test.each([2, 3, 10])("are stored once if they are identical, beside %d others of equal samples", (count) => {
    const base = random(300_000, 1);
    const others = Array.from({ length: count }, (_, index) => {
      const changed = base.slice();
      changed[1000 + index * 4] = (changed[1000 + index * 4] ?? 0) ^ 1;
      return changed;
    });
    const contents = [...others, ...others.map((each) => each.slice())];
    const image = preopensOf(contents.map((each, index) => (index % 2 === 0 ? each : lazy(each))));
    expect(image.storedBytes).toBe(count * 300_000);
    const stored = bodyOf(image).slice(1);
    expect(stored).toHaveLength(count);
    for (const [index, each] of stored.entries()) expect(Buffer.from(bytesOf([each])).equals(others[index] ?? base)).toBe(true);
  });

  test("of 20,000 files of one size are read once", () => {
    const contents = Array.from({ length: 20_000 }, (_, index) => lazy(new Uint8Array(Uint32Array.of(index, 1, 2, 3).buffer)));
    expect(preopensOf(contents).storedBytes).toBe(16 * 20_000);
    // Samples are numbers of 32 bits, so a few agree by chance.
    expect(contents.filter(({ bytesRead }) => bytesRead > 16).length).toBeLessThan(20);
  });

  test("are read a bounded number of times each, however many have equal samples", () => {
    const contents = Array.from({ length: 100 }, (_, index) => {
      const bytes = new Uint8Array(3000);
      bytes[500] = index % 50;
      return lazy(bytes);
    });
    expect(preopensOf(contents).storedBytes).toBe(50 * 3000);
    // The sample; the digest, and of a double the comparison with one other.
    const read = contents.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    expect(read).toBeLessThanOrEqual(contents.length * (256 + 3 * 3000));
  });

  test.each([0, 1, 2, 3])("are stored once if they are identical (%d)", (which) => {
    const as = (bytes: Uint8Array, bit: number): Chunk => ((which & bit) === 0 ? bytes : lazy(bytes));
    const [a, b] = [random(700_001, 1), random(700_001, 1)];
    expect(preopensOf([as(a, 1), as(b, 2)]).storedBytes).toBe(700_001);
    // Where no sample is taken, in each of the three pieces.
    for (const at of [1000, 300_000, 699_000]) {
      b[at] = (b[at] ?? 0) ^ 1;
      expect(preopensOf([as(a, 1), as(b, 2)]).storedBytes).toBe(1_400_002);
      b[at] = (b[at] ?? 0) ^ 1;
    }
  });
});

describe("layout", () => {
  test("nothing at all takes no segment", () => {
    expect(filesImage({ preopens: [], stdin: undefined })).toMatchObject({ segments: [], end: IMAGE_BASE });
    expect(filesImage({ preopens: [], stdin: new Uint8Array() })).toMatchObject({ segments: [], end: IMAGE_BASE });
  });

  test("standard input alone takes two words and itself", () => {
    const image = filesImage({ preopens: [], stdin: new TextEncoder().encode("in") });
    expect(image.segments.map(({ address, chunks }) => [address, byteLength(chunks)])).toEqual([
      [HEADER, 8],
      [IMAGE_BASE, 2],
    ]);
    expect(image.end).toBe(IMAGE_BASE + 2);
  });

  test("ends where the last segment ends", () => {
    const image = imageOf(["a", file("12345")]);
    expect(image.end).toBe(IMAGE_BASE + byteLength(bodyOf(image)));
  });

  test("times cost nothing where there are none", () => {
    const without = imageOf(["a", file("1")], ["b", file("2")]);
    const one = imageOf(["a", file("1")], ["b", { ...file("2"), modified: 0n }]);
    expect(one.end - without.end).toBe(3 * 16);
  });

  test("a name that is used again costs nothing", () => {
    const endWith = (name: string): number => imageOf(["a", directory([["inner", file("")]])], ["b", directory([[name, file("")]])]).end;
    expect(endWith("other") - endWith("inner")).toBe("other".length);
  });
});

describe("the same files", () => {
  const entries: readonly (readonly [string, Entry])[] = [
    ["b", file("2")],
    [
      "a",
      directory([
        ["y", file("3")],
        ["x", { kind: "link", target: "y" }],
      ]),
    ],
    ["c", file("3")],
  ];
  const flat = (image: FilesImage): unknown =>
    image.segments.map(({ address, chunks }) => [address, Buffer.from(bytesOf(chunks)).toString("hex")]);

  test("give the same bytes in any order", () => {
    const forwards = flat(imageOf(...entries));
    expect(flat(imageOf(...entries))).toEqual(forwards);
    expect(flat(imageOf(...entries.toReversed()))).toEqual(forwards);
  });

  test("give other bytes once one of them changes", () => {
    expect(flat(imageOf(...entries.slice(1), ["b", file("4")]))).not.toEqual(flat(imageOf(...entries)));
  });
});

test("names are compared as their UTF-8 bytes", () => {
  const names = ["", "a", "aa", "b", "~", "\x7f", "é", "\u07ff", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}"];
  for (const a of names) {
    for (const b of names) {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect([a, b, Math.sign(compareAsUtf8(a, b))]).toEqual([a, b, expected]);
    }
  }
});

describe("refuses", () => {
  /** Zeros, as many as nobody has in memory. */
  const zeros = (byteLength: number): Contents & { bytesRead: number } => ({
    byteLength,
    bytesRead: 0,
    readInto(target) {
      this.bytesRead += target.length;
    },
  });
  const imageOfSizes = (...sizes: readonly number[]): FilesImage => {
    const files = sizes.map((size, index) => [`f${index}`, { kind: "file", contents: zeros(size) }] as const);
    return filesImage({ preopens: [{ path: "/", directory: { kind: "directory", entries: new Map(files) } }], stdin: undefined });
  };
  const LIMIT = 2 ** 30;

  test("more than engines load in one component, and says how much that is", () => {
    const message =
      "embedding 2 files of 1073741824 bytes takes more than 1073741824 bytes (1 GiB), which is all that engines load in one component";
    expect(() => imageOfSizes(LIMIT - 1000, 1000)).toThrow(new LinkError(message));
    // Names, directories and what else describes the files count, contents that are equal count once.
    expect(imageOfSizes(LIMIT - 1000, 800).fileBytes).toBe(LIMIT - 200);
    expect(() => imageOfSizes(LIMIT - 100, 50)).toThrow(new LinkError(message.replace("1073741824", "1073741774")));
    expect(imageOfSizes(LIMIT - 1000, 800, 800, 800, 800).storedBytes).toBe(LIMIT - 200);
  });

  test("what is too much before it is read", () => {
    const contents = [LIMIT, 2 * LIMIT].map(zeros);
    const files = contents.map((each, index) => [`f${index}`, { kind: "file", contents: each }] as const);
    const directory = { kind: "directory", entries: new Map(files) } as const;
    expect(() => filesImage({ preopens: [{ path: "/", directory }], stdin: new Uint8Array(10) })).toThrow(
      new LinkError(
        "embedding 2 files of 3221225472 bytes and a standard input of 10 bytes takes more than 1073741824 bytes (1 GiB), which is all that engines load in one component",
      ),
    );
    for (const { bytesRead } of contents) expect(bytesRead).toBeLessThanOrEqual(256);
  });

  test.each(["", ".", "..", "a/b", "a\0", "\ud800", "n".repeat(256), "é".repeat(128)])("the name %j", (name) => {
    expect(() => imageOf([name, file("")])).toThrow(LinkError);
    expect(() => imageOf([name, file("")])).toThrow(
      /^(`".*"` is not the name of a file|file name `".*"` is (not well-formed Unicode|longer than 255 bytes))$/,
    );
  });

  test.each(["n".repeat(255), "é".repeat(127), "...", " ", "\u{1F600}"])("not the name %j", (name) => {
    expect(imageOf([name, file("")]).fileCount).toBe(1);
  });

  test.each(["", "a\0", "t".repeat(4096)])("a link to %j", (target) => {
    expect(() => imageOf(["l", { kind: "link", target }])).toThrow(
      new LinkError('symbolic link `"l"` needs a target of 1 to 4095 bytes without NUL'),
    );
  });
});

describe("writable preopens", () => {
  const contents = (): Directory => directory([["f", file("hello")]]);
  const none = 2 ** 32 - 1;

  function memoryOf(image: FilesImage): DataView {
    const memory = new Uint8Array(image.end);
    for (const { address, chunks } of image.segments) memory.set(bytesOf(chunks), address);
    return new DataView(memory.buffer);
  }

  test("say which mounts are writable, and how far", () => {
    const preopens = [
      { path: "/a", directory: contents() },
      { path: "/b", directory: contents(), writable: {} },
      { path: "/c", directory: contents(), writable: { maxBytes: 2 ** 33 + 1 } },
    ];
    const memory = memoryOf(filesImage({ preopens, stdin: undefined, limits: { maxBytes: 2 ** 40 + 5, maxFiles: 7 } }));
    expect([memory.getUint32(CONTENTS, true), memory.getUint32(MAX_FILES, true)]).toEqual([2 ** 28 + 1, 7]);
    const mounts = memory.getUint32(MOUNTS, true);
    expect([0, 1, 2].map((index) => memory.getUint32(mounts + index * MOUNT_SIZE + MOUNT_FLAGS, true))).toEqual([0, 1, 1]);
    expect([1, 2].map((index) => memory.getUint32(mounts + index * MOUNT_SIZE + MOUNT_CONTENTS, true))).toEqual([none, 2 ** 21 + 1]);
  });

  test("have no limit of files that a word cannot hold", () => {
    const preopens = [{ path: "/a", directory: contents(), writable: {} }];
    const memory = memoryOf(filesImage({ preopens, stdin: undefined, limits: { maxFiles: 2 ** 40 + 5 } }));
    expect(memory.getUint32(MAX_FILES, true)).toBe(2 ** 32 - 1);
  });

  test("have no limits where none are given, and a word for each node after the image, which takes no bytes", () => {
    const [image, readOnly] = [{}, undefined].map((writable) =>
      filesImage({ preopens: [{ path: "/", directory: contents(), ...(writable && { writable }) }], stdin: undefined }),
    );
    if (image === undefined || readOnly === undefined) throw new Error("no image");
    const memory = memoryOf(image);
    expect([memory.getUint32(CONTENTS, true), memory.getUint32(MAX_FILES, true)]).toEqual([none, 2 ** 32 - 1]);
    const inodes = memory.getUint32(INODES, true);
    expect(inodes % INODE_WORD).toBe(0);
    expect(image.end).toBe(inodes + 2 * INODE_WORD);
    expect(byteLength(bodyOf(image))).toBe(byteLength(bodyOf(readOnly)) + MOUNT_SIZE);
    expect(inodes).toBeGreaterThanOrEqual(IMAGE_BASE + byteLength(bodyOf(image)));
    expect(memoryOf(readOnly).getUint32(INODES, true)).not.toBe(inodes);
  });

  test("come with the places of streams' files, where those can change", () => {
    const inner: Directory = directory([["in", file("input")]]);
    const preopens = [
      {
        path: "/v",
        directory: directory([
          ["w", directory([])],
          ["r", file("fixed")],
        ]),
      },
      { path: "/v/w", directory: inner, writable: {} },
      { path: "/", directory: directory([["logs", directory([["out", file("")]])]]), writable: {}, isHidden: true as const },
    ];
    const image = filesImage({ preopens, stdin: undefined, streams: { stdin: "/v/w/in", stdout: "/logs/out", stderr: "/v/w/in" } });
    const memory = memoryOf(image);
    const nameAt = (node: number): string =>
      Buffer.from(memory.buffer, memory.getUint32(node, true), memory.getUint16(node + 4, true)).toString();
    const mounts = memory.getUint32(MOUNTS, true);
    const placeOf = (at: number): unknown => [nameAt(memory.getUint32(at, true)), (memory.getUint32(at + 4, true) - mounts) / MOUNT_SIZE];
    // The preopen, what no app sees, the mount in the preopen.
    expect([memory.getUint32(PREOPENS + 4, true), memory.getUint32(ROOTS, true)]).toEqual([1, 2]);
    expect([STDIN_FILE, STDOUT_FILE, STDERR_FILE].map(placeOf)).toEqual([
      ["in", 2],
      ["out", 1],
      ["in", 2],
    ]);
    expect([image.isInputWritable, memory.getUint32(STDIN, true)]).toEqual([true, 0]);
    const paths = [0, 1, 2].map((index) => {
      const at = mounts + index * MOUNT_SIZE + MOUNT_PATH;
      return Buffer.from(memory.buffer, memory.getUint32(at, true), memory.getUint32(at + 4, true)).toString();
    });
    expect(paths).toEqual(["/v", "", "/v/w"]);
    expect([0, 1, 2].map((index) => memory.getUint32(mounts + index * MOUNT_SIZE + MOUNT_FLAGS, true))).toEqual([
      0,
      MOUNT_WRITABLE | MOUNT_HIDDEN,
      MOUNT_WRITABLE,
    ]);
  });

  test.each([true, false])("or with the embedded bytes of an input that cannot change (beside what can: %j)", (isBeside) => {
    const preopens = [
      {
        path: "/r",
        directory: directory([
          ["empty", file("")],
          ["in", file("input")],
        ]),
      },
      ...(isBeside ? [{ path: "/w", directory: directory([]), writable: {} }] : []),
    ];
    const inputOf = (path: string): string => {
      const image = filesImage({ preopens, stdin: undefined, streams: { stdin: path } });
      const memory = memoryOf(image);
      expect([image.isInputWritable, memory.getUint32(STDIN_FILE, true)]).toEqual([false, 0]);
      const start = memory.getUint32(STDIN, true);
      return Buffer.from(memory.buffer, start, memory.getUint32(STDIN_END, true) - start).toString();
    };
    expect([inputOf("/r/in"), inputOf("/r/empty")]).toEqual(["input", ""]);
  });
});
