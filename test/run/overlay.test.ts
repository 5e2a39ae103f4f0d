/**
 * Overlays over directories of the host's: programs read and change them as if they were theirs, on both hosts, and
 * the host's files stay what they are, byte for byte, though the host would let them be changed.
 */

import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inspect, virtualize } from "../../src/index.ts";
import { differenceOf, readTree } from "../differential/trees.ts";
import { adaptCommand, cProgram, ripgrep, sqlite } from "../guests/index.ts";
import type { Outcome, RunOptions } from "../hosts/outcome.ts";
import { runOnWasmtime, wasmtimeAvailable, WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { ALL_BUT_FILES, BUILD_MILLISECONDS, expectValid, type Host, hosts, importsOf, isLong, virtualized } from "./on-hosts.ts";

let folder: string;
/** What the host gives: `secret` lies beside what the app sees of it. */
let shared: string;
let given: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-overlay-"));
  shared = path.join(folder, "shared");
  given = path.join(shared, "given");
  await mkdir(path.join(given, "folder"), { recursive: true });
  await mkdir(path.join(given, "bare"));
  await mkdir(path.join(given, "deep/deeper/deepest"), { recursive: true });
  await writeFile(path.join(given, "deep/deeper/deepest/bottom"), "bottom\n");
  await writeFile(path.join(shared, "secret"), "secret");
  await writeFile(path.join(given, "file"), "0123456789\n");
  await writeFile(path.join(given, "folder/inner"), "inner\n");
  for (const [name, target] of [
    ["to-file", "file"],
    ["outside", "../secret"],
    ["outside-folder", ".."],
    ["absolute", "/etc/passwd"],
  ] as const)
    await symlink(target, path.join(given, name));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs on a host that gives `shared`, and expects of that that it stays as it is. */
async function unchanged(run: Host["run"], component: Uint8Array, options: RunOptions = {}): Promise<Outcome> {
  const before = await readTree(shared);
  const outcome = await run(component, { preopens: { "/shared": shared }, ...options });
  const after = await readTree(shared);
  expect(after, differenceOf(before, after)).toEqual(before);
  return outcome;
}

/** A copy of what the app sees. */
async function copyOfGiven(): Promise<string> {
  const copy = await mkdtemp(path.join(folder, "copy-"));
  await cp(given, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return copy;
}

describe.each(hosts)("on $name", ({ available, run }) => {
  beforeEach(({ skip }) => skip(!available || !wasmtimeAvailable(), WASMTIME_MISSING));

  test.each([
    { name: "change", differences: [] },
    // As Linux has it; Wasmtime looks at the path before Linux does.
    { name: "write", differences: [["rmdir folder/..: ENOTEMPTY", "rmdir folder/..: EINVAL"]] },
  ])(
    "the C program $name finds what it finds in a copy, which it may change",
    { timeout: BUILD_MILLISECONDS },
    async ({ name, differences }) => {
      const program = await adaptCommand(await cProgram(name));
      const output = virtualized(program, { ...ALL_BUT_FILES, args: ["/in"], overlays: [{ path: "/in", host: "/shared/given" }] });
      await expectValid(output);
      const { stdout, stderr } = await unchanged(run, output);
      const expected = await runOnWasmtime(program, { args: ["/in"], preopens: { "/in": await copyOfGiven() } });
      expect(stderr).toBe(expected.stderr);
      const [ours, theirs] = [stdout.split("\n"), expected.stdout.split("\n")];
      expect(theirs.length).toBeGreaterThan(10);
      expect(ours.map((line, i) => [line, theirs[i]]).filter(([our, their]) => our !== their)).toEqual(differences);
      expect(ours.length).toBe(theirs.length);
    },
  );

  test("the C program walk sees the types, sizes, times and links of the host's files", { timeout: BUILD_MILLISECONDS }, async () => {
    const program = await adaptCommand(await cProgram("walk"));
    const output = virtualized(program, { ...ALL_BUT_FILES, args: ["/in"], overlays: [{ path: "/in", host: "/shared/given" }] });
    const { stdout } = await unchanged(run, output);
    const expected = await runOnWasmtime(program, { args: ["/in"], preopens: { "/in": given } });
    expect(expected.stdout.split("\n").length).toBeGreaterThan(10);
    // Wasmtime hides the targets of absolute links from the programs that it runs, jco does not.
    expect(stdout.replace("absolute -> /etc/passwd", "absolute -> (Operation not permitted)")).toBe(expected.stdout);
  });

  test("ripgrep finds what it finds in the host's directory", { timeout: BUILD_MILLISECONDS }, async () => {
    const program = await ripgrep();
    const args = ["--no-config", "--sort", "path", "-n", "o", "/in"];
    const output = virtualized(program, { ...ALL_BUT_FILES, args, overlays: [{ path: "/in", host: "/shared/given" }] });
    const { stdout } = await unchanged(run, output);
    expect(stdout).toBe("/in/deep/deeper/deepest/bottom:1:bottom\n");
  });

  test("is not there if the host does not offer it", { timeout: BUILD_MILLISECONDS }, async () => {
    const program = await adaptCommand(await cProgram("change"));
    const overlays = [{ path: "/in", host: "/elsewhere" }];
    const { stdout } = await unchanged(run, virtualized(program, { ...ALL_BUT_FILES, args: ["/in"], overlays }));
    expect(stdout).toMatch(/^chdir: E?/);
  });

  test("other mounts lie in it and around it", { timeout: BUILD_MILLISECONDS }, async () => {
    const program = await adaptCommand(await cProgram("walk"));
    const file = { kind: "file", contents: Buffer.from("embedded") } as const;
    const output = virtualized(program, {
      ...ALL_BUT_FILES,
      args: ["/around"],
      tmpfs: [{ path: "/around" }, { path: "/around/host/deep/deeper/tmp" }],
      overlays: [
        { path: "/around/host", host: "/shared/given" },
        { path: "/around/host/folder/again", host: "/shared/given/folder" },
      ],
      mounts: [
        { path: "/around/host/new/read-only", entry: { kind: "directory", entries: new Map([["embedded", file]]) } },
        { path: "/around/host/bare/file", entry: file, writable: true },
      ],
    });
    await expectValid(output);
    const { stdout } = await unchanged(run, output);
    const paths = stdout.split("\n").flatMap((line) => /^.*? (\/around\S*)/.exec(line)?.[1] ?? []);
    expect(paths.sort()).toEqual(
      [
        "",
        "/host",
        ...[
          "absolute",
          "bare",
          "bare/file",
          "deep",
          "deep/deeper",
          "deep/deeper/deepest",
          "deep/deeper/deepest/bottom",
          "deep/deeper/tmp",
        ].map((name) => `/host/${name}`),
        ...["file", "folder", "folder/again", "folder/again/inner", "folder/inner", "new", "new/read-only", "new/read-only/embedded"].map(
          (name) => `/host/${name}`,
        ),
        ...["outside", "outside-folder", "to-file"].map((name) => `/host/${name}`),
      ].map((name) => `/around${name}`),
    );
  });

  // On jco, every look at a file is a call of a worker.
  // SQLite takes minutes to compile.
  if (!isLong) return;
  test("SQLite changes a database of the host's", { timeout: BUILD_MILLISECONDS }, async () => {
    const program = await sqlite();
    const data = await mkdtemp(path.join(folder, "data-"));
    const database = path.join(data, "some.db");
    const rows = 2000;
    const made = await runOnWasmtime(program, {
      program: "sqlite3",
      args: [
        "/data/some.db",
        `create table item(id integer primary key, name text); with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}) insert into item select i, 'item number ' || i from n;`,
      ],
      env: { HOME: "/data" },
      preopens: { "/data": data },
    });
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const before = await readFile(database);
    expect(before.length).toBeGreaterThan(30_000);
    const sql = `update item set name = name || '!' where id % 3 = 0; delete from item where id % 2 = 0; create index by_name on item(name);
      vacuum; pragma integrity_check; select count(*), sum(length(name)) from item;`;
    const output = virtualized(program, {
      ...ALL_BUT_FILES,
      arg0: "sqlite3",
      args: ["/data/some.db", sql],
      env: { HOME: "/tmp" },
      overlays: [{ path: "/data", host: "/data" }],
      tmpfs: [{ path: "/tmp" }],
    });
    const treeBefore = await readTree(data);
    const { stdout, stderr } = await run(output, { preopens: { "/data": data } });
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^ok\n1000\|\d+\n$/), stderr: "" });
    expect((await readFile(database)).equals(before)).toBe(true);
    expect(await readTree(data)).toEqual(treeBefore);
  });
});

