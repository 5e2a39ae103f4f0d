/** What options under rules come to: what is refused, what is warned of, and what rules are relative to. */

import { describe, expect, test } from "vitest";
import { innerPlaces, innerRules, saidOfPlace, startsOf } from "../../src/adapters/filesystem/rule-places.ts";
import { ruleOf } from "../../src/adapters/filesystem/rule-globs.ts";
import { type FilesystemOptions, filesystemSettings } from "../../src/adapters/filesystem/settings.ts";
import type { Chunk } from "../../src/binary/chunk.ts";
import type { Directory, Entry } from "../../src/image/tree.ts";

const file: Entry = { kind: "file", contents: new Uint8Array() };
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const TREE = directory({ ".env": file, a: directory({ ".env": file, b: file }) });

type Options = FilesystemOptions<Chunk>;
const settings = (options: Options, all = false): ReturnType<typeof filesystemSettings> => filesystemSettings({ ...options }, all, false);
const namesIn = (entry: Entry<Chunk> | undefined): readonly string[] =>
  entry?.kind === "directory"
    ? [...entry.entries].flatMap(([name, each]) => [name, ...namesIn(each).map((inner) => `${name}/${inner}`)])
    : [];

describe("rules", () => {
  test.each<readonly [string, Options, boolean]>([
    ["rules are for files, and there are none", { hide: ["a"] }, false],
    [
      "rules do not hold for all of the host's directories: name each with `--preopen` (`preopens`)",
      { protect: ["a"], allowFs: true },
      false,
    ],
    [
      "rules do not hold for all of the host's directories: name each with `--preopen` (`preopens`)",
      { hide: ["a"], tmpfs: [{ path: "/t" }] },
      true,
    ],
    ["the glob `a**` has `**` beside other characters", { hide: ["a**"], tmpfs: [{ path: "/t" }] }, false],
    ["`/a/b` is put there by `tmpfs`, and a rule hides all of it", { hide: ["b"], tmpfs: [{ path: "/a" }, { path: "/a/b" }] }, false],
    [
      "`/a/.env` is put there by `mounts`, and a rule hides all of it",
      { hide: [".env"], mounts: [{ path: "/a/.env", entry: file }] },
      false,
    ],
    ["`/x` is put there by `hostFiles`", { hide: ["x"], hostFiles: [{ path: "/x", host: "/h" }] }, false],
    ["`/a.log` is a file that a rule hides", { hide: ["*.log"], tmpfs: [{ path: "/" }], stdout: { file: "/a.log" } } as Options, false],
  ])("are refused: %s", (message, options, all) => {
    expect(() => settings(options, all)).toThrow(message);
  });

  test("leave out what they hide of what is embedded, relative to each mount around it", () => {
    const mounts = [
      { path: "/m", entry: TREE },
      { path: "/m/in", entry: TREE, writable: true },
    ];
    const { preopens } = settings({ mounts, hide: ["in/a/b", ".env"] });
    expect(preopens.map(({ path, directory: each }) => [path, namesIn(each)])).toEqual([
      ["/m", ["a", "a/.env", "a/b", "in"]],
      ["/m/in", ["a", "a/.env"]],
    ]);
  });

  test("keep writable mounts apart, so that each is what they are relative to", () => {
    const mounts = ["/m", "/m/a"].map((path) => ({ path, entry: directory({}), writable: true }));
    expect(settings({ mounts, hide: ["x/y"] }).preopens.map(({ path, ruleStarts }) => [path, ruleStarts])).toEqual([
      ["/m", [[]]],
      ["/m/a", [[], ["a"]]],
    ]);
    expect(settings({ mounts }).preopens).toHaveLength(1);
  });

  test("make files of the host read-only", () => {
    const { hostFiles } = settings({
      protect: ["a/x"],
      tmpfs: [{ path: "/t" }],
      hostFiles: ["/t/a/x", "/t/a/y"].map((path) => ({ path, host: `/h${path}` })),
    });
    expect(hostFiles.map(({ path, readOnly }) => [path, readOnly])).toEqual([
      ["/t/a/x", true],
      ["/t/a/y", false],
    ]);
  });

  test.each([
    [{ preopens: [{ path: "/work", host: "/work" }] }, "/work/.env", "/work", "/work"],
    [{ preopens: [{ path: "/work", host: "/home/me/" }] }, "!/home/me", "/home/me", "/work"],
    [{ tmpfs: [{ path: "/t" }], overlays: [{ path: "/o/a", host: "." }] }, "/o/a/b/", "/o/a", "/o/a"],
  ])("that begin with the path of a mount are refused: %j %s", (files, glob, mount, path) => {
    const message = `the glob \`${glob}\` begins with \`${mount}\`, and globs are relative to each mount, here \`${path}\`: leave that out, or the slash before it for one of that name in the mount`;
    expect(() => settings({ ...files, hide: ["a", glob] })).toThrow(message);
    expect(() => settings({ ...files, protect: [glob] })).toThrow(message);
    for (const other of [glob.replace("/", ""), glob.replace(mount, `${mount}s`)])
      expect(() => settings({ ...files, protect: [other] })).not.toThrow();
    // The path may be one in another mount.
    expect(() => settings({ ...files, tmpfs: [{ path: "/" }], protect: [glob] })).not.toThrow();
  });

  test("that match nothing embedded, or only in a root, are told", () => {
    const mounts = [{ path: "/m", entry: TREE }];
    const rules = { hide: ["**/.env", "*/c", "!**/d"], protect: ["a", "/a", ".env"] };
    expect(settings({ mounts, ...rules })).toMatchObject({
      unusedRules: ["hide: */c", "hide: !**/d"],
      shallowRules: ["protect: a", "protect: .env"],
    });
    expect(settings({ mounts, tmpfs: [{ path: "/t" }], ...rules }).unusedRules).toEqual([]);
  });
});

