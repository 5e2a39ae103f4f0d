/** Where the files of standard streams are put, and where they cannot be. */

import { describe, expect, test } from "vitest";
import { preopensOf, type Mount, type Tmpfs } from "../../src/adapters/filesystem/mounts.ts";
import { type StreamFiles, withStreamFiles } from "../../src/adapters/stdio/stream-files.ts";
import type { Chunk } from "../../src/binary/chunk.ts";
import { OptionError } from "../../src/errors.ts";
import type { Directory, Entry } from "../../src/image/tree.ts";

const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
const directory = (entries: Readonly<Record<string, Entry>> = {}): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});

interface Given {
  readonly mounts?: readonly Mount[];
  readonly tmpfs?: readonly Tmpfs[];
  readonly isExported?: boolean;
}

/** Each tree as text: path, what it is, and what is in it. */
function placed(files: StreamFiles, { mounts = [], tmpfs = [], isExported = false }: Given): readonly string[] {
  const hostPreopens = [{ path: "/host", host: "/", readOnly: false }];
  return withStreamFiles({ preopens: preopensOf(mounts, tmpfs), hostPreopens, files, isExported }).map(
    ({ path, directory, writable, isHidden }) =>
      `${path} ${writable === undefined ? "ro" : "rw"}${isHidden === true ? " hidden" : ""}: ${textOf(directory)}`,
  );
}

function textOf(entry: Entry<Chunk>): string {
  if (entry.kind === "link") return `→${entry.target}`;
  if (entry.kind === "file") return JSON.stringify(Buffer.from(entry.contents as Uint8Array).toString());
  return `{${[...entry.entries].map(([name, each]) => `${name} ${textOf(each)}`).join(", ")}}`;
}

const TREE = directory({ old: file("old"), d: directory({ f: file("f") }), l: { kind: "link", target: "old" } });
const WORK: Given = { mounts: [{ path: "/work", entry: TREE, writable: true }] };

test("an output is an empty file, in directories that are made, in the place of what was there", () => {
  const before = textOf(TREE);
  expect(placed({ stdout: "/work/old", stderr: "/work//d/./new/err.log" }, WORK)).toEqual([
    '/work rw: {old "", d {f "f", new {err.log ""}}, l →old}',
  ]);
  expect(textOf(TREE)).toBe(before);
});

test("two outputs may be one file, and an output the input", () => {
  expect(placed({ stdin: "/work/x", stdout: "/work/x", stderr: "/work/x" }, WORK)).toEqual([
    '/work rw: {old "old", d {f "f"}, l →old, x ""}',
  ]);
});

test("the innermost mount has it", () => {
  const given: Given = {
    mounts: [{ path: "/", entry: directory({ etc: directory() }) }],
    tmpfs: [
      { path: "/tmp", maxBytes: 8192 },
      { path: "/tmp/in/ner", maxBytes: 4096 },
    ],
  };
  expect(placed({ stdout: "/tmp/in/ner/out", stderr: "/tmp/in/err" }, given)).toEqual([
    "/ ro: {etc {}, tmp {}}",
    '/tmp rw: {in {ner {}, err ""}}',
    '/tmp/in/ner rw: {out ""}',
  ]);
});

test("what lies in no mount is in one tree that no app sees, the last one, if somebody reads it", () => {
  const given: Given = { tmpfs: [{ path: "/z" }], isExported: true };
  expect(placed({ stdout: "/out.log", stderr: "/logs/z/err.log" }, given)).toEqual([
    "/z rw: {}",
    '/ rw hidden: {out.log "", logs {z {err.log ""}}}',
  ]);
  expect(placed({}, given)).toEqual(["/z rw: {}"]);
});

describe("refused:", () => {
  const cases: readonly (readonly [string, StreamFiles, Given, RegExp])[] = [
    ["a relative path", { stdout: "work/x" }, WORK, /`work\/x` is relative/],
    ["a path that climbs", { stderr: "/work/../x" }, WORK, /has `\.\.` in it/],
    ["a mount itself", { stdout: "/work" }, WORK, /^`\/work` is a directory, not a file$/],
    ["the root", { stdout: "/" }, { ...WORK, isExported: true }, /^`\/` is a directory, not a file$/],
    ["a slash at the end", { stdout: "/work/x/" }, WORK, /^`\/work\/x\/` is a directory, not a file$/],
    ["a directory", { stderr: "/work/d" }, WORK, /^`\/work\/d` is a directory, not a file$/],
    ["a link", { stdout: "/work/l" }, WORK, /^`\/work\/l` is a link, not a file$/],
    ["a way through a file", { stdout: "/work/old/x" }, WORK, /^`\/work\/old\/x` leads through `\/work\/old`, which is a file$/],
    ["a way through a link", { stdout: "/work/l/x" }, WORK, /^`\/work\/l\/x` leads through `\/work\/l`, which is a link$/],
    ["what is only read", { stdout: "/work/x" }, { mounts: [{ path: "/work", entry: TREE }] }, /lies in `\/work`, which is read-only/],
    ["what nobody reads", { stdout: "/x" }, WORK, /^`\/x` lies in nothing that can be written to/],
    ["a directory of the host's", { stdout: "/host/x" }, { ...WORK, isExported: true }, /lies in `\/host`, which is the host's/],
    ["an input there", { stdin: "/host/x" }, WORK, /lies in `\/host`, which is the host's/],
    ["an input that there is not", { stdin: "/work/none" }, WORK, /^`\/work\/none` is in no mount: it must be a mounted file$/],
    ["an input that is a directory", { stdin: "/work/d" }, WORK, /^`\/work\/d` is a directory: it must be a mounted file$/],
    ["an input that is a link", { stdin: "/work/l" }, WORK, /^`\/work\/l` is a link: it must be a mounted file$/],
    ["an input in no mount", { stdin: "/in", stdout: "/out" }, { ...WORK, isExported: true }, /^`\/in` is in no mount/],
  ];
  test.for(cases)("%s", ([, files, given, message]) => {
    expect(() => placed(files, given)).toThrow(OptionError);
    expect(() => placed(files, given)).toThrow(
      expect.objectContaining({ option: Object.keys(files)[0], message: expect.stringMatching(message) }),
    );
  });
});
