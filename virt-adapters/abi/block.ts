// The unit in which memory lasts longer than a call (../files/blocks.ts): blocks lie at multiples of their size.

export const BLOCK: usize = 4096;
