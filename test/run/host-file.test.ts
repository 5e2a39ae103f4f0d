/**
 * Single files of the host's under other paths: what is written reaches the host, unless they are read-only; they
 * cannot be removed, and nothing beside them is to be seen.
 */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAdapter, type Options, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const OPTIONS: Options = { stdout: "allow", stderr: "allow", allowExit: true, allowClocks: true, args: ["/in"] };
const HOST = "/shared/some/where.txt";

let change: Uint8Array;
let walk: Uint8Array;
let streams: Uint8Array;
let folder: string;
let file: string;

beforeAll(async () => {
  const build = async (name: string): Promise<Uint8Array> => adaptCommand(await cProgram(name));
  [change, walk, streams] = await Promise.all([build("change"), build("walk"), build("streams")]);
}, BUILD_MILLISECONDS);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-host-file-"));
  file = path.join(folder, "some/where.txt");
  await mkdir(path.dirname(file));
  await writeFile(file, "contents");
  await writeFile(path.join(folder, "some/secret"), "secret");
});
afterEach(() => rm(folder, { recursive: true }));

/** The answers by what was tried. */
function answersOf({ stdout, stderr, trap }: Outcome): Readonly<Record<string, string>> {
  expect({ stderr, trap }).toEqual({ stderr: "", trap: undefined });
  return Object.fromEntries(
    stdout.split("\n").flatMap((line) => [/^(.*?): (.*)$/.exec(line)?.slice(1) ?? []].filter((each) => each.length === 2)),
  );
}

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));
  const runIn = async (component: Uint8Array): Promise<Outcome> => run(component, { preopens: { "/shared": folder } });

  test("is written to, and stays where it is", { timeout: RUN_MILLISECONDS }, async () => {
    const output = virtualized(change, { ...OPTIONS, tmpfs: [{ path: "/in" }], hostFiles: [{ path: "/in/file", host: HOST }] });
    await expectValid(output);
    expect(answersOf(await runIn(output))).toMatchObject({
      read: "8 contents",
      "write through a reader": "EBADF",
      "open to write": "ok",
      "open to append": "ok",
      truncate: "ok",
      "open or create what is there": "ok",
      "create exclusively what is there": "EEXIST",
      create: "ok",
      rename: "Resource busy",
      mkdir: "ok",
      symlink: "ok",
      // Three that were made, and a link, beside the host's file.
      entries: "5",
    });
    expect(await readFile(file, "utf8")).toBe("");
  });

  test.each([
    { name: "in a writable directory", directory: { tmpfs: [{ path: "/in" }] } },
    { name: "in a directory for it alone", directory: {} },
    { name: "in an overlay", directory: { overlays: [{ path: "/in", host: "/shared/some" }] } },
  ])("read-only, stays as it is, $name", { timeout: RUN_MILLISECONDS }, async ({ directory }) => {
    const output = virtualized(change, { ...OPTIONS, ...directory, hostFiles: [{ path: "/in/file", host: HOST, readOnly: true }] });
    await expectValid(output);
    expect(answersOf(await runIn(output))).toMatchObject({
      read: "8 contents",
      "write through a reader": "EBADF",
      "ftruncate of a reader": "EINVAL",
      futimens: "EROFS",
      "open to write": "EROFS",
      "open to read and write": "EROFS",
      "open to append": "EROFS",
      truncate: "EROFS",
      "open or create what is there": "ok",
      "create exclusively what is there": "EEXIST",
      rename: "Resource busy",
    });
    expect(await readFile(file, "utf8")).toBe("contents");
  });

  test("can be written, but neither removed nor replaced", { timeout: RUN_MILLISECONDS }, async () => {
    const output = virtualized(streams, {
      ...OPTIONS,
      tmpfs: [{ path: "/in" }, { path: "/out" }],
      hostFiles: [
        { path: "/in/file", host: HOST },
        { path: "/in/new", host: "/shared/some/new" },
      ],
      args: [
        ...["write", "/in/file", "write", "/in/new", "write", "/in/other", "remove", "/in/file"],
        ...["rename", "/in/file", "/in/moved", "rename", "/in/other", "/in/file", "rename", "/in/file", "/out/file"],
      ],
    });
    const { stdout, stderr } = await runIn(output);
    expect({ stdout, stderr: stderr.split("\n") }).toEqual({
      stdout: "end\n",
      stderr: ["/in/file: Resource busy", "/in/moved: Resource busy", "/in/file: Resource busy", "/out/file: Cross-device link", ""],
    });
    expect(await readFile(file, "utf8")).toBe("written to /in/file\n");
    expect(await readFile(path.join(folder, "some/new"), "utf8")).toBe("written to /in/new\n");
    expect((await readdir(path.join(folder, "some"))).sort()).toEqual(["new", "secret", "where.txt"]);
  });

  test("is seen as the host's file, alone", { timeout: RUN_MILLISECONDS }, async () => {
    const hostFiles = [
      { path: "/in/deep/name", host: HOST, readOnly: true },
      { path: "/in/deep/absent", host: "/shared/some/nothing" },
      { path: "/in/elsewhere", host: "/other/nothing" },
    ];
    const output = virtualized(walk, { ...OPTIONS, args: ["-t", "/in/deep"], hostFiles });
    await expectValid(output);
    expect((await runIn(output)).stdout).toBe("d 0 /in/deep\nf 8 /in/deep/name\n");
  });
});

test("an adapter alone has them, and overlays", { timeout: RUN_MILLISECONDS }, async () => {
  const { chunks, report } = createAdapter({
    overlays: [{ path: "/work", host: "/shared/some" }],
    hostFiles: [{ path: "/work/file", host: HOST, readOnly: true }],
    exportFiles: true,
  });
  await expectValid(Buffer.concat(chunks));
  expect(report.exports.filter((name) => name.startsWith("wasi:filesystem/"))).toHaveLength(2);
});

test("is told in the report", () => {
  const { report } = virtualize(change, { args: ["/in"], hostFiles: [{ path: "/in/./file", host: HOST, readOnly: true }] });
  expect(report.files).toMatchObject({ count: 0, hostFiles: [{ path: "/in/file", host: HOST, readOnly: true }] });
});
