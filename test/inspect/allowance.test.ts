import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { beyond, inspect, type Inspection, OptionError, parseAllowance } from "../../src/index.ts";
import { WORDS } from "../../src/inspect/subsystems.ts";
import { everything } from "../compose/worlds.ts";

let all: Inspection;
let custom: Inspection;
beforeAll(async () => {
  all = inspect(await everything("0.2.12"));
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

const names = (inspection: Inspection, ...allow: string[]): readonly string[] =>
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
    [["acme:kv/*", "print"], ["acme:log/log"]],
    [
      ["acme:kv/store@1.3.0", "acme:log/*", "print"],
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

test("an import that is called like a word of ours stands for itself alone", async () => {
  const inspection = inspect(await parse(`(component (import "other" (func)) (import "io" (func)) (import "log" (func)))`));
  expect(names(inspection, "other")).toEqual(["io", "log"]);
  expect(names(inspection, "io")).toEqual(["other", "log"]);
});

test("polling alone needs no allowance", () => {
  expect(custom.imports.map(({ name }) => name)).toContain("wasi:io/poll@0.2.0");
  expect(names(custom)).not.toContain("wasi:io/poll");
});

test.for([
  ["clock", "`clock` is no word for a subsystem and no name of an import: did you mean `clocks`?"],
  ["stdio", "did you mean `stdin`?"],
  ["io", "the words are `clocks`, `environment`,"],
  ["other", "`terminals`"],
  ["everything", "the words are"],
  ["printf", "no name of an import"],
  ["acme:kv", "no name of an import"],
  ["", "`` is no word"],
] as const)("`%s` is refused: %s", ([entry, message]) => {
  const check = (): unknown => beyond(custom, { allow: [entry] });
  expect(check).toThrow(OptionError);
  expect(check).toThrow(message);
});

test("is read from JSON", () => {
  expect(parseAllowance('{ "allow": ["stdout", "acme:kv/*"] }')).toEqual({ allow: ["stdout", "acme:kv/*"] });
  expect(parseAllowance('{"allow":[]}')).toEqual({ allow: [] });
});

test.for([
  ["", "it is not JSON"],
  ["allow stdout", "it is not JSON"],
  ["[]", 'it is not an object: wanted is `{ "allow": ['],
  ["null", "it is not an object"],
  ["{}", "`allow` is not a list of texts"],
  ['{"allow":"stdout"}', "`allow` is not a list of texts"],
  ['{"allow":[1]}', "`allow` is not a list of texts"],
  ['{"allow":[],"deny":[]}', "it has an unknown key `deny`"],
] as const)("%s: %s", ([text, message]) => {
  expect(() => parseAllowance(text)).toThrow(OptionError);
  expect(() => parseAllowance(text)).toThrow(message);
});
