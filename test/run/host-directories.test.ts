/**
 * Directories of the host's under other paths. A read-only one answers every change with `read-only`, and
 * nothing of it reaches the host; nobody gets out of either, however they try.
 */
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Directory, inspect, type Options, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

let program: Uint8Array;
let folder: string;

beforeAll(async () => void (program = await adaptCommand(await cProgram("change"))), BUILD_MILLISECONDS);

/** What is given to the app is `shared`; `secret` lies beside it. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-host-"));
  const shared = path.join(folder, "shared/given");
  await mkdir(path.join(shared, "folder"), { recursive: true });
  await mkdir(path.join(shared, "bare"));
  await writeFile(path.join(folder, "shared/secret"), "secret");
  await writeFile(path.join(folder, "secret"), "secret");
  await writeFile(path.join(shared, "file"), "contents");
  await writeFile(path.join(shared, "folder/inner"), "inner");
  await symlink("file", path.join(shared, "to-file"));
  await symlink("../secret", path.join(shared, "outside"));
  await symlink("..", path.join(shared, "outside-folder"));
});
afterEach(() => rm(folder, { recursive: true }));

/** All that can be seen of a directory. */
async function snapshot(root: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    const entry = path.join(root, name);
    const target = await readlink(entry).catch(() => undefined);
    if (target !== undefined) lines.push(`${name} -> ${target}`);
    else {
      const { mtimeNs } = await stat(entry, { bigint: true });
      lines.push(`${name} ${mtimeNs} ${await readFile(entry, "utf8").catch(() => "")}`);
    }
  }
  return lines;
}

const OPTIONS: Options = { stdout: "allow", stderr: "allow", allowExit: true, args: ["/in"] };

/** The host's directory as it is, and one below it. */
const WAYS = [
  { way: "a preopen", host: "/given", preopens: () => ({ "/given": path.join(folder, "shared/given") }) },
  { way: "a preopen called with a slash at its end", host: "/given", preopens: () => ({ "/given/": path.join(folder, "shared/given") }) },
  { way: "a directory below a preopen", host: "/all/given", preopens: () => ({ "/all": path.join(folder, "shared") }) },
  { way: "a directory below the root", host: "/given", preopens: () => ({ "/": path.join(folder, "shared") }) },
  {
    way: "the closest of several",
    host: "/all/given",
    preopens: () => ({ "/": folder, "/all": path.join(folder, "shared"), "/al": folder }),
  },
];

const LEAVING = `up: EPERM
up in the middle: EPERM
through a link that leads out: EPERM
through a folder that leads out: EPERM
`;

