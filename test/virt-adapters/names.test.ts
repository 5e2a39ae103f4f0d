/** Names that are made, removed and moved: directories, links, and files that are open meanwhile. */

import { describe, expect, test } from "vitest";
import { FIXED_SECONDS } from "../../src/image/fixed-time.ts";
import { Err, directory, file, link } from "./file-system.ts";
import { CREATE, WRITE, WritableFiles } from "./writing.ts";

const error = (code: string): Err => new Err(code);

describe("create-directory-at", () => {
  test("makes one, with a slash after it or not", () => {
    const fs = WritableFiles.over({ d: directory({}) });
    expect([fs.mkdir("a"), fs.mkdir("b/"), fs.mkdir("d/c")]).toEqual(["ok", "ok", "ok"]);
    expect([...fs.list(fs.base)].sort()).toEqual(["a", "b", "d"].map((name) => ["directory", name]));
    expect(fs.must(fs.statAt(fs.base, ".")).links).toBe(5);
    expect(fs.must(fs.statAt(fs.base, "d")).links).toBe(3);
    fs.save("a/f", "x");
    expect(fs.contents("a/../a/f")).toBe("x");
  });

  test.each([
    ["f", "exist"],
    ["f/", "exist"],
    ["dangling", "exist"],
    ["dangling/", "exist"],
    [".", "exist"],
    ["d/..", "exist"],
    ["..", "not-permitted"],
    ["no/x", "no-entry"],
    ["f/x", "not-directory"],
    ["", "no-entry"],
    ["n".repeat(256), "name-too-long"],
    ["n\0", "invalid"],
  ])("of %j: %s", (at, code) => {
    const fs = WritableFiles.over({ f: file(""), d: directory({}), dangling: link("nowhere") });
    expect(fs.mkdir(at)).toEqual(error(code));
  });
});

describe("remove-directory-at and unlink-file-at", () => {
  const tree = { f: file("x"), d: directory({ e: directory({}) }), l: link("d"), s: link("d/") };

  test("take away what is embedded and what is not", () => {
    const fs = WritableFiles.over(tree);
    fs.save("d/g", "new");
    expect(fs.rmdir("d/e")).toBe("ok");
    expect(fs.must(fs.statAt(fs.base, "d")).links).toBe(2);
    expect(fs.rmdir("d")).toEqual(error("not-empty"));
    expect(fs.unlink("d/g")).toBe("ok");
    expect(fs.rmdir("d/")).toBe("ok");
    expect([fs.unlink("f"), fs.unlink("l")]).toEqual(["ok", "ok"]);
    expect(fs.names()).toEqual(["s"]);
    fs.save("f", "again");
    expect([fs.contents("f"), fs.names()]).toEqual(["again", ["s", "f"]]);
  });

  test.each([
    ["f", "not-directory"],
    ["l", "not-directory"],
    ["l/", "not-directory"],
    ["d", "not-empty"],
    ["d/e/.", "invalid"],
    ["d/e/..", "not-empty"],
    ["..", "not-permitted"],
    ["no", "no-entry"],
  ])("remove-directory-at %j: %s", (at, code) => {
    expect(WritableFiles.over(tree).rmdir(at)).toEqual(error(code));
  });

  test.each([
    ["d", "is-directory"],
    ["d/", "is-directory"],
    ["f/", "not-directory"],
    ["l/", "not-directory"],
    [".", "is-directory"],
    ["d/..", "is-directory"],
    ["no", "no-entry"],
    ["no/", "no-entry"],
  ])("unlink-file-at %j: %s", (at, code) => {
    expect(WritableFiles.over(tree).unlink(at)).toEqual(error(code));
  });

  test("leave an open directory that nothing can be made in", () => {
    for (const fs of [WritableFiles.over({ d: directory({}) }), WritableFiles.over()]) {
      fs.mkdir("d");
      fs.mkdir("other");
      const open = fs.open("d");
      expect(fs.rmdir("d")).toBe("ok");
      expect(fs.must(fs.stat(open))).toMatchObject({ type: "directory", links: 0 });
      expect(fs.list(open)).toEqual([]);
      expect(fs.mkdir("x", open)).toEqual(error("no-entry"));
      expect(fs.symlink("t", "x", open)).toEqual(error("no-entry"));
      expect(fs.openAt(open, "x", CREATE)).toEqual(error("no-entry"));
      fs.save("f", "");
      expect(fs.link("f", "x", false, fs.base, open)).toEqual(error("no-entry"));
      expect(fs.rename("f", "x", fs.base, open)).toEqual(error("no-entry"));
      expect(fs.rename("other", "x", fs.base, open)).toEqual(error("no-entry"));
      expect(fs.statAt(open, "x")).toEqual(error("no-entry"));
      expect(fs.mkdir("d")).toBe("ok");
      expect(fs.isSame(open, fs.open("d"))).toBe(false);
      fs.close(open);
    }
  });

  test("leave an open directory whose parent has gone as well, and something else is where that was", () => {
    const fs = WritableFiles.over();
    for (const name of ["other", "d", "d/e"]) fs.mkdir(name);
    const open = fs.open("d/e");
    expect([fs.rmdir("d/e"), fs.rmdir("d")]).toEqual(["ok", "ok"]);
    for (let index = 0; index < 10; index++) fs.save(`f${index}`, "contents");
    expect(fs.rename("other", "x", fs.base, open)).toEqual(error("no-entry"));
  });

  test("leave an open file readable and writable until it is closed", () => {
    const fs = WritableFiles.over({ f: file("embedded") });
    const open = fs.open("f", WRITE);
    expect(fs.unlink("f")).toBe("ok");
    expect(fs.must(fs.stat(open)).links).toBe(0);
    expect(fs.write(open, "!", 8n)).toBe(1);
    expect(Buffer.from(fs.must(fs.read(open, 99n, 0n))[0]).toString()).toBe("embedded!");
    fs.save("f", "other");
    expect(Buffer.from(fs.must(fs.read(open, 99n, 0n))[0]).toString()).toBe("embedded!");
    expect(fs.hash(open)).not.toBe(fs.hashAt(fs.base, "f"));
    fs.close(open);
    expect(fs.usedBytes).toBe(4096n);
  });
});

