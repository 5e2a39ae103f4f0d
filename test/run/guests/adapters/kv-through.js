/** Stands between the app and `acme:kv/store`: its buckets have one behind them each. */
import { Bucket as Behind, copy, merge, openBuckets } from "acme:kv/store";

class Bucket {
  constructor(name, access, behind = new Behind(name, access)) {
    this.behind = behind;
  }
  static open(name) {
    return new Bucket(name, {}, Behind.open(name));
  }
  name() {
    return this.behind.name();
  }
  get(key) {
    const entry = this.behind.get(key);
    return entry && { ...entry, revision: entry.revision + 0n };
  }
  set(key, value, note) {
    return this.behind.set(key, value, note) + 0n;
  }
  keys(order) {
    return this.behind.keys(order);
  }
  [Symbol.dispose]() {
    this.behind[Symbol.dispose]();
  }
}

export const store = {
  Bucket,
  copy: (source, target) => copy(source.behind, target.behind) + 0n,
  merge: (buckets) => new Bucket("", {}, merge(buckets.map((each) => each.behind))),
  openBuckets,
};
