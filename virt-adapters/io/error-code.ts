// The error codes of wasi:filesystem that a tree knows.

export const BAD_DESCRIPTOR: usize = 3;
export const BUSY: usize = 4;
export const EXIST: usize = 7;
export const FILE_TOO_LARGE: usize = 8;
export const INVALID: usize = 12;
export const IO: usize = 13;
export const IS_DIRECTORY: usize = 14;
export const LOOP: usize = 15;
export const NAME_TOO_LONG: usize = 18;
export const NO_ENTRY: usize = 20;
export const INSUFFICIENT_MEMORY: usize = 22;
export const INSUFFICIENT_SPACE: usize = 23;
export const NOT_DIRECTORY: usize = 24;
export const NOT_EMPTY: usize = 25;
export const NOT_PERMITTED: usize = 31;
export const READ_ONLY: usize = 33;
export const CROSS_DEVICE: usize = 36;
