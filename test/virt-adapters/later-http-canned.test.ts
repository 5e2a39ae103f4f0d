/** The core of canned responses as WASI 0.3 has them: requests and answers at the same time, each step by chance, and how long memory lasts. */
import { expect, test } from "vitest";
import { entriesOf } from "../../src/adapters/http/canned.ts";
import { cannedImage } from "../../src/adapters/http/canned-image.ts";
import { httpCannedCore } from "../../src/adapters/prebuilt.ts";
import { IMAGE_BASE } from "../../src/image/layout.ts";
import { randomOf } from "../differential/random.ts";
import { AsyncLoop } from "./async-loop.ts";
import { Adapter } from "./harness.ts";
import { Exchange } from "./later-exchanges.ts";

/** With so many exchanges at once. */
function run(seed: number, bodyLength: number, exchanges: number, most: number): number {
  const random = randomOf(seed);
  const body = Uint8Array.from({ length: bodyLength }, (_, i) => i % 251);
  const entries = entriesOf([{ url: "http://a/*", body }]);
  const adapter = new Adapter(httpCannedCore, cannedImage(entries, IMAGE_BASE));
  const loop = new AsyncLoop(adapter, (limit) => random.below(limit));
  const open: Exchange[] = [];
  for (let begun = 0; begun < exchanges || open.length > 0;) {
    if (begun < exchanges && open.length < most) {
      open.push(new Exchange(adapter, random, loop, body));
      begun++;
    }
    const index = random.below(open.length);
    if (open[index]?.step() === false) open.splice(index, 1);
    if (random.below(3) === 0) loop.turn();
    if (random.below(50) === 0) loop.settle();
  }
  loop.settle();
  expect([adapter.handles.size, adapter.async.endCount, loop.taskCount]).toEqual([0, 0, 0]);
  return adapter.arenaBase.value - adapter.heapStart;
}

test.each([0, 1, 100_003])("a body of %i bytes, by many at once", (length) => {
  expect(run(length, length, 400, 30)).toBeGreaterThan(0);
});

test("many exchanges take the memory of a few", () => {
  expect(run(7, 1000, 1600, 30)).toBe(run(7, 1000, 400, 30));
});
