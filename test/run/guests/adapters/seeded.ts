/** Provides `wasi:random/random` from a seed. */
import { generator } from "./generator.ts";

const next = generator(42);

export const random = {
  getRandomBytes: (length: bigint): Uint8Array => Uint8Array.from({ length: Number(length) }, () => next() & 0xff),
  getRandomU64: (): bigint => (BigInt(next()) << 32n) | BigInt(next()),
};
