// The streams that are kept (kept.ts): those of each kind are in a list, by their representations.

import { PIPES } from "../../src/image/layout";
import { UNIT, giveUnits, take } from "./heap";
import { FileInode } from "./inode";
import { openPipes, streamAt } from "./open-file";
import { PASSING } from "./space";

@unmanaged
class Kept {
  next: usize;
  representation: usize;
}

export let inputs: usize = 0;
export let outputs: usize = 0;

export function isIn(list: usize, representation: usize): bool {
  for (; list; list = changetype<Kept>(list).next) if (changetype<Kept>(list).representation == representation) return true;
  return false;
}

/** The list with one more; what passes may exceed limits. */
function added(list: usize, representation: usize): usize {
  openPipes();
  const address = take(UNIT, PIPES, PASSING);
  if (!address) unreachable();
  const kept = changetype<Kept>(address);
  kept.next = list;
  kept.representation = representation;
  return address;
}

/** The list without one that is in it. */
function removed(list: usize, representation: usize): usize {
  const kept = changetype<Kept>(list);
  if (kept.representation != representation) {
    kept.next = removed(kept.next, representation);
    return list;
  }
  const next = kept.next;
  giveUnits(list, UNIT);
  return next;
}

export function keepInput(representation: usize): void {
  inputs = added(inputs, representation);
}

export function keepOutput(representation: usize): void {
  outputs = added(outputs, representation);
}

export function letInputGo(representation: usize): void {
  inputs = removed(inputs, representation);
}

export function letOutputGo(representation: usize): void {
  outputs = removed(outputs, representation);
}

/** How many bytes of a pipe nobody has read yet. */
export function unread(pipe: usize): u64 {
  for (let each = inputs; each; each = changetype<Kept>(each).next) {
    const stream = streamAt(changetype<Kept>(each).representation);
    if (stream.inode == pipe) return changetype<FileInode>(pipe).size - stream.position;
  }
  return 0;
}
