/**
 * CI has no time for all of the long suite each day: with WASI_NEST_SHARE=0/4 it does a quarter of what takes longest, with 1/4 another
 * one, and so on.
 */
export const SHARE: string | undefined = process.env["WASI_NEST_SHARE"];

/** Why a test of a share, `0/4`, is left out; `undefined` where it is not. */
export const inOtherShare = (share: string | undefined): string | undefined =>
  share === undefined || SHARE === undefined || SHARE === share ? undefined : `is in the share WASI_NEST_SHARE=${share}`;