const READ_ONLY = `read: 8 contents
write through a reader: EBADF
ftruncate of a reader: EINVAL
futimens: EROFS
open to write: EROFS
open to read and write: EROFS
open to append: EROFS
truncate: EROFS
open or create what is there: ok
create exclusively what is there: EEXIST
create: EROFS
create exclusively: EROFS
create in a folder: EROFS
open a folder: ok
create below an open folder: EROFS
unlink below an open folder: EROFS
mkdir: EROFS
rmdir: EROFS
unlink: EROFS
rename: EROFS
link: EROFS
symlink: EROFS
utimensat: EROFS
${LEAVING}entries: 6
`;

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  test.each(WAYS)("$way, read-only, stays as it is", { timeout: RUN_MILLISECONDS }, async ({ host, preopens }) => {
    const output = virtualized(program, { ...OPTIONS, preopens: [{ path: "/in", host, readOnly: true }] });
    await expectValid(output);
    const before = await snapshot(folder);
    const { stdout, stderr } = await run(output, { preopens: preopens() });
    expect({ stdout, stderr }).toEqual({ stdout: READ_ONLY, stderr: "" });
    expect(await snapshot(folder)).toEqual(before);
  });

  test.each(WAYS)("$way can be changed, but not left", { timeout: RUN_MILLISECONDS }, async ({ host, preopens }) => {
    const output = virtualized(program, { ...OPTIONS, preopens: [{ path: "/in", host }] });
    const { stdout } = await run(output, { preopens: preopens() });
    expect(stdout).toContain(LEAVING);
    const names = await readdir(path.join(folder, "shared/given"));
    expect(names).toEqual(expect.arrayContaining(["new", "newer", "renamed", "made-folder"]));
    expect(names).not.toContain("bare");
    expect(await readFile(path.join(folder, "secret"), "utf8")).toBe("secret");
    expect(await readFile(path.join(folder, "shared/secret"), "utf8")).toBe("secret");
  });

  test("lies beside embedded files", { timeout: RUN_MILLISECONDS }, async () => {
    const entry: Directory = { kind: "directory", entries: new Map([["file", { kind: "file", contents: Buffer.from("embedded") }]]) };
    const options: Options = {
      ...OPTIONS,
      mounts: [{ path: "/embedded", entry }],
      preopens: [{ path: "/in", host: "/given", readOnly: true }],
    };
    const given = { preopens: { "/given": path.join(folder, "shared/given") } };
    expect((await run(virtualized(program, options), given)).stdout).toBe(READ_ONLY);
    const { stdout } = await run(virtualized(program, { ...options, args: ["/embedded"] }), given);
    expect(stdout).toMatch(/^read: 8 embedded\nwrite through a reader: EBADF\n/);
  });

  test("is not there if the host does not offer it", { timeout: RUN_MILLISECONDS }, async () => {
    const output = virtualized(program, { ...OPTIONS, preopens: [{ path: "/in", host: "/elsewhere" }] });
    const { stdout } = await run(output, { preopens: { "/given": folder } });
    expect(stdout).toMatch(/^chdir: E?/);
  });
});

test("is told in the report, with the path as the app sees it", () => {
  const { report } = virtualize(program, { args: ["/in"], preopens: [{ path: "/in/.", host: "/given/", readOnly: true }] });
  expect(report.files.preopens).toEqual([{ path: "/in", host: "/given", readOnly: true }]);
});

/** What changes files, or gives a stream that does. */
const CHANGING =
  /^\[method\]descriptor\.(set-(size|times|times-at)|(write|append)-via-stream|write|(create-directory|link|symlink|unlink-file|remove-directory|rename)-at)$/;

test("asks the host for files and nothing else, and for no change where all is read-only", { timeout: RUN_MILLISECONDS }, async () => {
  const output = virtualized(program, { args: ["/in"], preopens: [{ path: "/in", host: "/given", readOnly: true }] });
  const called = ["wasi:filesystem/preopens", "wasi:filesystem/types", "wasi:io/error", "wasi:io/streams"];
  expect(await importsOf(output)).toEqual(["wasi:clocks/wall-clock", ...called]);
  // Its `datetime` is used by the host's files; nothing in there can be called.
  expect(inspect(output).imports.find(({ name }) => name.startsWith("wasi:clocks/wall-clock"))?.functions).toEqual([]);
  const hostFiles = [{ path: "/etc/hosts", host: "/given/hosts", readOnly: true }];
  const withFile = virtualized(program, { args: ["/in"], preopens: [{ path: "/in", host: "/given", readOnly: true }], hostFiles });
  expect(inspect(withFile).imports.flatMap((each) => each.functions.filter((name) => CHANGING.test(name)))).toEqual([]);
  const functions = inspect(output).imports.flatMap((each) => each.functions);
  expect(functions.filter((name) => CHANGING.test(name))).toEqual([]);
  expect(functions).toContain("[method]descriptor.open-at");

  const writable = virtualized(program, { args: ["/in"], preopens: [{ path: "/in", host: "/given" }] });
  expect(inspect(writable).imports.flatMap((each) => each.functions.filter((name) => CHANGING.test(name)))).toHaveLength(11);
});
