// A word for each handle: pages, which are made as they are needed. Handles are small numbers, and are used again.

import { keep } from "./arena";

const PAGE_SHIFT: usize = 10;
const PAGE: usize = 4 << PAGE_SHIFT;
/** Hosts give no handle from 2^28 on. */
const PAGES_SHIFT: usize = 28 - PAGE_SHIFT;

/** Its list of pages, and how many that has room for, are in two words. */
export function newTable(): usize {
  const table = keep(4, 8);
  store<u64>(table, 0);
  return table;
}

/** The address of a handle's word, which is 0 at first. */
export function wordAt(table: usize, handle: usize): usize {
  const index = handle >> PAGE_SHIFT;
  const room: usize = load<u32>(table, 4);
  if (index >= room) {
    if (index >> PAGES_SHIFT) unreachable();
    const more = max<usize>(16, max(index + 1, room << 1));
    const list = keep(4, more << 2);
    memory.copy(list, load<u32>(table), room << 2);
    memory.fill(list + (room << 2), 0, (more - room) << 2);
    store<u32>(table, list);
    store<u32>(table, more, 4);
  }
  const place = <usize>load<u32>(table) + (index << 2);
  if (!load<u32>(place)) {
    const page = keep(4, PAGE);
    memory.fill(page, 0, PAGE);
    store<u32>(place, page);
  }
  return <usize>load<u32>(place) + ((handle << 2) & (PAGE - 1));
}
