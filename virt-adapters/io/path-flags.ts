// path-flags of wasi:filesystem/types.

/** A link at the very end is followed. */
export const FOLLOW: u32 = 1;
