/**
 * The time of what has none of its own, in seconds since the epoch: 1980-01-01 12:01:00 UTC. A ZIP has no times before
 * 1980, in whatever zone, and programs that write one refuse files of 1970; strip-nondeterminism and others take the same.
 */
export const FIXED_SECONDS = 315_576_060;

/** What the images hold of it is a word. */
export const LATEST_SECONDS: number = 2 ** 32 - 1;
