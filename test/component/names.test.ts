import { describe, expect, test } from "vitest";
import { compareVersions, keyOf, parseInterfaceName } from "../../src/component/names.ts";

describe("keyOf", () => {
  test.for([
    ["wasi:io/streams@0.2.0", "wasi:io/streams@0.2"],
    ["wasi:io/streams@0.2.12", "wasi:io/streams@0.2"],
    ["wasi:io/streams@0.3.0", "wasi:io/streams@0.3"],
    ["wasi:io/streams@0.2.0+build.5", "wasi:io/streams@0.2"],
    ["acme:kv/store@1.2.3", "acme:kv/store@1"],
    ["acme:kv/store@0.0.3", "acme:kv/store@0.0.3"],
    ["acme:kv/store", "acme:kv/store"],
    ["log", "log"],
  ] as const)("puts %s into the series %s", ([name, key]) => {
    expect(keyOf(name)).toBe(key);
  });

  test("keeps release candidates apart from each other and from what they became", () => {
    const keys = ["0.3.0", "0.3.0-rc-2025-09-16", "0.3.0-rc-2026-01-01"].map((version) => keyOf(`wasi:clocks/types@${version}`));
    expect(new Set(keys).size).toBe(3);
  });
});

test("parseInterfaceName takes a name apart", () => {
  expect(parseInterfaceName("wasi:http/types@0.2.10")).toEqual({
    base: "wasi:http/types",
    namespace: "wasi",
    package: "wasi:http",
    version: "0.2.10",
    key: "wasi:http/types@0.2",
  });
});

test.for(["log", "a:b", "[method]a.b", ""])("parseInterfaceName sees no interface in %j", (name) => {
  expect(parseInterfaceName(name)).toBeUndefined();
});

describe("compareVersions", () => {
  test.for([
    ["0.2.10", "0.2.9"],
    ["0.2.1", "0.2.0"],
    ["1.10.0", "1.9.9"],
  ] as const)("puts %s above %s", ([higher, lower]) => {
    expect(compareVersions(higher, lower)).toBeGreaterThan(0);
    expect(compareVersions(lower, higher)).toBeLessThan(0);
  });

  test("finds a version equal to itself", () => {
    expect(compareVersions("0.2.12", "0.2.12")).toBe(0);
  });
});
