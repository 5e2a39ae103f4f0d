/**
 * Random operations on files that can be written, beside a model of a file system: after each, both must answer
 * the same. Few names, so that operations meet; embedded files below, so that what is embedded must give way.
 */

import { describe, expect, test } from "vitest";
import { ExportedFiles } from "./exported.ts";
import { Err, directory, file, link } from "./file-system.ts";
import { randomOf } from "../differential/random.ts";
import { Model, ModelInode } from "./model.ts";
import type { Directory } from "../../src/image/tree.ts";

const OPERATIONS = Number(process.env["FUZZ_OPERATIONS"] ?? 100_000);
const FIRST_SEED = Number(process.env["FUZZ_SEED"] ?? 1);
const SEEDS = 20;

const bytesOf = (length: number, seed: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7 + seed * 13 + 1) & 255);

/** What is embedded: files of all sorts of sizes, links, and directories in one another. */
const embedded: Directory = directory({
  a: file("short"),
  b: directory({
    a: file(bytesOf(4096, 1)),
    b: directory({ c: file(bytesOf(10_000, 2)), d: link("../a"), e: directory({}) }),
    c: file(bytesOf(20_001, 3)),
    d: directory({}),
    e: link("b/c"),
  }),
  c: link("b/b"),
  d: file(bytesOf(5000, 4)),
  e: link("nowhere"),
});

function copy(from: Directory, to: ModelInode): void {
  for (const [name, entry] of from.entries) {
    const inode = new ModelInode(entry.kind === "file" ? "regular-file" : entry.kind === "link" ? "symbolic-link" : "directory", to);
    inode.links = 1;
    if (entry.kind === "file") inode.bytes = entry.contents.slice();
    else if (entry.kind === "link") inode.target = entry.target;
    else copy(entry, inode);
    to.entries.set(name, inode);
  }
}

interface Open {
  readonly handle: number;
  readonly inode: ModelInode;
  readonly flags: readonly string[];
}

/** A directory that is being read. */
interface Listing {
  readonly handle: number;
  readonly inode: ModelInode;
  /** Names that have been there since it began. */
  readonly due: Set<string>;
  readonly seen: string[];
}

interface OpenStream {
  readonly handle: number;
  readonly inode: ModelInode;
  readonly kind: "in" | "out" | "append";
  position: number;
}

class Run {
  readonly fs: ExportedFiles;
  readonly model: Model = new Model();
  readonly random: (limit: number) => number;
  readonly open: Open[] = [];
  readonly streams: OpenStream[] = [];
  readonly listings: Listing[] = [];
  readonly log: string[] = [];
  step = 0;

