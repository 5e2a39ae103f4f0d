import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { describe, expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { Writer } from "../../src/binary/codec.ts";
import { decodeComponent, encodeComponent, encodeSections, kindOf, PREAMBLE } from "../../src/binary/component.ts";
import { FormatError } from "../../src/errors.ts";

const empty = Uint8Array.from(PREAMBLE);

/** The empty component with more behind it. */
function withBytes(...more: readonly number[]): Uint8Array {
  return Uint8Array.from([...PREAMBLE, ...more]);
}

function failure(bytes: Uint8Array, baseOffset = 0): FormatError {
  try {
    decodeComponent(bytes, baseOffset);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("says what it was given instead of a component", () => {
  test.each([
    ["nothing", new Uint8Array(0), "the input is empty, not a component"],
    ["a core module", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), "the input is a core module, not a component"],
    [
      "another version",
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0c, 0, 1, 0),
      "the input is WebAssembly of an unknown version: `0x0c 0x00 0x01 0x00`",
    ],
    ["a start only", Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d), "the input is WebAssembly of an unknown version: `0x0d`"],
    ["text", new TextEncoder().encode("(component)"), "the input is text, not a binary component"],
    ["text behind a comment", new TextEncoder().encode(";; mine\n(component)"), "the input is text, not a binary component"],
    ["something else", new TextEncoder().encode("\x7fELF"), "the input is not WebAssembly"],
  ])("%s", (_, bytes, message) => {
    expect(failure(bytes)).toMatchObject({ code: "format", offset: 0, message: `${message} (at offset 0x0)` });
  });

  test("at the offset of a nested one", () => {
    expect(failure(new Uint8Array(0), 77).offset).toBe(77);
  });
});

