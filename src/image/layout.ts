/*
 * The memory of a part, byte by byte: what the composer writes and the adapter reads.
 * TypeScript and AssemblyScript both compile this file, so it holds nothing but numbers. What traces have is in trace-layout.ts,
 * what rules for HTTP and sockets have in rule-layout.ts.
 *
 *      0 ┌──────────────────────────┐
 *        │ never used (null)        │
 *     16 ├──────────────────────────┤ the headers: words set by the composer, zero where absent
 *        │ headers                  │
 *    512 ├──────────────────────────┤
 *        │ working words            │ of the io adapter's own, zero at first
 *   1024 ├──────────────────────────┤
 *        │ return area              │ where every export puts its result
 *   2048 ├──────────────────────────┤ IMAGE_BASE
 *        │ images: tables, contents │ of the io adapter, then of the environment adapter; then what stubs answer with
 *        ├──────────────────────────┤ the images' `end`
 *        │ cells, blocks of files   │ grow at run time
 *        │ arena: arguments         │
 *        └──────────────────────────┘
 *
 * All integers are little-endian. A list or string is an address and a count or byte length.
 */

export const HEADER = 16;
export const RETURN_AREA = 1024;
export const IMAGE_BASE = 2048;

/*
 * Header of the environment adapter.
 *
 *   480  variables    list<tuple<string, string>>, as the canonical ABI wants it
 *   488  arguments    list<string>, as the canonical ABI wants it
 *   496  directory    string, the initial working directory; address 0: none
 *   504  names        list<string>: patterns of the host's variables that may pass; address 0: all of them
 *
 * It lies behind that of the io adapter, with which it shares the memory.
 */
export const VARIABLES = 480;
export const ARGUMENTS = 488;
export const WORKING_DIRECTORY = 496;
export const HOST_NAMES = 504;

/*
 * Header of the clocks adapter.
 *
 *   384  time         what the time of day is, or begins with: u64 seconds since the epoch, u32 nanoseconds; or what is added to
 *                     the host's: s64, u32
 *   400  step         u64, the nanoseconds that pass whenever a clock is asked
 */
export const CLOCK_TIME = 384;
export const CLOCK_STEP = 400;

/*
 * Header of a script, which has a memory of its own.
 *
 *    16  code         address of the first operation
 *    20  streams      of the stage that runs: standard input, output and error. OWN_INPUT and so on: the script's own; else the
 *                     number of a kept stream (virt-adapters/kept.wit)
 *    32  messages     address of strings, those of redirections that fail
 *    36  stages       where some run at once: address of a table, for each its operation, the thread that runs it, and what it has
 *                     exited with, plus one
 *    40  main         and the first thread: SCRIPT_THREAD_SIZE bytes
 *
 * Code: operations of words, one behind the other. A register is the address of words that are zero at first.
 *
 *   0                                                   the end
 *   DO_RUN        stage, arguments, variables           two lists, of strings and of pairs: address and count each
 *   DO_IF_OK      code                                  goes on there if the last command has ended with 0
 *   DO_IF_FAILED  code                                  or with anything else
 *   DO_NOTE       register                              a status that is not 0 is put there
 *   DO_TAKE       register                              a status of 0 becomes that one
 *   DO_SAVE       register of three words               the streams are put there
 *   DO_RESTORE    register                              and taken from there
 *   DO_PIPE       register of two words                 a pipe; what is written to standard output goes into it
 *   DO_READ       register                              standard input is what was put there
 *   DO_EMPTY      register of two words                 or has nothing
 *   DO_IGNORE     stream                                what is written to it is lost
 *   DO_DUPLICATE  stream, stream                        the first goes where the second one goes
 *   DO_END_INPUT  register                              nobody reads from what was put there any more
 *   DO_END_OUTPUT register                              or writes to it
 *   DO_OPEN       0, register, path, code               a file becomes standard input; if it cannot, code is where to go on
 *   DO_WRITE      stream, register, path, code          the same of an output, and of an empty file
 *   DO_APPEND     stream, register, path, code          and of one that is written at its end
 *   DO_CHOOSE     choices, count, help                  goes on at the code of the choice that the arguments mean, or prints the
 *                                                       help, a string, and goes on. Choices: a string, the code, zero
 *   DO_FORK       thread, code                          what is behind it is done by a thread of its own; this one goes on there
 *   DO_END        thread                                the thread is over
 *   DO_HOLD       register                              the pipe that was made there has room for all: it is read later
 *   DO_JOIN       thread                                waits for it; its status is that of the last command
 */
export const SCRIPT_CODE = 16;
export const SCRIPT_STREAMS = 20;
export const SCRIPT_MESSAGES = 32;
export const SCRIPT_STAGES = 36;
export const SCRIPT_STAGE_SIZE = 12;
export const SCRIPT_MAIN = 40;
export const SCRIPT_THREAD_SIZE = 32;
export const OWN_INPUT = 4294967295;
export const OWN_OUTPUT = 4294967294;
export const OWN_ERROR = 4294967293;

