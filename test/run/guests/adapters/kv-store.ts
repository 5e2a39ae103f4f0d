/** `acme:kv/store` in memory; `first` is the first revision of a key. */
interface Access {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly delete?: boolean;
}
interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: bigint;
  readonly note?: string | undefined;
}
type Failure =
  | { readonly tag: "no-such-bucket"; readonly val: string }
  | { readonly tag: "denied"; readonly val: Access }
  | { readonly tag: "full" };

const MAX_ENTRIES = 4;
/** An error of `result` is what is thrown. */
function fail(failure: Failure): never {
  throw failure;
}

export function storeOf(first: bigint) {
  const stored = new Map<string, Map<string, Entry>>();
  const changes = new Map<string, bigint>();
  let openCount = 0;

  class Bucket {
    readonly #name: string;
    readonly #access: Access;
    readonly #entries: Map<string, Entry>;

    constructor(name: string, access: Access) {
      this.#name = name;
      this.#access = access;
      this.#entries = stored.get(name) ?? new Map<string, Entry>();
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
    get(key: string): Entry | undefined {
      return this.#entries.get(key);
    }
    set(key: string, value: Uint8Array, note: string | undefined): bigint {
      if (this.#access.write !== true) fail({ tag: "denied", val: this.#access });
      if (this.#entries.size === MAX_ENTRIES) fail({ tag: "full" });
      const revision = first + (changes.get(`${this.#name}/${key}`) ?? 0n);
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

  function copy(source: Bucket, target: Bucket): bigint {
    const keys = source.keys("ascending");
    for (const key of keys) {
      const entry = source.get(key);
      if (entry !== undefined) target.set(key, entry.value, entry.note);
    }
    return BigInt(keys.length);
  }

  return {
    Bucket,
    copy,
    merge(buckets: Bucket[]): Bucket {
      const merged = new Bucket(buckets.map((each) => each.name()).join("+"), { read: true, write: true });
      for (const each of buckets) copy(each, merged);
      return merged;
    },
    openBuckets: (): number => openCount,
  };
}
