/** The clock that stands still, of the module that owns a part's memory. */

import { expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { FIXED_SECONDS, LATEST_SECONDS } from "../../src/image/fixed-time.ts";
import { MEMORY } from "../../src/compose/part.ts";
import { Header, imageOf } from "../../src/image/image.ts";
import { memoryModule } from "../../src/image/memory-module.ts";

test.each([0, FIXED_SECONDS, 2 ** 31, LATEST_SECONDS])("a frozen clock stands at %d seconds", async (frozenClock) => {
  const bytes = bytesOf(memoryModule(imageOf(new Header(), [], "nothing"), { name: "memory", destructorCount: 0, frozenClock }));
  const { exports } = (await WebAssembly.instantiate(bytes as BufferSource)).instance;
  const memory = exports[MEMORY.memory] as WebAssembly.Memory;
  const now = exports[MEMORY.now] as (at: number) => void;
  now(512);
  now(512);
  const view = new DataView(memory.buffer);
  expect([view.getBigUint64(512, true), view.getUint32(520, true)]).toEqual([BigInt(frozenClock), 0]);
});

test("no zone makes the fixed time one of 1979, which no ZIP can have", () => {
  const WESTERNMOST_HOURS = 12;
  expect(new Date((FIXED_SECONDS - WESTERNMOST_HOURS * 3600) * 1000).toISOString()).toBe("1980-01-01T00:01:00.000Z");
});
