import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Entry } from "../../src/index.ts";
import { InputError, readMount, type ReadMountOptions } from "../../src/node/index.ts";
import { readUnhidden } from "../../src/node/read-mount.ts";

/** Files by path; a directory where the path ends in a slash, a link where the contents start with an arrow. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "wasi-nest-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(join(root, path, path.endsWith("/") ? "." : ".."), { recursive: true });
    if (contents.startsWith("→")) symlinkSync(contents.slice(1), join(root, path));
    else if (!path.endsWith("/")) writeFileSync(join(root, path), contents);
  }
  return root;
}

/** The opposite. */
function flat(entry: Entry, path = ""): Readonly<Record<string, string>> {
  switch (entry.kind) {
    case "file":
      return { [path]: new TextDecoder().decode(entry.contents) };
    case "link":
      return { [path]: `→${entry.target}` };
    case "directory": {
      const entries = [...entry.entries].map(([name, child]) => flat(child, path === "" ? name : `${path}/${name}`));
      return entries.length === 0 ? { [`${path}/`]: "" } : Object.assign({}, ...entries);
    }
  }
}

async function problems(root: string, options: ReadMountOptions = {}): Promise<string[]> {
  const error: unknown = await readMount(root, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) throw error ?? new Error("nothing was wrong");
  return error.problems.map((problem) => problem.replaceAll(`${root}/`, ""));
}

test("reads files, directories and links as they are", async () => {
  const files = {
    "a.txt": "a",
    ".hidden": "h",
    "deep/er/b": "b",
    "empty/": "",
    "deep/link": "→../a.txt",
    dangling: "→deep/nothing",
    é: "é",
  };
  expect(flat(await readMount(tree(files)))).toEqual(files);
});

test("reads a single file", async () => {
  expect(flat(await readMount(join(tree({ "a.txt": "a" }), "a.txt")))).toEqual({ "": "a" });
});

test("lists names in one order", async () => {
  const directory = await readMount(tree({ b: "", a: "", C: "", "0": "" }));
  expect(directory.kind === "directory" && [...directory.entries.keys()]).toEqual(["0", "C", "a", "b"]);
});

test.each([
  [{ include: ["*.txt"] }, ["a.txt"]],
  [{ include: ["**/*.txt"] }, ["a.txt", "src/b.txt", "src/node_modules/c.txt"]],
  [{ include: ["src"] }, ["src/.d", "src/b.txt", "src/node_modules/c.txt", "src/void/"]],
  [{ include: ["./src/"], exclude: ["**/node_modules"] }, ["src/.d", "src/b.txt", "src/void/"]],
  [{ exclude: ["**/node_modules/**"] }, ["a.txt", "src/.d", "src/b.txt", "src/void/"]],
  [{ exclude: ["**/.*", "src/void", "src/node_modules"] }, ["a.txt", "src/b.txt"]],
  [{ include: ["none"] }, ["/"]],
] as const)("chooses by %j", async (options, expected) => {
  const root = tree({ "a.txt": "", "src/b.txt": "", "src/.d": "", "src/node_modules/c.txt": "", "src/void/": "" });
  expect(Object.keys(flat(await readMount(root, options))).sort()).toEqual(expected);
});

test("does not look into what is excluded", async () => {
  const root = tree({ a: "", "bad/link": "→/etc/passwd" });
  expect(Object.keys(flat(await readMount(root, { exclude: ["bad"] })))).toEqual(["a"]);
});

test("makes absolute links that stay inside relative", async () => {
  const root = tree({ "deep/a": "a", b: "b" });
  symlinkSync(join(root, "b"), join(root, "deep/up"));
  symlinkSync(join(root, "deep/a"), join(root, "down"));
  symlinkSync(root, join(root, "deep/root"));
  expect(flat(await readMount(relative(process.cwd(), root)))).toMatchObject({ "deep/up": "→../b", down: "→deep/a", "deep/root": "→.." });
});

