import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { type Allowance, beyond, inspect, type Inspection, OptionError, parseAllowance } from "../../src/index.ts";
import { WORDS } from "../../src/adapters/modules.ts";
import { joined } from "../compose/apps.ts";
import { everything } from "../compose/worlds.ts";

let all: Inspection;
let custom: Inspection;
beforeAll(async () => {
  // No published package has configuration.
  const configuration = await parse(`(component
    (import "wasi:config/store@0.2.0-rc.1" (instance (export "get" (func (param "key" string) (result (option string)))))))`);
  all = inspect(joined([await everything("0.2.12"), configuration]));
  custom = inspect(
    await parse(`
      (component
        (import "acme:kv/store@1.2.0" (instance (export "get" (func))))
        (import "acme:kv/watch@1.2.0" (instance (export "get" (func))))
        (import "acme:log/log" (instance (export "get" (func))))
        (import "wasi:io/poll@0.2.0" (instance (export "poll" (func))))
        (import "print" (func)))`),
  );
}, 60_000);

const names = (inspection: Inspection, ...allow: Allowance["allow"]): readonly string[] =>
  beyond(inspection, { allow }).map(({ name }) => name.replace(/@.*/, ""));

test("every word allows its subsystem, and all of them everything of WASI", () => {
  for (const word of WORDS) {
    // Each stream brings the question for its terminal with it.
    const others = WORDS.filter((each) => each !== word && !(word === "terminals" && each.startsWith("std")));
    const left = beyond(all, { allow: others }).filter(({ subsystem }) => others.length === WORDS.length - 1 || subsystem === word);
    expect(left.length).toBeGreaterThan(0);
    expect(new Set(left.map(({ subsystem }) => subsystem))).toEqual(new Set([word]));
  }
  expect(beyond(all, { allow: WORDS })).toEqual([]);
});

test("a stream allows to ask whether it is a terminal, and no other", () => {
  const terminals = names(all, ...WORDS.filter((each) => !["terminals", "stdin", "stderr"].includes(each)));
  expect([...terminals].sort()).toEqual(["wasi:cli/stderr", "wasi:cli/stdin", "wasi:cli/terminal-stderr", "wasi:cli/terminal-stdin"]);
});

describe("names", () => {
  test.for([
    [["acme:kv/store@1.2.0"], ["acme:kv/watch", "acme:log/log", "print"]],
    [["acme:kv/store"], ["acme:kv/watch", "acme:log/log", "print"]],
    [["acme:kv/*", { import: "print" }], ["acme:log/log"]],
    [
      // A rule that allows a version allows no other one, whatever may stand for it.
      ["acme:kv/store@1.3.0", "acme:log/*", { import: "print" }],
      ["acme:kv/store", "acme:kv/watch"],
    ],
    [
      ["acme:*/log", "acme:nobody/else"],
      ["acme:kv/store", "acme:kv/watch", "acme:log/log", "print"],
    ],
  ] as const)("%o leave %o", ([allow, left]) => {
    expect(names(custom, ...allow)).toEqual(left);
  });
});

test("a word is never an import of that name, nor the other way round", async () => {
  const inspection = inspect(
    await parse(
      `(component (import "stdout" (func)) (import "io" (func)) (import "wasi:cli/stdout@0.2.0" (instance (export "get" (func)))))`,
    ),
  );
  expect(names(inspection, "stdout")).toEqual(["stdout", "io"]);
  expect(names(inspection, { import: "stdout" })).toEqual(["io", "wasi:cli/stdout"]);
  expect(names(inspection, { import: "stdout" }, { import: "io" }, "stdout")).toEqual([]);
});

test("an instance that implements an interface is allowed as that, never by its name", async () => {
  const inspection = inspect(
    await parse(`(component
      (import "dice" (implements "wasi:random/random@0.2.0") (instance (export "get-random-u64" (func (result u64)))))
      (import "users" (implements "acme:kv/store@1.2.0") (instance (export "get" (func)))))`),
  );
  expect(names(inspection, { import: "dice" }, { import: "users" })).toEqual(["dice", "users"]);
  expect(names(inspection, "random", "acme:kv/store@1.2.0")).toEqual([]);
  expect(names(inspection, "wasi:random/*", "acme:kv/store@1.3.0")).toEqual(["users"]);
});

test("what a component can reach is an allowance that it keeps to", async () => {
  const odd = await parse(
    `(component (import "stdout" (func)) (import "wasi:io/x@0.2.0" (instance (export "f" (func)))) (import "m" (core module)))`,
  );
  for (const inspection of [all, custom, inspect(odd)]) {
    expect(inspection.reach.length).toBeGreaterThan(2);
    expect(beyond(inspection, { allow: inspection.reach })).toEqual([]);
    for (const left of inspection.reach) {
      const others = inspection.reach.filter((each) => each !== left && !(left === "terminals" && String(each).startsWith("std")));
      expect(beyond(inspection, { allow: others })).not.toEqual([]);
    }
  }
});

test("polling alone needs no allowance", () => {
  expect(custom.imports.map(({ name }) => name)).toContain("wasi:io/poll@0.2.0");
  expect(names(custom)).not.toContain("wasi:io/poll");
});

test.for([
  ["clock", "`clock` is neither a word for a subsystem nor the name of an interface: did you mean `clocks`?"],
  ["stdio", "did you mean `stdin`?"],
  ["io", "the words are `clocks`, `config`, `environment`,"],
  ["other", "`terminals`"],
  ["everything", "the words are"],
  ["printf", "nor the name of an interface: the words are"],
  ["print", '`print` is not a word for a subsystem: the import of that name is `{ "import": "print" }`'],
  ["acme:kv", "nor the name of an interface"],
  ["", "`` is neither a word"],
] as const)("`%s` is refused: %s", ([entry, message]) => {
  const check = (): unknown => beyond(custom, { allow: [entry] });
  expect(check).toThrow(OptionError);
  expect(check).toThrow(message);
});

test("is read from JSON", () => {
  expect(parseAllowance('{ "allow": ["stdout", "acme:kv/*"] }')).toEqual({ allow: ["stdout", "acme:kv/*"] });
  expect(parseAllowance('{"allow":[]}')).toEqual({ allow: [] });
  expect(parseAllowance('{"allow":[{"import":"print"}]}')).toEqual({ allow: [{ import: "print" }] });
});

test.for([
  ["", "it is not JSON"],
  ["allow stdout", "it is not JSON"],
  ["[]", 'it is not an object: wanted is `{ "allow": ['],
  ["null", "it is not an object"],
  ["{}", "`allow` is not a list of texts and imports"],
  ['{"allow":"stdout"}', "`allow` is not a list of texts and imports"],
  ['{"allow":[1]}', "`allow` is not a list of texts and imports"],
  ['{"allow":[{"import":1}]}', "`allow` is not a list of texts and imports"],
  ['{"allow":[{"imports":"a"}]}', "`allow` is not a list of texts and imports"],
  ['{"allow":[{"import":"a","deny":"b"}]}', "`allow` is not a list of texts and imports"],
  ['{"allow":[{}]}', "`allow` is not a list of texts and imports"],
  ['{"allow":[],"deny":[]}', "it has an unknown key `deny`"],
] as const)("%s: %s", ([text, message]) => {
  expect(() => parseAllowance(text)).toThrow(OptionError);
  expect(() => parseAllowance(text)).toThrow(message);
});
