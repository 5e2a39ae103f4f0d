import { describe, expect, test } from "vitest";
import { compareVersions, isMeant, keyOf, parseInterfaceName } from "../../src/component/names.ts";

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

describe("isMeant", () => {
  test.for([
    ["acme:kv/store@1.0.0", true],
    ["acme:kv/store", true],
    ["acme:kv/*", true],
    // A version means its series: a later one that stands for it is no way around.
    ["acme:kv/store@1.0.1", true],
    ["acme:kv/store@1.9.0", true],
    ["acme:kv/store@1", true],
    ["acme:kv/*@1.4.0", true],
    ["acme:kv/store@2.0.0", false],
    ["acme:kv/store@1.0.0-rc1", false],
    ["acme:kv/*@2.0.0", false],
    ["acme:kv/stores", false],
    ["acme:kv", false],
    ["acme:*", false],
    ["acme:*/store", false],
    ["*", false],
    ["store", false],
    ["", false],
  ] as const)("`%s` means acme:kv/store@1.0.0: %s", ([entry, expected]) => {
    expect(isMeant(entry, "acme:kv/store@1.0.0")).toBe(expected);
  });

  test.for([
    ["wasi:clocks/wall-clock@0.2.0", "wasi:clocks/wall-clock@0.2.12", true],
    ["wasi:clocks/wall-clock@0.2.12", "wasi:clocks/wall-clock@0.2", true],
    ["wasi:clocks/wall-clock@0.2.0", "wasi:clocks/wall-clock@0.3.0", false],
    ["wasi:clocks/wall-clock@0.2.0", "wasi:clocks/wall-clock", false],
    ["wasi:clocks/wall-clock", "wasi:clocks/wall-clock", true],
    ["acme:kv/store@0", "acme:kv/store@0.1.0", false],
    ["store", "store", true],
    ["acme:kv/*", "store", false],
  ] as const)("`%s` means %s: %s", ([entry, name, expected]) => {
    expect(isMeant(entry, name)).toBe(expected);
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
