/** The environment adapter's image: what it costs. What it means is tested with the adapter. */

import { describe, expect, test } from "vitest";
import { environmentImage } from "../../src/image/environment-image.ts";
import { byteLength } from "../../src/binary/chunk.ts";
import { HEADER, IMAGE_BASE } from "../../src/image/layout.ts";

const nothing = { variables: [], arguments: [], cwd: undefined, host: { kind: "none" } } as const;

describe("the environment's image", () => {
  test("is nothing if there is nothing to say", () => {
    expect(environmentImage(nothing)).toEqual({ segments: [], end: IMAGE_BASE });
  });

  test("has a header as long as its last word needs", () => {
    const lengthOf = (options: Partial<Parameters<typeof environmentImage>[0]>): number =>
      byteLength(environmentImage({ ...nothing, ...options }).segments[0]?.chunks ?? []);
    expect(lengthOf({ variables: [["A", "1"]] })).toBe(8);
    expect(lengthOf({ arguments: ["app"] })).toBe(16);
    expect(lengthOf({ cwd: "/" })).toBe(24);
    expect(lengthOf({ host: { kind: "named", names: ["A"] } })).toBe(32);
    expect(lengthOf({ host: { kind: "named", names: [] } })).toBe(28);
  });

  test("stores a string once", () => {
    const image = environmentImage({ ...nothing, variables: [["A", "/src"]], arguments: ["/src"], cwd: "/src" });
    const [header, body] = image.segments;
    expect([header?.address, body?.address]).toEqual([HEADER, IMAGE_BASE]);
    expect(byteLength(body?.chunks ?? [])).toBe(3 * 8 + "A/src".length);
    expect(image.end).toBe(IMAGE_BASE + 3 * 8 + "A/src".length);
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
