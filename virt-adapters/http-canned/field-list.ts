// What is behind a `fields`: a list<tuple<string, list<u8>>> with all its texts, in one piece of memory or in the image. A change makes
// another one.

import { give, take } from "./heap";
import { isSame } from "./syntax";

/** Bytes of an entry: the addresses and lengths of a name and a value; and of a value in a list. */
export const ENTRY: usize = 16;
export const VALUE: usize = 8;

@unmanaged
export class Fields {
  entries: usize;
  count: usize;
  /** Bytes of the piece of memory; 0: the image has it. */
  room: usize;
  isFixed: u32;
}

@inline
export function fieldsAt(representation: usize): Fields {
  return changetype<Fields>(representation << 3);
}

/** A representation of entries that lie somewhere and stay there. */
export function fixedFields(entries: usize, count: usize): usize {
  const fields = changetype<Fields>(take(offsetof<Fields>()));
  fields.entries = entries;
  fields.count = count;
  fields.room = 0;
  fields.isFixed = 1;
  return changetype<usize>(fields) >> 3;
}

/** A representation of a copy. */
export function copyOf(entries: usize, count: usize, isFixed: u32): usize {
  const representation = fixedFields(0, 0);
  replace(fieldsAt(representation), entries, count, 0, 0, 0, 0, true);
  fieldsAt(representation).isFixed = isFixed;
  return representation;
}

/** A representation of a copy that does not change. */
export function fixedCopy(representation: usize): usize {
  const fields = fieldsAt(representation);
  return copyOf(fields.entries, fields.count, 1);
}

/** The same of one that does. */
export function freeCopy(representation: usize): usize {
  const fields = fieldsAt(representation);
  return copyOf(fields.entries, fields.count, 0);
}

export function giveFields(representation: usize): void {
  const fields = fieldsAt(representation);
  if (fields.room) give(fields.entries, fields.room);
  give(changetype<usize>(fields), offsetof<Fields>());
}

let nextEntry: usize = 0;
let nextByte: usize = 0;

/** Entries, but those of a name unless values are added to it, and values of that name. */
export function replace(
  fields: Fields,
  entries: usize,
  count: usize,
  name: usize,
  length: usize,
  values: usize,
  valueCount: usize,
  isAdded: bool,
): void {
  const last = entries + count * ENTRY;
  const lastValue = values + valueCount * VALUE;
  let room = valueCount * (ENTRY + length);
  let kept = valueCount;
  for (let each = entries; each < last; each += ENTRY) {
    if (!isAdded && isSame(load<u32>(each), load<u32>(each, 4), name, length)) continue;
    room += ENTRY + load<u32>(each, 4) + load<u32>(each, 12);
    kept++;
  }
  for (let each = values; each < lastValue; each += VALUE) room += load<u32>(each, 4);
  const piece = room ? take(room) : 0;
  nextEntry = piece;
  nextByte = piece + kept * ENTRY;
  for (let each = entries; each < last; each += ENTRY) {
    if (!isAdded && isSame(load<u32>(each), load<u32>(each, 4), name, length)) continue;
    add(load<u32>(each), load<u32>(each, 4), each + VALUE);
  }
  for (let each = values; each < lastValue; each += VALUE) add(name, length, each);
  if (fields.room) give(fields.entries, fields.room);
  fields.entries = piece;
  fields.count = kept;
  fields.room = room;
}

function add(name: usize, length: usize, value: usize): void {
  addText(name, length);
  addText(load<u32>(value), load<u32>(value, 4));
}

function addText(at: usize, length: usize): void {
  store<u32>(nextEntry, nextByte);
  store<u32>(nextEntry, length, 4);
  nextEntry += VALUE;
  memory.copy(nextByte, at, length);
  nextByte += length;
}
