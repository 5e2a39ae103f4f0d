/**
 * Writes the tables of the io adapter's image, in the order in which they lie in memory: nodes, directory
 * records, times if there are any, mounts if any is writable, preopens, strings (layout.ts draws each). The
 * contents follow them.
 */

import { LinkError } from "../errors.ts";
import {
  DIRECTORY_DIRECTORIES,
  DIRECTORY_END,
  DIRECTORY_FIRST,
  DIRECTORY_PARENT,
  DIRECTORY_SIZE,
  IMAGE_BASE,
  MOUNT_CHANGES_HOST,
  MOUNT_DIRECT,
  MOUNT_FLAGS,
  MOUNT_HOST,
  MOUNT_CONTENTS,
  MOUNT_MEMORY,
  MOUNT_NEEDED,
  MOUNT_OFFERED,
  MOUNT_HIDDEN,
  MOUNT_OUTER,
  MOUNT_PATH,
  MOUNT_SIZE,
  MOUNT_WRITABLE,
  NODE_BYTES,
  NODE_DATA,
  NODE_LIMIT,
  NODE_MOUNT,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_SIZE,
  NODE_TYPE,
  PREOPEN_LENGTH,
  PREOPEN_PATH,
  PREOPEN_SIZE,
  TIME_NANOSECONDS,
  TIME_SECONDS,
  TIME_SIZE,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_LINK,
} from "./layout.ts";
import { contentsLimit, memoryLimit } from "./memory-limit.ts";
import type { Node } from "./nodes.ts";
import type { PooledString } from "./strings.ts";
import type { Writable } from "./tree.ts";

/** A node and where its data is, relative to the place of its kind. */
export interface PlacedNode {
  readonly node: Node;
  readonly name: PooledString;
  /** file: bytes into the contents, or into what is compressed of them · link: bytes into the strings · directory: its number. */
  readonly data: number;
  /** Of the contents or the target; 0 for directories. */
  readonly byteLength: number;
  /** The contents are compressed. */
  readonly isPacked?: true;
}

export interface PlacedMount {
  readonly writable: Writable | undefined;
  /** The number of that around it. */
  readonly outer: number | undefined;
  readonly isHidden: boolean;
  /** Whether changes go to the host, of a directory of the host's in or around other mounts. */
  readonly changesHost: boolean | undefined;
  /** Whether it is there only where the host offers it. */
  readonly isOffered: boolean;
  /** And in any case where it lies in no other such one. */
  readonly isNeeded: boolean;
  /** Without a slash at the end. */
  readonly path: PooledString;
  /** What the host calls the directory that is the lower layer. */
  readonly host: PooledString | undefined;
}

export interface TableParts {
  readonly nodes: readonly PlacedNode[];
  readonly directoryCount: number;
  readonly hasTimes: boolean;
  /** The time of nodes that have none. */
  readonly fixedSeconds: number;
  /** The preopens' paths. */
  readonly paths: readonly PooledString[];
  /** Empty if none is writable. */
  readonly mounts: readonly PlacedMount[];
  /** All strings. */
  readonly strings: Uint8Array;
  /** How many bytes into the contents those begin that are compressed. */
  readonly packedFrom: number;
  /** The roots come first; bytes between them and all else, where something else lies. */
  readonly gap?: number;
}

export interface Tables {
  /** Without what lies in the gap. */
  readonly bytes: Uint8Array;
  readonly timesAt: number;
  readonly preopensAt: number;
  readonly mountsAt: number;
  /** The address after the tables. */
  readonly contentsAt: number;
}

const TYPES = { file: TYPE_FILE, link: TYPE_LINK, directory: TYPE_DIRECTORY };
const SECOND = 1_000_000_000n;

