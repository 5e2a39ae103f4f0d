// descriptor-flags of wasi:filesystem/types.

export const READ: u32 = 1;
export const WRITE: u32 = 2;
export const MUTATE_DIRECTORY: u32 = 32;
/** What is asked for writes to reach the disk at once, in three ways. */
export const SYNC_FLAGS: u32 = 4 | 8 | 16;