export const DO_RUN = 1;
export const DO_IF_OK = 2;
export const DO_IF_FAILED = 3;
export const DO_NOTE = 4;
export const DO_TAKE = 5;
export const DO_SAVE = 6;
export const DO_RESTORE = 7;
export const DO_PIPE = 8;
export const DO_READ = 9;
export const DO_EMPTY = 10;
export const DO_IGNORE = 11;
export const DO_DUPLICATE = 12;
export const DO_END_INPUT = 13;
export const DO_END_OUTPUT = 14;
export const DO_OPEN = 15;
export const DO_WRITE = 16;
export const DO_APPEND = 17;
export const DO_CHOOSE = 18;
export const DO_FORK = 19;
export const DO_END = 20;
export const DO_JOIN = 21;
export const DO_HOLD = 22;

/* Where the lists of DO_RUN are. */
export const STAGE_ARGUMENTS = 8;
export const STAGE_VARIABLES = 16;

/** Begins a script, in the place of what a stage ended with. */
export const SCRIPT_BEGIN = 4294967295;
/** It has ended: the status is in the low bits. In the place of a stage. */
export const SCRIPT_ENDED = 2147483648;

/* Messages. */
export const CANNOT_OPEN = 0;
export const CANNOT_CREATE = 1;
export const MESSAGE_NO_FILE = 2;
export const MESSAGE_NO_DIRECTORY = 3;
export const MESSAGE_DIRECTORY = 4;
export const MESSAGE_DENIED = 5;
export const MESSAGE_FAILED = 6;

/*
 * Rules of the environment adapter for the host's variables.
 *
 *   344  denied       list<string>: patterns of names that do not pass
 *   352  renames      list<tuple<string, string>>: names of the host's, and those that the app finds instead
 *   360  new names    list<string>: the latter
 *
 * In patterns, as in the host's variables that may pass, `*` stands for any bytes.
 */
export const DENIED_NAMES = 344;
export const RENAMES = 352;
export const NEW_NAMES = 360;

/*
 * Header of the configuration adapter.
 *
 *   368  values       list<tuple<string, string>>, as the canonical ABI wants it
 *   376  keys         list<string>: patterns of the host's keys that may pass; address 0: all of them
 */
export const CONFIG_VALUES = 368;
export const CONFIG_KEYS = 376;

/*
 * Header of the random adapter: a seed, 32 bytes.
 */
export const RANDOM_SEED = 440;

/*
 * Header of the exit adapter: a code, u8.
 */
export const EXIT_CODE = 476;

/*
 * Header of the io adapter.
 *
 *    16  stdin        address of the first byte; where files cannot be written, of the next one: all handles are of this range
 *    20  stdin end    address after the last byte
 *    24  preopens     address and count; the root of preopen n is node n
 *    32  fixed time   a time (below), of all that has no other
 *    44  times        address of the table of times, minus IMAGE_BASE; 0: none, all is of the fixed time
 *    48  digest       u64 that tells one image from another
 *
 * For writable files, where any preopen is:
 *
 *    56  contents     a counter of blocks (below), over all mounts
 *    64  max files    u32, what may be made besides what is embedded; all ones: no limit
 *    68  mounts       address of the table of mounts: the preopens, then what no app sees, then those that lie
 *                     in the tree of another; the root of mount n is node n
 *    72  inodes       address of a table of one word per node, after the image and zero at first: which inode
 *                     the node has become, NODE_GONE once nothing leads to it any more
 *    76  mounts end   address after the table of mounts, where directories of the host are lower layers of any
 *
 * For directories of the host:
 *
 *    80  host preopens   address and count
 *
 * For writable files again:
 *
 *    88  roots        how many mounts lie in no other: the preopens, then what no app sees
 *    92  stdin file   address of its node and of its mount; 0: none
 *   100  stdout file  the same
 *   108  stderr file  the same
 *
 * For single files of the host's:
 *
 *   116  host files   address and count
 *
 * For writable files once more:
 *
 *   124  memory       a counter of blocks, over all mounts
 *
 * For all of the host's directories beside mounts:
 *
 *   132  host directories  1: the app finds what the host offers, too, where it does not lie in a mount
 *
 * For writable files once more:
 *
 *   136  numbered     how many mounts come before that whose number in nodes is 1
 *
 * For rules (below):
 *
 *   140  rules        address and count
 *   148  rule texts   address of list<string>, what each rule was given as, where somebody is told what they refuse
 *
 * For standard outputs of the host's that are altered on their way, first standard output, then standard error:
 *
 *   304  prefix       string, before each line
 *   312  left         u64, how many bytes may still be written
 *   320  the same again
 *
 * For compressed files:
 *
 *   336  packed       address of the first record (below); contents that lie from here on to
 *   340  packed end   address after the last record, are compressed
 */
