// The error codes of wasi:filesystem that a tree knows that can be written.

export * from "../io/error-code";

export const FILE_TOO_LARGE: usize = 8;
export const INSUFFICIENT_MEMORY: usize = 22;
export const INSUFFICIENT_SPACE: usize = 23;
