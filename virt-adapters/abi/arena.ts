// The memory that the adapter does not own: a generated module gives it out by bumping `arena`, and
// grows it. Arguments and results that are lists live there for one call. Whoever ends a call's use
// of it calls `reset`: the export itself if nothing it returns points there, else its post-return.

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

@inline
export function reset(): void {
  arena = arenaBase;
}
