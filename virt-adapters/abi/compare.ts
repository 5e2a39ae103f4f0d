// The order of byte strings. `memory.compare` would do, but would be compiled into every place that calls it.

/** Below, at or above 0, as `length` bytes at `a` are below, equal to or above those at `b`. */
export function compareBytes(a: usize, b: usize, length: usize): i32 {
  for (const end = a + length; a < end; a++) {
    const difference = <i32>load<u8>(a) - <i32>load<u8>(b++);
    if (difference) return difference;
  }
  return 0;
}
