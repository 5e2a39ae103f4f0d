// The entries that were added to directories, each in a hash table (buckets.ts) and in a list in the order in which they
// came; and the streams that read them.
//
//     0  chain        the next record in the bucket
//     4  hash
//     8  previous     in the list
//    12  next
//    16  inode
//    20  name length  u8
//    21  covers       bool
//    22  name
//
// Where a directory of the host's is the lower layer (lower.ts), a record covers the host's entry of that name: it
// leads to that, to something else, or nowhere.

const RECORD_NAME: usize = 22;

@unmanaged
export class Record {
  chain: usize;
  hash: u32;
  previous: usize;
  next: usize;
  inode: usize;
  nameLength: u8;
  covers: bool;
}

/** What is left to read of a directory; streams of one directory are a list. */
@unmanaged
export class EntryStream {
  directory: usize;
  node: usize;
  nodeEnd: usize;
  record: usize;
  lastRecord: usize;
  previous: usize;
  next: usize;
  /** Of the host: its entries to read, from what was opened for that; 0 if there are none. */
  hostStream: usize;
  hostDirectory: usize;
}

@inline
export function nameOf(record: Record): usize {
  return changetype<usize>(record) + RECORD_NAME;
}

@inline
export function recordSize(nameLength: usize): usize {
  return RECORD_NAME + nameLength;
}
