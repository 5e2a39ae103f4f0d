/** The environment adapter's image: what it costs. What it means is tested with the adapter. */

import { describe, expect, test } from "vitest";
import { environmentImage } from "../../src/image/environment-image.ts";
import { byteLength } from "../../src/binary/chunk.ts";
import { ARGUMENTS, IMAGE_BASE, VARIABLES } from "../../src/image/layout.ts";

const nothing = { variables: [], arguments: [], cwd: undefined, host: { kind: "none" } } as const;

describe("the environment's image", () => {
  test("is nothing if there is nothing to say", () => {
    expect(environmentImage(nothing)).toEqual({ segments: [], end: IMAGE_BASE });
  });

  test("has a header as long as its words need", () => {
    const lengthOf = (options: Partial<Parameters<typeof environmentImage>[0]>): number =>
      byteLength(environmentImage({ ...nothing, ...options }).segments[0]?.chunks ?? []);
    expect(lengthOf({ variables: [["A", "1"]] })).toBe(8);
    expect(lengthOf({ arguments: ["app"] })).toBe(8);
    expect(lengthOf({ cwd: "/" })).toBe(8);
    expect(lengthOf({ variables: [["A", "1"]], cwd: "/" })).toBe(24);
    expect(lengthOf({ host: { kind: "named", names: ["A"] } })).toBe(8);
    expect(lengthOf({ host: { kind: "named", names: [] } })).toBe(4);
  });

  test("stores a string once", () => {
    const image = environmentImage({ ...nothing, variables: [["A", "/src"]], arguments: ["/src"], cwd: "/src" });
    const [header, body] = image.segments;
    expect([header?.address, body?.address]).toEqual([VARIABLES, IMAGE_BASE]);
    expect(byteLength(body?.chunks ?? [])).toBe(3 * 8 + "A/src".length);
    expect(image.end).toBe(IMAGE_BASE + 3 * 8 + "A/src".length);
  });

  test("lies behind another image, and so do the addresses in it", () => {
    const base = IMAGE_BASE + 4096;
    const { segments, end } = environmentImage({ ...nothing, arguments: ["app"] }, base);
    const [header, body] = segments.map(({ chunks }) => Buffer.concat(chunks as readonly Uint8Array[]));
    expect(segments.map(({ address }) => address)).toEqual([ARGUMENTS, base]);
    expect([header?.readUInt32LE(0), header?.readUInt32LE(4), body?.readUInt32LE(0), body?.readUInt32LE(4), end]).toEqual([
      base,
      1,
      base + 8,
      "app".length,
      base + 8 + "app".length,
    ]);
  });

  test("is the same every time", () => {
    const options = {
      ...nothing,
      variables: [
        ["B", "2"],
        ["A", "1"],
      ] as const,
      cwd: "/",
    };
    expect(environmentImage(options)).toEqual(environmentImage(options));
  });
});
