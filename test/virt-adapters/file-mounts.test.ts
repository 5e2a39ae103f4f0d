/** Single files that are mounts of their own: in a directory that can be written to, and one that can be in one that cannot. */

import { describe, expect, test } from "vitest";
import { preopensOf } from "../../src/adapters/filesystem/mounts.ts";
import { ExportedFiles } from "./exported.ts";
import { Err, directory, file } from "./file-system.ts";
import { hostDirectory, hostFile, HostTree } from "./host-tree.ts";
import { CREATE, WRITE } from "./writing.ts";

const error = (code: string): Err => new Err(code);
const EXCLUSIVE = { flags: ["write"], open: ["create", "exclusive"] };
const fixed = { path: "/d/one.txt", entry: file("fixed") };

describe.each([
  { name: "an empty directory", make: () => new ExportedFiles({ preopens: preopensOf([fixed], [{ path: "/d" }]) }) },
  {
    name: "an overlay, over a file of that name",
    make: () =>
      new HostTree(
        { "one.txt": hostFile("the host's"), d: hostDirectory({}) },
        { preopens: preopensOf([fixed], [], [{ path: "/d", host: "/host" }]) },
      ).files,
  },
])("a read-only file in $name", ({ make }) => {
  test("is read, seen and listed as a file", () => {
    const files = make();
    expect(files.contents("one.txt")).toBe("fixed");
    expect(files.must(files.statAt(files.base, "one.txt"))).toMatchObject({ type: "regular-file", size: 5, links: 1 });
    files.save("two.txt", "written");
    expect(files.list(files.base)).toEqual(
      expect.arrayContaining([
        ["regular-file", "one.txt"],
        ["regular-file", "two.txt"],
      ]),
    );
    expect(files.names().filter((each) => each === "one.txt")).toHaveLength(1);
    expect(files.openAt(files.base, "one.txt/")).toEqual(error("not-directory"));
  });

  test("is neither changed, removed, replaced nor linked", () => {
    const files = make();
    files.save("two.txt", "written");
    expect(files.mkdir("sub")).toBe("ok");
    expect(files.openAt(files.base, "one.txt", WRITE)).toEqual(error("read-only"));
    expect(files.openAt(files.base, "one.txt", CREATE)).toEqual(error("read-only"));
    expect(files.openAt(files.base, "one.txt", { flags: ["read"], open: ["truncate"] })).toEqual(error("read-only"));
    expect(files.openAt(files.base, "one.txt", EXCLUSIVE)).toEqual(error("exist"));
    expect(files.plain("set_times_at", files.base, 0, "one.txt", 1, 0n, 0, 1, 0n, 0)).toEqual(error("read-only"));
    expect(files.unlink("one.txt")).toEqual(error("busy"));
    expect(files.unlink("one.txt/")).toEqual(error("not-directory"));
    expect(files.rmdir("one.txt")).toEqual(error("not-directory"));
    expect(files.mkdir("one.txt")).toEqual(error("exist"));
    expect(files.symlink("two.txt", "one.txt")).toEqual(error("exist"));
    expect(files.rename("one.txt", "three.txt")).toEqual(error("busy"));
    expect(files.rename("two.txt", "one.txt")).toEqual(error("busy"));
    expect(files.rename("one.txt", "sub/one.txt")).toEqual(error("busy"));
    expect(files.link("one.txt", "three.txt")).toEqual(error("cross-device"));
    expect(files.link("two.txt", "one.txt")).toEqual(error("exist"));
    expect(files.contents("one.txt")).toBe("fixed");
    expect(files.contents("two.txt")).toBe("written");
  });
});

test("a file that can be written in a directory that cannot is written, and nothing beside it", () => {
  const mounts = [
    { path: "/d", entry: directory({ a: file("a") }) },
    { path: "/d/one.txt", entry: file("first"), writable: true },
  ];
  const files = new ExportedFiles({ preopens: preopensOf(mounts) });
  files.save("one.txt", "second");
  expect(files.contents("one.txt")).toBe("second");
  expect(files.unlink("one.txt")).toEqual(error("read-only"));
  expect(files.openAt(files.base, "new", CREATE)).toEqual(error("read-only"));
  expect(files.rename("one.txt", "two.txt")).toEqual(error("busy"));
  expect(files.lines()).toEqual(["/d/one.txt file 6 changed"]);
  files.reset();
  expect([files.contents("one.txt"), files.lines()]).toEqual(["first", ["/d/one.txt file 5"]]);
});

test("whoever embeds the component sees a read-only file, and does not change it", () => {
  const files = new ExportedFiles({ preopens: preopensOf([fixed], [{ path: "/d" }]) });
  expect(files.lines()).toEqual(["/d/one.txt file 5"]);
  expect(files.text("/d/one.txt")).toBe("fixed");
  expect(files.store("/d/one.txt", "x")).toEqual(error("read-only"));
  expect(files.remove("/d/one.txt")).toEqual(error("busy"));
});
