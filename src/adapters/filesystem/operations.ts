/** The functions of a descriptor that rules may refuse because of what is there already. */
export const CHANGING: readonly string[] = ["set-times-at", "link-at", "rename-at"];

/** All that is refused with a word about it. */
export const OPERATIONS: readonly string[] = [
  ...CHANGING,
  ...[
    "open-at",
    "stat-at",
    "metadata-hash-at",
    "readlink-at",
    "create-directory-at",
    "remove-directory-at",
    "unlink-file-at",
    "symlink-at",
    "set-times",
  ],
];

/** Those that are refused where nothing can be written: the parameters that are a descriptor and a path from there, or no path. */
export const WRITING: ReadonlyMap<string, readonly [descriptor: number, path: number | undefined]> = new Map([
  ["open-at", [0, 2]],
  ["create-directory-at", [0, 1]],
  ["symlink-at", [0, 3]],
  ["link-at", [4, 5]],
  ["rename-at", [0, 1]],
  ["unlink-file-at", [0, 1]],
  ["remove-directory-at", [0, 1]],
  ["set-times-at", [0, 2]],
  ["set-times", [0, undefined]],
]);