export const OUTPUT_RULES = 304;
export const OUTPUT_RULE_SIZE = 16;
export const STDIN = 16;
export const STDIN_END = 20;
export const PREOPENS = 24;
export const FIXED_TIME = 32;
export const TIMES = 44;
export const DIGEST = 48;
export const CONTENTS = 56;
export const MAX_FILES = 64;
export const MOUNTS = 68;
export const INODES = 72;
export const MOUNTS_END = 76;
export const HOST_PREOPENS = 80;
export const ROOTS = 88;
export const STDIN_FILE = 92;
export const STDOUT_FILE = 100;
export const STDERR_FILE = 108;
export const HOST_FILES = 116;
export const MEMORY = 124;
export const HOST_DIRECTORIES = 132;
export const NUMBERED = 136;
export const FILE_RULES = 140;
export const RULE_TEXTS = 148;
export const PACKED = 336;
export const PACKED_END = 340;
export const INODE_WORD = 4;
export const NODE_GONE = 1;

/*
 * Nodes: the table starts at IMAGE_BASE, the preopens' roots come first; the entries of a
 * directory lie side by side, sorted by the bytes of their names. A node's address is its identity.
 *
 *     0  name         address
 *     4  name length  u16, bytes
 *     6  type         u8, a descriptor-type of wasi:filesystem
 *     7  mount        u8, a directory in whose place the root of a mount is: n for mount numbered + n - 1, else 0;
 *                     a file in whose place one of the host's is: n for host file n - 1; or in whose place the root of
 *                     a mount is: n, plus how many host files there are
 *     8  data         file: address of the contents · link: of the target · directory: of its record
 *    12  size         file, link: bytes · directory: 0
 *
 * Address bits below NODE_SIZE are free for the flags of a descriptor; addresses stay below
 * NODE_LIMIT because a descriptor from there on stands for one of the host's, and because hosts keep bit 30
 * and up of a resource's representation for themselves. HOST_READ_ONLY is set in one that must not change.
 */
export const NODE_SIZE = 16;
export const NODE_NAME = 0;
export const NODE_NAME_LENGTH = 4;
export const NODE_TYPE = 6;
export const NODE_MOUNT = 7;
export const NODE_DATA = 8;
export const NODE_BYTES = 12;
export const NODE_LIMIT = 536870912;
export const HOST_READ_ONLY = 268435456;

export const TYPE_DIRECTORY = 3;
export const TYPE_LINK = 5;
export const TYPE_FILE = 6;

/*
 * Records of compressed contents, which nodes of files have in the place of the address of their contents; their size is what it is.
 *
 *     0  address      of the contents once they are inflated, filled in by the adapter; 0 before
 *     4  size         bytes of the contents
 *     8  length       bytes of the stream
 *    12  stream       deflate (RFC 1951), without a header
 */
export const PACKED_SIZE = 12;
export const PACKED_ADDRESS = 0;
export const PACKED_BYTES = 4;
export const PACKED_LENGTH = 8;

/* Behind contents that are being inflated: bytes that may be written, too, then the tables of codes. */
export const INFLATE_PADDING = 16;
export const INFLATE_TABLES = 131400;

/*
 * Directory records.
 *
 *     0  parent       address of the parent's node; a root is its own parent
 *     4  directories  how many of the entries are directories
 *     8  first        address of the first entry's node
 *    12  end          address after the last entry's node
 */
export const DIRECTORY_SIZE = 16;
export const DIRECTORY_PARENT = 0;
export const DIRECTORY_DIRECTORIES = 4;
export const DIRECTORY_FIRST = 8;
export const DIRECTORY_END = 12;

/*
 * Times: one record per node, in the order of the nodes, so that it lies at `times` + node address.
 *
 *     0  seconds      u64 since the epoch (two's complement before it)
 *     8  nanoseconds  u32
 *    12  zero
 */
export const TIME_SIZE = 16;
/** What of it says the time. */
export const TIME_LENGTH = 12;
export const TIME_SECONDS = 0;
export const TIME_NANOSECONDS = 8;

/*
 * Preopens: list<tuple<own<descriptor>, string>>, as the canonical ABI wants it.
 *
 *     0  handle       filled in by the adapter
 *     4  path         address
 *     8  path length  bytes
 */
export const PREOPEN_SIZE = 12;
export const PREOPEN_HANDLE = 0;
export const PREOPEN_PATH = 4;
export const PREOPEN_LENGTH = 8;

