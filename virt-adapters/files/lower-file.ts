// Opening what the host has: a file of its for as long as somebody has it open, a directory to read its entries.

import { RETURN_AREA } from "../../src/image/layout";
import { READ } from "../io/descriptor-flags";
import { dropDescriptor, openAt } from "../io/host";
import { hostError } from "../io/host-error";
import { dotPath } from "../io/names";
import { FileInode, inodeOf } from "./inode";
import { handleOf, lowerOf, lowerSizeOf, pathOf } from "./lower";
import { forgetWay, wayError } from "./lower-way";

/** Opens what the host has, for reading: the handle is in the return area then. Answers why that cannot be done, or 0. */
export function openHosts(address: usize, flags: u32): usize {
  forgetWay();
  const error = wayError(address);
  if (error) return error;
  const lower = lowerOf(address);
  const handle = handleOf(inodeOf(address));
  openAt(handle, 0, lower.length ? pathOf(lower) : dotPath(), max(lower.length, 1), flags, READ, RETURN_AREA);
  return load<u8>(RETURN_AREA) ? hostError(4) : 0;
}

/** Opens a file of the host's unless it is open, or nothing of its contents is left; answers why that cannot be done, or 0. */
export function openFile(address: usize): usize {
  const lower = lowerOf(address);
  if (lower.handle || !lowerSizeOf(changetype<FileInode>(address))) return 0;
  const error = openHosts(address, 0);
  if (!error) lower.handle = load<u32>(RETURN_AREA, 4);
  return error;
}

/** When nobody has it open any more. */
export function closeFile(address: usize): void {
  const lower = lowerOf(address);
  if (!changetype<usize>(lower) || !lower.handle) return;
  dropDescriptor(lower.handle);
  lower.handle = 0;
}
