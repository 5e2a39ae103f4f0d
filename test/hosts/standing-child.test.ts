/** A child that answers questions is asked one at a time, told from one that has ended, and replaced then. */

import { expect, test } from "vitest";
import { standingChild } from "./standing-child.ts";

/** Answers with how many it has answered, at its ease; ends where the question says so. */
const SCRIPT = `
  let count = 0;
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { end } = JSON.parse(line);
    if (end !== undefined) return console.error(end), process.exit(3);
    setTimeout(() => require("node:fs").writeSync(3, JSON.stringify(++count) + "\\n"), 50);
  });`;

const counting = (milliseconds?: number): ReturnType<typeof standingChild> => standingChild(process.execPath, ["-e", SCRIPT], milliseconds);

test("answers questions in their order", async () => {
  const ask = counting();
  expect(await Promise.all([ask({}), ask({}), ask({})])).toEqual([1, 2, 3]);
});

test("is replaced when it has ended, and says why it did", async () => {
  const ask = counting();
  const answers = await Promise.allSettled([ask({}), ask({ end: "enough" }), ask({})]);
  expect(answers).toEqual([
    { status: "fulfilled", value: 1 },
    { status: "rejected", reason: new Error("ended with 3: enough\n") },
    { status: "fulfilled", value: 1 },
  ]);
});

test("is killed and replaced when it does not answer in time", async () => {
  const ask = counting(10);
  await expect(ask({})).rejects.toThrow(/^timed out after 10 ms/);
  await expect(ask({})).rejects.toThrow(/^timed out after 10 ms/);
});

test("that cannot be started is an error", async () => {
  await expect(standingChild("/none", [])({})).rejects.toThrow(/ENOENT/);
});
