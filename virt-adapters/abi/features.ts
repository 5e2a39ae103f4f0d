// What a build of an adapter can do: constants that the compiler folds, so that what is not asked for leaves
// nothing behind. The asconfig.json of a guest says which of them it has.

/** Files can be written. */
export const WRITABLE: bool = isDefined(FEATURE_WRITABLE);

/** Directories of the host's can be the lower layer of what is written, too. */
export const OVERLAY: bool = isDefined(FEATURE_OVERLAY);

/** Rules hide and protect some of the files. */
export const RULED: bool = isDefined(FEATURE_RULED);

/** Some rules for sockets have names, which are looked up. */
export const NAMES: bool = isDefined(FEATURE_NAMES);
