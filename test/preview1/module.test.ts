import { expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { adaptPreview1, LinkError, virtualize } from "../../src/index.ts";
import { programOf } from "../../src/preview1/module.ts";
import { CODE, exporting, FUNCTION, importing, module, section, text } from "./core-modules.ts";

const TYPE = section(1, 1, 0x60, 0, 0);
const command = module(...FUNCTION, exporting("_start"), CODE);

test("a command is nested as it is", () => {
  const { chunks, entries, imports, memory } = programOf(command);
  expect(chunks).toEqual([command]);
  expect(entries).toEqual(["_start"]);
  expect([imports.size, memory]).toEqual([0, undefined]);
});

test("a default export is what hosts call", () => {
  expect(programOf(module(...FUNCTION, exporting("x", ""), CODE)).entries).toEqual([""]);
  expect(programOf(module(...FUNCTION, exporting("", "_start"), CODE)).entries).toEqual(["_start"]);
});

test("a function that is imported again, as Go does, has another name there", () => {
  const all = (...names: readonly string[]): number[] =>
    section(2, names.length, ...names.flatMap((each) => [...text("wasi_snapshot_preview1"), ...text(each), 0, 0]));
  const rest = [section(3, 1, 0), exporting("_start"), CODE];
  const { chunks, imports, again } = programOf(module(TYPE, all("f", "f", "f 2", "f"), ...rest));
  expect([...bytesOf(chunks)]).toEqual([...module(TYPE, all("f", "f 3", "f 2", "f 4"), ...rest)]);
  expect([...imports.keys()]).toEqual(["f", "f 2"]);
  expect([...again]).toEqual([
    ["f 3", "f"],
    ["f 4", "f"],
  ]);
});

test("a function that is imported again has one type", () => {
  const twice = section(2, 2, ...text("wasi_snapshot_preview1"), ...text("a"), 0, 0, ...text("wasi_snapshot_preview1"), ...text("a"), 0, 1);
  expect(() => programOf(module(section(1, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 0), twice, exporting("_start")))).toThrow(
    new LinkError("the core module imports `wasi_snapshot_preview1` `a` twice, with the types () -> () and (i32) -> ()"),
  );
});

test("a start function runs when all that it may call is there", () => {
  const { chunks, entries } = programOf(module(...FUNCTION, exporting("_start"), section(8, 0), CODE));
  expect(entries).toEqual(["wasi-nest:start", "_start"]);
  expect([...bytesOf(chunks)]).toEqual([...module(...FUNCTION, exporting("_start", "wasi-nest:start"), CODE)]);
});

test.each([
  [
    "no command",
    module(...FUNCTION, exporting("go", "_initialize"), CODE),
    "the core module is no command: it exports no `_start`, but the core functions `go`, `_initialize`, which no component can export without their types",
  ],
  ["no exports", module(...FUNCTION, CODE), "the core module is no command: it exports neither `_start` nor any other function"],
  ["nothing", module(), "the core module is no command: it exports neither `_start` nor any other function"],
  [
    "a function of JavaScript's",
    module(TYPE, importing("env", "f")),
    "the core module imports the function `f` of `env`, which is not of WASI preview 1: nothing in a component can provide it; when it is virtualized, `--stub-imports` makes it a trap",
  ],
  [
    "an older WASI",
    module(TYPE, importing("wasi_unstable", "fd_write")),
    "the core module imports the function `fd_write` of `wasi_unstable`, the WASI before preview 1: it has to be compiled for a later one",
  ],
  [
    "a memory",
    module(section(2, 1, ...text("env"), ...text("memory"), 2, 0, 1)),
    "the core module imports the memory `memory` of `env`, which is not of WASI preview 1: nothing in a component can provide it",
  ],
  [
    "what preview 1 does not have",
    module(TYPE, importing("wasi_snapshot_preview1", "fd_open"), section(3, 1, 0), exporting("_start"), CODE),
    "the core module imports `fd_open` of `wasi_snapshot_preview1`, which has no such function",
  ],
  [
    "another type",
    module(TYPE, importing("wasi_snapshot_preview1", "proc_exit"), section(3, 1, 0), exporting("_start"), CODE),
    "the core module imports `proc_exit` of `wasi_snapshot_preview1` with the type () -> (), and it is (i32) -> ()",
  ],
  [
    "a `_start` with a parameter",
    module(section(1, 1, 0x60, 1, 0x7f, 0), section(3, 1, 0), exporting("_start"), CODE),
    "the core module exports `_start`, and it is no function without parameters and results",
  ],
])("refuses a module with %s", (_, bytes, message) => {
  expect(() => adaptPreview1(bytes)).toThrow(new LinkError(message));
  expect(() => virtualize(bytes)).toThrow(new LinkError(message));
});

test("a cut module is a format error", () => {
  const withoutCode = command.length - CODE.length;
  for (let length = 0; length < command.length; length++) {
    // What code is like is for hosts to validate.
    if (length === withoutCode) continue;
    const cut = command.subarray(0, length);
    const adapting = (): unknown => adaptPreview1(cut);
    expect(adapting, `${length} bytes`).toThrow();
    expect(adapting, `${length} bytes`).not.toThrow(TypeError);
  }
});

test("functions of others are there where that is asked for", () => {
  const bytes = module(TYPE, importing("env", "f"), section(3, 1, 0), exporting("_start"), CODE);
  expect(programOf(bytes, true).stubs).toEqual([{ module: "env", name: "f", type: { params: [], results: [] } }]);
  const { report } = virtualize(bytes, { stubImports: true });
  expect(report.hostImports).toEqual([]);
  expect(() => adaptPreview1(bytes, { stubImports: true })).not.toThrow();
});

test("what is no function of numbers is refused all the same", () => {
  const memory = module(section(2, 1, ...text("env"), ...text("memory"), 2, 0, 1));
  expect(() => adaptPreview1(memory, { stubImports: true })).toThrow("the core module imports the memory `memory` of `env`");
  const older = module(TYPE, importing("wasi_unstable", "fd_write"), exporting("_start"));
  expect(() => virtualize(older, { stubImports: true })).toThrow("the WASI before preview 1");
});

const memory = (...limits: readonly number[]): Uint8Array =>
  module(...FUNCTION, section(5, 1, ...limits), section(7, 2, ...text("_start"), 0, 0, ...text("memory"), 2, 0), CODE);

test.each([
  ["64 bits", memory(0x04, 1)],
  ["several threads", memory(0x03, 1, 1)],
  ["other pages", memory(0x08, 1, 0)],
])("a memory of %s is refused, which the bridge could not have", (_, bytes) => {
  const wanted = "the core module's memory is of 64 bits, of several threads, or of other pages than 64 KB";
  expect(() => adaptPreview1(bytes)).toThrow(wanted);
  expect(() => virtualize(bytes)).toThrow(wanted);
});

test("memories with a maximum and without one are there", () => {
  expect([programOf(memory(0, 1)).memory, programOf(memory(1, 1, 1)).memory]).toEqual(["memory", "memory"]);
});

test("an export under the name of the start function is refused where there is one", () => {
  const exports = exporting("_start", "wasi-nest:start");
  expect(() => programOf(module(...FUNCTION, exports, CODE))).not.toThrow();
  expect(() => programOf(module(...FUNCTION, exports, section(8, 0), CODE))).toThrow(LinkError);
});
