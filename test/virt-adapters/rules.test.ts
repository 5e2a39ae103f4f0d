/** Rules for files that are written in memory: what is hidden is not there and not made, what is protected does not change. */

import { describe, expect, test } from "vitest";
import { ruleOf } from "../../src/adapters/filesystem/rule-globs.ts";
import { AsyncFiles } from "./async-files.ts";
import type { Descriptors } from "./descriptors.ts";
import type { Entry } from "../../src/image/tree.ts";
import { ExportedFiles } from "./exported.ts";
import { directory, Err, file, link } from "./file-system.ts";
import { hostDirectory, hostFile, type HostNode, HostTree } from "./host-tree.ts";
import { CREATE, WRITE, WritableFiles } from "./writing.ts";

interface Rules {
  readonly hide?: readonly string[];
  readonly protect?: readonly string[];
}

/** What rules hide may be embedded here: it must not show. */
function ruledBy({ hide = [], protect = [] }: Rules, entries: Readonly<Record<string, Entry>> = {}): WritableFiles {
  const rules = [...hide.flatMap((glob) => ruleOf("hide", glob)), ...protect.flatMap((glob) => ruleOf("protect", glob))];
  return new WritableFiles({ preopens: [{ path: "/", directory: directory(entries), writable: {}, ruleStarts: [[]] }], rules });
}

/** The error, or `ok`. */
const answer = (result: unknown): unknown => (result instanceof Err ? result.error : "ok");

const TREE = {
  f: file("f"),
  d: directory({ x: file("x"), ".env": file("s") }),
  ".git": directory({ config: file("c"), info: directory({ exclude: file("e") }) }),
  "to-git": link(".git"),
  "to-config": link("d/../.git/config"),
  up: link("d/.."),
};

describe("what is hidden", () => {
  test("is not there, by any path", () => {
    const files = ruledBy({ hide: ["**/.env"] }, { ...TREE, "to-env": link("d/.env"), "to-d": link("d") });
    for (const path of ["d/.env", "./d//.env", "to-env", "to-d/.env", "up/d/.env", "d/../d/.env", "d/.env/", "d/.ENV"]) {
      expect([path, answer(files.statAt(files.base, path, true)), answer(files.openAt(files.base, path, { follow: true }))]).toEqual([
        path,
        "no-entry",
        "no-entry",
      ]);
    }
    const d = files.must(files.openAt(files.base, "d"));
    expect(answer(files.openAt(d, ".env"))).toBe("no-entry");
    expect([files.unlink("d/.env"), files.rename("d/.env", "y"), files.link("d/.env", "y")].map(answer)).toEqual([
      "no-entry",
      "no-entry",
      "no-entry",
    ]);
  });

  test("is not made, whether or not something is there", () => {
    const files = ruledBy(
      { hide: ["**/.env", "sub/secret"] },
      { ...TREE, "to-new": link("d/new/../.env"), "to-env": link(".env"), sub: directory({}) },
    );
    for (const at of ["d/.env", ".env", "to-env", "sub/secret"]) {
      expect([at, answer(files.openAt(files.base, at, { ...CREATE, follow: true }))]).toEqual([at, "not-permitted"]);
    }
    for (const at of ["d/.env", ".env", "sub/secret"]) {
      const answers = [files.mkdir(`${at}/`), files.mkdir(at), files.rename("f", at), files.link("f", at), files.symlink("f", at)];
      expect([at, ...answers.map(answer)]).toEqual([at, ...answers.map(() => "not-permitted")]);
    }
    expect(files.names("sub")).toEqual([]);
  });

  test("does not come out, or into being, by a renaming of what it lies in", () => {
    const files = ruledBy(
      { hide: ["config/key", "*/deep/key", "**/.env"] },
      { config: directory({ key: file("k"), other: file("o") }), a: directory({ deep: directory({ key: file("k") }) }) },
    );
    for (const [from, to] of [
      ["config", "c"],
      ["a/deep", "a/d"],
      ["a/deep", "deep"],
    ] as const)
      expect([from, answer(files.rename(from, to))]).toEqual([from, "not-permitted"]);
    files.must(files.mkdir("new"));
    files.save("new/key", "k");
    expect(answer(files.rename("new", "config2"))).toBe("ok");
    expect([files.rename("config2", "a/deep2"), files.rename("config2", "config3")].map(answer)).toEqual(["not-permitted", "ok"]);
    // A file has nothing in it.
    expect(answer(files.rename("config/other", "a/other"))).toBe("ok");
  });

  test("is what paths come to after a directory was moved", () => {
    const files = ruledBy({ hide: ["**/deep/key"] }, { a: directory({ b: directory({}) }) });
    files.must(files.mkdir("a/b/deep"));
    const deep = files.must(files.openAt(files.base, "a/b/deep"));
    expect(answer(files.openAt(deep, "key", CREATE))).toBe("not-permitted");
    files.must(files.rename("a/b/deep", "a/deep"));
    files.must(files.rename("a", "z"));
    expect(answer(files.openAt(deep, "key", CREATE))).toBe("not-permitted");
    expect(answer(files.rename("z/deep", "z/else"))).toBe("not-permitted");
    expect(answer(files.openAt(deep, "other", CREATE))).toBe("ok");
  });
});