test("kindOf looks at the first eight bytes only", () => {
  expect(kindOf(empty)).toBe("component");
  expect(kindOf(withBytes(0xff))).toBe("component");
  expect(kindOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toBe("core module");
  expect(kindOf(new Uint8Array(0))).toBe("other");
  expect(kindOf(empty.subarray(0, 7))).toBe("other");
});

describe("refuses", () => {
  test.each([
    ["a section it does not know", [0x0d, 0x00], 8, "unknown section 0x0d"],
    ["a section that goes on behind the end", [0x0a, 0x05, 0x00], 10, "unexpected end of the component: 5 bytes wanted, 1 left"],
    ["an item that goes on behind its section", [0x06, 0x02, 0x01, 0x01], 12, "unexpected end of the alias section"],
    ["bytes behind the last item", [0x06, 0x02, 0x00, 0x00], 11, "1 bytes after the end of the alias section"],
    ["a sort it does not know", [0x06, 0x02, 0x01, 0x09], 11, "unknown sort 0x09"],
    ["a second byte of a sort it does not know", [0x06, 0x03, 0x01, 0x00, 0x13], 12, "unknown sort 0x13"],
    ["a core argument that is no instance", [0x02, 0x07, 0x01, 0x00, 0x00, 0x01, 0x00, 0x11, 0x00], 15, "expected 0x12, found 0x11"],
    ["a refined case", [0x07, 0x07, 0x01, 0x71, 0x01, 0x01, 0x61, 0x00, 0x01], 16, "expected 0x00, found 0x01"],
    ["a count of core types that lies", [0x07, 0x06, 0x01, 0x42, 0x01, 0x00, 0x60, 0x7f], 16, "unexpected end of the type section"],
    [
      "an import in an instance type",
      [0x07, 0x08, 0x01, 0x42, 0x01, 0x03, 0x00, 0x00, 0x01, 0x00],
      13,
      "unknown declaration of an instance type 0x03",
    ],
  ])("%s", (_, more, offset, message) => {
    expect(failure(withBytes(...more))).toMatchObject({ offset, message: `${message} (at offset 0x${offset.toString(16)})` });
  });

  test("types that lie too deep in each other", () => {
    // Instance types of one type declaration each; all counts are 1.
    const depth = 50_000;
    const body = [0x01, ...Array.from({ length: depth }, () => [0x42, 0x01, 0x01]).flat(), 0x7f];
    const bytes = sectionOf(0x07, body);
    expect(failure(bytes).message).toContain("types lie more than 100 deep in each other");
  });
});

/** One section around a body that is too long for an argument list. */
function sectionOf(id: number, body: readonly number[]): Uint8Array {
  const writer = new Writer();
  for (const byte of [...PREAMBLE, id]) writer.byte(byte);
  writer.sized(() => writer.bytes(Uint8Array.from(body)));
  return writer.finish();
}

describe("nested components", async () => {
  const bytes = await parse(`(component
    (core module (func (export "f")))
    (component (component (type u32)))
    (@custom "note" "hello"))`);
  const sections = decodeComponent(bytes);
  const inner = sections.find((section) => section.kind === "component");
  if (inner?.kind !== "component") throw new Error("no nested component");

  test("say where they begin in the file", () => {
    expect(bytes.subarray(inner.offset, inner.offset + inner.bytes.length)).toEqual(inner.bytes);
    const [innermost] = decodeComponent(inner.bytes, inner.offset);
    if (innermost?.kind !== "component") throw new Error("no component in the nested one");
    expect(kindOf(bytes.subarray(innermost.offset))).toBe("component");
    expect(bytes.subarray(innermost.offset, innermost.offset + innermost.bytes.length)).toEqual(innermost.bytes);
  });

  test("stay undecoded until somebody asks", () => {
    const broken = bytes.slice();
    broken.fill(0xff, inner.offset + PREAMBLE.length, inner.offset + inner.bytes.length);
    const section = decodeComponent(broken).find((each) => each.kind === "component");
    if (section?.kind !== "component") throw new Error("no nested component");
    expect(failure(section.bytes, section.offset).offset).toBe(inner.offset + PREAMBLE.length);
  });

  test("and core modules are views of the file", () => {
    const core = sections.find((section) => section.kind === "core module");
    expect(core?.kind === "core module" && core.bytes.buffer === bytes.buffer && kindOf(core.bytes)).toBe("core module");
  });

  test("custom sections have a name and the bytes behind it", () => {
    const found = sections.find((section) => section.kind === "custom" && section.name === "note");
    const offset = bytes.findIndex((_, i) => new TextDecoder().decode(bytes.subarray(i, i + 10)) === "\u0004notehello");
    expect(found).toEqual({ kind: "custom", offset, name: "note", bytes: new TextEncoder().encode("hello") });
  });
});

describe("writing", () => {
  const pieces = [Uint8Array.of(0, 0x61, 0x73, 0x6d), Uint8Array.of(1, 0, 0, 0), new Uint8Array(1000)];

  test("takes bytes in pieces and gives them back as they are", () => {
    const chunks = encodeSections([
      { kind: "core module", bytes: pieces },
      { kind: "custom", name: "note", bytes: [] },
      { kind: "component", bytes: empty },
    ]);
    expect(chunks).toEqual(expect.arrayContaining([...pieces, empty]));
    for (const piece of [...pieces, empty]) expect(chunks.includes(piece)).toBe(true);
  });

  test("in chunks gives the same bytes as in one array", () => {
    const sections = [
      { kind: "core module", bytes: pieces },
      { kind: "type", items: [{ kind: "primitive", type: "u32" }] },
      { kind: "custom", name: "note", bytes: new TextEncoder().encode("hello") },
    ] as const;
    expect(bytesOf(encodeSections(sections))).toEqual(encodeComponent(sections));
    expect(decodeComponent(encodeComponent(sections)).map((section) => section.kind)).toEqual(["core module", "type", "custom"]);
  });

  test("of nothing is the empty component", () => {
    expect(encodeComponent([])).toEqual(empty);
    expect(decodeComponent(empty)).toEqual([]);
  });
});
