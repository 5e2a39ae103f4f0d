// What is refused of files, told to whoever prints it (../trace/refused.ts), with the function that was called and a path. Where that is
// wanted, the composer puts this into the guest of files: `told__begin` is called first in all that the app calls, and `told__end` behind
// what may be refused because a mount is read-only. Where there are rules, `told__said_of` is in the place of `rules__said_of`, and
// `told__refused` is what that imports: the path is that of the place as the app knows it then, and the rule is told, too.

import { STRING } from "../abi/strings";
import { tell } from "../abi/told";
import {
  FILE_RULES,
  HOST_READ_ONLY,
  IMAGE_BASE,
  MOUNT_PATH,
  MOUNT_RULES,
  NODE_SIZE,
  PREOPENS,
  PREOPEN_LENGTH,
  PREOPEN_PATH,
  PREOPEN_SIZE,
  RETURN_AREA,
  RULE_EXCEPTION,
  RULE_FLAGS,
  RULE_HIDES,
  RULE_TEXTS,
} from "../../src/image/layout";
import {
  REFUSED_CHANGE,
  REFUSED_HOSTS,
  REFUSED_KEPT,
  REFUSED_MOST,
  REFUSED_MOUNT,
  REFUSED_NODES,
  REFUSED_OPEN,
  REFUSED_PROTECTED,
  REFUSED_WORD,
} from "../../src/image/trace-layout";
import { NOT_PERMITTED, READ_ONLY } from "../io/error-code";
import { SLASH } from "../io/names";
import * as embedded from "../io/node";
import { isHostDescriptor, nodeOf } from "../io/representation";
import { isMatch } from "../files/glob";
import { DirectoryInode, inodeOf, isNode, parentOf } from "../files/inode";
import { isLower, lowerOf, pathOf } from "../files/lower";
import { changesHost, isDirect, isWritable, rootOf } from "../files/mount";
import { inodeAt, isProtectedAt } from "../files/open-file";
import { Record, nameOf } from "../files/record";
import { placesBehind, saidOf } from "../files/rules";

/** The guest of files has it, where files may be written to: as `placeOfLast` of ../files/refusing.ts. */
@external("files", "path__place")
declare function placeOfLast(): usize;

/** The word of what the app has called; 0: nothing is told. */
let calling: u32 = 0;
/** Whether something of this call has been told. */
let isTold: bool = false;

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
  isTold = false;
}

/** The call is over, of a descriptor and a path from there; without a path, it is about what is open. Gives back the result. */
export function told__end(result: usize, self: usize, path: usize, count: usize): usize {
  // An error of our own has its code in all places; that of WASI 0.3 lies further back.
  if (!isTold && load<u8>(result) && <usize>load<u8>(result, 1) == READ_ONLY) {
    const kind = readOnlyKind(self, path);
    if (kind) {
      // To print, the host is asked, which answers in the same place.
      const start = load<u64>(result);
      const rest = load<u64>(result, 8);
      tellReadOnly(kind, self, path, count);
      store<u64>(result, start);
      store<u64>(result, rest, 8);
    }
  }
  return result;
}

/** The kind of the line; 0: the host has refused it. */
function readOnlyKind(self: usize, path: usize): u32 {
  if (isHostDescriptor(self)) {
    if (!(self & HOST_READ_ONLY)) return 0;
    // It does not say whether a rule has made it so.
    return !path && load<u32>(FILE_RULES, 4) ? REFUSED_KEPT : REFUSED_HOSTS;
  }
  if (calling & REFUSED_NODES) return REFUSED_MOUNT;
  if (!path && isProtectedAt(self)) return REFUSED_KEPT;
  const place = path ? placeOfLast() : inodeOf(inodeAt(self)).mount;
  if (place <= 1) return place ? REFUSED_HOSTS : 0;
  if (isWritable(place) || changesHost(place)) return 0;
  return isDirect(place) ? REFUSED_HOSTS : REFUSED_MOUNT;
}

/** Of the host's directories, only what is behind them is known. */
function tellReadOnly(kind: u32, self: usize, path: usize, count: usize): void {
  pathLength = 0;
  if (!path) kind += kind == <u32>REFUSED_KEPT ? 0 : REFUSED_OPEN;
  else if (isHostDescriptor(self)) put(path, count);
  else {
    if (calling & REFUSED_NODES) putNode(nodeOf(self));
    else {
      mount = inodeOf(inodeAt(self)).mount;
      putPath(inodeAt(self));
    }
    putName(path, count);
  }
  tell(kind, calling & REFUSED_WORD, PATH, pathLength, 0, 0, 0, 0);
}

/** A directory that is only embedded. */
function putNode(directory: usize): void {
  const index = (directory - IMAGE_BASE) / NODE_SIZE;
  if (index < <usize>load<u32>(PREOPENS, 4)) {
    const preopen = <usize>load<u32>(PREOPENS) + index * PREOPEN_SIZE;
    const length: usize = load<u32>(preopen, PREOPEN_LENGTH);
    // A slash follows that of the root.
    if (length > 1) put(load<u32>(preopen, PREOPEN_PATH), length);
    return;
  }
  putNode(embedded.parentOf(directory));
  putName(embedded.nameOf(directory), embedded.nameLengthOf(directory));
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
  isTold = true;
  pathLength = 0;
  putPath(directory);
  if (length || !pathLength) putName(name, length);
  tell(REFUSED_PROTECTED + (why & RULE_HIDES), calling & REFUSED_WORD, PATH, pathLength, load<u32>(found), load<u32>(found, 4), 0, 0);
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
  else if (node) putName(embedded.nameOf(node), embedded.nameLengthOf(node));
  else if (isLower(at)) putLast(pathOf(lowerOf(at)), lowerOf(at).length);
}

/** The last name of a path. */
function putLast(path: usize, count: usize): void {
  const end = path + count;
  let at = end;
  while (at > path && load<u8>(at, -1) != SLASH) at--;
  putName(at, end - at);
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
