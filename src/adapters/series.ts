/** The series of WASI that adapters deal with. */

/** The one with `wasi:io`. */
export const SERIES = "0.2";
/** The one with asynchronous functions, where streams are no resources. */
export const ASYNC_SERIES = "0.3";

export const ALL_SERIES: readonly string[] = [SERIES, ASYNC_SERIES];

/** The key of an interface of WASI. */
export const wasiKey = (base: string, series: string = SERIES): string => `${base}@${series}`;
