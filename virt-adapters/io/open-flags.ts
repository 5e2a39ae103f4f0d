// open-flags of wasi:filesystem/types.

export const CREATE: u32 = 1;
export const DIRECTORY: u32 = 2;
export const EXCLUSIVE: u32 = 4;
export const TRUNCATE: u32 = 8;