describe("rename-at", () => {
  /** Whatever can be at a name. */
  const things = {
    file: file("file"),
    other: file("other"),
    empty: directory({}),
    vacant: directory({}),
    full: directory({ inner: directory({ f: file("") }) }),
    link: link("file"),
    "to-dir": link("empty"),
  };

  test.each([
    ["file", "other", "ok"],
    ["file", "link", "ok"],
    ["link", "file", "ok"],
    ["file", "new", "ok"],
    ["file", "file", "ok"],
    ["empty", "vacant", "ok"],
    ["full", "empty", "ok"],
    ["full", "new/", "ok"],
    ["full/", "new", "ok"],
    ["full/inner/f", "f", "ok"],
    ["file", "full/inner/f", "ok"],
    ["file", "empty", "is-directory"],
    ["file", "full", "is-directory"],
    ["empty", "file", "not-directory"],
    ["empty", "to-dir", "not-directory"],
    ["empty", "full", "not-empty"],
    ["full/inner", "full", "not-empty"],
    ["full/inner/f", "full", "not-empty"],
    ["full", "full/inner/x", "invalid"],
    ["full", "full/x", "invalid"],
    ["full", "full/inner", "invalid"],
    ["file", "new/", "not-directory"],
    ["file/", "new", "not-directory"],
    ["link/", "new", "not-directory"],
    ["to-dir/", "new", "not-directory"],
    ["no", "new", "no-entry"],
    ["no/x", "new", "no-entry"],
    ["file", "no/x", "no-entry"],
    ["file/x", "new", "not-directory"],
    ["empty/.", "new", "busy"],
    ["full/inner/..", "new", "busy"],
    ["empty", "vacant/.", "busy"],
    ["file", "../x", "not-permitted"],
    ["file", "n".repeat(256), "name-too-long"],
  ])("%s to %s: %s", (from, to, expected) => {
    const embedded = WritableFiles.over(things);
    // The same with nothing embedded.
    const made = WritableFiles.over();
    for (const name of ["file", "other"]) made.save(name, name);
    for (const name of ["empty", "vacant", "full", "full/inner"]) made.mkdir(name);
    made.save("full/inner/f", "");
    made.symlink("file", "link");
    made.symlink("empty", "to-dir");
    for (const fs of [embedded, made]) {
      const before = fs.names().length;
      const source = fs.hashAt(fs.base, from, false);
      const renamed = fs.rename(from, to);
      expect(renamed instanceof Err ? renamed.error : renamed).toBe(expected);
      if (expected !== "ok") {
        expect(fs.names().length).toBe(before);
        continue;
      }
      expect(fs.hashAt(fs.base, to, false)).toBe(source);
      if (from !== to) expect(fs.statAt(fs.base, from, false)).toEqual(error("no-entry"));
    }
  });

  test("does nothing if both are the same file", () => {
    const fs = WritableFiles.over({ f: file("x") });
    fs.link("f", "g");
    expect(fs.rename("f", "g")).toBe("ok");
    expect(fs.names()).toEqual(["f", "g"]);
  });

  test("moves a directory with all that is in it, and its parent's links", () => {
    const fs = WritableFiles.over({ a: directory({ b: directory({ f: file("deep") }) }), c: directory({}) });
    const inner = fs.open("a/b");
    fs.save("a/b/g", "new");
    expect(fs.rename("a/b", "c/d")).toBe("ok");
    expect([fs.contents("c/d/f"), fs.contents("c/d/g"), fs.contents("c/d/../d/f")]).toEqual(["deep", "new", "deep"]);
    expect(["a", "c"].map((name) => fs.must(fs.statAt(fs.base, name)).links)).toEqual([2, 3]);
    expect(fs.isSame(inner, fs.open("c/d"))).toBe(true);
    expect(fs.rename("c", "c/d/e")).toEqual(error("invalid"));
    expect(fs.rename("c", "a/c")).toBe("ok");
    expect(fs.contents("a/c/d/f")).toBe("deep");
    expect([...fs.list(inner)].sort()).toEqual([
      ["regular-file", "f"],
      ["regular-file", "g"],
    ]);
  });

  test("and back again leaves what was embedded as it was", () => {
    const fs = WritableFiles.over({ a: file("a"), b: directory({ c: file("c") }) });
    const hash = fs.hashAt(fs.base, "a");
    for (const [from, to] of [
      ["a", "x"],
      ["x", "b/c"],
      ["b/c", "a"],
      ["b", "y"],
      ["y", "b"],
    ] as const)
      expect(fs.rename(from, to)).toBe("ok");
    expect(fs.hashAt(fs.base, "a")).toBe(hash);
    expect([fs.contents("a"), [...fs.names()].sort(), fs.names("b")]).toEqual(["a", ["a", "b"], []]);
  });

  test("over an open file leaves that to those who have it open", () => {
    const fs = WritableFiles.over({ f: file("old"), g: file("new") });
    const open = fs.open("f", WRITE);
    expect(fs.rename("g", "f")).toBe("ok");
    expect(fs.contents("f")).toBe("new");
    expect(Buffer.from(fs.must(fs.read(open, 9n, 0n))[0]).toString()).toBe("old");
    expect(fs.must(fs.stat(open)).links).toBe(0);
  });
});

