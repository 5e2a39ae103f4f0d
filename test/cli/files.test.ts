/** `wasi-nest files` as a user calls it. What it does with images is in test/files. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { virtualize } from "../../src/index.ts";
import { appOf, wasi } from "../compose/app-of.ts";
import { lastingDirectories, type Outcome, wasiNest, wasiNestAgain } from "./wasi-nest.ts";

const app = appOf(wasi("wasi:filesystem/", "wasi:io/", "wasi:cli/"));
const file = (text: string) => ({ kind: "file", contents: new TextEncoder().encode(text) }) as const;
let out: Uint8Array;
let both: Uint8Array;

beforeAll(() => {
  const entry = { kind: "directory", entries: new Map([["a.txt", file("hello\n")]]) } as const;
  const mounts = [
    { path: "/data", entry },
    { path: "/etc/motd", entry: file("be kind\n"), writable: true },
  ];
  out = Buffer.concat(virtualize(app, { mounts, preopens: [{ path: "/host", host: "/h" }] }).chunks);
  both = Buffer.concat(virtualize(out, { mounts: [{ path: "/h", entry }] }).chunks);
});

const newDirectory = lastingDirectories();
function project(): string {
  const directory = newDirectory();
  writeFileSync(join(directory, "app.wasm"), app);
  writeFileSync(join(directory, "out.wasm"), out);
  writeFileSync(join(directory, "both.wasm"), both);
  writeFileSync(join(directory, "text.wasm"), "(component)");
  writeFileSync(join(directory, "closed.wasm"), Buffer.concat(virtualize(app, {}).chunks));
  writeFileSync(join(directory, "core.wasm"), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  return directory;
}

const files = (cwd: string, ...args: string[]): Promise<Outcome> => wasiNestAgain(["files", ...args], { cwd });

test("lists for people", async () => {
  const { code, stdout, stderr } = await files(project(), "both.wasm", "list");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatchInlineSnapshot(`
    "/h/       ro           1980-01-01T12:01:00Z
    /h/a.txt  ro  6 bytes  1980-01-01T12:01:00Z  sha-256 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
    /data/ in wasi-nest:app       ro           1980-01-01T12:01:00Z
    /data/a.txt in wasi-nest:app  ro  6 bytes  1980-01-01T12:01:00Z  sha-256 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
    /etc/ in wasi-nest:app        rw           1980-01-01T12:01:00Z
    /etc/motd in wasi-nest:app    rw  8 bytes  1980-01-01T12:01:00Z  sha-256 9933b68880bf44bfe7d42555c07c687f01a26e7940f8ded16f840c12f5922d95
    "
  `);
});

test("lists for programs, and reads standard input", () => {
  const { code, stdout } = wasiNest(["files", "-", "list", "--json"], { cwd: newDirectory(), input: out });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
    [
      {
        "files": [
          {
            "digest": null,
            "kind": "directory",
            "modified": "315576060.000000000",
            "path": "/data",
            "size": 0,
            "target": null,
            "writable": false,
          },
          {
            "digest": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
            "kind": "file",
            "modified": "315576060.000000000",
            "path": "/data/a.txt",
            "size": 6,
            "target": null,
            "writable": false,
          },
          {
            "digest": null,
            "kind": "directory",
            "modified": "315576060.000000000",
            "path": "/etc",
            "size": 0,
            "target": null,
            "writable": true,
          },
          {
            "digest": "9933b68880bf44bfe7d42555c07c687f01a26e7940f8ded16f840c12f5922d95",
            "kind": "file",
            "modified": "315576060.000000000",
            "path": "/etc/motd",
            "size": 8,
            "target": null,
            "writable": true,
          },
        ],
        "stdin": null,
        "within": [],
      },
    ]
  `);
});

test("extracts below the directory, and over nothing without `--force`", async () => {
  const cwd = project();
  expect(await files(cwd, "out.wasm", "extract", "--to", "deep/to")).toEqual({
    code: 0,
    stdout: "wrote 4 entries to deep/to\n",
    stderr: "",
  });
  expect(readFileSync(join(cwd, "deep/to/etc/motd"), "utf8")).toBe("be kind\n");
  writeFileSync(join(cwd, "deep/to/etc/motd"), "mine");
  const again = await files(cwd, "out.wasm", "extract", "--to", "deep/to");
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toContain("  `deep/to/etc/motd` exists already\n");
  expect(again.stderr).toMatch(/\n {2}`--force` replaces files\n$/);
  expect(readFileSync(join(cwd, "deep/to/etc/motd"), "utf8")).toBe("mine");
  expect((await files(cwd, "out.wasm", "extract", "--to", "deep/to", "--force")).code).toBe(0);
  expect(readFileSync(join(cwd, "deep/to/etc/motd"), "utf8")).toBe("be kind\n");
});

test("extracts of outputs in one another the one that is named", async () => {
  const cwd = project();
  expect((await files(cwd, "both.wasm", "extract", "--to", "to")).stderr).toBe(
    "wasi-nest: `both.wasm` has files in more than one output: itself, `wasi-nest:app`; `--in` names one\n",
  );
  expect((await files(cwd, "both.wasm", "extract", "--to", "to", "--in", "other")).stderr).toBe(
    "wasi-nest: `both.wasm` holds no output `other` with files: there are files in itself, `wasi-nest:app`\n",
  );
  expect(existsSync(join(cwd, "to"))).toBe(false);
  expect((await files(cwd, "both.wasm", "extract", "--to", "to", "--in", "wasi-nest:app")).code).toBe(0);
  expect(readdirSync(join(cwd, "to"))).toEqual(["data", "etc"]);
});

test("replaces a mount, or a file in one, and writes another component", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "next/sub"), { recursive: true });
  writeFileSync(join(cwd, "next/sub/b.txt"), "b");
  writeFileSync(join(cwd, "motd.txt"), "be quick\n");
  const given = ["--mount", "/data=next", "--mount", "/etc/motd=motd.txt"];
  expect(await files(cwd, "out.wasm", "replace", ...given, "-o", "new.wasm")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await files(cwd, "new.wasm", "extract", "--to", "to")).code).toBe(0);
  expect(readFileSync(join(cwd, "to/etc/motd"), "utf8")).toBe("be quick\n");
  expect(readdirSync(join(cwd, "to"), { recursive: true, encoding: "utf8" }).sort()).toEqual([
    ...["data", "data/sub", "data/sub/b.txt", "etc", "etc/motd"],
  ]);
  const piped = await wasiNestAgain(
    ["files", "both.wasm", "replace", "--mount", "/data=next", "--exclude", "sub/**", "--in", "wasi-nest:app", "-o", "both-new.wasm"],
    { cwd },
  );
  expect(piped).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await files(cwd, "both-new.wasm", "extract", "--to", "in", "--in", "wasi-nest:app")).code).toBe(0);
  expect(readdirSync(join(cwd, "in/data"))).toEqual([]);
});

test.for([
  ["app.wasm list", 1, "`app.wasm` is no output of wasi-nest"],
  ["closed.wasm list", 1, "`closed.wasm` embeds no files"],
  ["closed.wasm extract --to x", 1, "`closed.wasm` embeds no files"],
  ["core.wasm list", 1, "`core.wasm` is a core module, no output of wasi-nest"],
  ["text.wasm list", 1, "`text.wasm` is WebAssembly in its text form"],
  ["gone.wasm list", 1, "`gone.wasm` does not exist"],
  ["out.wasm extract --to out.wasm", 1, "`out.wasm` is no directory"],
  ["out.wasm extract --to out.wasm/x", 1, "`out.wasm/x` leads through something that is not a directory"],
  ["out.wasm", 2, "`files` wants to be told what to do: `list`, `extract`, `replace`"],
  ["out.wasm lst", 2, "`files` does `list`, `extract`, `replace`, found `lst`: did you mean `list`?"],
  ["", 2, "no component given"],
  ["out.wasm list list", 2, "`files` takes a component and what to do, found `list`, too"],
  ["out.wasm extract", 2, "no directory given: `--to DIRECTORY`"],
  ["out.wasm list --to x", 2, "`--to` is no option of `files list`"],
  ["out.wasm list --force=false", 2, "`--force` is no option of `files list`"],
  ["out.wasm extract --to x --json", 2, "`--json` is no option of `files extract`"],
  ["out.wasm replace --mount /data=app.wasm -o new.wasm", 1, "the mount `/data` is a directory, and stays one"],
  ["out.wasm replace --mount /none=app.wasm -o new.wasm", 1, "the component embeds nothing at `/none`"],
  ["out.wasm replace --mount /data=gone -o new.wasm", 1, "`gone` does not exist"],
  ["app.wasm replace --mount /data=app.wasm -o new.wasm", 1, "the component is no output of wasi-nest"],
  ["core.wasm replace --mount /data=app.wasm -o new.wasm", 1, "`core.wasm` is a core module"],
  ["out.wasm replace --mount /data/a.txt=app.wasm -o out.wasm", 1, "the output `out.wasm` is the input `out.wasm` itself"],
  ["out.wasm replace --mount /data/a.txt=app.wasm -o app.wasm", 1, "the output `app.wasm` is the input `app.wasm` itself"],
  ["out.wasm replace --mount /data=app.wasm:rw -o new.wasm", 2, "has a mode: what is writable in an output stays so"],
  ["out.wasm replace --mount /data -o new.wasm", 2, "`--mount /data` is not GUEST=LOCAL"],
  ["out.wasm replace --mount data=app.wasm -o new.wasm", 1, "the mount `data` is a directory, and stays one"],
  ["out.wasm replace -o new.wasm", 2, "nothing given to embed: `--mount GUEST=LOCAL`"],
  ["out.wasm replace --mount /data=app.wasm", 2, "no output given: `--out FILE`"],
  ["out.wasm list -- x", 2, "only `run` takes arguments after `--`"],
] as const)("`files %s` exits %i: %s", async ([args, code, says]) => {
  const cwd = project();
  const before = readdirSync(cwd);
  const outcome = await wasiNestAgain(["files", ...args.split(" ").filter((each) => each !== "")], { cwd });
  expect(outcome).toMatchObject({ code, stdout: "" });
  expect(outcome.stderr.split("\n")[0]).toContain(says);
  expect(outcome.stderr).not.toContain("bug");
  expect(readdirSync(cwd)).toEqual(before);
});

test("does not write through a link in the directory", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "to"));
  mkdirSync(join(cwd, "elsewhere"));
  symlinkSync("../elsewhere", join(cwd, "to/data"));
  expect(await files(cwd, "out.wasm", "extract", "--to", "to", "--force")).toMatchObject({
    code: 1,
    stderr: "wasi-nest: `to/data` is no directory\n",
  });
  expect(readdirSync(join(cwd, "elsewhere"))).toEqual([]);
});

test("--help says all that", async () => {
  const { code, stdout } = await files(newDirectory(), "--help");
  expect(code).toBe(0);
  await expect(stdout).toMatchFileSnapshot("__snapshots__/files-help.txt");
});

test("what is compressed is listed and taken out as it was, and stays compressed when it is replaced", async () => {
  const cwd = project();
  mkdirSync(join(cwd, "manual"));
  writeFileSync(join(cwd, "manual/a"), "all about it ".repeat(1000));
  const { code, stderr } = await wasiNestAgain(["app.wasm", "-o", "small.wasm", "--mount", "/manual=manual", "--compress"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/\n  compressed   1 file, 13\.0 kB → \d+ bytes\n/) as string });
  expect((await files(cwd, "small.wasm", "list")).stdout).toMatch(/^\/manual\/a +ro +13\.0 kB +\S+ +sha-256 /m);
  writeFileSync(join(cwd, "manual/a"), "nothing about it ".repeat(1000));
  expect(await files(cwd, "small.wasm", "replace", "--mount", "/manual=manual", "-o", "other.wasm")).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(cwd, "other.wasm")).length).toBeLessThan(readFileSync(join(cwd, "small.wasm")).length + 200);
  expect((await files(cwd, "other.wasm", "extract", "--to", "to")).code).toBe(0);
  expect(readFileSync(join(cwd, "to/manual/a"), "utf8")).toBe("nothing about it ".repeat(1000));
});
