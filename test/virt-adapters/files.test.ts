/** wasi:filesystem as the io adapter answers it, from descriptors that are open. */

import { describe, expect, test } from "vitest";
import { FIXED_SECONDS } from "../../src/image/fixed-time.ts";
import { Err, FileSystem, directory, file, link } from "./file-system.ts";

const MAX = 2n ** 64n - 1n;
const FIXED = Array.from({ length: 3 }, () => BigInt(FIXED_SECONDS) * 1_000_000_000n);

describe("preopens", () => {
  test("come in the order given, under their paths, readable", () => {
    const fs = new FileSystem({
      preopens: [
        { path: "/usr/share", directory: directory({ a: file("1") }) },
        { path: "/", directory: directory({ b: file("2") }) },
      ],
    });
    const [first, second, ...rest] = fs.preopens();
    expect(first?.[1]).toBe("/usr/share");
    expect(second?.[1]).toBe("/");
    expect(rest).toEqual([]);
    expect(fs.list(first?.[0] ?? -1)).toEqual([["regular-file", "a"]]);
    expect(fs.list(second?.[0] ?? -1)).toEqual([["regular-file", "b"]]);
    expect(fs.flags(first?.[0] ?? -1)).toEqual(["read"]);
    expect(fs.type(first?.[0] ?? -1)).toBe("directory");
  });

  test("are none when there are none", () => {
    expect(new FileSystem({}).preopens()).toEqual([]);
  });
});

describe("read", () => {
  const fs = FileSystem.of({ f: file("hello"), empty: file(""), d: directory({}) });

  test.each([
    [2n, 0n, "he", false],
    [5n, 0n, "hello", true],
    [4n, 1n, "ello", true],
    // Nothing is the end, as of hosts: the adapter of preview 1 takes it for an interruption otherwise.
    [0n, 0n, "", true],
    [0n, 5n, "", true],
    [9n, 5n, "", true],
    [MAX, 0n, "hello", true],
    [MAX, 3n, "lo", true],
    [MAX, MAX, "", true],
    [1n, 2n ** 32n, "", true],
    [2n ** 32n, 2n ** 32n + 1n, "", true],
    [2n ** 32n + 1n, 1n, "ello", true],
  ])("of %d bytes at %d gives %j, end of file: %s", (length, offset, text, isEnd) => {
    const [bytes, end] = fs.must(fs.read(fs.open("f"), length, offset));
    expect([new TextDecoder().decode(bytes), end]).toEqual([text, isEnd]);
  });

  test("of an empty file is at the end", () => {
    expect(fs.read(fs.open("empty"), 1n, 0n)).toEqual([new Uint8Array(), true]);
  });

  test("of a directory is refused", () => {
    expect(fs.read(fs.open("d"), 1n, 0n)).toEqual(new Err("is-directory"));
    expect(fs.readViaStream(fs.open("d"), 0n)).toEqual(new Err("is-directory"));
  });

  test("needs a descriptor that was opened for it", () => {
    const closed = fs.open("f", { flags: [] });
    expect(fs.read(closed, 1n, 0n)).toEqual(new Err("bad-descriptor"));
    expect(fs.readViaStream(closed, 0n)).toEqual(new Err("bad-descriptor"));
  });

  test("gives out an address in the image: the arena stays as it is", () => {
    const descriptor = fs.open("f");
    const before = [fs.adapter.arenaBase.value, fs.adapter.memory.buffer.byteLength];
    for (let count = 0; count < 10_000; count++) fs.read(descriptor, 5n, 0n);
    expect([fs.adapter.arenaBase.value, fs.adapter.memory.buffer.byteLength]).toEqual(before);
  });
});