describe("link-at and symlink-at", () => {
  test("a file lives until its last name has gone", () => {
    const fs = WritableFiles.over({ f: file("x"), l: link("f") });
    expect(fs.link("f", "g")).toBe("ok");
    expect(fs.link("l", "h", true)).toBe("ok");
    expect(fs.link("l", "m", false)).toBe("ok");
    expect(fs.must(fs.statAt(fs.base, "g")).links).toBe(3);
    expect(fs.must(fs.statAt(fs.base, "m", false))).toMatchObject({ type: "symbolic-link", links: 2 });
    fs.must(fs.write(fs.open("g", WRITE), "y", 1n));
    expect([fs.unlink("f"), fs.unlink("g")]).toEqual(["ok", "ok"]);
    expect(fs.contents("h")).toBe("xy");
    expect(fs.must(fs.statAt(fs.base, "h")).links).toBe(1);
  });

  test.each([
    ["d", "x", "not-permitted"],
    ["f", "d", "exist"],
    ["f", "f", "exist"],
    ["f", "x/", "no-entry"],
    ["f/", "x", "not-directory"],
    ["no", "x", "no-entry"],
    ["f", "no/x", "no-entry"],
    ["f", "d/.", "exist"],
  ])("link-at %s to %s: %s", (from, to, code) => {
    expect(WritableFiles.over({ f: file(""), d: directory({}) }).link(from, to)).toEqual(error(code));
  });

  test("a link is made with any target, and followed", () => {
    const fs = WritableFiles.over({ d: directory({ f: file("x") }) });
    expect([fs.symlink("d/f", "l"), fs.symlink("no/where", "m"), fs.symlink("../d", "d/up")]).toEqual(["ok", "ok", "ok"]);
    expect([fs.contents("l"), fs.contents("d/up/f"), fs.readlinkAt(fs.base, "m")]).toEqual(["x", "x", "no/where"]);
    expect(fs.must(fs.statAt(fs.base, "m", false))).toMatchObject({ type: "symbolic-link", links: 1, size: 8 });
    const long = "t".repeat(4095);
    expect(fs.symlink(long, "long")).toBe("ok");
    expect(fs.readlinkAt(fs.base, "long")).toBe(long);
  });

  test.each([
    ["", "x", "no-entry"],
    ["/x", "x", "not-permitted"],
    ["t\0", "x", "invalid"],
    ["t".repeat(4096), "x", "name-too-long"],
    ["t", "f", "exist"],
    ["t", "f/", "exist"],
    ["t", "x/", "no-entry"],
    ["t", "no/x", "no-entry"],
  ])("symlink-at %j at %s: %s", (target, at, code) => {
    expect(WritableFiles.over({ f: file("") }).symlink(target, at)).toEqual(error(code));
  });
});

