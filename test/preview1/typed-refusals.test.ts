/** Core modules whose world is not understood, or that are not as it says, are refused with one sentence. */

import { componentEmbed, parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { adaptPreview1, FormatError, LinkError, NestError, virtualize } from "../../src/index.ts";
import { section, text as name } from "./core-modules.ts";

const PACKAGE = `package acme:lib@1.0.0 { interface log { resource sink; say: func(line: string); } interface names { f: func(); } }`;

async function moduleOf(text: string, world: string, rest: object = {}): Promise<Uint8Array> {
  const witSource = `package test:it;\nworld it { ${world} }\n${PACKAGE}`;
  return new Uint8Array(await componentEmbed({ binary: await parse(`(module ${text})`), witSource, world: "it", ...rest }));
}

/** What one module has behind its header, behind another. */
const behind = (module: Uint8Array, more: Uint8Array): Uint8Array => Buffer.concat([module, more.subarray(8)]);
const EMPTY = "";
const F = `(func (export "f"))`;
const MEMORY = `(memory (export "memory") 1)`;
const REALLOC = `(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)`;
const LOG = "acme:lib/log@1.0.0";

test.each([
  [
    "an async export",
    `${F} (func (export "[async-lift]f"))`,
    "export f: async func();",
    "the core module exports `f`, which is of WASI 0.3: of core modules, only synchronous functions are known",
  ],
  [
    "an async import",
    `(import "$root" "g" (func)) ${F}`,
    "import g: async func(); export f: func();",
    "the core module imports `g`, which is of WASI 0.3: of core modules, only synchronous functions are known",
  ],
  [
    "a stream",
    `(func (export "f") (param i32))`,
    "export f: func(it: stream<u8>);",
    "the core module exports `f`, which is of WASI 0.3: of core modules, only synchronous functions are known",
  ],
  [
    "an import that is called without waiting",
    `(import "$root" "[async-lower]g" (func (result i32))) ${F}`,
    "import g: func(); export f: func();",
    "the core module imports `[async-lower]g` of `$root`, which is of WASI 0.3: of core modules, only synchronous functions are known",
  ],
  [
    "a function that is not there",
    EMPTY,
    "export acme:lib/names@1.0.0;",
    "the core module exports no function `acme:lib/names@1.0.0#f`, which is to be `f` of `acme:lib/names@1.0.0` of its world",
  ],
  [
    "an export that is no function",
    `(global (export "f") i32 (i32.const 0))`,
    "export f: func();",
    "the core module exports `f`, and it is no function",
  ],
  [
    "an export of another type",
    `(func (export "f") (param i64))`,
    "export f: func(a: u32) -> u64;",
    "the core module exports `f` with the type (i64) -> (), and by its world it is (i32) -> (i64)",
  ],
  [
    "something of another type to do afterwards",
    `(func (export "f") (result i32) (i32.const 0)) (func (export "cabi_post_f"))`,
    "export f: func() -> u32;",
    "the core module exports `cabi_post_f` with the type () -> (), and by its world it is (i32) -> ()",
  ],
  [
    "an import of another type",
    `(import "${LOG}" "say" (func (param i64))) ${MEMORY} ${F}`,
    `import ${LOG}; export f: func();`,
    `the core module imports \`say\` of \`${LOG}\` with the type (i64) -> (), and by its world it is (i32, i32) -> ()`,
  ],
  [
    "a built-in of another type",
    `(import "${LOG}" "[resource-drop]sink" (func)) ${F}`,
    `import ${LOG}; export f: func();`,
    `the core module imports \`[resource-drop]sink\` of \`${LOG}\` with the type () -> (), and by its world it is (i32) -> ()`,
  ],
  [
    "an import that its interface has not",
    `(import "${LOG}" "shout" (func)) ${F}`,
    `import ${LOG}; export f: func();`,
    `the core module imports the function \`shout\` of \`${LOG}\`, which is neither of WASI preview 1 nor of its world: nothing in a component can provide it; when it is virtualized, \`--stub-imports\` makes it a trap`,
  ],
  [
    "an import of an interface that its world has not",
    `(import "acme:lib/names@1.0.0" "f" (func)) ${F}`,
    "export f: func();",
    "the core module imports the function `f` of `acme:lib/names@1.0.0`, which is neither of WASI preview 1 nor of its world: nothing in a component can provide it; when it is virtualized, `--stub-imports` makes it a trap",
  ],
  [
    "no memory for a string",
    `(func (export "f") (result i32) (i32.const 0))`,
    "export f: func() -> string;",
    "the core module exports no memory `memory`, and `f` of its world needs one",
  ],
  [
    "no memory for what it is given",
    `${MEMORY} (func (export "f") (param i32 i32))`,
    "export f: func(it: string);",
    "the core module exports no function `cabi_realloc`, and `f` of its world needs one",
  ],
  [
    "no function for memory that is one",
    `${MEMORY} (func (export "cabi_realloc")) (func (export "f") (param i32 i32))`,
    "export f: func(it: string);",
    "the core module exports `cabi_realloc` with the type () -> (), and by its world it is (i32, i32, i32, i32) -> (i32)",
  ],
  [
    "a beginning with a parameter",
    `(func (export "_initialize") (param i32)) ${F}`,
    "export f: func();",
    "the core module exports `_initialize` with the type (i32) -> (), and by its world it is () -> ()",
  ],
  [
    "nothing to export",
    `(func (export "g"))`,
    `import ${LOG};`,
    "the core module is no command: it exports no `_start`, and its world exports nothing",
  ],
  [
    "an import under another name than its interface",
    F,
    "import mine: acme:lib/names@1.0.0; export f: func();",
    "the core module's world imports `mine` with attributes, which are not known here",
  ],
  [
    "an export under another name than its interface",
    `(func (export "mine#f"))`,
    "export mine: acme:lib/names@1.0.0;",
    "the core module's world exports `mine` with attributes, which are not known here",
  ],
])("%s is refused", async (_, text, world, message) => {
  const module = await moduleOf(text, world);
  expect(() => adaptPreview1(module)).toThrow(new LinkError(message));
  expect(() => virtualize(module)).toThrow(new LinkError(message));
});

test("several worlds are one, where they agree", async () => {
  const world = "import h: func(a: u32); export f: func();";
  const module = await moduleOf(`(import "$root" "h" (func (param i32))) ${F} (func (export "g"))`, world);
  const together = async (more: string, rest: object = {}): Promise<Uint8Array> => behind(module, await moduleOf(EMPTY, more, rest));
  expect([...virtualize(await together(world)).report.exports]).toEqual(["f"]);
  expect([...virtualize(await together("import h: func(a: u32); export g: func();")).report.exports]).toEqual(["f", "g"]);
  for (const [more, rest, message] of [
    ["export f: func(); export g: func();", {}, "the core module's worlds export `f` twice"],
    ["import h: func(a: s32);", {}, "the core module's worlds import `h` in two ways: parameter `a` is `u32`, not `s32`"],
    [
      "export g: func();",
      { stringEncoding: "utf16" },
      "the sections `component-type` and `component-type` of the core module encode strings as utf8 and utf16",
    ],
  ] as const) {
    const bytes = await together(more, rest);
    expect(() => adaptPreview1(bytes)).toThrow(new LinkError(message));
  }
});

test("a world in another format is refused", async () => {
  const module = await moduleOf(F, "export f: func();");
  const at = Buffer.from(module).indexOf("wit-component-encoding") + "wit-component-encoding".length;
  for (const [offset, byte] of [
    [at, 3],
    [at + 1, 3],
    [at - 1, 0x7a],
  ] as const) {
    const changed = module.slice();
    changed[offset] = byte;
    expect(() => adaptPreview1(changed)).toThrow(
      new LinkError("the section `component-type` of the core module is not in the format that is known: version 4 of wit-component's"),
    );
  }
  const nothing = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...section(0, ...name("wit-component-encoding"), 4, 0)];
  const empty = Buffer.concat([
    (await parse(`(module ${F})`)) as Uint8Array,
    Uint8Array.from(section(0, ...name("component-type"), ...nothing)),
  ]);
  expect(() => adaptPreview1(empty)).toThrow(new LinkError("the section `component-type` of the core module has no world in it"));
});

test("a broken section is an error with its place", async () => {
  const module = await moduleOf(`${F} ${MEMORY} ${REALLOC}`, `import ${LOG}; export f: func();`);
  const start = Buffer.from(module).indexOf("component-type");
  let formatErrors = 0;
  for (let at = start; at < module.length; at++) {
    const changed = module.slice();
    changed[at] = changed[at]! ^ 0x15;
    try {
      adaptPreview1(changed);
    } catch (error) {
      expect(error).toBeInstanceOf(NestError);
      if (!(error instanceof FormatError)) continue;
      formatErrors++;
      expect(error.offset).toBeGreaterThanOrEqual(start);
      expect(error.offset).toBeLessThanOrEqual(module.length);
    }
  }
  expect(formatErrors).toBeGreaterThan(50);
});