describe("what is protected", () => {
  const PROTECTED = { protect: [".git/**"] };
  const files = (): WritableFiles => ruledBy(PROTECTED, TREE);

  test("can be read", () => {
    const fs = files();
    expect(fs.contents(".git/config")).toBe("c");
    expect(fs.names(".git")).toEqual(["config", "info"]);
    const git = fs.must(fs.openAt(fs.base, ".git"));
    expect(fs.flags(git)).toEqual(["read"]);
    expect(fs.contents("to-git/info/exclude")).toBe("e");
  });

  test("is as if it were in a read-only mount", () => {
    const fs = files();
    const made = [".git/new", "to-git/new", "up/.git/new", ".git/info/new", "d/../.git/new"];
    for (const at of made) {
      const answers = [fs.openAt(fs.base, at, CREATE), fs.mkdir(at), fs.symlink("x", at), fs.link("f", at), fs.rename("f", at)];
      expect([at, ...answers.map(answer)]).toEqual([at, ...answers.map(() => "read-only")]);
    }
    for (const at of [".git/config", "to-git/config", "to-config"]) {
      const answers = [
        ...[WRITE, { flags: ["read"], open: ["truncate"] }, { flags: ["write"] }].map((options) =>
          fs.openAt(fs.base, at, { ...options, follow: true }),
        ),
        fs.plain("set_times_at", fs.base, 1, at, 2, 0n, 0, 2, 0n, 0),
        fs.link(at, "second", true),
      ];
      expect([at, ...answers.map(answer)]).toEqual([at, ...answers.map(() => "read-only")]);
    }
    for (const at of [".git", ".git/info"])
      expect([fs.rename(at, "moved"), fs.rmdir(at), fs.setTimesAt(at)].map(answer)).toEqual(["read-only", "read-only", "read-only"]);
    expect([fs.unlink(".git/config"), fs.rename(".git/config", "c"), fs.rename("d", ".git/d")].map(answer)).toEqual([
      "read-only",
      "read-only",
      "read-only",
    ]);
    expect(answer(fs.mkdir(".GIT/x"))).toBe("no-entry");
    expect(answer(fs.mkdir(".GIT"))).toBe("read-only");
  });

  test("does not change through a descriptor that was opened for reading", () => {
    const fs = files();
    for (const at of [".git", ".git/config", ".git/info", "to-git/.", ".git/info/.."]) {
      const opened = fs.must(fs.openAt(fs.base, at, { follow: true, flags: ["read"] }));
      expect([at, answer(fs.plain("set_times", opened, 2, 0n, 0, 2, 0n, 0))]).toEqual([at, "read-only"]);
      expect(fs.flags(opened)).toEqual(["read"]);
    }
    const git = fs.must(fs.openAt(fs.base, ".git"));
    expect([fs.mkdir("x", git), fs.unlink("config", git), fs.setTimesAt("config", git)].map(answer)).toEqual([
      "read-only",
      "read-only",
      "read-only",
    ]);
  });

  test("is not replaced, nor made where it is not yet", () => {
    const fs = ruledBy({ protect: ["d/x", "new/**"] }, TREE);
    expect([fs.rename("f", "d/x"), fs.mkdir("new"), fs.symlink("d", "new")].map(answer)).toEqual(["read-only", "read-only", "read-only"]);
    expect([fs.rename("d", "e"), fs.unlink("d/x")].map(answer)).toEqual(["not-permitted", "read-only"]);
    fs.save("d/y", "beside it");
    expect(fs.contents("d/x")).toBe("x");
  });

  test("has exceptions, which come after it", () => {
    const fs = ruledBy({ protect: ["**", "!d/**"] }, TREE);
    fs.save("d/new", "x");
    fs.must(fs.mkdir("d/dir"));
    fs.must(fs.setTimesAt("d"));
    expect(
      [fs.mkdir("dir"), fs.rename("d", "e"), fs.rename("d/new", "new"), fs.link("d/new", "new"), fs.setTimesAt(".")].map(answer),
    ).toEqual(Array(5).fill("read-only"));
    expect(answer(ruledBy({ protect: ["!d/**", "**"] }, TREE).mkdir("d/dir"))).toBe("read-only");
  });
});

