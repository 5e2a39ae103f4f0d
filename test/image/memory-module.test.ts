/** The module that owns a part's memory: when that is filled, and the clock that stands still. */

import { expect, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { partMemory } from "../../src/inspect/part-memory.ts";
import { FIXED_SECONDS, LATEST_SECONDS } from "../../src/image/fixed-time.ts";
import { MEMORY } from "../../src/compose/part.ts";
import { Header, imageOf } from "../../src/image/image.ts";
import { IMAGE_BASE } from "../../src/image/layout.ts";
import { memoryModule } from "../../src/image/memory-module.ts";

interface Memory {
  readonly m: WebAssembly.Memory;
  readonly r: (old: number, oldLength: number, alignment: number, length: number) => number;
  readonly f: () => void;
}

/** Of a header with two words, and contents that take this many bytes. */
function moduleOf(byteLength: number): Uint8Array {
  const header = new Header();
  header.set(480, 7, 9);
  const contents = [new Uint8Array(byteLength - 3), Uint8Array.of(1, 2, 3)];
  return bytesOf(memoryModule(imageOf(header, contents, "contents"), { name: "memory", frozenClock: undefined, isKept: false }));
}

async function memoryOf(byteLength: number): Promise<Memory> {
  return (await WebAssembly.instantiate(moduleOf(byteLength) as BufferSource)).instance.exports as unknown as Memory;
}

const [SMALL, LARGE] = [1000, 100_000];
const USES: readonly (readonly [name: string, use: (memory: Memory) => void])[] = [
  ["somebody allocates", ({ r }) => void r(0, 0, 1, 10)],
  ["somebody allocates more than it has", ({ r }) => void r(0, 0, 1, 1_000_000)],
  ["an export asks for it", ({ f }) => f()],
];

test.each(USES)("a small memory is empty until %s, and then has all that lies in it", async (_name, use) => {
  const memory = await memoryOf(SMALL);
  expect(memory.m.buffer.byteLength).toBe(0);
  use(memory);
  const bytes = new Uint8Array(memory.m.buffer);
  expect(bytes.length).toBeGreaterThanOrEqual(0x10000);
  expect([bytes[480], bytes[484]]).toEqual([7, 9]);
  expect([...bytes.subarray(IMAGE_BASE + SMALL - 4, IMAGE_BASE + SMALL + 1)]).toEqual([0, 1, 2, 3, 0]);
});

test("a memory is filled once: what was written stays, whoever allocates", async () => {
  const memory = await memoryOf(SMALL);
  memory.f();
  new Uint8Array(memory.m.buffer)[480] = 8;
  memory.r(0, 0, 1, 200_000);
  expect(new Uint8Array(memory.m.buffer)[480]).toBe(8);
});

test("a larger memory is there from the beginning, so that hosts can map it", async () => {
  const memory = await memoryOf(LARGE);
  const before = [...new Uint8Array(memory.m.buffer).subarray(IMAGE_BASE + LARGE - 4, IMAGE_BASE + LARGE + 1)];
  memory.f();
  expect([before, new Uint8Array(memory.m.buffer)[484]]).toEqual([[0, 1, 2, 3, 0], 9]);
});

test.each([SMALL, LARGE])("what is inspected is what lies in memory, of %d bytes", async (byteLength) => {
  const bytes = moduleOf(byteLength);
  const found = partMemory([{ bytes, offset: 0 }], bytes);
  const { m, f } = await memoryOf(byteLength);
  f();
  const last = IMAGE_BASE + byteLength - 8;
  expect([...(found?.bytes(last, 8) ?? [])]).toEqual([...new Uint8Array(m.buffer).subarray(last, last + 8)]);
  expect([...(found?.header.subarray(476, 492) ?? [])]).toEqual([...new Uint8Array(m.buffer).subarray(476, 492)]);
});

test.each([0, FIXED_SECONDS, 2 ** 31, LATEST_SECONDS])("a frozen clock stands at %d seconds", async (frozenClock) => {
  const bytes = bytesOf(memoryModule(imageOf(new Header(), [], "nothing"), { name: "memory", frozenClock, isKept: false }));
  const { exports } = (await WebAssembly.instantiate(bytes as BufferSource)).instance;
  const memory = exports[MEMORY.memory] as WebAssembly.Memory;
  const now = exports[MEMORY.now] as (at: number) => void;
  (exports[MEMORY.fill] as () => void)();
  now(512);
  now(512);
  const view = new DataView(memory.buffer);
  expect([view.getBigUint64(512, true), view.getUint32(520, true)]).toEqual([BigInt(frozenClock), 0]);
});

test("no zone makes the fixed time one of 1979, which no ZIP can have", () => {
  const WESTERNMOST_HOURS = 12;
  expect(new Date((FIXED_SECONDS - WESTERNMOST_HOURS * 3600) * 1000).toISOString()).toBe("1980-01-01T00:01:00.000Z");
});
