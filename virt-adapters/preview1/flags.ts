// Flags of preview 1, and of wasi:filesystem/types what they become.

/** `fdflags`. */
export const APPEND: u32 = 1;
export const DSYNC: u32 = 2;
export const NONBLOCK: u32 = 4;
export const RSYNC: u32 = 8;
export const SYNC: u32 = 16;
export const ALL_FD_FLAGS: u32 = 31;

/** `lookupflags`: links are followed. They are the same in WASI 0.2, and so are `oflags`. */
export const ALL_LOOKUP_FLAGS: u32 = 1;
export const OPEN_CREATE: u32 = 1;
export const OPEN_DIRECTORY: u32 = 2;
export const OPEN_TRUNCATE: u32 = 8;
export const ALL_OPEN_FLAGS: u32 = 15;

/** `fstflags`. */
export const ACCESS_TIME: u32 = 1;
export const ACCESS_NOW: u32 = 2;
export const MODIFIED_TIME: u32 = 4;
export const MODIFIED_NOW: u32 = 8;
export const ALL_TIME_FLAGS: u32 = 15;

/** `rights`: a bit for each of thirty. */
export const FD_READ: u64 = 1 << 1;
export const FD_SEEK: u64 = 1 << 2;
export const FD_WRITE: u64 = 1 << 6;
export const FD_READDIR: u64 = 1 << 14;
export const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
export const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
export const ALL_RIGHTS: u64 = (1 << 30) - 1;
/** What programs expect of a directory that they begin with: all that is done with paths, listing, and its attributes. */
export const PREOPEN_RIGHTS: u64 =
  ALL_RIGHTS & ~(0x1ff | PATH_FILESTAT_SET_SIZE | FD_FILESTAT_SET_SIZE | (1 << 27) | (1 << 28) | (1 << 29));
/** And of files in it: what is done with contents, too. */
export const PREOPEN_FILE_RIGHTS: u64 = PREOPEN_RIGHTS | 0x1ff | FD_FILESTAT_SET_SIZE | (1 << 27);

/** `descriptor-flags` of WASI 0.2. */
export const READ: u32 = 1;
export const WRITE: u32 = 2;
const FILE_INTEGRITY: u32 = 4;
const DATA_INTEGRITY: u32 = 8;
const REQUESTED_SYNC: u32 = 16;

/** The `descriptor-flags` of rights and `fdflags`. */
export function descriptorFlags(rights: u64, flags: u32): u32 {
  return (
    (rights & FD_READ ? READ : 0) |
    (rights & FD_WRITE ? WRITE : 0) |
    (flags & SYNC ? FILE_INTEGRITY : 0) |
    (flags & DSYNC ? DATA_INTEGRITY : 0) |
    (flags & RSYNC ? REQUESTED_SYNC : 0)
  );
}

/** The `fdflags` of `descriptor-flags`. */
export function fdFlags(flags: u32): u32 {
  return (flags & FILE_INTEGRITY ? SYNC : 0) | (flags & DATA_INTEGRITY ? DSYNC : 0) | (flags & REQUESTED_SYNC ? RSYNC : 0);
}

/** `filetype`s, and those of each `descriptor-type` of WASI 0.2, four bits each. */
export const UNKNOWN: u32 = 0;
export const CHARACTER_DEVICE: u32 = 2;
export const DIRECTORY_TYPE: u32 = 3;
const FILE_TYPES: u32 = 0x64703210;

export function fileType(type: u32): u32 {
  return (FILE_TYPES >> (type << 2)) & 15;
}