test.each([
  { guestPath: "/", prefix: "" },
  { guestPath: "/opt/app/", prefix: "/opt/app" },
])("makes absolute links relative that stay inside of a mount at $guestPath", async ({ guestPath, prefix }) => {
  const root = tree({
    "usr/lib/a": "a",
    lib: `→${prefix}/usr/lib`,
    "usr/deep/er/b": `→${prefix}/lib/a`,
    "usr/root": `→${prefix}/`,
    twice: `→${prefix}/usr/deep/er/b`,
  });
  expect(flat(await readMount(root, { guestPath }))).toMatchObject({
    lib: "→usr/lib",
    "usr/deep/er/b": "→../../../lib/a",
    "usr/root": "→..",
    twice: "→usr/deep/er/b",
  });
  const error: unknown = await readMount(root).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect(error).toMatchObject({
    problems: [
      ["lib", "/usr/lib"],
      ["twice", "/usr/deep/er/b"],
      ["usr/deep/er/b", "/lib/a"],
      ["usr/root", "/"],
    ].map(([link = "", target]) => `\`${join(root, link)}\` points to \`${prefix}${target}\`, outside of the mount`),
  });
  symlinkSync("/etc/passwd", join(root, "gone"));
  symlinkSync(`${prefix}/usr/../../x`, join(root, "usr/out"));
  symlinkSync(`${prefix}x/usr`, join(root, "beside"));
  expect((await problems(root, { guestPath })).filter((each) => each !== "")).toEqual(
    expect.arrayContaining(["`gone` points to `/etc/passwd`, outside of the mount"]),
  );
  rmSync(join(root, "gone"));
  rmSync(join(root, "beside"));
  expect(await problems(root, { guestPath })).toEqual([`\`usr/out\` points to \`${prefix}/usr/../../x\`, outside of the mount`]);
  expect(await problems(root, { guestPath, exclude: ["usr/lib", "usr/out"] })).toHaveLength(3);
});

test("refuses links that leave, also by way of other links", async () => {
  const root = tree({
    out: "→..",
    absolute: "→/etc/passwd",
    "deep/er/": "",
    short: "→deep/er",
    fine: "→short/../er",
    far: "→short/../../..",
    "deep/loop": "→loop",
  });
  symlinkSync("absolute/x", join(root, "through"));
  const far = ["`far` points to `short/../../..`, outside of the mount", "`out` points to `..`, outside of the mount"];
  expect((await problems(root)).sort()).toEqual([
    "`absolute` points to `/etc/passwd`, outside of the mount",
    ...far,
    "`through` points to `absolute/x`, outside of the mount",
  ]);
  rmSync(join(root, "absolute"));
  expect((await problems(root)).sort()).toEqual(far);
});

test("a message names ten problems and counts the others, which are all there", async () => {
  const names = Array.from({ length: 13 }, (_, i) => `link${String(i).padStart(2, "0")}`);
  const root = tree(Object.fromEntries(names.map((name) => [name, "→/etc/passwd"])));
  const error: unknown = await readMount(root).catch((reason: unknown) => reason);
  if (!(error instanceof InputError)) throw error;
  expect(error.problems).toHaveLength(13);
  const lines = error.message.split("\n");
  expect([lines[0], lines.length, lines.at(-1)]).toEqual(["13 problems:", 12, "  and 3 more"]);
  expect(lines[10]).toBe(`  \`${join(root, "link09")}\` points to \`/etc/passwd\`, outside of the mount`);
});

test.each([
  [
    { include: ["*.md", "src", "src/a.txt"], exclude: ["*.log"] },
    { include: ["*.md"], exclude: ["*.log"] },
  ],
  [{ exclude: ["./src/", "nothing", "src/a.txt"] }, { include: [], exclude: ["nothing", "src/a.txt"] }],
  [{ include: ["**"] }, undefined],
  [{}, undefined],
] as const)("tells which globs of %j match nothing", async (options, expected) => {
  const root = tree({ "a.txt": "", "src/a.txt": "" });
  let unused: unknown;
  await readMount(root, { ...options, onUnusedGlobs: (globs) => (unused = globs) });
  expect(unused).toEqual(expected);
});

test("`follow` embeds what links point to", async () => {
  const outside = tree({ f: "f", "d/g": "g" });
  const root = tree({ file: `→${outside}/f`, directory: `→${outside}/d`, again: "→directory" });
  expect(flat(await readMount(root, { follow: true }))).toEqual({ file: "f", "directory/g": "g", "again/g": "g" });
});

test("`follow` refuses cycles and links to nothing", async () => {
  const root = tree({ "a/up": "→..", self: "→self", gone: "→nothing" });
  expect(await problems(root, { follow: true })).toEqual([
    "`a/up` is a link to a directory that it lies in",
    "`gone` is a link whose target does not exist",
    "`self` is a link that leads back to itself",
  ]);
});

