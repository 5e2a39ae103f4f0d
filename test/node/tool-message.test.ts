/** What other tools say, in a clause. */
import { expect, test } from "vitest";
import { ToolOutput, toolSentence } from "../../src/node/tool-message.ts";

test.each([
  [
    `failed to encode a component from module
$failed to decode world from module

Caused by:
    0: module was not valid
    1: failed to resolve import \`env::foo\`
    2: module requires an import interface named \`env\``,
    "failed to resolve import `env::foo`: module requires an import interface named `env`",
  ],
  [
    `failed to encode a component from module
$failed to validate component output

Caused by:
    core instance 1 has no export named \`_start\` (at offset 0x1157)`,
    "failed to validate component output: core instance 1 has no export named `_start` (at offset 0x1157)",
  ],
  [
    `error while executing at wasm backtrace:
    0: <unknown>!<wasm function 1222>
    1:  0x63e09 - <unknown>!<wasm function 1220>
   19:  0x6a82a - <unknown>!<wasm function 1220>: wasm trap: call stack exhausted`,
    "wasm trap: call stack exhausted",
  ],
  ["Error: first\nsecond\n    at f (file.js:1:2)", "Error: first"],
  ["\n  one line.\n", "one line"],
  ["", "it does not say why"],
  ["Caused by:\n", "it does not say why"],
])("%j", (said, sentence) => {
  expect(toolSentence(new Error(said))).toBe(sentence);
  expect(toolSentence(said)).toBe(sentence);
  expect(sentence).not.toContain("\n");
});

test("is no longer than a few lines", () => {
  expect(toolSentence("x".repeat(10_000)).length).toBeLessThan(500);
});

test("what a tool has printed is all of the error", () => {
  const { message, stack } = new ToolOutput("\na\nb\n");
  expect([message, stack]).toEqual(["a\nb", "a\nb"]);
});