describe("places", () => {
  const place = (path: string, host?: string): { readonly segments: readonly string[]; readonly host: string | undefined } => ({
    segments: path.split("/").slice(1),
    host,
  });

  test("start where they lie in the app's tree, and at the host", () => {
    const all = [
      place("/a", "/data"),
      place("/b", "/data/sub/dir"),
      place("/b/c"),
      place("/d", "/data/subs"),
      place("/e", "sub"),
      place("/f", "."),
    ];
    const starts = all.map((each) => startsOf(each, all).map((start) => start.join("/")));
    expect(starts).toEqual([[""], ["", "sub/dir"], ["", "c"], ["", "subs"], ["", "sub"], [""]]);
  });

  test("have the rules of what lies in them at the host, behind the names on the way", () => {
    const all = [place("/a", "/data"), place("/t"), place("/t/x", "/data/sub/dir"), { ...place("/t/f", "/data/f"), isFile: true as const }];
    const rules = ["a", "x/b", "**/c", "x", "f"].flatMap((glob) => ruleOf("protect", glob));
    const found = innerRules(rules, all).map(([{ inner, segments }, rule]) => [inner, segments.join("/"), rule]);
    const [own, inT, file] = innerPlaces(place("/a", "/data"), all).map(({ inner }) => inner);
    expect(found).toEqual([
      [own, "sub/dir/a", 0],
      [own, "sub/dir/x/b", 1],
      [own, "sub/dir/x", 3],
      [own, "sub/dir/f", 4],
      [inT, "sub/dir/b", 1],
      [inT, "sub/dir/**/c", 2],
      [inT, "sub/dir", 3],
      [file, "f/**/c", 2],
      [file, "f", 4],
    ]);
    expect(innerPlaces(place("/t/x", "/data/sub/dir"), all)).toEqual([]);
    const deep = place("/d", `/data${"/n".repeat(31)}`);
    expect(() => innerRules(ruleOf("hide", "a"), [place("/a", "/data"), deep])).toThrow("of the host is too long a path for rules");
  });

  test("that two mounts hold are under both, and no exception of one holds for the other", () => {
    const rules = [...ruleOf("hide", "**/x"), ...ruleOf("hide", "!keep/x")];
    expect(saidOfPlace(rules, [["keep", "x"]]).isHidden).toBe(false);
    expect(saidOfPlace(rules, [["keep", "x"], ["x"]]).isHidden).toBe(true);
  });
});