test("names everything that cannot be embedded in one error", async () => {
  const root = tree({ fine: "", "deep/": "" });
  execFileSync("mkfifo", [join(root, "deep/pipe")]);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/deep/x`), Buffer.of(0xff)]), "");
  writeFileSync(join(root, "deep/\ufffd"), "meant");
  symlinkSync(Buffer.of(0x61, 0xfe), join(root, "target"));
  expect((await problems(root)).sort()).toEqual([
    "`deep/pipe` is a named pipe, which cannot be embedded",
    "`deep/x\\xff` has a name that is not UTF-8",
    "`target` points to a path that is not UTF-8",
  ]);
});

test("the times are the epoch, or the files' own to the nanosecond", async () => {
  const root = tree({ a: "", "d/link": "→../a" });
  utimesSync(join(root, "a"), 1, 1_234_567_890.125);
  const plain = await readMount(root);
  const timed = await readMount(root, { keepTimes: true });
  const modified = (entry: Entry): bigint | undefined => (entry.kind === "directory" ? entry.entries.get("a")?.modified : undefined);
  expect(modified(plain)).toBeUndefined();
  expect(modified(timed)).toBe(1_234_567_890_125_000_000n);
});

test("tells how far it is", async () => {
  const calls: [number, number][] = [];
  await readMount(tree({ a: "12", b: "345" }), { onProgress: (files, bytes) => void calls.push([files, bytes]) });
  expect(calls).toEqual([
    [1, 2],
    [2, 5],
  ]);
});

test("links that are followed may not bring the same directories in without end", async () => {
  const files = Array.from({ length: 1000 }, (_, i) => [`a/skip${i}`, ""] as const);
  const links = Array.from({ length: 102 }, (_, i) => [`b${i}`, "→a"] as const);
  const directory = tree(Object.fromEntries([...files, ...links]));
  const options = { follow: true, exclude: ["**/skip*"] };
  await expect(readMount(directory, options)).rejects.toThrow(/has links by which the same directories come in again and again/);
  rmSync(join(directory, "b0"));
  rmSync(join(directory, "b1"));
  expect(flat(await readMount(directory, options))).toMatchObject({ "b2/": "" });
});

test("a directory may come in more than once", async () => {
  const directory = tree({ "a/file": "x", b: "→a", c: "→a" });
  expect(flat(await readMount(directory, { follow: true }))).toEqual({ "a/file": "x", "b/file": "x", "c/file": "x" });
});

test("the output may not be among what is read, under whatever name", async () => {
  const directory = tree({ "a/file": "x", link: "→a/file" });
  const output = join(directory, "link");
  await expect(readMount(join(directory, "a"), { output })).rejects.toThrow(`\`${join(directory, "a")}/file\` is the output itself`);
  expect(flat(await readMount(join(directory, "a"), { output, exclude: ["file"] }))).toEqual({ "/": "" });
  expect(flat(await readMount(join(directory, "a"), { output: join(directory, "b") }))).toEqual({ file: "x" });
});

test("what rules hide is neither read nor looked into", async () => {
  const directory = mkdtempSync(join(tmpdir(), "wasi-nest-hidden-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, "secrets/deep"), { recursive: true });
  for (const path of ["a.txt", "b.key", "c.key", "secrets/deep/x"]) writeFileSync(join(directory, path), path);
  // None of these can be embedded.
  symlinkSync("/etc", join(directory, "secrets/out"));
  symlinkSync("/etc", join(directory, "out.key"));
  execFileSync("mkfifo", [join(directory, "pipe.key")]);
  const read: number[] = [];
  const options: ReadMountOptions = { onProgress: (_, bytes) => read.push(bytes) };
  const entry = await readUnhidden(directory, options, ["*.key", "!c.key", "secrets"]);
  // Only the two that are not hidden, of five bytes each.
  expect(read).toEqual([5, 10]);
  const nothing = { kind: "file", contents: new Uint8Array() };
  expect(entry.kind === "directory" && [...entry.entries].filter(([name]) => name !== "a.txt" && name !== "c.key")).toEqual(
    ["b.key", "out.key", "pipe.key", "secrets"].map((name) => [name, nothing]),
  );
  await expect(readMount(directory, options)).rejects.toThrow(InputError);
});
