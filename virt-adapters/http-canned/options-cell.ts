// What is behind `request-options`: an option<u64>, as the canonical ABI has it, for each timeout.

export const OPTION: usize = 16;
export const OPTIONS: usize = 3 * OPTION;

export function setOption(at: usize, has: u32, duration: u64): usize {
  store<u8>(at, <u8>has);
  store<u64>(at, duration, 8);
  return 0;
}
