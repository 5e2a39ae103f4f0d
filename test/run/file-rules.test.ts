/** Rules for files, as programs see them on both hosts. */

import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Directory, Entry, Options } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, isLong, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const OPTIONS: Options = { stdout: "allow", stderr: "allow", allowExit: true };

let attempt: Uint8Array;
beforeAll(async () => {
  attempt = await adaptCommand(await cProgram("attempt"));
}, BUILD_MILLISECONDS);

const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});
const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
const SECRET = "the-secret-that-is-hidden";
const TREE = directory({
  ".env": file(SECRET),
  ".git": directory({ config: file("config"), hooks: directory({}) }),
  src: directory({ ".env": file(SECRET), "main.c": file("main") }),
  link: { kind: "link", target: "src/.env" },
  git: { kind: "link", target: ".git" },
});

/** An attempt, and what comes of it. */
type Attempts = readonly (readonly [attempt: string, outcome: string])[];

/** What the hosts do not differ in is tried on the faster one. */
const isTried = (host: string): boolean => isLong || host !== "jco";

describe.each(hosts)("on $name", ({ name, available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  const expectOutcomes = async (
    attempts: Attempts,
    options: Options,
    preopens: Readonly<Record<string, string>> = {},
  ): Promise<Uint8Array> => {
    const output = virtualized(attempt, { ...OPTIONS, ...options, args: attempts.map(([text]) => text) });
    await expectValid(output);
    const { stdout, trap } = await run(output, { preopens });
    expect(trap).toBeUndefined();
    expect(stdout.split("\n").slice(0, -1)).toEqual(attempts.map(([text, outcome]) => `${text}: ${outcome}`));
    // What changes a directory of the host's finds another one when it runs again.
    if (isLong && options.preopens === undefined) expect((await toldOf(attempts, options, preopens)).stdout).toBe(stdout);
    return output;
  };

  /** What comes of it where refusals are printed: the same, and their lines. */
  const toldOf = async (
    attempts: Attempts,
    options: Options,
    preopens: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly stdout: string; readonly lines: readonly string[] }> => {
    const args = attempts.map(([text]) => text);
    const output = virtualized(attempt, { ...OPTIONS, stdin: "ignore", ...options, args, traceDenied: true });
    await expectValid(output);
    const { stdout, stderr } = await run(output, { preopens });
    return { stdout, lines: stderr.split("\n").slice(0, -1) };
  };

  const RULES: Options = { hide: ["**/.env"], protect: [".git/**"] };
  const READING: Attempts = [
    ["list /work", ".git git link src"],
    ["list /work/src", "main.c"],
    ["read /work/.env", "ENOENT"],
    ["read /work/link", "ENOENT"],
    ["read /work/src/../.git/../src/.env", "ENOENT"],
    ["read /work/git/config", "config"],
  ];

  test("embedded files that are hidden are not in the output", { timeout: RUN_MILLISECONDS }, async () => {
    const output = await expectOutcomes([...READING, ["write /work/git/config", "EROFS"], ["write /work/.env", "EROFS"]], {
      ...RULES,
      mounts: [{ path: "/work", entry: TREE }],
    });
    expect(Buffer.from(output).includes(SECRET)).toBe(false);
  });

  test("what is written keeps to rules", { timeout: RUN_MILLISECONDS }, async () => {
    const output = await expectOutcomes(
      [
        ...READING,
        ["write /work/.env", "EPERM"],
        ["write /work/link", "EPERM"],
        ["mkdir /work/src/.env", "EPERM"],
        ["rename /work/src/main.c /work/src/.env", "EPERM"],
        ["write /work/git/config", "EROFS"],
        ["truncate /work/.git/config", "EROFS"],
        ["through /work/.git/config", "EROFS"],
        ["times /work/.git", "EROFS"],
        ["make /work/git/hooks/pre-commit", "EROFS"],
        ["link /work/.git/config /work/second", "EROFS"],
        ["rename /work/.git /work/old", "EROFS"],
        ["cd /work/src", "ok"],
        ["read .env", "ENOENT"],
        ["read ../.env", "EPERM"],
        ["write new", "ok"],
        ["cd", "ok"],
        ["rename /work/src /work/lib", "ok"],
        ["list /work/lib", "main.c new"],
        ["write /work/lib/.env", "EPERM"],
        ["write /tmp/.env", "EPERM"],
        ["write /tmp/x", "ok"],
      ],
      { ...RULES, mounts: [{ path: "/work", entry: TREE, writable: true }], tmpfs: [{ path: "/tmp" }] },
    );
    expect(Buffer.from(output).includes(SECRET)).toBe(false);
  });

  const REFUSED: Attempts = [
    ["read /work/.env", "ENOENT"],
    ["read /work/.env", "ENOENT"],
    ["lstat /work/git/../src/.env/x", "ENOENT"],
    ["read /work/link", "ENOENT"],
    ["stat /work/.nothing/.env", "ENOENT"],
    ["times /work/a/.ENV", "ENOENT"],
    ["list /work/src", "a.key main.c"],
    ["stat /work/git/config", "ok"],
    ["write /work/git/config", "EROFS"],
    ["times /work/.git", "EROFS"],
    ["link /work/.git/config /work/second", "EROFS"],
    ["read /work/a.key", "ENOENT"],
    ["read /work/src/a.key", "key"],
  ];
  const lineOf = (called: string, at: string, option: string): string =>
    `${called} "/work/${at}" is refused; leaving out --${option} lets it through`;
  const [HIDE, PROTECT] = ["hide '**/.env'", "protect '/.git/'"];
  const LINES: readonly string[] = [
    lineOf("open-at", ".env", HIDE),
    lineOf("stat-at", "src/.env", HIDE),
    lineOf("open-at", "src/.env", HIDE),
    lineOf("set-times-at", "a/.ENV", HIDE),
    lineOf("open-at", ".git/config", PROTECT),
    lineOf("set-times-at", ".git", PROTECT),
    lineOf("link-at", ".git/config", PROTECT),
    lineOf("open-at", "a.key", "hide '**/a.key'"),
  ];
  /** Where something could be changed. */
  const REFUSED_CHANGES: Attempts = [
    ["write /work/src/.env", "EPERM"],
    ["through /work/.git/config", "EROFS"],
    ["mkdir /work/.git/x", "EROFS"],
    ["symlink x /work/.git/y", "EROFS"],
    ["unlink /work/.git/config", "EROFS"],
    ["rmdir /work/.git/hooks", "EROFS"],
    ["rename /work/.git /work/old", "EROFS"],
    ["rename /work/src /work/old", "EPERM"],
    ["rename /work/src/main.c /work/src/.env", "EPERM"],
    ["write /work/src/main.c", "ok"],
  ];
  const LINES_OF_CHANGES: readonly string[] = [
    "set-times on an open file is refused; leaving out --protect or :ro for it lets it through",
    lineOf("create-directory-at", ".git/x", PROTECT),
    lineOf("symlink-at", ".git/y", PROTECT),
    lineOf("unlink-file-at", ".git/config", PROTECT),
    lineOf("remove-directory-at", ".git/hooks", PROTECT),
    lineOf("rename-at", ".git", PROTECT),
    lineOf("rename-at", "src", "hide '!src/a.key'"),
    lineOf("rename-at", "src/.env", HIDE),
  ];
  const TOLD: Options = { hide: ["**/.env", "**/a.key", "!src/a.key"], protect: ["/.git/"] };

  test("what is refused is told where that is asked for", { timeout: RUN_MILLISECONDS }, async () => {
    const entries = new Map(TREE.entries).set("a", directory({})).set("a.key", file(SECRET));
    const entry = directory({
      ...Object.fromEntries(entries),
      src: directory({ "main.c": file("main"), "a.key": file("key"), ".env": file(SECRET) }),
    });
    const outcomes = (attempts: Attempts): string => attempts.map(([text, outcome]) => `${text}: ${outcome}\n`).join("");
    expect(await toldOf(REFUSED, { ...TOLD, mounts: [{ path: "/work", entry }] })).toEqual({ stdout: outcomes(REFUSED), lines: LINES });
    const both = [...REFUSED, ...REFUSED_CHANGES];
    expect(await toldOf(both, { ...TOLD, mounts: [{ path: "/work", entry, writable: true }] })).toEqual({
      stdout: outcomes(both),
      lines: [...LINES, ...LINES_OF_CHANGES],
    });
  });

  describe("in a directory of the host's", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-rules-"));
      for (const each of ["src/deep", ".git/hooks", "plain"]) await mkdir(path.join(folder, each), { recursive: true });
      for (const each of [".env", "src/.env", "src/deep/.env"]) await writeFile(path.join(folder, each), SECRET);
      await writeFile(path.join(folder, ".git/config"), "config");
      await writeFile(path.join(folder, "src/main.c"), "main");
      await symlink("src/.env", path.join(folder, "link"));
      await symlink(".git", path.join(folder, "git"));
      await symlink("..", path.join(folder, "src/up"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const HOSTILE: Attempts = [
      ["list /work", ".git git link plain src"],
      ["list /work/src", "deep main.c up"],
      ["list /work/src/up/src/deep", ""],
      ...[".env", "link", "src/.env", "src/up/src/up/.env", "src/../src/./.env", "src//.env", "src/.ENV", "git/../src/.env"].flatMap(
        (at): Attempts => [
          [`read /work/${at}`, "ENOENT"],
          [`stat /work/${at}`, "ENOENT"],
          [`write /work/${at}`, "EPERM"],
          [`truncate /work/${at}`, "ENOENT"],
          [`times /work/${at}`, "ENOENT"],
        ],
      ),
      ...[".env", "src/.env", "src/up/src/.env"].flatMap((at): Attempts => [
        [`unlink /work/${at}`, "ENOENT"],
        [`rename /work/${at} /work/x`, "ENOENT"],
        [`link /work/${at} /work/x`, "ENOENT"],
        [`mkdir /work/${at}`, "EPERM"],
        [`rename /work/src/main.c /work/${at}`, "EPERM"],
        [`link /work/src/main.c /work/${at}`, "EPERM"],
        [`symlink main.c /work/${at}`, "EPERM"],
      ]),
      ["cd /work/src", "ok"],
      ["read .env", "ENOENT"],
      ["list .", "deep main.c up"],
      ["read deep/.env", "ENOENT"],
      ["cd deep", "ok"],
      ["read .env", "ENOENT"],
      ["write .env", "EPERM"],
      ["cd", "ok"],
      ["symlink src/deep /work/to-deep", "ok"],
      ["read /work/to-deep/.env", "ENOENT"],
      ["symlink .env /work/src/to-env", "ok"],
      ["read /work/src/to-env", "ENOENT"],
      ["write /work/src/to-env", "EPERM"],
      ["read /work/git/config", "config"],
      ["through /work/git/config", "EROFS"],
      ...["write", "append", "truncate", "unlink", "times"].map((what) => [`${what} /work/.git/config`, "EROFS"] as const),
      ["make /work/git/hooks/pre-commit", "EROFS"],
      ["mkdir /work/.git/x", "EROFS"],
      ["symlink x /work/.git/x", "EROFS"],
      ["link /work/.git/config /work/second", "EROFS"],
      ["link /work/src/main.c /work/.git/second", "EROFS"],
      ["rename /work/.git/config /work/second", "EROFS"],
      ["rename /work/src/main.c /work/.git/config", "EROFS"],
      ["rename /work/.git /work/old", "EROFS"],
      ["rmdir /work/.git/hooks", "EROFS"],
      ["times /work/.git", "EROFS"],
      ["cd /work/git", "ok"],
      ["append config", "EROFS"],
      ["through .", "EBADF"],
      ["make hooks/post-commit", "EROFS"],
      ["cd", "ok"],
    ];

    test.each(isLong ? [false, true] : [false])(
      "nothing gets around rules, told: %s",
      { timeout: RUN_MILLISECONDS },
      async (traceDenied) => {
        await expectOutcomes(HOSTILE, { ...RULES, traceDenied, preopens: [{ path: "/work", host: "/given" }] }, { "/given": folder });
        expect(await readFile(path.join(folder, ".git/config"), "utf8")).toBe("config");
        expect(await readFile(path.join(folder, "src/.env"), "utf8")).toBe(SECRET);
      },
    );

    test.each<[string, Options]>([
      ["the directory", { preopens: [{ path: "/work", host: "/given" }] }],
      ["an overlay", { overlays: [{ path: "/work", host: "/given" }] }],
    ])("what is refused in %s is told", { timeout: RUN_MILLISECONDS }, async (_, options) => {
      if (!isTried(name)) return;
      await mkdir(path.join(folder, "a"));
      for (const each of ["a.key", "src/a.key"]) await writeFile(path.join(folder, each), "key");
      const attempts: Attempts = [
        ["list /work/src", "a.key deep main.c up"],
        ...[...REFUSED, ...REFUSED_CHANGES].filter(([text]) => !text.startsWith("list")),
      ];
      const { stdout, lines } = await toldOf(attempts, { ...TOLD, ...options }, { "/given": folder });
      expect(stdout).toBe(attempts.map(([text, outcome]) => `${text}: ${outcome}\n`).join(""));
      expect(lines).toEqual([...LINES, ...LINES_OF_CHANGES]);
    });

    const SINGLE = { path: "/main.c", host: "/given/src/main.c" };
    test.each<[string, string, Options]>([
      ["by a rule", "leaving out --protect 'main.c'", { protect: ["main.c"], hostFiles: [SINGLE] }],
      [
        "where others are written",
        "a --preopen or --file without :ro",
        { tmpfs: [{ path: "/" }], hostFiles: [{ ...SINGLE, readOnly: true }] },
      ],
    ])("what is refused of a single file is told, %s", { timeout: RUN_MILLISECONDS }, async (_, option, options) => {
      if (!isTried(name)) return;
      const attempts: Attempts = [
        ["read /main.c", "main"],
        ["append /main.c", "EROFS"],
        ["times /main.c", "EROFS"],
      ];
      const { stdout, lines } = await toldOf(attempts, options, { "/given": folder });
      expect(stdout).toBe(attempts.map(([text, outcome]) => `${text}: ${outcome}\n`).join(""));
      expect(lines).toEqual(["open-at", "set-times-at"].map((called) => `${called} "/main.c" is refused; ${option} lets it through`));
    });

    test("nothing gets around rules of an overlay", { timeout: RUN_MILLISECONDS }, async () => {
      await expectOutcomes(HOSTILE, { ...RULES, overlays: [{ path: "/work", host: "/given" }] }, { "/given": folder });
    });

    test("nothing gets around rules by another mount of the same directory", { timeout: RUN_MILLISECONDS }, async () => {
      const preopens = [
        { path: "/work", host: "/given" },
        { path: "/src", host: "/given/src" },
        { path: "/again", host: "/given" },
        { path: "/deep", host: "/given/src/deep", readOnly: true },
      ];
      const overlays = [{ path: "/over", host: "/given/src" }];
      const rules = { hide: ["src/deep/.env", "/src/main.c"], protect: ["src/up", "/src/new/**"] };
      await expectOutcomes(
        [
          ["list /src", ".env deep up"],
          ["list /over", ".env deep up"],
          ["list /deep", ""],
          ["read /deep/.env", "ENOENT"],
          ["read /src/main.c", "ENOENT"],
          ["read /again/src/main.c", "ENOENT"],
          ["write /over/main.c", "EPERM"],
          ["write /src/main.c", "EPERM"],
          ["unlink /src/up", "EROFS"],
          ["mkdir /src/new", "EROFS"],
          ["mkdir /over/new", "EROFS"],
          ["rename /src/deep /src/d", "EPERM"],
          ["rename /src/deep /work/d", "EXDEV"],
          ["link /src/.env /src/other", "ok"],
          ["read /over/other", SECRET],
        ],
        { ...rules, preopens, overlays },
        { "/given": folder },
      );
    });

    test("nothing gets around the rules of a mount by one that the host has it in", { timeout: RUN_MILLISECONDS }, async () => {
      for (const each of ["src/kept", "src/deep/secret", "plain/over", "plain/file"]) await writeFile(path.join(folder, each), "host's");
      const rules = { hide: ["main.c", "deep/secret", "over", "**/.env", "!.env"], protect: ["kept", "file"] };
      const options: Options = {
        preopens: [
          { path: "/work", host: "/given" },
          { path: "/src", host: "/given/src" },
          { path: "/t/deep", host: "/given/src/deep" },
        ],
        overlays: [{ path: "/plain", host: "/given/plain" }],
        hostFiles: [{ path: "/t/file", host: "/given/plain/file" }],
        tmpfs: [{ path: "/t" }],
      };
      await expectOutcomes(
        [
          ["list /src", "deep kept up"],
          ["list /work", ".env .git git link plain src"],
          // An exception of one is none for the other.
          ["list /work/src", "deep kept up"],
          ["list /work/src/deep", ""],
          ["list /t/deep", ""],
          ["list /work/plain", "file"],
          ["read /work/src/main.c", "ENOENT"],
          ["write /work/src/main.c", "EPERM"],
          ["read /work/src/deep/secret", "ENOENT"],
          ["append /work/src/kept", "EROFS"],
          ["unlink /work/src/up/src/kept", "EROFS"],
          ["append /work/plain/file", "EROFS"],
          ["append /t/file", "EROFS"],
          ["rename /work/src /work/lib", "EPERM"],
          ["rename /src/deep /src/other", "EPERM"],
          ["mkdir /work/lib", "ok"],
          ["write /work/lib/main.c", "ok"],
          ["rename /work/lib /work/other", "ok"],
        ],
        { ...rules, ...options },
        { "/given": folder },
      );
    });

    test("nothing gets around rules by a link in the place of an open directory", { timeout: RUN_MILLISECONDS }, async () => {
      await mkdir(path.join(folder, "secret/in"), { recursive: true });
      await writeFile(path.join(folder, "secret/x"), SECRET);
      await writeFile(path.join(folder, "secret/in/x"), SECRET);
      await mkdir(path.join(folder, "plain/in"));
      await writeFile(path.join(folder, "plain/in/x"), "x");
      const swap: Attempts = [
        ["rename /b/plain /b/moved", "ok"],
        ["symlink secret /b/plain", "ok"],
      ];
      const back: Attempts = [
        ["unlink /b/plain", "ok"],
        ["rename /b/moved /b/plain", "ok"],
      ];
      // Of the two, a directory that is open stays where it was opened; what is renamed in memory is still the host's.
      for (const a of [{ preopens: [{ path: "/a", host: "/given" }] }, { overlays: [{ path: "/a", host: "/given" }] }]) {
        const inA = (attempts: Attempts): Attempts => [["cd /a/plain", "ok"], ...swap, ...attempts, ["cd", "ok"], ...back];
        await expectOutcomes(
          [
            ...inA([
              ["read x", "EBUSY"],
              ["list .", "EBUSY"],
              ["write x", "EBUSY"],
              ["stat in/x", "EBUSY"],
              ["mkdir new", "EBUSY"],
              ["read /a/plain/x", "EBUSY"],
            ]),
            ["cd /a/plain/in", "ok"],
            ...swap,
            ["read x", "EBUSY"],
            ["list .", "EBUSY"],
            ["cd", "ok"],
            ...back,
            ["read /a/plain/in/x", "x"],
            ...("overlays" in a
              ? ([
                  ["times /a/plain/in/x", "ok"],
                  ["link /a/plain/in/x /a/y", "ok"],
                  ...swap,
                  ["read /a/y", "EBUSY"],
                  ...back,
                ] satisfies Attempts)
              : []),
          ],
          { hide: ["secret/**"], ...a, preopens: [...(a.preopens ?? []), { path: "/b", host: "/given" }] },
          { "/given": folder },
        );
      }
    });

    if (isTried(name))
      test("a directory that is open means what its path leads to", { timeout: RUN_MILLISECONDS }, async () => {
        await expectOutcomes(
          [
            ["cd /work/plain", "ok"],
            ["write x", "ok"],
            ["rename /work/plain /work/p", "ok"],
            ["read x", "ENOENT"],
            ["list .", "ENOENT"],
            ["list /work/p", "x"],
            ["mkdir /work/plain", "ok"],
            ["write y", "ok"],
            ["list /work/plain", "y"],
            ["unlink y", "ok"],
            ["rmdir /work/plain", "ok"],
            ["read x", "ENOENT"],
            ["write /work/plain", "ok"],
            ["read /work/plain", "EBUSY"],
            ["cd", "ok"],
            ["read /work/plain", "written"],
          ],
          { ...RULES, preopens: [{ path: "/work", host: "/given" }] },
          { "/given": folder },
        );
      });

    if (isTried(name))
      test("nothing gets around rules by a link that is there when the program starts", { timeout: RUN_MILLISECONDS }, async () => {
        await symlink("src/.env", path.join(folder, "plain/file"));
        await symlink("../src", path.join(folder, "plain/directory"));
        const preopens = [
          { path: "/work", host: "/given" },
          { path: "/directory", host: "/given/plain/directory" },
        ];
        const hostFiles = [
          { path: "/file", host: "/given/link" },
          { path: "/in", host: "/given/plain/directory/main.c" },
          { path: "/main", host: "/given/src/main.c" },
        ];
        await expectOutcomes(
          [
            ["read /file", "ELOOP"],
            ["read /in", "ENOENT"],
            ["list /directory", ""],
            ["read /main", "main"],
          ].map(([text = "", outcome = ""]) => [text, outcome]),
          { hide: ["src/.env"], preopens, hostFiles },
          { "/given": folder },
        );
      });

    if (isTried(name))
      test("a read-only directory keeps to what is hidden", { timeout: RUN_MILLISECONDS }, async () => {
        await expectOutcomes(
          [
            ...READING.filter(([text]) => !text.startsWith("list")),
            ["list /work/src", "deep main.c up"],
            ["write /work/.env", "EROFS"],
            ["write /work/src/x", "EROFS"],
          ],
          { ...RULES, preopens: [{ path: "/work", host: "/given", readOnly: true }] },
          { "/given": folder },
        );
      });

    test("what no rule is about is as it was without rules", { timeout: RUN_MILLISECONDS }, async () => {
      await expectOutcomes(
        [
          ["write /work/src/new", "ok"],
          ["append /work/src/new", "ok"],
          ["read /work/src/new", "written+"],
          ["times /work/src/new", "ok"],
          ["mkdir /work/plain/a", "ok"],
          ["cd /work/plain", "ok"],
          ["write a/x", "ok"],
          ["mkdir a/b", "ok"],
          ["cd a", "ok"],
          ["rename x b/y", "ok"],
          ["list b", "y"],
          ["cd", "ok"],
          ["rename /work/plain/a /work/plain/c", "ok"],
          ["list /work/plain", "c"],
          ["mkdir /work/plain/a", "ok"],
          ["rmdir /work/plain/a", "ok"],
          ["link /work/plain/c/b/y /work/y", "ok"],
          ["read /work/y", "written"],
          ["unlink /work/plain/c/b/y", "ok"],
          ["rmdir /work/plain/c/b", "ok"],
          ["rmdir /work/plain/c", "ok"],
          ["list /work/plain", ""],
          ["rename /work/src /work/lib", "ok"],
          ["list /work/lib", "deep main.c new up"],
          ["write /work/\u00e9.txt", "ok"],
          ["read /work/\u00e9.txt", "written"],
          ["write /work/a:b", "ok"],
          ["read /work/a:b", "written"],
          ["write /work/.env:x", "EPERM"],
          ["write /work/.env.", "EPERM"],
        ],
        { ...RULES, preopens: [{ path: "/work", host: "/given" }] },
        { "/given": folder },
      );
    });
  });
});
