/** Files that are written: their contents. */

import { describe, expect, test } from "vitest";
import { Err, file } from "./file-system.ts";
import { CREATE, WRITE, WritableFiles } from "./writing.ts";

describe("a new file", () => {
  test("is there with what was written", () => {
    const fs = WritableFiles.over();
    fs.save("f", "hello");
    expect(fs.contents("f")).toBe("hello");
    expect(fs.names()).toEqual(["f"]);
    expect(fs.must(fs.statAt(fs.base, "f"))).toEqual({
      type: "regular-file",
      links: 1,
      size: 5,
      times: [1000_000_000_007n, 1000_000_000_007n, 1000_000_000_007n],
    });
    expect(fs.unlink("f")).toBe("ok");
    expect(fs.openAt(fs.base, "f")).toEqual(new Err("no-entry"));
  });

  test("streams append and write", () => {
    const fs = WritableFiles.over({ f: file("0123456789") });
    const d = fs.must(fs.openAt(fs.base, "f", WRITE));
    const out = fs.must(fs.writeVia(d));
    const at = fs.must(fs.writeVia(d, 2n));
    expect(fs.put(out, "abc")).toBe("ok");
    expect(fs.put(at, "XY")).toBe("ok");
    expect(fs.put(out, "def")).toBe("ok");
    expect(fs.contents("f")).toBe("01XY456789abcdef");
    const big = fs.must(fs.openAt(fs.base, "g", CREATE));
    expect(fs.write(big, new Uint8Array(300_000).fill(65), 5n)).toBe(300_000);
    expect(fs.contents("g")).toBe("\0\0\0\0\0" + "A".repeat(300_000));
    expect(fs.rename("g", "h")).toBe("ok");
    expect(fs.rename("f", "h")).toBe("ok");
    expect(fs.names()).toEqual(["h"]);
  });
});
