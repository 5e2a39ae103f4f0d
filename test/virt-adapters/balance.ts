/** Calls by chance over a directory of the host's that changes, and what of memory is taken when all is closed and reset. */

import { COUNTER_COUNT, MEMORY, MOUNT_FREE_LISTS, MOUNTS } from "../../src/image/layout.ts";
import { randomOf } from "../compose/apps.ts";
import { directory, Err, file, link } from "./file-system.ts";
import { hostDirectory, hostFile, hostLink, type HostNode, HostTree } from "./host-tree.ts";
import type { WritableFiles } from "./writing.ts";

const NAMES = ["a", "b", "c", "d", "e", "l", "m", "x".repeat(120), "y".repeat(250)];
const OPERATIONS = 1500;

function tree(depth: number): Record<string, HostNode> {
  const rest: Record<string, HostNode> = depth === 0 ? {} : { c: hostDirectory(tree(depth - 1)), d: hostDirectory(tree(depth - 1)) };
  return { a: hostFile("a"), b: hostFile(new Uint8Array(20_000)), l: hostLink("a"), m: hostLink(`${"./".repeat(1500)}c`), ...rest };
}

/** How many units are taken (virt-adapters/files/heap.ts): 64 by a block that is full or not divided, those that are in use by another. */
export function unitsOf({ adapter: { view } }: WritableFiles): number {
  let units = view.getUint32(MEMORY + COUNTER_COUNT, true) * 64;
  const mount = view.getUint32(MOUNTS, true);
  for (let list = 0; list < 6; list++) {
    for (let at = view.getUint32(mount + MOUNT_FREE_LISTS + list * 4, true); at !== 0; at = view.getUint32(at + 12, true)) {
      const free = view.getBigUint64(at, true).toString(2).replaceAll("0", "").length;
      units -= free + 1;
    }
  }
  return units;
}

export interface Left {
  readonly units: number;
  readonly bytes: bigint;
  readonly files: number;
  /** Of the host's. */
  readonly handles: number;
}

/** Nothing is, and the host has one handle open. */
export const NOTHING: Left = { units: 0, bytes: 0n, files: 0, handles: 1 };

/** The limit of bytes for a seed, if there is one. */
export const limitOf = (seed: number): number | undefined => [0, 65_536, 262_144, undefined][seed % 4];

export function leftAfter(seed: number): Left {
  const maxBytes = limitOf(seed);
  const random = randomOf(seed + 1);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(all: readonly T[]): T | undefined => all[below(all.length)];
  const over = seed % 3 === 0 ? {} : { a: file("embedded"), l: link("b"), c: directory({ e: file("e"), d: directory({ b: file("b") }) }) };
  const writable = maxBytes === undefined ? {} : { maxBytes };
  const host = new HostTree(tree(3), { preopens: [{ path: "/", directory: directory(over), writable, host: "/host" }] });
  const { files } = host;
  /** An embedded directory that is the host's too is an inode once a path comes by. */
  const reset = (): void => {
    files.adapter.call("virtual_files__reset", [], () => undefined);
    void files.statAt(files.base, "c/d/none");
  };
  reset();
  const before = unitsOf(files);

  const open: number[] = [];
  const [inputs, outputs, lists]: [number[], number[], number[]] = [[], [], []];
  const keep = (into: number[], made: number | Err): void => void (made instanceof Err || into.push(made));
  const drop = (from: number[], close: (handle: number) => void): void => {
    const [handle] = from.splice(below(from.length), 1);
    if (handle !== undefined) close(handle);
  };
  const base = (): number => (random() < 0.5 ? files.base : (pick(open) ?? files.base));
  const path = (): string => Array.from({ length: 1 + below(4) }, () => pick(NAMES)).join("/");
  const opened = (): number => pick(open) ?? files.base;
  const list = (): number => pick(lists) ?? -1;
  const operations: readonly (() => unknown)[] = [
    () => keep(open, files.openAt(base(), path())),
    () => keep(open, files.openAt(base(), path(), { flags: ["read", "write"], open: ["create"] })),
    () => keep(open, files.openAt(base(), path(), { flags: ["read", "write"], open: random() < 0.3 ? ["truncate"] : [] })),
    () => files.write(opened(), new Uint8Array(below(9000)), BigInt(below(3) === 0 ? below(1e7) : below(20_000))),
    () => files.setSize(opened(), BigInt(below(3) === 0 ? 0 : below(20_000))),
    () => files.read(opened(), BigInt(below(30_000)), BigInt(below(10_000))),
    () => files.statAt(base(), path(), random() < 0.5),
    () => files.readlinkAt(base(), path()),
    () => files.unlink(path(), base()),
    () => files.rmdir(path(), base()),
    () => files.mkdir(path(), base()),
    () => files.symlink("t".repeat(1 + below(4000)), path(), base()),
    // So that the limit is reached.
    () => Array.from({ length: 20 }, () => files.symlink("t".repeat(1 + below(300)), `${below(1e6)}`.padEnd(1 + below(255), "n"))),
    () => files.symlink(pick(["a", "c/d", "../d", "m", "l"]) ?? "a", path(), base()),
    () => files.rename(path(), path(), base(), base()),
    () => files.link(path(), path(), random() < 0.5, base(), base()),
    () => files.setTimesAt(path(), base()),
    () => keep(inputs, files.readViaStream(opened(), BigInt(below(5000)))),
    () => keep(outputs, files.writeVia(opened(), random() < 0.5 ? undefined : BigInt(below(5000)))),
    () => keep(lists, files.readDirectory(base())),
    () => (list() < 0 ? undefined : files.nextEntry(list())),
    () => inputs.length > 0 && files.take(pick(inputs) ?? -1, BigInt(below(9000))),
    () => outputs.length > 0 && files.put(pick(outputs) ?? -1, new Uint8Array(below(4096))),
    () => drop(open, (handle) => files.close(handle)),
    () => drop(inputs, (handle) => files.closeInput(handle)),
    () => drop(outputs, (handle) => files.closeOutput(handle)),
    () => drop(lists, (handle) => files.closeDirectory(handle)),
    () => below(40) === 0 && reset(),
    // The host changes, too.
    () =>
      host.root.entries?.get(random() < 0.5 ? "c" : "d")?.entries?.set(pick(NAMES.filter((name) => name !== "d")) ?? "a", hostFile("new")),
  ];
  for (let i = 0; i < OPERATIONS; i++) pick(operations)?.();

  for (const handle of open) files.close(handle);
  for (const handle of inputs) files.closeInput(handle);
  for (const handle of outputs) files.closeOutput(handle);
  for (const handle of lists) files.closeDirectory(handle);
  reset();
  return { units: unitsOf(files) - before, bytes: files.usedBytes, files: files.usedFiles, handles: host.open.size };
}
