/** What a program of preview 1 makes an output import: no more than what its own imports can come to. */

import { expect, test } from "vitest";
import { adaptPreview1, inspect } from "../../src/index.ts";
import { programOf } from "../../src/preview1/module.ts";
import { cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, importsOf, virtualized } from "../run/on-hosts.ts";
import { module, section, text } from "./core-modules.ts";

const PRINTING = ["wasi:cli/stderr", "wasi:cli/stdout", "wasi:filesystem/types", "wasi:io/error", "wasi:io/poll", "wasi:io/streams"];
const I32 = 0x7f;
const I64 = 0x7e;
const PARAMS: Readonly<Record<string, readonly number[]>> = {
  fd_close: [I32],
  fd_filestat_get: [I32, I32],
  fd_prestat_get: [I32, I32],
  fd_read: [I32, I32, I32, I32],
  fd_renumber: [I32, I32],
  fd_seek: [I32, I64, I32, I32],
  fd_write: [I32, I32, I32, I32],
  path_open: [I32, I32, I32, I32, I32, I64, I64, I32, I32],
  path_unlink_file: [I32, I32, I32],
};
const NOTHING = [2, 0, 0x0b];

/** A command that imports these, and does nothing else than `code`. It has no memory. */
function importing(names: readonly string[], code: readonly number[] = NOTHING): Uint8Array {
  const types = names.map((name) => [0x60, PARAMS[name]!.length, ...PARAMS[name]!, 1, I32]);
  return module(
    section(1, types.length + 1, ...types.flat(), 0x60, 0, 0),
    section(2, names.length, ...names.flatMap((name, i) => [...text("wasi_snapshot_preview1"), ...text(name), 0, i])),
    section(3, 1, types.length),
    section(7, 1, ...text("_start"), 0, names.length),
    section(10, 1, ...code),
  );
}

/** Functions and resources of the file system, without the prefixes of methods. */
function ofFiles(bytes: Uint8Array): readonly string[] {
  const { imports } = inspect(bytes);
  return imports.filter(({ name }) => name.startsWith("wasi:filesystem/")).flatMap(({ functions }) => functions);
}

test.each([
  { names: ["fd_write"], wanted: PRINTING },
  { names: ["fd_write", "fd_renumber", "fd_seek"], wanted: PRINTING },
  { names: ["fd_seek"], wanted: [] },
])("$names cannot come by a file or a directory", async ({ names, wanted }) => {
  const output = adaptPreview1(importing(names));
  await expectValid(output);
  expect(await importsOf(output)).toEqual(wanted);
  expect(ofFiles(output)).toEqual(wanted.length === 0 ? [] : ["filesystem-error-code"]);
  expect(inspect(output).reach).not.toContain("filesystem");
});

test.each(["fd_prestat_get", "fd_filestat_get", "path_unlink_file"])(
  "%s is about directories, and still no file can be had",
  async (name) => {
    const output = adaptPreview1(importing(["fd_read", "fd_seek", name]));
    await expectValid(output);
    expect(await importsOf(output)).toEqual(expect.arrayContaining(["wasi:filesystem/preopens", "wasi:filesystem/types"]));
    const functions = ofFiles(output);
    expect(functions).toContain("get-directories");
    expect(functions.filter((each) => /\.(read|write|append-via-stream)$/.test(each))).toEqual([]);
  },
);

test("who opens can read and write", async () => {
  const output = adaptPreview1(importing(["fd_read", "fd_write", "path_open"]));
  await expectValid(output);
  expect(ofFiles(output)).toEqual(expect.arrayContaining(["[method]descriptor.read", "[method]descriptor.write"]));
});

/** `fd_write` to standard output of a list at 0, which has to say `fault`. */
const FAULTS = [19, 0, 0x41, 1, 0x41, 0, 0x41, 1, 0x41, 0, 0x10, 0, 0x41, 21, 0x47, 0x04, 0x40, 0x00, 0x0b, 0x0b];

const LINES = `fdstat of 1: 0
fdstat of 3: 8
seek in 1: 70
seek in 3: 8
close of 3: 8
renumber of 2 to 3: 8
close of 1: 0
`;

for (const { name, available, run } of hosts) {
  test.skipIf(!available)(
    `a program without functions for files prints, and has no directory, on ${name}`,
    async () => {
      const core = await cProgram("preview1-output");
      expect([...programOf(core).imports.keys()].filter((each) => /path|prestat|readdir|filestat/.test(each))).toEqual([]);
      const options = { stdout: "allow", stderr: "allow" } as const;
      for (const component of [adaptPreview1(core), virtualized(core, options), virtualized(core, { ...options, tmpfs: [{ path: "/" }] })])
        expect(await run(component, { preopens: { "/": import.meta.dirname } })).toMatchObject({
          stdout: "hello\n",
          stderr: LINES,
          exitCode: 0,
        });
    },
    BUILD_MILLISECONDS,
  );
}

for (const { name, available, run } of hosts) {
  test.skipIf(!available)(`a program without a memory has no address that it could give, on ${name}`, async () => {
    const core = importing(["fd_write"], FAULTS);
    expect(programOf(core).memory).toBe(undefined);
    for (const component of [adaptPreview1(core), virtualized(core, { stdout: { file: "/out" }, tmpfs: [{ path: "/" }] })])
      expect(await run(component)).toMatchObject({ stdout: "", stderr: "", exitCode: 0 });
  });
}

test(
  "what is added to a program that imports almost all of preview 1 is less than 24 kB",
  async () => {
    const core = await cProgram("preview1-wild");
    expect(programOf(core).imports.size).toBeGreaterThanOrEqual(45);
    const output = adaptPreview1(core);
    await expectValid(output);
    expect(output.length - core.length).toBeLessThan(24_000);
  },
  BUILD_MILLISECONDS,
);
