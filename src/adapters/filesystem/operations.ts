/** The functions of a descriptor that rules may refuse because of what is there already. */
export const CHANGING: readonly string[] = ["set-times-at", "link-at", "rename-at"];

/** All that they may refuse. */
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
  ],
];
