/**
 * The image of the io adapter: trees of read-only files, and the bytes of standard input. File contents
 * are chunks of the image by reference; tables and strings are one chunk (layout.ts draws them):
 *
 *   IMAGE_BASE  nodes · directory records · times (if any) · preopens · strings │ contents ...
 */

import { LinkError } from "../errors.ts";
import { ContentStore } from "./contents.ts";
import { digestOf } from "./digest.ts";
import { type Image, Header, checkFits, imageOf } from "./image.ts";
import {
  DIGEST,
  DIRECTORY_DIRECTORIES,
  DIRECTORY_END,
  DIRECTORY_FIRST,
  DIRECTORY_PARENT,
  DIRECTORY_SIZE,
  IMAGE_BASE,
  NODE_BYTES,
  NODE_DATA,
  NODE_LIMIT,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_SIZE,
  NODE_TYPE,
  PREOPENS,
  STDIN,
  TIMES,
  TIME_NANOSECONDS,
  TIME_SECONDS,
  TIME_SIZE,
  TYPE_DIRECTORY,
  TYPE_FILE,
  TYPE_LINK,
} from "./layout.ts";
import { nodesOf } from "./nodes.ts";
import { StringPool } from "./strings.ts";
import type { Preopen } from "./tree.ts";

export interface FilesOptions {
  readonly preopens: readonly Preopen[];
  /** What the app reads from standard input; `undefined` if that is not embedded. */
  readonly stdin: Uint8Array | undefined;
}

export interface FilesImage extends Image {
  readonly fileCount: number;
  /** The sizes of all files added up. */
  readonly fileBytes: number;
  /** What the files take in the image, identical contents once. */
  readonly storedBytes: number;
}

/** Bytes of a preopen in its list: handle, address and byte length of the path. */
const PREOPEN_SIZE = 12;
const TYPES = { file: TYPE_FILE, link: TYPE_LINK, directory: TYPE_DIRECTORY };

export function filesImage({ preopens, stdin }: FilesOptions): FilesImage {
  const nodes = nodesOf(preopens);
  const pool = new StringPool();
  const store = new ContentStore();
  const names = nodes.map(({ name }) => pool.add(name));
  const paths = preopens.map(({ path }) => pool.add(path));
  // What each node's data is: a string of the pool, a place in the store, or a directory's number.
  let directoryCount = 0;
  let fileCount = 0;
  let fileBytes = 0;
  const samples: number[] = [];
  const data = nodes.map(({ entry }) => {
    switch (entry.kind) {
      case "file": {
        const { offset, sample } = store.add(entry.contents);
        fileCount++;
        fileBytes += entry.contents.length;
        samples.push(sample);
        return { offset, byteLength: entry.contents.length };
      }
      case "link":
        return pool.add(entry.target);
      case "directory":
        return { offset: directoryCount++, byteLength: 0 };
      default:
        return entry satisfies never;
    }
  });
  const storedBytes = store.byteLength;
  const stdinOffset = stdin === undefined ? 0 : store.add(stdin).offset;

  const hasTimes = nodes.some(({ entry }) => entry.modified !== undefined);
  const directoriesAt = IMAGE_BASE + nodes.length * NODE_SIZE;
  const timesAt = directoriesAt + directoryCount * DIRECTORY_SIZE;
  const preopensAt = timesAt + (hasTimes ? nodes.length * TIME_SIZE : 0);
  const poolAt = preopensAt + preopens.length * PREOPEN_SIZE;
  const contentsAt = poolAt + pool.bytes().length;
  checkFits(contentsAt + store.byteLength);
  if (directoriesAt > NODE_LIMIT) throw new LinkError(`${nodes.length} files and directories are too many`);

  const tables = new DataView(new ArrayBuffer(contentsAt - IMAGE_BASE));
  const set = (address: number, word: number): void => tables.setUint32(address - IMAGE_BASE, word, true);
  const dataAt = { file: contentsAt, link: poolAt, directory: directoriesAt };
  const addressOf = (index: number): number => IMAGE_BASE + index * NODE_SIZE;

  for (const [index, node] of nodes.entries()) {
    const { kind, modified } = node.entry;
    const { offset, byteLength } = data[index] ?? NOTHING;
    const name = names[index] ?? NOTHING;
    const address = addressOf(index);
    const scale = kind === "directory" ? DIRECTORY_SIZE : 1;
    const nodeData = dataAt[kind] + offset * scale;
    set(address + NODE_NAME, poolAt + name.offset);
    tables.setUint16(address + NODE_NAME_LENGTH - IMAGE_BASE, name.byteLength, true);
    tables.setUint8(address + NODE_TYPE - IMAGE_BASE, TYPES[kind]);
    set(address + NODE_DATA, nodeData);
    set(address + NODE_BYTES, byteLength);
    if (kind === "directory") {
      set(nodeData + DIRECTORY_PARENT, addressOf(node.parent));
      set(nodeData + DIRECTORY_DIRECTORIES, node.directories);
      set(nodeData + DIRECTORY_FIRST, addressOf(node.first));
      set(nodeData + DIRECTORY_END, addressOf(node.end));
    }
    if (modified !== undefined) {
      const time = timesAt + index * TIME_SIZE - IMAGE_BASE;
      const nanoseconds = BigInt.asUintN(64, ((modified % SECOND) + SECOND) % SECOND);
      tables.setBigInt64(time + TIME_SECONDS, (modified - nanoseconds) / SECOND, true);
      tables.setUint32(time + TIME_NANOSECONDS, Number(nanoseconds), true);
    }
  }
  for (const [index, { offset, byteLength }] of paths.entries()) {
    set(preopensAt + index * PREOPEN_SIZE + 4, poolAt + offset);
    set(preopensAt + index * PREOPEN_SIZE + 8, byteLength);
  }
  const bytes = new Uint8Array(tables.buffer);
  bytes.set(pool.bytes(), poolAt - IMAGE_BASE);

  const header = new Header();
  if (stdin !== undefined && stdin.length > 0) {
    header.set(STDIN, contentsAt + stdinOffset, contentsAt + stdinOffset + stdin.length);
  }
  if (preopens.length > 0) {
    header.set(PREOPENS, preopensAt, preopens.length);
    header.set(DIGEST, ...digestOf(bytes, samples));
  }
  if (hasTimes) header.set(TIMES, timesAt - IMAGE_BASE);
  return { ...imageOf(header, [bytes, ...store.chunks]), fileCount, fileBytes, storedBytes };
}

const SECOND = 1_000_000_000n;
const NOTHING = { offset: 0, byteLength: 0 };
