/** Pipes in JavaScript that do what those of wasi-nest:virtual/pipes do, for tests outside of components. */
const PERMIT = 1000;

class Closed extends Error {
  readonly payload = { tag: "closed" };
}

export function makePipe() {
  const chunks: Uint8Array[] = [];
  let [hasReader, hasWriter] = [true, true];
  const input = {
    read(length: bigint): Uint8Array {
      const [first] = chunks;
      if (first === undefined && !hasWriter) throw new Closed();
      if (first === undefined) return new Uint8Array();
      chunks.splice(0, 1, ...(first.length > length ? [first.subarray(Number(length))] : []));
      return first.subarray(0, Number(length));
    },
    subscribe: () => ({ ready: () => true }),
    [Symbol.dispose](): void {
      hasReader = false;
    },
  };
  const output = {
    checkWrite: (): bigint => BigInt(PERMIT),
    write(bytes: Uint8Array): void {
      if (!hasReader || !hasWriter) throw new Closed();
      if (bytes.length > PERMIT) throw new RangeError(`${bytes.length} bytes are not permitted`);
      chunks.push(bytes.slice());
    },
    [Symbol.dispose](): void {
      hasWriter = false;
    },
  };
  return [input, output] as const;
}