describe("between mounts", () => {
  const preopens = [
    { path: "/a", directory: directory({ f: file("a"), d: directory({}) }), writable: {} },
    { path: "/b", directory: directory({ f: file("b") }), writable: {} },
    { path: "/c", directory: directory({ f: file("c") }) },
  ];

  test("nothing is moved or linked", () => {
    const fs = new WritableFiles({ preopens });
    const [a = -1, b = -1, c = -1] = fs.preopens().map(([handle]) => handle);
    for (const [from, to] of [
      [a, b],
      [a, c],
      [c, a],
    ] as const) {
      expect(fs.rename("f", "x", from, to)).toEqual(error("cross-device"));
      expect(fs.rename("f", "f", from, to)).toEqual(error("cross-device"));
    }
    expect(fs.link("f", "x", false, a, b)).toEqual(error("cross-device"));
    expect(fs.link("d", "x", false, a, b)).toEqual(error("cross-device"));
    expect(fs.link("f", "f", false, a, b)).toEqual(error("exist"));
    expect(fs.link("f", "x", false, a, c)).toEqual(error("read-only"));
  });

  test("what is read-only stays so beside what is writable", () => {
    const fs = new WritableFiles({ preopens });
    const c = fs.preopens()[2]?.[0] ?? -1;
    expect(fs.flags(c)).toEqual(["read"]);
    expect(fs.flags(fs.base)).toEqual(["read", "mutate-directory"]);
    expect(fs.flags(fs.must(fs.openAt(fs.base, "d")))).toEqual(["read", "mutate-directory"]);
    expect(fs.openAt(c, "f", WRITE)).toEqual(error("read-only"));
    expect(fs.openAt(c, "x", CREATE)).toEqual(error("read-only"));
    expect(fs.openAt(c, ".", { flags: ["read", "mutate-directory"] })).toEqual(error("read-only"));
    for (const failed of [fs.mkdir("x", c), fs.rmdir("x", c), fs.unlink("f", c), fs.rename("f", "x", c), fs.link("f", "x", false, c)]) {
      expect(failed).toEqual(error("read-only"));
    }
    expect(fs.plain("set_times", fs.must(fs.openAt(c, "f")), 1, 0n, 0, 1, 0n, 0)).toEqual(error("read-only"));
  });
});

describe("reading a directory while it changes", () => {
  const names = Array.from({ length: 50 }, (_, index) => `f${index}`);

  function filled(embedded: boolean): WritableFiles {
    if (embedded) return WritableFiles.over(Object.fromEntries(names.map((name) => [name, file("")])));
    const fs = WritableFiles.over();
    for (const name of names) fs.save(name, "");
    return fs;
  }

  test.each([true, false])("renaming each entry comes to an end (embedded: %s)", (embedded) => {
    const fs = filled(embedded);
    const stream = fs.must(fs.readDirectory(fs.base));
    let count = 0;
    for (let entry = fs.must(fs.nextEntry(stream)); entry; entry = fs.must(fs.nextEntry(stream))) {
      expect(fs.rename(entry[1], `new-${entry[1]}`)).toBe("ok");
      count++;
    }
    expect(count).toBe(50);
    expect(fs.names().filter((name) => name.startsWith("new-")).length).toBe(50);
  });

  test.each([true, false])("removing each entry finds all of them (embedded: %s)", (embedded) => {
    const fs = filled(embedded);
    const stream = fs.must(fs.readDirectory(fs.base));
    for (let entry = fs.must(fs.nextEntry(stream)); entry; entry = fs.must(fs.nextEntry(stream))) expect(fs.unlink(entry[1])).toBe("ok");
    expect(fs.names()).toEqual([]);
  });

  test("goes no further than the end was, even if the last entry goes", () => {
    const fs = filled(false);
    const streams = [0, 1, 2].map(() => fs.must(fs.readDirectory(fs.base)));
    fs.closeDirectory(streams[1] ?? -1);
    fs.unlink("f49");
    fs.save("later", "");
    for (const stream of [streams[0] ?? -1, streams[2] ?? -1]) {
      const seen: string[] = [];
      for (let entry = fs.must(fs.nextEntry(stream)); entry; entry = fs.must(fs.nextEntry(stream))) seen.push(entry[1]);
      expect(seen).toEqual(names.slice(0, 49));
      fs.closeDirectory(stream);
    }
  });
});