export function writeTables(parts: TableParts): Tables {
  const { nodes, paths, mounts, strings, gap = 0 } = parts;
  const roots = Math.max(paths.length, mounts.length);
  const addressOf = (node: number): number => IMAGE_BASE + node * NODE_SIZE + (node < roots ? 0 : gap);
  const offsetOf = (address: number): number => address - IMAGE_BASE - (address < IMAGE_BASE + roots * NODE_SIZE ? 0 : gap);
  const directoriesAt = addressOf(nodes.length);
  const timesAt = directoriesAt + parts.directoryCount * DIRECTORY_SIZE;
  const mountsAt = timesAt + (parts.hasTimes ? nodes.length * TIME_SIZE + gap : 0);
  const preopensAt = mountsAt + mounts.length * MOUNT_SIZE;
  const stringsAt = preopensAt + paths.length * PREOPEN_SIZE;
  const contentsAt = stringsAt + strings.length;
  if (directoriesAt > NODE_LIMIT) {
    throw new LinkError(`${nodes.length} embedded files and directories are more than an adapter can tell apart`);
  }

  const bytes = new Uint8Array(offsetOf(contentsAt));
  const view = new DataView(bytes.buffer);
  const set = (address: number, word: number): void => view.setUint32(offsetOf(address), word, true);
  const bases = { file: contentsAt, link: stringsAt, directory: directoriesAt };

  for (const [index, { node, name, data, byteLength, isPacked }] of nodes.entries()) {
    const { kind, modified = BigInt(parts.fixedSeconds) * SECOND } = node.entry;
    const address = addressOf(index);
    const dataAt = bases[kind] + (kind === "directory" ? data * DIRECTORY_SIZE : data) + (isPacked ? parts.packedFrom : 0);
    set(address + NODE_NAME, stringsAt + name.offset);
    view.setUint16(offsetOf(address) + NODE_NAME_LENGTH, name.byteLength, true);
    view.setUint8(offsetOf(address) + NODE_TYPE, TYPES[kind]);
    view.setUint8(offsetOf(address) + NODE_MOUNT, node.mount);
    set(address + NODE_DATA, dataAt);
    set(address + NODE_BYTES, byteLength);
    if (kind === "directory") {
      set(dataAt + DIRECTORY_PARENT, addressOf(node.parent));
      set(dataAt + DIRECTORY_DIRECTORIES, node.directories);
      set(dataAt + DIRECTORY_FIRST, addressOf(node.first));
      set(dataAt + DIRECTORY_END, addressOf(node.end));
    }
    if (parts.hasTimes) {
      const time = offsetOf(timesAt + address - IMAGE_BASE);
      // Before the epoch, too, the nanoseconds count forwards.
      const nanoseconds = ((modified % SECOND) + SECOND) % SECOND;
      view.setBigInt64(time + TIME_SECONDS, (modified - nanoseconds) / SECOND, true);
      view.setUint32(time + TIME_NANOSECONDS, Number(nanoseconds), true);
    }
  }
  for (const [index, { offset, byteLength }] of paths.entries()) {
    set(preopensAt + index * PREOPEN_SIZE + PREOPEN_PATH, stringsAt + offset);
    set(preopensAt + index * PREOPEN_SIZE + PREOPEN_LENGTH, byteLength);
  }
  for (const [index, { writable, outer, isHidden, changesHost, isOffered, isNeeded, path, host }] of mounts.entries()) {
    const mount = mountsAt + index * MOUNT_SIZE;
    if (outer !== undefined) set(mount + MOUNT_OUTER, mountsAt + outer * MOUNT_SIZE);
    const direct = changesHost === undefined ? 0 : MOUNT_DIRECT | (changesHost ? MOUNT_CHANGES_HOST : 0);
    const kept = (writable === undefined ? 0 : MOUNT_WRITABLE) | (isHidden ? MOUNT_HIDDEN : 0);
    set(mount + MOUNT_FLAGS, kept | direct | (isOffered ? MOUNT_OFFERED : 0) | (isNeeded ? MOUNT_NEEDED : 0));
    set(mount + MOUNT_PATH, stringsAt + path.offset);
    set(mount + MOUNT_PATH + 4, path.byteLength);
    if (host !== undefined) {
      set(mount + MOUNT_HOST, stringsAt + host.offset);
      set(mount + MOUNT_HOST + 4, host.byteLength);
    }
    set(mount + MOUNT_CONTENTS, contentsLimit(writable?.maxBytes));
    set(mount + MOUNT_MEMORY, memoryLimit(writable?.maxBytes));
  }
  bytes.set(strings, offsetOf(stringsAt));
  return { bytes, timesAt, preopensAt, mountsAt, contentsAt };
}
