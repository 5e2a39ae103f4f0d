// The memory that the adapter does not own: a generated module gives it out by bumping `arena`, and
// grows it. Arguments and results that are lists live there for one call, and whoever ends a call's use of it empties
// it: the export itself if nothing it returns points there, else its post-return (../io/call.ts).

/** The next free byte. */
@external("memory", "arena")
declare let arena: usize;

/** Where the arena is empty; what lies below stays. */
@external("memory", "arena-base")
declare let arenaBase: usize;

@external("memory", "realloc")
declare function realloc(old: usize, oldSize: usize, align: usize, newSize: usize): usize;

/** Memory for this call. */
@inline
export function allocate(align: usize, byteLength: usize): usize {
  return realloc(0, 0, align, byteLength);
}

/** Memory for good: the arena starts after it from now on. */
export function keep(align: usize, byteLength: usize): usize {
  const address = realloc(0, 0, align, byteLength);
  arenaBase = arena;
  return address;
}

/** Nothing of the call is needed any more. */
@inline
export function empty(): void {
  arena = arenaBase;
}

/** Where the arena is empty. */
@inline
export function base(): usize {
  return arenaBase;
}

/** What lies below stays from now on. */
@inline
export function setBase(address: usize): void {
  arenaBase = address;
}

/** What is allocated after `mark` is free again, if no blocks were kept since then. */
export function reuse(mark: usize): void {
  arena = mark;
}

@inline
export function mark(): usize {
  return arena;
}

const MEMORY_END: usize = 0xffff0000;

/** How many bytes can be allocated for a call, of `wanted` ones. */
export function room(wanted: usize): usize {
  if (growTo(arena + wanted)) return wanted;
  return ((<usize>memory.size()) << 16) - arena;
}

/** Whether the memory goes so far, or could be made to. */
export function growTo(end: usize): bool {
  if (end < arena || end > MEMORY_END) return false;
  const pages = <i32>((end + 0xffff) >> 16) - memory.size();
  return pages <= 0 || memory.grow(pages) >= 0;
}
