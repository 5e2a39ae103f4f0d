// Mounts whose lower layer is a directory of the host's: what the host offers is looked through when the app asks for
// its preopens, or when somebody comes before.

import { MOUNTS, MOUNTS_END, MOUNT_HANDLE, MOUNT_HOST, MOUNT_SIZE, PREOPEN_SIZE, RETURN_AREA } from "../../src/image/layout";
import { dropDescriptor, getDirectories } from "../io/host";
import { openPath } from "../io/host-path";
import { READ } from "../io/representation";
import { attachMount } from "./lower";

let isPrepared: bool = false;

/** Asks the host for what it offers, unless somebody has. */
export function prepareMounts(): void {
  if (isPrepared) return;
  getDirectories(RETURN_AREA);
  const offered: usize = load<u32>(RETURN_AREA);
  const end = offered + <usize>load<u32>(RETURN_AREA, 4) * PREOPEN_SIZE;
  openMounts(offered, end);
  for (let each = offered; each < end; each += PREOPEN_SIZE) dropDescriptor(load<u32>(each));
}

/** Opens the host's directories that are the lower layers of mounts, if that has not been done. */
export function openMounts(offered: usize, offeredEnd: usize): void {
  isPrepared = true;
  const end: usize = load<u32>(MOUNTS_END);
  for (let mount: usize = load<u32>(MOUNTS); mount < end; mount += MOUNT_SIZE) {
    const path: usize = load<u32>(mount, MOUNT_HOST);
    if (!path || load<u32>(mount, MOUNT_HANDLE)) continue;
    const handle = openPath(path, load<u32>(mount, MOUNT_HOST + 4), READ, offered, offeredEnd);
    if (handle && !attachMount(mount, handle)) dropDescriptor(handle);
  }
}
