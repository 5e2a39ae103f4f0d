/**
 * Unpacks what scripts/pack-binaries.mjs packs: the guests and catalogues, many of which are alike. Each is a text of letters, one a
 * byte, after an alphabet that all have. The bytes are, with numbers in LEB128:
 *
 *   number of steps
 *   each step: number of literals, length of a copy, jump     the jump is n / 2 if n is even, and else -(n + 1) / 2
 *   literals of all steps
 *
 * A step appends its literals and then its copy, of bytes before it in the binary or in its base, the binary that it is packed
 * after. The copy before ended at some place; this one's is as many bytes later as there are literals, and then the jump.
 */
import { alphabet } from "./prebuilt.ts";

export interface Packed {
  readonly byteLength: number;
  readonly base?: Packed;
  readonly text: string;
}

const unpacked = new Map<Packed, Uint8Array<ArrayBuffer>>();

/** Each binary is unpacked once per process. `letters` has those of the bytes, from 0 on. */
export function unpack(packed: Packed, letters: string = alphabet): Uint8Array<ArrayBuffer> {
  const known = unpacked.get(packed);
  if (known !== undefined) return known;
  const base = packed.base === undefined ? new Uint8Array() : unpack(packed.base, letters);
  const bytes = unpackAfter(base, packed.byteLength, bytesOf(packed.text, letters));
  unpacked.set(packed, bytes);
  return bytes;
}

function bytesOf(text: string, letters: string): Uint8Array {
  const byteOf = new Uint8Array(0x200);
  for (let byte = 0; byte < letters.length; byte++) byteOf[letters.charCodeAt(byte)] = byte;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = byteOf[text.charCodeAt(i)] ?? 0;
  return bytes;
}

function unpackAfter(base: Uint8Array, byteLength: number, packed: Uint8Array): Uint8Array<ArrayBuffer> {
  let position = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[position++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const steps = new Int32Array(3 * number());
  for (let i = 0; i < steps.length; i++) steps[i] = number();

  const all = new Uint8Array(base.length + byteLength);
  all.set(base);
  let at = base.length;
  let place = 0;
  for (let i = 0; i < steps.length; i += 3) {
    const literals = steps[i] ?? 0;
    const length = steps[i + 1] ?? 0;
    const jump = steps[i + 2] ?? 0;
    all.set(packed.subarray(position, position + literals), at);
    position += literals;
    at += literals;
    place += literals + ((jump >> 1) ^ -(jump & 1));
    // A copy may go into itself, which repeats it.
    if (place + length <= at) all.copyWithin(at, place, place + length);
    else for (let n = 0; n < length; n++) all[at + n] = all[place + n] ?? 0;
    at += length;
    place += length;
  }
  return all.slice(base.length);
}
