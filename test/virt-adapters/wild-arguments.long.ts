/**
 * Whatever arguments an app may give where files are writable: lengths and offsets at the edges of their types, paths
 * of any bytes, flags in any combination. Nothing traps, nothing is left in the arena, and afterwards all still works.
 */

import { expect, test } from "vitest";
import { ruleOf } from "../../src/adapters/filesystem/rule-globs.ts";
import type { FileRule } from "../../src/image/file-rules.ts";
import { randomOf } from "../differential/random.ts";
import { Err, directory, file, link } from "./file-system.ts";
import { hostDirectory, hostFile, hostLink, HostTree } from "./host-tree.ts";
import { WritableFiles } from "./writing.ts";

const SEEDS = 4;
const CALLS = 20_000;
const EDGES = [0, 1, 63, 64, 4095, 4096, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53];
const NUMBERS: readonly bigint[] = [
  ...EDGES.map(BigInt),
  ...[2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 63n + 4096n, 2n ** 64n - 4096n, 2n ** 64n - 1n],
];
const PATHS: readonly (string | Uint8Array)[] = [
  ...[
    "",
    ".",
    "..",
    "/",
    "//",
    "f",
    "f/",
    "d",
    "d/",
    "d/f",
    "l",
    "l/",
    "new",
    "new/",
    "g",
    "h",
    "i",
    "d/g",
    "d/h",
    "d/..",
    "d/../..",
    "f/..",
    "n\0",
    "\0",
  ],
  ...["n".repeat(255), "n".repeat(256), "a/".repeat(2047), "a/".repeat(2048), "x".repeat(100_000), "/".repeat(5000), "é\u{1F600}"],
  Uint8Array.of(0xff, 0xfe, 0x80),
];

/** What every function has answered, 0 for `ok` and 1 for an error. */
type Outcomes = Map<string, Set<number>>;

type Rules = readonly FileRule[];
const RULES: Rules = [...ruleOf("hide", "**/g"), ...ruleOf("hide", "!d/f"), ...ruleOf("protect", "d/h")];

const embedded = (rules?: Rules): WritableFiles =>
  new WritableFiles({
    ...(rules && { rules }),
    preopens: [
      {
        path: "/",
        directory: directory({ f: file("contents"), d: directory({ f: file(new Uint8Array(10_000)) }), l: link("d/f") }),
        writable: { maxBytes: 4_000_000 },
        ...(rules && { ruleStarts: [[]] }),
      },
    ],
    limits: { maxFiles: 100 },
  });

const overHost = (rules?: Rules): WritableFiles => {
  const entries = { f: hostFile("contents"), d: hostDirectory({ f: hostFile(new Uint8Array(10_000)) }), l: hostLink("d/f") };
  return new HostTree(entries, { writable: { maxBytes: 4_000_000 }, limits: { maxFiles: 100 }, ...(rules && { rules }) }).files;
};

test.each([
  { name: "over embedded files", make: embedded, seeds: SEEDS },
  { name: "over the host's", make: overHost, seeds: SEEDS },
  { name: "over embedded files, under rules", make: () => embedded(RULES), seeds: 1 },
  { name: "over the host's, under rules", make: () => overHost(RULES), seeds: SEEDS },
])("wild arguments trap nothing, $name", { timeout: 30_000 }, ({ make, seeds }) => {
  const outcomes: Outcomes = new Map();
  for (let seed = 1; seed <= seeds; seed++) run(seed, outcomes, make());
  expect(outcomes.size).toBe(25);
  // Everything has succeeded and failed, but for what cannot fail.
  for (const [name, seen] of outcomes)
    expect([name, [...seen].sort()]).toEqual([name, name === "stat" || name === "exported list" ? [0] : [0, 1]]);
});

