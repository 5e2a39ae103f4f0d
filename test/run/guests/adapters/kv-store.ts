/** `acme:kv/store` in memory; `u64` makes what the engine has for one of a large bigint. */
interface Access {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly delete?: boolean;
}
interface Entry<U64> {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: U64;
  readonly note?: string | undefined;
}
type Failure =
  | { readonly tag: "no-such-bucket"; readonly val: string }
  | { readonly tag: "denied"; readonly val: Access }
  | { readonly tag: "full" };

const MAX_ENTRIES = 4;
/** Beyond what a number is exact for. */
const FIRST_REVISION = 2n ** 63n + 1n;
/** An error of `result` is what is thrown. */
function fail(failure: Failure): never {
  throw failure;
}

export function storeOf<U64>(u64: (value: bigint) => U64): object {
  const stored = new Map<string, Map<string, Entry<U64>>>();
  const changes = new Map<string, bigint>();
  let openCount = 0;

  class Bucket {
    readonly #name: string;
    readonly #access: Access;
    readonly #entries: Map<string, Entry<U64>>;

    constructor(name: string, access: Access) {
      this.#name = name;
      this.#access = access;
      this.#entries = stored.get(name) ?? new Map<string, Entry<U64>>();
      stored.set(name, this.#entries);
      openCount++;
    }
    static open(name: string): Bucket {
      if (!stored.has(name)) fail({ tag: "no-such-bucket", val: name });
      return new Bucket(name, { read: true });
    }
    name(): string {
      return this.#name;
    }
    get(key: string): Entry<U64> | undefined {
      return this.#entries.get(key);
    }
    set(key: string, value: Uint8Array, note: string | undefined): U64 {
      if (this.#access.write !== true) fail({ tag: "denied", val: this.#access });
      if (this.#entries.size === MAX_ENTRIES) fail({ tag: "full" });
      const revision = u64(FIRST_REVISION + (changes.get(`${this.#name}/${key}`) ?? 0n));
      changes.set(`${this.#name}/${key}`, (changes.get(`${this.#name}/${key}`) ?? 0n) + 1n);
      this.#entries.set(key, { key, value, revision, note });
      return revision;
    }
    keys(order: "ascending" | "descending"): string[] {
      const keys = [...this.#entries.keys()].sort();
      return order === "ascending" ? keys : keys.reverse();
    }
    [Symbol.dispose](): void {
      openCount--;
    }
  }

  function copy(source: Bucket, target: Bucket): U64 {
    const keys = source.keys("ascending");
    for (const key of keys) {
      const entry = source.get(key);
      if (entry !== undefined) target.set(key, entry.value, entry.note);
    }
    return u64(BigInt(keys.length));
  }

  return {
    Bucket,
    copy,
    merge(buckets: readonly Bucket[]): Bucket {
      const merged = new Bucket(buckets.map((each) => each.name()).join("+"), { read: true, write: true });
      for (const each of buckets) copy(each, merged);
      return merged;
    },
    openBuckets: (): number => openCount,
  };
}
