/** Streams by chance, good and bad, which are inflated by us and by zlib. */

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { expect } from "vitest";
import { inflated } from "../../src/adapters/inflate.ts";

/** A number below another. */
export type Random = (below: number) => number;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes of so many kinds, of which a third stands somewhere before already. */
export function textOf(random: Random, size: number, letters: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++)
    bytes[i] = i > 10 && random(3) === 0 ? (bytes[i - 1 - random(Math.min(i, 40_000))] ?? 0) : random(letters) * (random(4) === 0 ? 7 : 1);
  return bytes;
}

const SIZES = [0, 1, 2, 10, 100, 258, 1000, 5000, 32_768, 70_000];
/** What zlib may give of a stream that was changed. */
const MOST = 1 << 20;

/** Compares so many streams, and several others that each becomes by chance. */
export function compareStreams(random: Random, count: number): { readonly good: number; readonly bad: number } {
  let [good, bad] = [0, 0];
  for (let i = 0; i < count; i++) {
    const contents = textOf(random, (SIZES[random(SIZES.length)] ?? 0) + random(20), [1, 2, 4, 30, 256][random(5)] ?? 1);
    const options = { level: random(10), strategy: random(5), memLevel: 1 + random(9), windowBits: 9 + random(7) };
    const stream = deflateRawSync(contents, options);
    expect(Buffer.compare(inflated(stream, contents.length) ?? new Uint8Array(1), contents)).toBe(0);
    for (let change = 0; change < 6; change++) {
      const changed = changedOf(random, stream);
      const wanted = byZlib(changed);
      const given = inflated(changed, wanted?.length ?? contents.length);
      expect(given === undefined).toBe(wanted === undefined);
      if (given !== undefined && wanted !== undefined) expect(Buffer.compare(given, wanted)).toBe(0);
      if (given === undefined) bad++;
      else good++;
    }
  }
  return { good, bad };
}

function changedOf(random: Random, stream: Uint8Array): Uint8Array {
  const changed = random(8) === 0 ? Uint8Array.from({ length: 1 + random(200) }, () => random(256)) : Uint8Array.from(stream);
  for (let count = random(3) + 1; count > 0; count--) {
    const at = random(random(2) === 0 ? changed.length : Math.min(changed.length, 80));
    changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
  }
  return random(4) === 0 ? changed.subarray(0, random(changed.length + 1)) : changed;
}

/** `undefined` where it refuses the stream, or does not use all of it. */
function byZlib(stream: Uint8Array): Uint8Array | undefined {
  try {
    // Types do not know `info`.
    const { buffer, engine } = inflateRawSync(stream, { info: true, maxOutputLength: MOST }) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === stream.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}