describe("times", () => {
  const at = (fs: WritableFiles, name: string): readonly number[] =>
    fs.must(fs.statAt(fs.base, name, false)).times.map((time) => Number(time / 1_000_000_000n));

  test("move as things change", () => {
    const fs = WritableFiles.over({ f: file("abc", 5_000_000_000n), d: directory({ g: file("") }) });
    expect(at(fs, "f")).toEqual([5, 5, 5]);
    fs.time = 10n;
    const open = fs.open("f", WRITE);
    fs.must(fs.write(open, "x", 0n));
    expect([at(fs, "f"), at(fs, ".")]).toEqual([
      [5, 10, 10],
      [FIXED_SECONDS, FIXED_SECONDS, FIXED_SECONDS],
    ]);
    fs.time = 11n;
    fs.must(fs.setSize(open, 1n));
    expect(at(fs, "f")).toEqual([5, 11, 11]);
    fs.time = 12n;
    fs.link("f", "h");
    expect([at(fs, "f"), at(fs, ".")]).toEqual([
      [5, 11, 12],
      [FIXED_SECONDS, 12, 12],
    ]);
    fs.time = 13n;
    fs.rename("h", "d/h");
    expect([at(fs, "d/h"), at(fs, "."), at(fs, "d")]).toEqual([
      [5, 11, 13],
      [FIXED_SECONDS, 13, 13],
      [FIXED_SECONDS, 13, 13],
    ]);
    fs.time = 14n;
    fs.unlink("d/h");
    expect([at(fs, "f"), at(fs, "d")]).toEqual([
      [5, 11, 14],
      [FIXED_SECONDS, 14, 14],
    ]);
    fs.time = 15n;
    fs.mkdir("d/e");
    expect([at(fs, "d/e"), at(fs, "d"), at(fs, ".")]).toEqual([
      [15, 15, 15],
      [FIXED_SECONDS, 15, 15],
      [FIXED_SECONDS, 13, 13],
    ]);
  });

  test("are set to the present, to a time, or left alone", () => {
    const fs = WritableFiles.over({ f: file(""), l: link("f") });
    const f = fs.open("f");
    fs.time = 20n;
    expect(fs.plain("set_times", f, 1, 0n, 0, 2, 5n, 999_999_999)).toBe("ok");
    expect(fs.must(fs.stat(f)).times).toEqual([20_000_000_007n, 5_999_999_999n, 20_000_000_007n]);
    fs.time = 21n;
    expect(fs.plain("set_times_at", fs.base, 1, "l", 0, 9n, 9, 1, 0n, 0)).toBe("ok");
    expect([at(fs, "f"), at(fs, "l")]).toEqual([
      [20, 21, 21],
      [FIXED_SECONDS, FIXED_SECONDS, FIXED_SECONDS],
    ]);
    expect(fs.plain("set_times_at", fs.base, 0, "l", 2, 3n, 4, 0, 0n, 0)).toBe("ok");
    expect([at(fs, "f"), at(fs, "l")]).toEqual([
      [20, 21, 21],
      [3, FIXED_SECONDS, 21],
    ]);
    fs.time = 22n;
    expect(fs.plain("set_times", f, 0, 0n, 0, 0, 0n, 0)).toBe("ok");
    expect(at(fs, "f")).toEqual([20, 21, 21]);
    expect(fs.plain("set_times", f, 2, 0n, 1_000_000_000, 0, 0n, 0)).toEqual(error("invalid"));
    expect(fs.plain("set_times", f, 0, 0n, 0, 2, 0n, 1_000_000_000)).toEqual(error("invalid"));
    expect(fs.plain("set_times_at", fs.base, 1, "no", 1, 0n, 0, 1, 0n, 0)).toEqual(error("no-entry"));
  });
});