  constructor(seed: number, tree: Directory) {
    this.random = randomOf(seed).below;
    this.fs = new ExportedFiles({ preopens: [{ path: "/", directory: tree, writable: {} }] });
    copy(tree, this.model.root);
    this.model.compose();
    this.open.push({ handle: this.fs.base, inode: this.model.root, flags: [] });
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.random(list.length)];
    if (found === undefined) throw new Error("nothing to pick");
    return found;
  }

  path(): string {
    const names = Array.from({ length: 1 + this.random(3) }, () =>
      this.random(12) === 0 ? this.pick([".", "..", "..", "", "n".repeat(256)]) : this.pick(["a", "b", "c", "d", "e"]),
    );
    return names.join("/") + (this.random(15) === 0 ? "/" : "");
  }

  /** A descriptor to start from: most often the root. */
  from(): Open {
    return this.random(3) > 0 && this.open[0] !== undefined ? this.open[0] : this.pick(this.open);
  }

  length(): number {
    return this.pick([0, 1, 7, 64, 100, 4095, 4096, 4097, 8192, 12_345]);
  }

  offset(): number {
    return this.pick([0, 0, 1, 100, 4000, 4096, 5000, 8191, 16_384, 30_000]);
  }

  /** Compares an answer of ours with one of the model's. */
  same(what: string, ours: unknown, expected: unknown): void {
    const show = (value: unknown): unknown => (value instanceof Err ? `! ${value.error}` : (value ?? "ok"));
    this.log.push(
      `${this.step} ${what} → ${JSON.stringify(show(ours), (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))}`.slice(
        0,
        200,
      ),
    );
    try {
      expect(show(ours)).toEqual(show(expected));
    } catch (error) {
      throw new Error(this.log.slice(-30).join("\n"), { cause: error });
    }
  }

  run(): void {
    this.step++;
    this.fs.time = BigInt(this.step);
    this.model.now = this.fs.time * 1_000_000_000n + 7n;
    this.pick([
      this.openSome,
      this.openSome,
      this.openSome,
      this.closeSome,
      this.closeSome,
      this.write,
      this.write,
      this.read,
      this.setSize,
      this.startStream,
      this.useStream,
      this.useStream,
      this.useStream,
      this.endStream,
      this.mkdir,
      this.mkdir,
      this.rmdir,
      this.unlink,
      this.unlink,
      this.rename,
      this.rename,
      this.rename,
      this.link,
      this.symlink,
      this.readlink,
      this.statAt,
      this.stat,
      this.list,
      this.identity,
      this.setTimes,
      this.startListing,
      this.advance,
      this.advance,
      this.advance,
    ]).call(this);
    if (this.step === this.nextReset) this.reset();
    for (const { inode, due } of this.listings) for (const name of due) if (!inode.entries.has(name)) due.delete(name);
  }

  /** What was there all the time may be another entry by now, so that no reading has to have it. */
  reset(): void {
    this.fs.reset();
    this.model.reset();
    this.nextReset = this.step + 50 + this.random(500);
    this.log.push(`${this.step} reset`);
    for (const { due } of this.listings) due.clear();
  }

  nextReset = 300;

  startListing(): void {
    const { handle, inode } = this.pick(this.open);
    if (inode.type !== "directory" || this.listings.length > 3) return;
    this.listings.push({ handle: this.fs.must(this.fs.readDirectory(handle)), inode, due: new Set(inode.entries.keys()), seen: [] });
  }

  advance(): void {
    if (this.listings.length === 0) return;
    const listing = this.pick(this.listings);
    const entry = this.fs.must(this.fs.nextEntry(listing.handle));
    if (entry !== undefined) {
      const [type, name] = entry;
      this.same(`next ${name}`, type, listing.inode.entries.get(name)?.type);
      listing.seen.push(name);
      return;
    }
    this.same("seen", listing.seen.filter((name) => listing.due.has(name)).sort(), [...listing.due].sort());
    this.fs.closeDirectory(listing.handle);
    this.listings.splice(this.listings.indexOf(listing), 1);
    this.finished++;
  }

  finished = 0;

  openSome(): void {
    const { fs, model } = this;
    const [base, path, follow] = [this.from(), this.path(), this.random(3) > 0];
    const open = ["create", "directory", "exclusive", "truncate"].filter((_, index) => this.random([2, 8, 6, 6][index] ?? 1) === 0);
    const flags = ["read", "write"].filter(() => this.random(4) > 0);
    const opened = fs.openAt(base.handle, path, { follow, open, flags });
    const inode = model.open(base.inode, path, follow, open, flags);
    this.same(
      `open ${path} ${follow} ${open} ${flags}`,
      opened instanceof Err ? opened : undefined,
      inode instanceof Err ? inode : undefined,
    );
    if (opened instanceof Err || inode instanceof Err) return;
    this.open.push({ handle: opened, inode, flags });
    if (this.open.length > 12) this.closeSome();
  }

  closeSome(): void {
    if (this.open.length === 1) return;
    const [gone] = this.open.splice(1 + this.random(this.open.length - 1), 1);
    if (gone !== undefined) this.fs.close(gone.handle);
  }

  write(): void {
    const { handle, inode, flags } = this.pick(this.open);
    const [bytes, offset] = [bytesOf(this.length(), this.step), BigInt(this.offset())];
    const ours = this.fs.write(handle, bytes, offset);
    const isWritable = flags.includes("write");
    this.same(`write ${bytes.length} ${offset}`, ours, isWritable ? this.model.write(inode, bytes, offset) : new Err("bad-descriptor"));
  }

  read(): void {
    const { handle, inode, flags } = this.pick(this.open);
    if (inode.type === "directory") return;
    const [length, offset] = [this.pick([this.length(), 100_000]), this.offset()];
    const ours = this.fs.read(handle, BigInt(length), BigInt(offset));
    const expected = inode.bytes.subarray(offset, offset + length);
    const isEnd = expected.length === 0 || offset + length >= inode.bytes.length;
    if (ours instanceof Err) return this.same("read", ours, flags.includes("read") ? "bytes" : new Err("bad-descriptor"));
    this.same(`read ${length} ${offset}`, Buffer.compare(ours[0], expected) === 0 && ours[1] === isEnd, true);
  }

  setSize(): void {
    const { handle, inode, flags } = this.pick(this.open);
    const size = BigInt(this.offset() + this.random(2) * this.length());
    const ours = this.fs.setSize(handle, size);
    if (flags.includes("write")) this.model.setSize(inode, size);
    this.same(`set-size ${size}`, ours, flags.includes("write") ? undefined : new Err("invalid"));
  }

  startStream(): void {
    const { handle, inode, flags } = this.pick(this.open);
    if (inode.type === "directory") return;
    const [kind, position] = [this.pick(["in", "out", "append"] as const), this.offset()];
    const ours =
      kind === "in"
        ? this.fs.readViaStream(handle, BigInt(position))
        : this.fs.writeVia(handle, kind === "out" ? BigInt(position) : undefined);
    const isAllowed = flags.includes(kind === "in" ? "read" : "write");
    this.same(`${kind} stream`, ours instanceof Err ? ours : undefined, isAllowed ? undefined : new Err("bad-descriptor"));
    if (!(ours instanceof Err)) this.streams.push({ handle: ours, inode, kind, position });
    if (this.streams.length > 8) this.endStream();
  }

  useStream(): void {
    if (this.streams.length === 0) return;
    const stream = this.pick(this.streams);
    const { handle, inode, kind, position } = stream;
    const length = this.length();
    if (kind === "in") {
      const ours = this.fs.take(handle, BigInt(length));
      const expected = inode.bytes.subarray(position, position + length);
      if (position >= inode.bytes.length) return this.same("take", ours, "closed");
      this.same(`take ${length}`, ours instanceof Uint8Array && Buffer.compare(ours, expected) === 0, true);
      stream.position += expected.length;
    } else {
      const bytes = bytesOf(length, this.step);
      const at = kind === "append" ? inode.bytes.length : position;
      const ours = this.fs.put(handle, bytes);
      const expected = this.model.write(inode, bytes, BigInt(at));
      this.same(`put ${length}`, ours, expected instanceof Err ? expected : undefined);
      stream.position = at + length;
    }
  }

  endStream(): void {
    if (this.streams.length === 0) return;
    const [gone] = this.streams.splice(this.random(this.streams.length), 1);
    if (gone === undefined) return;
    if (gone.kind === "in") this.fs.closeInput(gone.handle);
    else this.fs.closeOutput(gone.handle);
  }

  mkdir(): void {
    const [base, path] = [this.from(), this.path()];
    this.same(`mkdir ${path}`, this.fs.mkdir(path, base.handle), this.model.mkdir(base.inode, path));
  }

  rmdir(): void {
    const [base, path] = [this.from(), this.path()];
    this.same(`rmdir ${path}`, this.fs.rmdir(path, base.handle), this.model.rmdir(base.inode, path));
  }

  unlink(): void {
    const [base, path] = [this.from(), this.path()];
    this.same(`unlink ${path}`, this.fs.unlink(path, base.handle), this.model.unlink(base.inode, path));
  }

  rename(): void {
    const [base, from, newBase, to] = [this.from(), this.path(), this.from(), this.path()];
    const ours = this.fs.rename(from, to, base.handle, newBase.handle);
    this.same(`rename ${from} ${to}`, ours, this.model.rename(base.inode, from, newBase.inode, to));
  }

  link(): void {
    const [base, from, newBase, to, follow] = [this.from(), this.path(), this.from(), this.path(), this.random(2) === 0];
    const ours = this.fs.link(from, to, follow, base.handle, newBase.handle);
    this.same(`link ${from} ${to}`, ours, this.model.link(base.inode, from, follow, newBase.inode, to));
  }

  symlink(): void {
    const [base, target, path] = [this.from(), this.path(), this.path()];
    this.same(`symlink ${target} ${path}`, this.fs.symlink(target, path, base.handle), this.model.symlink(base.inode, target, path));
  }

  readlink(): void {
    const [base, path] = [this.from(), this.path()];
    this.same(`readlink ${path}`, this.fs.readlinkAt(base.handle, path), this.model.readlink(base.inode, path));
  }

  statAt(): void {
    const [base, path, follow] = [this.from(), this.path(), this.random(2) === 0];
    const inode = this.model.resolve(base.inode, path, follow);
    this.same(`stat ${path}`, this.fs.statAt(base.handle, path, follow), inode instanceof Err ? inode : this.model.stat(inode));
  }

  stat(): void {
    const { handle, inode } = this.pick(this.open);
    this.same("fstat", this.fs.stat(handle), this.model.stat(inode));
  }

  list(): void {
    const { handle, inode } = this.pick(this.open);
    if (inode.type !== "directory") return this.same("list", this.fs.readDirectory(handle), new Err("not-directory"));
    const expected = [...inode.entries].map(([name, { type }]) => `${name} ${type}`).sort();
    this.same(
      "list",
      this.fs
        .list(handle)
        .map(([type, name]) => `${name} ${type}`)
        .sort(),
      expected,
    );
  }

  identity(): void {
    const [one, other] = [this.pick(this.open), this.pick(this.open)];
    this.same("is-same-object", this.fs.isSame(one.handle, other.handle), one.inode === other.inode);
    this.same("hash", this.fs.hash(one.handle) === this.fs.hash(other.handle), one.inode === other.inode);
  }

  setTimes(): void {
    const [base, path, follow, seconds] = [this.from(), this.path(), this.random(2) === 0, BigInt(this.random(1000))];
    const ours = this.fs.plain("set_times_at", base.handle, Number(follow), path, 0, 0n, 0, 2, seconds, 5);
    this.same(`set-times ${path}`, ours, this.model.setModified(base.inode, path, follow, seconds * 1_000_000_000n + 5n));
  }

  /** The whole tree, and what is open. */
  compareAll(): void {
    const { fs, model } = this;
    const walk = (handle: number, inode: ModelInode): void => {
      const names = fs
        .list(handle)
        .map(([, name]) => name)
        .sort();
      this.same("names", names, [...inode.entries.keys()].sort());
      for (const [name, child] of inode.entries) {
        this.same(`stat ${name}`, fs.statAt(handle, name, false), model.stat(child));
        if (child.type === "symbolic-link") continue;
        const opened = fs.must(fs.openAt(handle, name, { follow: false }));
        if (child.type === "directory") walk(opened, child);
        else this.same(`contents of ${name}`, Buffer.compare(fs.must(fs.read(opened, 10n ** 6n, 0n))[0], child.bytes), 0);
        fs.close(opened);
      }
    };
    walk(fs.base, model.root);
    const listed = (inode: ModelInode, path: string): string[] =>
      [...inode.entries].flatMap(([name, child]) => {
        const { type, size } = model.stat(child);
        return [`${path}/${name} ${type.replace("regular-", "")} ${size}`, ...listed(child, `${path}/${name}`)];
      });
    this.same(
      "everything",
      fs.lines().map((line) => line.replace(/ changed$/, "")),
      listed(model.root, "").sort(),
    );
    for (const { handle, inode } of this.open) this.same("fstat", fs.stat(handle), model.stat(inode));
  }

  /** Lets go of everything and removes it. */
  clear(): void {
    const { fs } = this;
    while (this.open.length > 1) this.closeSome();
    while (this.streams.length > 0) this.endStream();
    while (this.listings.length > 0) this.advance();
    const empty = (handle: number): void => {
      for (const [type, name] of fs.list(handle)) {
        if (type === "directory") {
          const inner = fs.must(fs.openAt(handle, name, { follow: false }));
          empty(inner);
          fs.close(inner);
          fs.must(fs.rmdir(name, handle));
        } else {
          fs.must(fs.unlink(name, handle));
        }
      }
    };
    empty(fs.base);
    expect(fs.names()).toEqual([]);
  }
}

const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index);

describe.each(["embedded files", "nothing"])("over %s", (below) => {
  test.each(seeds)("random operations answer as the model does (seed %d)", (seed) => {
    const run = new Run(seed, below === "nothing" ? directory({}) : embedded);
    const lower = Buffer.from(run.fs.imageBytes());
    const count = OPERATIONS / SEEDS / 2;
    for (let index = 1; index <= count; index++) {
      run.run();
      if (index % 500 === 0) run.compareAll();
    }
    run.compareAll();
    expect(run.log.filter((line) => !line.includes("!")).length).toBeGreaterThan(count / 4);
    expect(run.finished).toBeGreaterThan(10);
    run.clear();
    expect(lower.equals(run.fs.imageBytes())).toBe(true);
    expect(run.fs.usedBytes).toBe(0n);
    expect(run.fs.usedFiles).toBe(0);
  });
});