describe("stat", () => {
  const fs = new FileSystem({
    preopens: [
      {
        path: "/",
        directory: directory(
          {
            f: file("hello", 1_700_000_000_123_456_789n),
            old: file("", -1n),
            l: link("f"),
            d: directory({ x: directory({}), y: directory({}), z: file("") }),
          },
          5_000_000_000n,
        ),
      },
    ],
  });

  test("of a file", () => {
    const expected = {
      type: "regular-file",
      links: 1,
      size: 5,
      times: Array.from({ length: 3 }, () => 1_700_000_000_123_456_789n),
    };
    expect(fs.statAt(fs.root(), "f")).toEqual(expected);
    expect(fs.statAt(fs.root(), "l")).toEqual(expected);
    expect(fs.stat(fs.open("f"))).toEqual(expected);
  });

  test("of a file from before the epoch", () => {
    expect(fs.must(fs.statAt(fs.root(), "old")).times).toEqual([-1n, -1n, -1n]);
  });

  test("of a link, not followed, has its target's length and the fixed time where none is known", () => {
    expect(fs.statAt(fs.root(), "l", false)).toEqual({
      type: "symbolic-link",
      links: 1,
      size: 1,
      times: FIXED,
    });
  });

  test("of a directory counts itself, its name and its subdirectories", () => {
    expect(fs.must(fs.statAt(fs.root(), "d"))).toMatchObject({ type: "directory", links: 4, size: 0 });
    expect(fs.must(fs.stat(fs.root()))).toMatchObject({ links: 3, times: [5_000_000_000n, 5_000_000_000n, 5_000_000_000n] });
  });

  test("without any times gives the fixed one, after 1980 in every zone", () => {
    const timeless = FileSystem.of({ f: file("") });
    expect(timeless.must(timeless.statAt(timeless.root(), "f")).times).toEqual(FIXED);
    const fixed = new FileSystem({ preopens: [{ path: "/", directory: directory({ f: file("") }) }], fixedSeconds: 2 ** 32 - 1 });
    expect(fixed.must(fixed.statAt(fixed.root(), "f")).times[0]).toBe(4_294_967_295_000_000_000n);
  });
});

describe("identity", () => {
  const tree = { a: file("same"), b: file("same"), l: link("a"), d: directory({ c: file("") }) };
  const fs = FileSystem.of(tree);

  test("is the object's, whatever path led to it", () => {
    expect(fs.isSame(fs.open("a"), fs.open("d/../l"))).toBe(true);
    expect(fs.isSame(fs.open("a"), fs.open("a", { flags: [] }))).toBe(true);
    expect(fs.isSame(fs.open("a"), fs.open("b"))).toBe(false);
    const hash = fs.hash(fs.open("a"));
    expect(fs.hashAt(fs.root(), "l")).toBe(hash);
    expect(fs.hashAt(fs.root(), "d/../a")).toBe(hash);
  });

  test("hashes differ from object to object and from image to image", () => {
    const other = FileSystem.of({ ...tree, b: file("else") });
    const hashes = [fs, other].flatMap((each) => [".", "a", "b", "d", "d/c"].map((path) => each.must(each.hashAt(each.root(), path))));
    hashes.push(fs.must(fs.hashAt(fs.root(), "l", false)));
    expect(new Set(hashes).size).toBe(11);
    expect(new Set(hashes.map((hash) => hash.slice(0, 16))).size).toBe(11);
    expect(new Set(hashes.map((hash) => hash.slice(16))).size).toBe(11);
  });

  test("hashes differ from image to image if only a file's bytes do", () => {
    const [a, b] = ["aaaa", "bbbb"].map((text) => {
      const one = FileSystem.of({ f: file(text) });
      return one.must(one.hashAt(one.root(), "."));
    });
    expect(a).not.toBe(b);
  });

  test("is the same in every run", () => {
    const again = FileSystem.of(tree);
    expect(again.hashAt(again.root(), "a")).toBe(fs.hashAt(fs.root(), "a"));
  });
});

