/** How the io adapter finds its way: paths, links, and what may be opened or changed at their end. */

import { closeSync, constants, lstatSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Directory } from "../../src/image/tree.ts";
import { Err, FileSystem, type OpenOptions, directory, file, link } from "./file-system.ts";

const tree: Directory = directory({
  f: file("hello"),
  d: directory({
    f: file("inner"),
    e: directory({}),
    up: link("../f"),
    out: link("../../f"),
    self: link("."),
  }),
  "to-f": link("f"),
  "to-d": link("d"),
  "to-d-slash": link("d/"),
  "to-f-slash": link("f/"),
  "to-link": link("to-d/self/up"),
  dangling: link("nowhere"),
  "dangling-deep": link("nowhere/else"),
  absolute: link("/f"),
  loop: link("loop"),
  ping: link("pong"),
  pong: link("ping"),
});
const fs = new FileSystem({ preopens: [{ path: "/", directory: tree }] });
const root = fs.root();

/** Size of what is at the path, or why there is none. */
function look(at: string, follow = true, base: number = root): number | string {
  const stat = fs.statAt(base, at, follow);
  return stat instanceof Err ? stat.error : stat.type === "regular-file" ? stat.size : stat.type;
}

describe("paths", () => {
  test.each([
    ["f", 5],
    ["./f", 5],
    [".//./f", 5],
    ["d/f", 5],
    ["d//f", 5],
    ["d/./f", 5],
    ["d/../f", 5],
    ["d/e/../../f", 5],
    ["to-d/../f", 5],
    [".", "directory"],
    ["d/", "directory"],
    ["d/.", "directory"],
    ["d/..", "directory"],
    ["", "no-entry"],
    ["f/", "not-directory"],
    ["f/.", "not-directory"],
    ["f/..", "not-directory"],
    ["f/x", "not-directory"],
    ["x", "no-entry"],
    ["x/..", "no-entry"],
    ["d/x/y", "no-entry"],
    ["F", "no-entry"],
    ["..", "not-permitted"],
    ["../f", "not-permitted"],
    ["d/../../f", "not-permitted"],
    ["/", "not-permitted"],
    ["/f", "not-permitted"],
    ["f\0", "invalid"],
    ["x/\0", "invalid"],
    ["n".repeat(255), "no-entry"],
    ["n".repeat(256), "name-too-long"],
    ["./".repeat(2047) + "f", 5],
    ["./".repeat(2048) + "f", "name-too-long"],
  ])("%j is %s", (at, expected) => {
    expect(look(at)).toBe(expected);
  });

  test("stay inside the descriptor's own directory, wherever that is", () => {
    const inner = fs.open("d");
    expect(look("f", true, inner)).toBe(5);
    expect(look("e/..", true, inner)).toBe("directory");
    expect(look("..", true, inner)).toBe("not-permitted");
    expect(look("up", true, inner)).toBe("not-permitted");
    expect(look("up", false, inner)).toBe("symbolic-link");
  });

  test("lead nowhere from a file", () => {
    expect(look("f", true, fs.open("f"))).toBe("not-directory");
    expect(look(".", true, fs.open("f"))).toBe("not-directory");
  });
});

describe("links", () => {
  test.each([
    ["to-f", 5],
    ["to-d", "directory"],
    ["to-d/f", 5],
    ["to-d-slash/f", 5],
    ["d/up", 5],
    ["d/self/self/self/f", 5],
    ["to-link", 5],
    ["to-f-slash", "not-directory"],
    ["to-f/", "not-directory"],
    ["dangling", "no-entry"],
    ["dangling-deep", "no-entry"],
    ["d/out", "not-permitted"],
    ["absolute", "not-permitted"],
    ["loop", "loop"],
    ["ping", "loop"],
    ["loop/x", "loop"],
  ])("%s, followed, is %s", (at, expected) => {
    expect(look(at)).toBe(expected);
  });

  test.each([
    ["to-f", "symbolic-link"],
    ["dangling", "symbolic-link"],
    ["loop", "symbolic-link"],
    ["to-d/", "directory"],
    ["to-d/.", "directory"],
    ["to-d/up", "symbolic-link"],
    ["to-f/", "not-directory"],
    ["dangling/", "no-entry"],
    ["loop/", "loop"],
  ])("%s, not followed, is %s", (at, expected) => {
    expect(look(at, false)).toBe(expected);
  });

  test("40 in a row are followed, 41 are a loop", () => {
    const chain = FileSystem.of({
      ...Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`l${index + 1}`, link(`l${index}`)])),
      l0: file("end"),
    });
    expect(chain.must(chain.statAt(chain.root(), "l40")).size).toBe(3);
    expect(chain.statAt(chain.root(), "l41")).toEqual(new Err("loop"));
  });

  test("are counted over the whole path, and anew for each", () => {
    expect(look(`d/${"self/".repeat(40)}f`)).toBe(5);
    expect(look(`d/${"self/".repeat(41)}f`)).toBe("loop");
    expect(look(`d/${"self/".repeat(40)}f`)).toBe(5);
  });
});