function run(seed: number, outcomes: Outcomes, fs: WritableFiles): void {
  const random = randomOf(seed).below;
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const { adapter } = fs;
  const descriptors = [fs.base];
  const streams: { readonly handle: number; readonly isInput: boolean }[] = [];
  const path = (): readonly number[] => adapter.lower(pick(PATHS));
  const absolute = (): readonly number[] => adapter.lower(Buffer.concat([Buffer.from(pick(["/", "/", ""])), Buffer.from(pick(PATHS))]));
  const bytes = (): readonly number[] => adapter.lower(new Uint8Array(pick([0, 1, 100, 4096, 70_000])));
  const descriptor = (): number => adapter.representation(pick(descriptors));
  const time = (): readonly (number | bigint)[] => [random(3), pick(NUMBERS), pick([0, 1, 999_999_999, 1_000_000_000, -1])];

  const calls: Readonly<Record<string, () => readonly (number | bigint)[]>> = {
    open_at: () => [descriptor(), random(2), ...path(), random(16), random(64)],
    read: () => [descriptor(), pick(NUMBERS), pick(NUMBERS)],
    write: () => [descriptor(), ...bytes(), pick(NUMBERS)],
    set_size: () => [descriptor(), pick(NUMBERS)],
    read_via_stream: () => [descriptor(), pick(NUMBERS)],
    write_via_stream: () => [descriptor(), pick(NUMBERS)],
    append_via_stream: () => [descriptor()],
    advise: () => [descriptor(), pick(NUMBERS), pick(NUMBERS), random(6)],
    stat: () => [descriptor()],
    stat_at: () => [descriptor(), random(2), ...path()],
    metadata_hash_at: () => [descriptor(), random(2), ...path()],
    readlink_at: () => [descriptor(), ...path()],
    set_times: () => [descriptor(), ...time(), ...time()],
    set_times_at: () => [descriptor(), random(2), ...path(), ...time(), ...time()],
    create_directory_at: () => [descriptor(), ...path()],
    remove_directory_at: () => [descriptor(), ...path()],
    unlink_file_at: () => [descriptor(), ...path()],
    symlink_at: () => [descriptor(), ...path(), ...path()],
    link_at: () => [descriptor(), random(2), ...path(), descriptor(), ...path()],
    rename_at: () => [descriptor(), ...path(), descriptor(), ...path()],
  };
  const exported: Readonly<Record<string, () => readonly (number | bigint)[]>> = {
    list: () => [],
    read: () => absolute(),
    read_at: () => [...absolute(), pick(NUMBERS), pick(NUMBERS)],
    write: () => [...absolute(), ...bytes()],
    remove: () => absolute(),
  };
  const names = Object.keys(calls);
  for (let index = 0; index < CALLS; index++) {
    if (streams.length > 0 && random(4) === 0) {
      const stream = pick(streams);
      if (stream.isInput) {
        const name = pick(["input_stream_read", "input_stream_skip"]);
        fs.stream(name, stream.handle, [pick(NUMBERS)], name.endsWith("skip") ? 8 : 4, () => "ok");
      } else {
        fs.put(stream.handle, new Uint8Array(random(10_000)));
        fs.stream("output_stream_write_zeroes", stream.handle, [pick(NUMBERS)], 4, () => "ok");
        const source = streams.find(({ isInput }) => isInput);
        if (source !== undefined)
          fs.stream("output_stream_splice", stream.handle, [fs.borrow(source.handle), pick(NUMBERS)], 8, () => "ok");
      }
      continue;
    }
    if (random(8) === 0) {
      const name = pick(Object.keys(exported));
      adapter.call(`virtual_files__${name}`, exported[name]?.() ?? [], (at) => {
        const failed = adapter.view.getUint8(at);
        outcomes.set(`exported ${name}`, (outcomes.get(`exported ${name}`) ?? new Set()).add(failed));
        if (failed === 1 || name === "write" || name === "remove") return;
        const [address, length] = [adapter.view.getUint32(at + 4, true), adapter.view.getUint32(at + 8, true)];
        expect(address + length * (name === "list" ? 32 : 1)).toBeLessThanOrEqual(adapter.memory.buffer.byteLength);
      });
      continue;
    }
    if (random(500) === 0) adapter.call("virtual_files__reset", [], () => undefined);
    const name = pick(names);
    const isOk = adapter.call(`filesystem_types__descriptor_${name}`, calls[name]?.() ?? [], (at) => {
      const failed = adapter.view.getUint8(at);
      const seen = outcomes.get(name) ?? new Set();
      outcomes.set(name, seen.add(failed));
      if (failed === 0 && name === "open_at") descriptors.push(adapter.view.getInt32(at + 4, true));
      if (failed === 0 && name.endsWith("via_stream")) {
        streams.push({ handle: adapter.view.getInt32(at + 4, true), isInput: name.startsWith("read") });
      }
      if (failed === 0 && name === "read") {
        const [address, length] = [adapter.view.getUint32(at + 4, true), adapter.view.getUint32(at + 8, true)];
        expect(address + length).toBeLessThanOrEqual(adapter.memory.buffer.byteLength);
      }
      return failed === 0;
    });
    expect(typeof isOk).toBe("boolean");
    if (descriptors.length > 20) fs.close(descriptors.splice(1 + random(descriptors.length - 1), 1)[0] ?? -1);
    if (streams.length > 20) {
      const [stream] = streams.splice(random(streams.length), 1);
      if (stream !== undefined) (stream.isInput ? fs.closeInput : fs.closeOutput).call(fs, stream.handle);
    }
  }
  const opened = fs.openAt(fs.base, "at-last", { flags: ["read", "write"], open: ["create"] });
  if (opened instanceof Err) expect(opened.error).toBe("insufficient-space");
  else expect(fs.stat(opened)).toMatchObject({ size: 0 });
}
