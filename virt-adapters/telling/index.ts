// What rules for files refuse, told to whoever prints it (../trace/refused.ts), with the function that was called, the path of the place
// as the app knows it, and the rule. Where that is wanted, the composer puts this into the guest of files: `told__begin` is called first
// in all that the app calls, `told__said_of` in the place of `rules__said_of`, and `told__refused` is what that imports.

import { STRING } from "../abi/strings";
import { tell } from "../abi/told";
import {
  FILE_RULES,
  MOUNT_PATH,
  MOUNT_RULES,
  RETURN_AREA,
  RULE_EXCEPTION,
  RULE_FLAGS,
  RULE_HIDES,
  RULE_TEXTS,
} from "../../src/image/layout";
import { REFUSED_CHANGE, REFUSED_MOST, REFUSED_PROTECTED } from "../../src/image/trace-layout";
import { NOT_PERMITTED, READ_ONLY } from "../io/error-code";
import { SLASH } from "../io/names";
import * as embedded from "../io/node";
import { isMatch } from "../files/glob";
import { DirectoryInode, inodeOf, isNode, parentOf } from "../files/inode";
import { rootOf } from "../files/mount";
import { Record, nameOf } from "../files/record";
import { placesBehind, saidOf } from "../files/rules";

/** The word of what the app has called; 0: nothing is told. */
let calling: u32 = 0;

/** The place that rules were asked about last, and the one before. A mount of 0: none in this call. */
let mount: usize = 0;
let directory: usize = 0;
let name: usize = 0;
let length: usize = 0;
let directoryBefore: usize = 0;
let nameBefore: usize = 0;
let lengthBefore: usize = 0;

/** The app calls something. */
export function told__begin(word: u32): void {
  calling = word;
  mount = 0;
}

export function told__said_of(inMount: usize, inDirectory: usize, at: usize, count: usize): u32 {
  directoryBefore = directory;
  nameBefore = name;
  lengthBefore = length;
  mount = inMount;
  directory = inDirectory;
  name = at;
  length = count;
  return saidOf(inMount, inDirectory, at, count);
}

/** As ../files/telling.ts has it. */
export function told__refused(reason: usize): usize {
  if (calling && mount) {
    // What only looks at a file may find it protected.
    const isChange = (calling & REFUSED_CHANGE) != 0;
    if (reason == READ_ONLY || reason == RULE_HIDES || reason == NOT_PERMITTED || (isChange && reason == 1)) tellRule(isChange);
  }
  return reason;
}

/** The rule that hides the place, or else protects it; or else, if `isChange`, one that means something else in the place before. */
function tellRule(isChange: bool): void {
  const said = saidOf(mount, directory, name, length);
  if (!said && !isChange) return;
  const kind = said & RULE_HIDES ? RULE_HIDES : said;
  let start: usize = load<u32>(mount, MOUNT_RULES);
  let found: usize = 0;
  let why: u32 = 0;
  for (let left: u32 = load<u32>(start); left && !found; left--) {
    let rule: usize = load<u32>(FILE_RULES);
    let text: usize = load<u32>(RULE_TEXTS);
    for (let more: u32 = load<u32>(FILE_RULES, 4); more; more--) {
      start += 4;
      const from: u32 = load<u32>(start);
      const flags: u32 = load<u8>(rule, RULE_FLAGS);
      const places = placesBehind(rule, from, mount, directory, name, length);
      if (!said) {
        if (places != placesBehind(rule, from, mount, directoryBefore, nameBefore, lengthBefore)) {
          found = text;
          why = flags;
        }
      } else if (flags & kind && isMatch(rule, places)) {
        found = flags & RULE_EXCEPTION ? 0 : text;
        why = flags;
      }
      text += STRING;
      rule += <usize>load<u16>(rule);
    }
  }
  if (!found) return;
  if (!said) {
    directory = directoryBefore;
    name = nameBefore;
    length = lengthBefore;
  }
  pathLength = 0;
  putPath(directory);
  if (length || !pathLength) putName(name, length);
  tell(REFUSED_PROTECTED + (why & RULE_HIDES), calling & ~REFUSED_CHANGE, PATH, pathLength, load<u32>(found), load<u32>(found, 4), 0, 0);
}

/** Where the path is put: what the host was asked for there has been read. */
const PATH: usize = RETURN_AREA + 512;
/** More than is printed. */
const PATH_LENGTH: usize = <usize>REFUSED_MOST + 1;

let pathLength: usize = 0;

function putPath(at: usize): void {
  if (at == rootOf(mount)) return put(load<u32>(mount, MOUNT_PATH), load<u32>(mount, MOUNT_PATH + 4));
  const parent = parentOf(at);
  if (parent != at) putPath(parent);
  const entry: usize = isNode(at) ? 0 : changetype<DirectoryInode>(at).entry;
  const node = isNode(at) ? at : inodeOf(at).node;
  if (entry) putName(nameOf(changetype<Record>(entry)), changetype<Record>(entry).nameLength);
  else putName(embedded.nameOf(node), embedded.nameLengthOf(node));
}

function putName(text: usize, count: usize): void {
  const slash = PATH + PATH_LENGTH;
  store<u8>(slash, SLASH);
  put(slash, 1);
  put(text, count);
}

function put(text: usize, count: usize): void {
  count = min(count, PATH_LENGTH - pathLength);
  memory.copy(PATH + pathLength, text, count);
  pathLength += count;
}