/*
 * Working words of the io adapter; the path is for directories of the host's, and the others for writable files.
 *
 *   512  files        u32, how many names and nameless files there are besides those that are embedded
 *   520  clock        a datetime: u64 seconds, u32 nanoseconds
 *   536  dot          the path of a directory itself
 *   544  pipes        what the contents of pipes are counted in: a mount that no path leads to
 *   624  input        the stream that all handles of standard input are of (open-file.ts)
 *   656  outputs      of each standard output that is altered: the host's handle or 0, and whether a line has begun
 *   688  stat hash    u64, the lower half of the metadata hash of what `stat` and `stat-at` were last about
 *   768  places       where the bytes of a write go: address and length of each place, of 64 KB at most
 */
export const FILES = 512;
export const CLOCK = 520;
export const DOT_PATH = 536;
export const PIPES = 544;
export const STDIN_STREAM = 624;
export const OUTPUTS = 656;
export const STAT_HASH = 688;
export const PLACES = 768;

/*
 * Host preopens: directories of the host's that the app finds opened under another path.
 *
 *     0  path         address and length, in bytes: what the app sees
 *     8  host path    address and length: what the host calls it, or a directory below one of its own
 *    16  flags        u32, bit 0: read-only
 *    20  zero
 *
 * Host files are the same: path is a file's name, host path the directory's that it lies in, and at 20 is a handle of
 * that, filled in by the adapter; 0: the host has none.
 */
export const HOST_PREOPEN_SIZE = 24;
export const HOST_PREOPEN_PATH = 0;
export const HOST_PREOPEN_HOST = 8;
export const HOST_PREOPEN_FLAGS = 16;
export const HOST_PREOPEN_READ_ONLY = 1;
export const HOST_FILE_HANDLE = 20;

/*
 * Counters of blocks of 4096 bytes.
 *
 *     0  limit        u32; all ones: none
 *     4  count        u32, counted by the adapter
 */
export const COUNTER_COUNT = 4;
export const NO_LIMIT = 4294967295;

/*
 * Mounts.
 *
 *     0  flags        u32, bit 0: writable, bit 1: no app sees it, bit 2: a directory of the host's, in which nothing is
 *                     written to memory, bit 3: whose changes go to the host, bit 4: it becomes such a directory if the
 *                     host offers one under its path, bit 5: otherwise it is a directory of ours where it lies in none of
 *                     these, bit 6: the adapter has found that it is there; without it, one with bit 4 is not
 *     4  outer        address of the mount in whose tree it lies; 0: none, it is a preopen; of what lies in nothing
 *                     but such directories it is filled in by the adapter, and so are the parents of its root
 *     8  contents     a counter of blocks
 *    16  memory       a counter of blocks, for all that takes memory
 *    24  path         address and length: what the app sees, without a slash at the end
 *    32  host path    address and length: what the host calls the directory that is the lower layer; address 0: none
 *    40  handle       of that directory, filled in by the adapter; 0: there is none
 *    44  rules        address of where the rules start (below); 0: none holds here
 *    48  free lists   six addresses of divided blocks
 *    72  descriptor   what all descriptors of its root as a preopen stand for: inode and flags, at a multiple of 8
 */
export const MOUNT_SIZE = 80;
export const MOUNT_FLAGS = 0;
export const MOUNT_OUTER = 4;
export const MOUNT_CONTENTS = 8;
export const MOUNT_MEMORY = 16;
export const MOUNT_PATH = 24;
export const MOUNT_HOST = 32;
export const MOUNT_HANDLE = 40;
export const MOUNT_RULES = 44;
export const MOUNT_FREE_LISTS = 48;
export const MOUNT_DESCRIPTOR = 72;
export const MOUNT_WRITABLE = 1;
export const MOUNT_HIDDEN = 2;
export const MOUNT_DIRECT = 4;
export const MOUNT_CHANGES_HOST = 8;
export const MOUNT_OFFERED = 16;
export const MOUNT_NEEDED = 32;
export const MOUNT_PRESENT = 64;

/*
 * Rules: globs, one behind the other, in the order in which they were given.
 *
 *     0  size         u16, bytes of the whole rule
 *     2  flags        u8, bit 0: it protects, bit 1: it hides, bit 2: it is an exception of those before it
 *     3  count        u8, of segments; 1 to 31
 *     4  segments     each a length in a byte, and so many bytes
 *
 * Where rules start in a mount: a u32 count, then so many times a u32 for each rule, of bits. Bit n says that segment n may
 * be that of the next name below the mount's root, and bit `count` that the root matches already, with all that is in it.
 */
export const RULE_FLAGS = 2;
export const RULE_COUNT = 3;
export const RULE_SEGMENTS = 4;
export const RULE_PROTECTS = 1;
export const RULE_HIDES = 2;
export const RULE_EXCEPTION = 4;
export const MAX_RULE_SEGMENTS = 31;

/* What every path obeys, on both sides. */
export const MAX_NAME_LENGTH = 255;
export const MAX_PATH_LENGTH = 4095;