describe("open-at", () => {
  const write = { flags: ["write"] };
  const create = { open: ["create"] };
  const exclusive = { open: ["create", "exclusive"] };
  const asDirectory = { open: ["directory"] };
  const truncate = { open: ["truncate"] };
  const noFollow = { follow: false };

  test.each<[string, OpenOptions, string]>([
    ["f", {}, "ok"],
    ["d", {}, "ok"],
    ["to-f", {}, "ok"],
    ["to-f", noFollow, "loop"],
    ["dangling", noFollow, "loop"],
    ["to-d/", noFollow, "ok"],
    ["f", asDirectory, "not-directory"],
    ["d", asDirectory, "ok"],
    ["to-d", asDirectory, "ok"],
    ["to-d", { ...asDirectory, follow: false }, "loop"],
    ["f", write, "read-only"],
    ["f", truncate, "read-only"],
    ["f", { flags: ["read", "write"] }, "read-only"],
    ["f", { open: ["directory", "truncate"] }, "not-directory"],
    ["d", write, "is-directory"],
    ["d", truncate, "is-directory"],
    ["d", create, "is-directory"],
    ["d", { flags: ["read", "mutate-directory"] }, "read-only"],
    ["f", { flags: ["read", "mutate-directory"] }, "read-only"],
    ["f", create, "ok"],
    ["f", { ...create, flags: ["write"] }, "read-only"],
    ["f", exclusive, "exist"],
    ["d", exclusive, "exist"],
    ["to-f", exclusive, "exist"],
    ["to-f", { ...exclusive, follow: false }, "exist"],
    ["dangling", exclusive, "exist"],
    ["loop", exclusive, "exist"],
    ["f", { open: ["exclusive"] }, "ok"],
    ["x", {}, "no-entry"],
    ["x", write, "no-entry"],
    ["x", create, "read-only"],
    ["x", exclusive, "read-only"],
    ["d/x", create, "read-only"],
    ["x/y", create, "no-entry"],
    ["f/y", create, "not-directory"],
    ["dangling", create, "read-only"],
    ["dangling", { ...create, follow: false }, "loop"],
    ["dangling-deep", create, "no-entry"],
    ["dangling/x", create, "no-entry"],
    ["../x", create, "not-permitted"],
    ["", create, "no-entry"],
    ["f", { open: ["create", "directory"] }, "invalid"],
    ["d", { open: ["create", "directory"] }, "invalid"],
    ["x", { open: ["create", "directory"] }, "invalid"],
  ])("%s with %j: %s", (at, options, expected) => {
    const opened = fs.openAt(root, at, options);
    expect(opened instanceof Err ? opened.error : "ok").toBe(expected);
  });

  test("every combination of flags gives get-flags what was granted", () => {
    const grantable = ["read", "file-integrity-sync", "data-integrity-sync", "requested-write-sync"];
    for (let set = 0; set < 16; set++) {
      const flags = grantable.filter((_, bit) => set & (1 << bit));
      for (const name of ["f", "d"]) expect(fs.flags(fs.open(name, { flags }))).toEqual(flags);
    }
  });
});

