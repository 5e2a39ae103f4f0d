// What rules say of a name in a directory (docs/file-rules.md). They are asked about the place where a path has ended, links
// and `..` followed, by the names of the directories that lie there now. A mount may have several starts: one for each
// mount that holds it, in the app's tree or at the host. What one of them says holds.

import { RULED } from "../abi/features";
import { FILE_RULES, MOUNT_RULES, RULE_EXCEPTION, RULE_FLAGS, RULE_HIDES, RULE_PROTECTS } from "../../src/image/layout";
import { NOT_PERMITTED, READ_ONLY } from "../io/error-code";
import * as embedded from "../io/node";
import { isMatch, step } from "./glob";
import { DirectoryInode, inodeOf, isNode, parentOf } from "./inode";
import { rootOf } from "./mount";
import { Record, nameOf } from "./record";
import { told } from "./telling";

/** A directory that lies nowhere any more may have come to any place. */
const ANYWHERE: u32 = u32.MAX_VALUE;

/** Where a rule may have come to with the names from a mount's root to a directory. */
function placesAt(rule: usize, start: u32, mount: usize, directory: usize): u32 {
  if (directory == rootOf(mount)) return start;
  const parent = parentOf(directory);
  if (parent == directory) return ANYWHERE;
  const places = placesAt(rule, start, mount, parent);
  const entry: usize = isNode(directory) ? 0 : changetype<DirectoryInode>(directory).entry;
  if (entry) return step(rule, places, nameOf(changetype<Record>(entry)), changetype<Record>(entry).nameLength);
  const node = isNode(directory) ? directory : inodeOf(directory).node;
  return node ? step(rule, places, embedded.nameOf(node), embedded.nameLengthOf(node)) : ANYWHERE;
}

export function placesBehind(rule: usize, start: u32, mount: usize, directory: usize, name: usize, length: usize): u32 {
  const places = placesAt(rule, start, mount, directory);
  return length ? step(rule, places, name, length) : places;
}

/** RULE_PROTECTS and RULE_HIDES for a name in a directory; without a name, for the directory. Of rules of one kind, the last that matches decides. */
export function saidOf(mount: usize, directory: usize, name: usize, length: usize): u32 {
  let start: usize = load<u32>(mount, MOUNT_RULES);
  if (!RULED || !start) return 0;
  let said: u32 = 0;
  for (let left: u32 = load<u32>(start); left; left--) {
    let here: u32 = 0;
    let rule: usize = load<u32>(FILE_RULES);
    for (let each: u32 = load<u32>(FILE_RULES, 4); each; each--) {
      start += 4;
      const flags: u32 = load<u8>(rule, RULE_FLAGS);
      if (isMatch(rule, placesBehind(rule, load<u32>(start), mount, directory, name, length))) {
        here = flags & RULE_EXCEPTION ? here & ~flags : here | flags;
      }
      rule += <usize>load<u16>(rule);
    }
    said |= here;
  }
  return said;
}

/** Whether the name leads nowhere, whatever is there. */
export function isHidden(mount: usize, directory: usize, name: usize, length: usize): bool {
  return (saidOf(mount, directory, name, length) & RULE_HIDES) != 0;
}

/** Why a name cannot be made, removed or given to something else, or 0. */
export function refusalOf(mount: usize, directory: usize, name: usize, length: usize): usize {
  const said = saidOf(mount, directory, name, length);
  return told(said & RULE_HIDES ? NOT_PERMITTED : said & RULE_PROTECTS ? READ_ONLY : 0);
}

/** Whether each rule means the same for what is in a directory by one name and by another. */
export function isAlikeBelow(
  mount: usize,
  directory: usize,
  name: usize,
  length: usize,
  other: usize,
  otherName: usize,
  otherLength: usize,
): bool {
  let start: usize = load<u32>(mount, MOUNT_RULES);
  if (!start) return true;
  for (let left: u32 = load<u32>(start); left; left--) {
    let rule: usize = load<u32>(FILE_RULES);
    for (let each: u32 = load<u32>(FILE_RULES, 4); each; each--) {
      start += 4;
      const from: u32 = load<u32>(start);
      const places = placesBehind(rule, from, mount, directory, name, length);
      if (places != placesBehind(rule, from, mount, other, otherName, otherLength)) return false;
      rule += <usize>load<u16>(rule);
    }
  }
  return true;
}
