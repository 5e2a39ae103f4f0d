// Compressed files: their contents are inflated as a whole when they are first opened, and stay in memory. From then on the file
// is as if it were embedded as it is: its node, and its inode if it has one, has the contents' address. The composer puts
// `inflate_file` into the guests of files in the place of an import (../abi/compressed.ts), where any file is compressed.
//
// What is kept lies between the image and the arena, as blocks do, and counts for no limit: it is not written.

import * as arena from "../abi/arena";
import {
  IMAGE_BASE,
  INFLATE_PADDING,
  INFLATE_TABLES,
  INODES,
  NODE_DATA,
  PACKED,
  PACKED_ADDRESS,
  PACKED_BYTES,
  PACKED_END,
  PACKED_LENGTH,
  PACKED_SIZE,
  TYPE_FILE,
} from "../../src/image/layout";
import { FileInode } from "../files/inode";
import { INSUFFICIENT_MEMORY, IO } from "../io/error-code";
import * as embedded from "../io/node";
import { inflate } from "./inflate";

/** For whoever reads an image elsewhere. */
export function compressed__inflate(source: usize, sourceEnd: usize, target: usize, targetEnd: usize, tables: usize): bool {
  return inflate(source, sourceEnd, target, targetEnd, tables);
}

/**
 * The object of a file, whose contents can be read then, or an error code: of what is one already, or has another type, the same.
 * Called when nothing is in the arena.
 */
export function compressed__inflate_file(object: usize): usize {
  if (object < <usize>IMAGE_BASE) return object;
  const inodes: usize = load<u32>(INODES);
  const isInode = inodes && object >= inodes;
  const file = changetype<FileInode>(object);
  // Also of a file that is empty by now: the embedder can make it what it was.
  const node = isInode ? file.node : object;
  if (!node || embedded.typeOf(node) != TYPE_FILE) return object;
  const record = embedded.dataOf(node);
  const size = embedded.sizeOf(node);
  if (record < <usize>load<u32>(PACKED) || record >= <usize>load<u32>(PACKED_END) || !size) return object;
  const error = load<u32>(record, PACKED_BYTES) < size ? IO : fill(record);
  if (error) {
    // Nobody has it open.
    if (isInode) file.opens--;
    return error;
  }
  const data = load<u32>(record, PACKED_ADDRESS);
  store<u32>(node, data, NODE_DATA);
  if (isInode) file.lower = data;
  return object;
}

/** Inflates what a record has, unless that is done. Answers why it could not be, or 0. */
function fill(record: usize): usize {
  if (load<u32>(record, PACKED_ADDRESS)) return 0;
  const size: usize = load<u32>(record, PACKED_BYTES);
  const source = record + PACKED_SIZE;
  const sourceEnd = source + <usize>load<u32>(record, PACKED_LENGTH);
  if (sourceEnd < source || sourceEnd > <usize>load<u32>(PACKED_END)) return IO;
  const target = arena.base();
  const end = target + size;
  // The tables are there only meanwhile.
  if (end < target || !arena.growTo(end + INFLATE_PADDING + INFLATE_TABLES)) return INSUFFICIENT_MEMORY;
  if (!inflate(source, sourceEnd, target, end, end + INFLATE_PADDING)) return IO;
  arena.setBase((end + 15) & ~15);
  arena.empty();
  store<u32>(record, target, PACKED_ADDRESS);
  return 0;
}