describe("read-directory", () => {
  const fs = FileSystem.of({
    d: directory({ "\u{1F600}": file(""), "\uFF5E": file(""), é: link("x"), z: directory({}), a: file("") }),
  });

  test("gives every entry with its type in the order of the names' bytes", () => {
    expect(fs.list(fs.open("d"))).toEqual([
      ["regular-file", "a"],
      ["directory", "z"],
      ["symbolic-link", "é"],
      ["regular-file", "\uFF5E"],
      ["regular-file", "\u{1F600}"],
    ]);
  });

  test("works whatever the directory was opened for, and keeps a place per stream", () => {
    const descriptor = fs.open("d", { flags: [] });
    const [first, second] = [fs.must(fs.readDirectory(descriptor)), fs.must(fs.readDirectory(descriptor))];
    expect(fs.nextEntry(first)).toEqual(["regular-file", "a"]);
    expect(fs.nextEntry(first)).toEqual(["directory", "z"]);
    expect(fs.nextEntry(second)).toEqual(["regular-file", "a"]);
  });

  test("of an empty directory and after the end gives none", () => {
    const stream = fs.must(fs.readDirectory(fs.open("d/z")));
    expect(fs.nextEntry(stream)).toBeUndefined();
    expect(fs.nextEntry(stream)).toBeUndefined();
  });

  test("of a file is refused", () => {
    expect(fs.readDirectory(fs.open("d/a"))).toEqual(new Err("not-directory"));
  });
});

describe("readlink-at", () => {
  const fs = FileSystem.of({ l: link("some/where"), f: file(""), d: directory({ m: link("../l") }) });

  test("gives the target as it is", () => {
    expect(fs.readlinkAt(fs.root(), "l")).toBe("some/where");
    expect(fs.readlinkAt(fs.root(), "d/m")).toBe("../l");
  });

  test("of anything else is invalid", () => {
    expect(fs.readlinkAt(fs.root(), "f")).toEqual(new Err("invalid"));
    expect(fs.readlinkAt(fs.root(), "d")).toEqual(new Err("invalid"));
  });
});

describe("what has nothing to do", () => {
  const fs = FileSystem.of({ f: file(""), d: directory({}) });

  test("succeeds", () => {
    for (const name of ["f", "d"]) {
      expect(fs.plain("sync", fs.open(name))).toBe("ok");
      expect(fs.plain("sync_data", fs.open(name))).toBe("ok");
    }
    expect(fs.plain("advise", fs.open("f"), 0n, MAX, 3)).toBe("ok");
  });

  test("is refused where it makes no sense", () => {
    expect(fs.plain("advise", fs.open("d"), 0n, 0n, 0)).toEqual(new Err("bad-descriptor"));
  });
});

test.each(["", "__host"])("100,000 opens and streams%s, dropped again, grow nothing", (variant) => {
  const fs = FileSystem.of({ f: file("hello"), d: directory({}) });
  const root = fs.root();
  const once = (): void => {
    const descriptor = fs.must(fs.openAt(root, "f"));
    const stream = fs.must(fs.readViaStream(descriptor, 0n));
    const entries = fs.must(fs.readDirectory(root));
    fs.closeDirectory(entries);
    fs.adapter.drop(stream, `io_streams__input_stream_dtor${variant}`);
    fs.close(descriptor);
  };
  once();
  const before = [fs.adapter.arenaBase.value, fs.adapter.memory.buffer.byteLength];
  for (let count = 0; count < 100_000; count++) once();
  expect([fs.adapter.arenaBase.value, fs.adapter.memory.buffer.byteLength]).toEqual(before);
});

test("10,000 streams at once keep their places", () => {
  const fs = FileSystem.of({ f: file(Uint8Array.from({ length: 10_000 }, (_, index) => index)) });
  const descriptor = fs.open("f");
  const streams = Array.from({ length: 10_000 }, (_, index) => fs.must(fs.readViaStream(descriptor, BigInt(index))));
  const firsts = streams.map((stream) =>
    fs.adapter.call("io_streams__input_stream_read", [fs.borrow(stream), 1n], (at) => fs.adapter.listAt(at + 4)[0]),
  );
  expect(firsts).toEqual(Array.from({ length: 10_000 }, (_, index) => index & 255));
});

test("a directory of 100,000 entries answers at once", () => {
  const entries = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`file-${index}`, file("x")] as const));
  const fs = FileSystem.of(entries);
  const root = fs.root();
  const start = performance.now();
  for (let index = 0; index < 100_000; index += 7) fs.must(fs.statAt(root, `file-${index}`));
  expect(performance.now() - start).toBeLessThan(2000);
  expect(fs.statAt(root, "file-100000")).toEqual(new Err("no-entry"));
});
