/** Components of the user's, one below the other: how many there may be. */
import { describe, expect, test } from "vitest";
import { inspect, OptionError, virtualize } from "../../src/index.ts";
import { nobodyImports } from "../../src/adapters/plugs/plug.ts";
import { worldComponent } from "../guests/index.ts";
import { expectValid } from "../run/on-hosts.ts";

const KV = "package acme:kv@1.0.0 { interface store { get: func(key: string) -> string; } }";
const component = (world: string): Promise<Uint8Array> => worldComponent(`package test:kv;\nworld it { ${world} }\n${KV}`, "it");

test("64 stand one below the other, and one more is too many", async () => {
  const app = await component("import acme:kv/store@1.0.0; export peek: func();");
  const store = { interface: "acme:kv/store", component: await component("import acme:kv/store@1.0.0; export acme:kv/store@1.0.0;") };
  const { chunks } = virtualize(app, { adapters: Array.from({ length: 64 }, () => store) });
  const output = Buffer.concat(chunks);
  await expectValid(output);
  expect(inspect(output).imports.map(({ name }) => name)).toEqual(["acme:kv/store@1.0.0"]);
  const tooMany = Array.from({ length: 65 }, () => store);
  expect(() => virtualize(app, { adapters: tooMany })).toThrow(OptionError);
  expect(() => virtualize(app, { adapters: tooMany })).toThrow("there are 65 adapters, and no more than 64 can stand one below the other");
});

describe("an interface that nobody imports is a message with what is imported", () => {
  const names = ["wasi:cli/stdin@0.2.0", "wasi:cli/stdout@0.2.0", "wasi:io/poll@0.2.0", "wasi:random/random@0.2.0", "acme:kv/store@1.0.0"];
  const instance = { kind: "instance", exports: new Map() } as const;
  const says = (wanted: string, imports: readonly string[] = names): string =>
    nobodyImports(wanted, undefined, { imports: new Map(imports.map((name) => [name, instance])), exports: new Map() });

  test.each([
    ["wasi:cli/stdot", "`wasi:cli/stdout@0.2.0`, `wasi:cli/stdin@0.2.0`"],
    ["acme:kv/stroe@1.0.0", "`acme:kv/store@1.0.0`"],
    ["acme:kv/store@2.0.0", "`acme:kv/store@1.0.0`"],
    ["randm", "`wasi:random/random@0.2.0`"],
    ["io/pol", "`wasi:io/poll@0.2.0`"],
  ])("the nearest first: %s", (wanted, first) => {
    const message = says(wanted);
    expect(message.startsWith(`nobody imports \`${wanted}\`; imported are ${first}`)).toBe(true);
    expect(message.endsWith(" and 2 others")).toBe(true);
  });

  test("and all of it where that is little", () => {
    expect(says("a:b/c", [])).toBe("nobody imports `a:b/c`; no interface is imported");
    expect(says("a:b/c", ["a:b/d"])).toBe("nobody imports `a:b/c`; imported is `a:b/d`");
    expect(says("a:b/c", ["a:b/dd", "a:b/d"])).toBe("nobody imports `a:b/c`; imported are `a:b/d` and `a:b/dd`");
    expect(
      says(
        "a:b/c",
        ["1", "2", "3", "4"].map((each) => `a:b/d${each}`),
      ),
    ).toMatch(/ and 1 other$/);
  });

  test("in no time, however long the names are", () => {
    const long = Array.from({ length: 100 }, (_, i) => `a:b/${"c".repeat(50_000)}${i}`);
    expect(says(`a:b/${"d".repeat(50_000)}`, long)).toContain("97 others");
  });
});
