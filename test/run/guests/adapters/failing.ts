/** Throws where it is asked for more than it has. */
function atMost(most: number, length: number): number {
  if (length > most) throw new RangeError(`no more than ${most}, not ${length}`);
  return length;
}

export const random = {
  getRandomBytes: (length: bigint): Uint8Array => new Uint8Array(atMost(16, Number(length))),
  getRandomU64: (): bigint => 0n,
};