test("whoever embeds the component is under the same rules, also after a reset", () => {
  const rules = [...ruleOf("hide", "**/.env"), ...ruleOf("protect", ".git/**")];
  const files = new ExportedFiles({ preopens: [{ path: "/w", directory: directory(TREE), writable: {}, ruleStarts: [[]] }], rules });
  for (const round of ["first", "after a reset"]) {
    const answers = [
      files.store("/w/d/.env", "x"),
      files.store("/w/new/.env", "x"),
      files.fetch("/w/d/.env"),
      files.store("/w/.git/config", "x"),
    ];
    const more = [
      files.store("/w/.git/new/deep", "x"),
      files.remove("/w/.git/config"),
      files.store("/w/d/new", "x"),
      files.remove("/w/d/new"),
    ];
    expect([round, ...answers, ...more].map((each) => (each === round ? each : answer(each)))).toEqual([
      ...[round, "not-permitted", "not-permitted", "no-entry", "read-only"],
      ...["read-only", "read-only", "ok", "ok"],
    ]);
    files.reset();
  }
});

describe.each([
  { face: "0.2", of: (files: WritableFiles): Descriptors => files },
  { face: "0.3", of: (files: WritableFiles): Descriptors => new AsyncFiles(files.adapter, () => 0) },
])("WASI $face", ({ of }) => {
  const rules = [...ruleOf("hide", "**/.env"), ...ruleOf("protect", ".git/**")];
  const expectRules = (files: WritableFiles): void => {
    files.preopens();
    const fs = of(files);
    expect([fs.statAt(fs.base, "d/.env"), fs.openAt(fs.base, "d/.env"), fs.unlink("d/.env"), fs.rename("d/.env", "x")].map(answer)).toEqual(
      Array(4).fill("no-entry"),
    );
    expect(
      [
        fs.openAt(fs.base, "d/.env", CREATE),
        fs.mkdir("d/.env"),
        fs.rename("f", "d/.env"),
        fs.link("f", ".env"),
        fs.symlink("f", ".env"),
      ].map(answer),
    ).toEqual(Array(5).fill("not-permitted"));
    expect(fs.list(fs.must(fs.openAt(fs.base, "d"))).map((entry) => entry[1])).toEqual(["x"]);
    const config = fs.must(fs.openAt(fs.base, ".git/config"));
    const changes = [
      ...[
        fs.openAt(fs.base, ".git/config", WRITE),
        fs.unlink(".git/config"),
        fs.link(".git/config", "x"),
        fs.rename(".git", "x"),
        fs.mkdir(".git/x"),
      ],
      ...[
        fs.rename("f", ".git/config"),
        fs.symlink("x", ".git/x"),
        fs.plain("set_times", config, 2, 0n, 0, 2, 0n, 0),
        fs.plain("set_times_at", fs.base, 0, ".git", 2, 0n, 0, 2, 0n, 0),
      ],
    ];
    expect(changes.map(answer)).toEqual(changes.map(() => "read-only"));
  };

  test("answers by rules in memory", () => {
    expectRules(
      new WritableFiles({
        preopens: [{ path: "/", directory: directory({ ...TREE, d: directory({ x: file("x") }) }), writable: {}, ruleStarts: [[]] }],
        rules,
      }),
    );
  });

  test("answers by rules over a directory of the host's", () => {
    const d = hostDirectory({ x: hostFile("x"), ".env": hostFile("s") });
    expectRules(new HostTree({ f: hostFile("f"), d, ".git": hostDirectory({ config: hostFile("c") }) }, { rules }).files);
  });
});