test("asks the host to read and for nothing else, whatever the program can do", { timeout: BUILD_MILLISECONDS }, async () => {
  const output = virtualized(await adaptCommand(await cProgram("change")), {
    args: ["/in"],
    overlays: [{ path: "/in", host: "/given" }],
  });
  // Of the clock its `datetime` is used; the functions are those below.
  expect(await importsOf(output)).toEqual(["wasi:clocks/wall-clock", "wasi:filesystem/preopens", "wasi:filesystem/types"]);
  expect(
    inspect(output)
      .imports.flatMap(({ functions }) => functions)
      .sort(),
  ).toEqual([
    "[method]descriptor.open-at",
    "[method]descriptor.read",
    "[method]descriptor.read-directory",
    "[method]descriptor.readlink-at",
    "[method]descriptor.stat-at",
    "[method]directory-entry-stream.read-directory-entry",
    "get-directories",
  ]);
});

test("is told in the report", { timeout: BUILD_MILLISECONDS }, async () => {
  const overlays = [{ path: "/in/.", host: "/given/", maxBytes: 4096 }];
  const { report } = virtualize(await adaptCommand(await cProgram("change")), { args: ["/in"], overlays });
  expect(report.files.writable).toEqual([{ path: "/in", host: "/given", maxBytes: 4096 }]);
});
