// The target of a link.

import { OVERLAY } from "../abi/features";
import { MAX_PATH_LENGTH, RETURN_AREA } from "../../src/image/layout";
import { NAME_TOO_LONG, NO_ENTRY } from "../io/error-code";
import { readlinkAt } from "../io/host";
import { hostError } from "../io/host-error";
import * as embedded from "../io/node";
import { take } from "./heap";
import { LinkInode, inodeOf, isNode } from "./inode";
import { handleOf, lowerOf, pathOf } from "./lower";
import { wayError } from "./lower-way";
import { PASSING, refusal } from "./space";

/** The target of a link, or the host's error code. Its length is to be asked for afterwards. */
export function targetOf(object: usize): usize {
  if (isNode(object)) return embedded.dataOf(object);
  const target = changetype<LinkInode>(object).target;
  return OVERLAY && !target ? targetOfLower(changetype<LinkInode>(object)) : target;
}

export function targetLengthOf(object: usize): usize {
  return isNode(object) ? embedded.sizeOf(object) : <usize>inodeOf(object).size;
}

/** The target of a link of the host's, or an error code; the length becomes the inode's size. */
function targetOfLower(link: LinkInode): usize {
  const error = wayError(changetype<usize>(link));
  if (error) return error;
  const lower = lowerOf(changetype<usize>(link));
  readlinkAt(handleOf(link), pathOf(lower), lower.length, RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return hostError(4);
  const length: usize = load<u32>(RETURN_AREA, 8);
  if (!length) return NO_ENTRY;
  if (length > <usize>MAX_PATH_LENGTH) return NAME_TOO_LONG;
  const target = take(length, link.mount, PASSING);
  if (!target) return refusal();
  memory.copy(target, load<u32>(RETURN_AREA, 4), length);
  link.target = target;
  link.size = length;
  return target;
}