/** The entries of a directory of a host that takes many names for one. */
class Folding extends Map<string, HostNode> {
  override get(name: string): HostNode | undefined {
    const plain = (text: string): string =>
      text
        .replace(/:.*/, "")
        .replace(/[. ]+$/, "")
        .normalize("NFC")
        .toLowerCase();
    const short = (text: string): string => `${plain(text).replace(/^\./, "").slice(0, 6)}~1`;
    for (const [each, node] of this) if (plain(each) === plain(name) || short(each) === plain(name)) return node;
    return undefined;
  }
}

describe("a host that takes many names for one", () => {
  const of = (hide: string): WritableFiles => {
    const entries = new Folding([
      [".token", hostFile("secret")],
      ["caf\u00e9", hostFile("secret")],
      ["Stra\u00dfe:", hostFile("no secret")],
      ["a~b", hostFile("none")],
    ]);
    return new HostTree({ d: { type: "directory", entries }, e: hostDirectory({}) }, { rules: ruleOf("hide", hide) }).files;
  };

  test.each([".token", ".TOKEN", ".to\u212aen", ".token.", ".token  ", ".token::$DATA", ".ToKeN. .", "token~1"])(
    "hides by each of them: %s",
    (name) => {
      const files = of("**/.token");
      for (const follow of [true, false]) expect(answer(files.statAt(files.base, `d/${name}`, follow))).toBe("no-entry");
      expect(["no-entry", "not-permitted"]).toContain(answer(files.openAt(files.base, `d/${name}`, CREATE)));
      expect(files.names("d")).toEqual(["caf\u00e9", "Stra\u00dfe:", "a~b"]);
    },
  );

  test("hides by a name that Unicode writes in another way", () => {
    const files = of("**/caf\u00e9");
    for (const name of ["caf\u00e9", "cafe\u0301", "CAFE\u0301"])
      expect([name, answer(files.statAt(files.base, `d/${name}`))]).toEqual([name, "no-entry"]);
    expect(answer(files.statAt(files.base, "d/.token"))).toBe("ok");
  });

  test("shows what has an odd name by the name that it lists", () => {
    const files = of("**/.token");
    for (const name of ["caf\u00e9", "Stra\u00dfe:", "a~b"])
      expect([name, answer(files.statAt(files.base, `d/${name}`))]).toEqual([name, "ok"]);
    for (const name of ["cafe\u0301", "stra\u00dfe"])
      expect([name, answer(files.statAt(files.base, `d/${name}`))]).toEqual([name, "no-entry"]);
    files.save("e/n\u00e9w", "x");
    expect(files.contents("e/n\u00e9w")).toBe("x");
  });
});