describe("what would change something", () => {
  const nowhere: readonly [string, string][] = [
    ["x/y", "no-entry"],
    ["f/y", "not-directory"],
    ["../x", "not-permitted"],
    ["/x", "not-permitted"],
    ["", "no-entry"],
    ["loop/x", "loop"],
    ["n".repeat(256), "name-too-long"],
  ];

  test.each(["create_directory_at", "unlink_file_at", "remove_directory_at"])("%s", (name) => {
    for (const at of ["x", "d/x", "x/"]) expect(fs.plain(name, root, at)).toEqual(new Err("read-only"));
    for (const [at, error] of nowhere) expect(fs.plain(name, root, at), at).toEqual(new Err(error));
    const taken = name === "create_directory_at" ? "exist" : "read-only";
    for (const at of ["f", "d", "to-f", "dangling"]) expect(fs.plain(name, root, at)).toEqual(new Err(taken));
  });

  test("symlink-at", () => {
    expect(fs.plain("symlink_at", root, "any", "x")).toEqual(new Err("read-only"));
    expect(fs.plain("symlink_at", root, "any", "f")).toEqual(new Err("exist"));
    expect(fs.plain("symlink_at", root, "any", "x/y")).toEqual(new Err("no-entry"));
  });

  test("link-at looks at the old path first", () => {
    const to = (oldPath: string, newPath: string): unknown => fs.plain("link_at", root, 1, oldPath, fs.borrow(root), newPath);
    expect(to("f", "x")).toEqual(new Err("read-only"));
    expect(to("f", "d")).toEqual(new Err("exist"));
    expect(to("nope", "d")).toEqual(new Err("no-entry"));
    expect(to("f", "no/x")).toEqual(new Err("no-entry"));
    expect(to("f", "../x")).toEqual(new Err("not-permitted"));
  });

  test("rename-at", () => {
    const to = (oldPath: string, newPath: string): unknown => fs.plain("rename_at", root, oldPath, fs.borrow(root), newPath);
    expect(to("f", "x")).toEqual(new Err("read-only"));
    expect(to("f", "d")).toEqual(new Err("read-only"));
    expect(to("no/f", "x")).toEqual(new Err("no-entry"));
    expect(to("f", "no/x")).toEqual(new Err("no-entry"));
    expect(to("f", "../x")).toEqual(new Err("not-permitted"));
  });

  test("set-times and set-times-at", () => {
    const times = [1, 0n, 0, 2, 5n, 6];
    expect(fs.plain("set_times", root, ...times)).toEqual(new Err("read-only"));
    expect(fs.plain("set_times_at", root, 1, "f", ...times)).toEqual(new Err("read-only"));
    expect(fs.plain("set_times_at", root, 1, "x", ...times)).toEqual(new Err("no-entry"));
    expect(fs.plain("set_times_at", root, 1, "dangling", ...times)).toEqual(new Err("no-entry"));
    expect(fs.plain("set_times_at", root, 0, "dangling", ...times)).toEqual(new Err("read-only"));
  });

  test("on an open file", () => {
    const descriptor = fs.open("f");
    expect(fs.plain("set_size", descriptor, 0n)).toEqual(new Err("invalid"));
    expect(fs.failure("write", 8, descriptor, ...fs.adapter.lower("xyz"), 0n)).toEqual(new Err("bad-descriptor"));
    expect(fs.failure("write_via_stream", 4, descriptor, 0n)).toEqual(new Err("bad-descriptor"));
    expect(fs.failure("append_via_stream", 4, descriptor)).toEqual(new Err("bad-descriptor"));
  });
});

describe("beside the kernel's own answers", () => {
  const CODES: Readonly<Record<string, string>> = {
    ENOENT: "no-entry",
    ENOTDIR: "not-directory",
    ELOOP: "loop",
    ENAMETOOLONG: "name-too-long",
    EISDIR: "is-directory",
  };
  let home = "";
  beforeAll(() => {
    home = mkdtempSync(path.join(tmpdir(), "wasi-nest-paths-"));
    write(home, tree);
  });
  afterAll(() => rmSync(home, { recursive: true }));

  /** Every path of up to three of these parts, with one slash, two, or a trailing one. */
  function paths(): readonly string[] {
    const parts = [".", "..", "f", "d", "e", "x", "up", "self", "to-f", "to-d", "to-f-slash", "to-link", "dangling", "loop"];
    const pairs = parts.flatMap((a) => parts.map((b) => `${a}/${b}`));
    const triples = parts.flatMap((a) => pairs.map((b) => `${a}/${b}`));
    const all = [...parts, ...pairs, ...triples];
    return [...all, ...all.map((each) => `${each}/`), ...pairs.map((each) => each.replace("/", "//"))];
  }

  test("paths lead to the same things, or to the same errors", () => {
    let compared = 0;
    for (const at of paths()) {
      for (const follow of [true, false]) {
        const ours = look(at, follow);
        if (ours === "not-permitted") continue;
        expect([at, follow, ours]).toEqual([at, follow, kernel(at, follow)]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(5000);
  });

  function kernel(at: string, follow: boolean): number | string {
    try {
      const stat = (follow ? statSync : lstatSync)(`${home}/${at}`);
      return stat.isFile() ? stat.size : stat.isDirectory() ? "directory" : "symbolic-link";
    } catch (error) {
      return codeOf(error);
    }
  }

  test("files open alike", () => {
    let compared = 0;
    for (const at of paths()) {
      for (const [flag, options] of [
        [0, {}],
        [constants.O_NOFOLLOW, { follow: false }],
        [constants.O_DIRECTORY, { open: ["directory"] }],
      ] as const) {
        const opened = fs.openAt(root, at, options);
        const ours = opened instanceof Err ? opened.error : "ok";
        if (ours === "not-permitted") continue;
        expect([at, flag, ours]).toEqual([at, flag, open(at, flag)]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(5000);
  });

  function open(at: string, flag: number): string {
    try {
      closeSync(openSync(`${home}/${at}`, constants.O_RDONLY | flag));
      return "ok";
    } catch (error) {
      return codeOf(error);
    }
  }

  function codeOf(error: unknown): string {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return CODES[code] ?? code;
  }

  function write(at: string, { entries }: Directory): void {
    for (const [name, entry] of entries) {
      const inside = path.join(at, name);
      if (entry.kind === "file") writeFileSync(inside, entry.contents);
      else if (entry.kind === "link") symlinkSync(entry.target, inside);
      else {
        mkdirSync(inside);
        write(inside, entry);
      }
    }
  }
});
