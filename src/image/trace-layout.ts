/* What traces find in their memory: as layout.ts, for TypeScript and AssemblyScript. */

/*
 * Header of traces, which have a memory of their own.
 *
 *    16  most         u32, how many bytes of a string or elements of a list are shown
 *    20  buffer       address of TRACE_BUFFER_SIZE bytes, where a line is made
 *
 * Functions that are traced:
 *
 *     0  name         address and length
 *     8  parameters   address of their type, a tuple
 *    12  result       address of its type; 0: none
 *    16  flags        u32, bit 0: the parameters lie flat, bit 1: so does the result, bit 2: it does not return,
 *                      bit 3: others are called while it goes on, bit 4: its calls are counted, bit 5: its result is a `result`,
 *                      bit 6: the summary is printed before it, or behind it where it returns
 *    20  row          the row of the summary where its calls are counted; 0: it has none yet
 *
 * A flat value lies in slots of 8 bytes, one for each core value. Types, each a kind and more words:
 *
 *   record, tuple     4 count, then for each field a label (address, length; of a tuple 0), its type, its offset, its first slot
 *   variant           4 bytes of the discriminant, 8 offset of the payload, 12 count, then for each case a label and a type or 0
 *   flags             4 count, then for each a label
 *   list              4 type of the elements, 8 bytes of one
 *   fixed list        4 type of the elements, 8 bytes of one, 12 slots of one, 16 count
 *   handle            4 what is shown: address and length
 *
 * Enums, options and results are variants.
 */
export const TRACE_MOST = 16;
export const TRACE_BUFFER = 20;
export const TRACE_BUFFER_SIZE = 512;

/*
 * Header of what rules refuse, of the guest that prints it. Its memory is that of its part.
 *
 *   168  texts        list<string>: what a line says, by the number of its kind. In it, a byte below 8 stands for what is told:
 *                     1 to 3 a piece, 4 the address that the first piece is, 5 a number, 6 the word of that number
 *   176  words        list<string>
 *   184  line         address of REFUSED_LINE_SIZE bytes, where a line is made, and of u64, REFUSED_LAST of them: what the last
 *                     lines come to, and how many there have been
 */
export const REFUSED_TEXTS = 168;
export const REFUSED_WORDS = 176;
export const REFUSED_LINE = 184;
export const REFUSED_LINE_SIZE = 2048;
export const REFUSED_LAST = 64;
/** So many bytes of a piece are shown. */
export const REFUSED_MOST = 256;

/* Kinds of lines: of HTTP, by the scheme, http, https or neither; of sockets; of the host's variables; of files. */
export const REFUSED_URL = 0;
export const REFUSED_METHOD = 3;
export const REFUSED_BY_ALL = 6;
export const REFUSED_VARIABLE = 9;
export const REFUSED_TCP = 10;
export const REFUSED_UDP = 11;
export const REFUSED_LISTEN = 12;
export const REFUSED_NAME = 13;
export const REFUSED_ENV_UNNAMED = 14;
export const REFUSED_ENV_DENIED = 15;
export const REFUSED_ENV_REPLACED = 16;
/* Of sockets once more: what comes in. */
export const REFUSED_FROM = 17;
/* Of standard output; then of standard error. */
export const REFUSED_MORE = 18;
/* Of files: by a rule that protects; 2 more: that hides. */
export const REFUSED_PROTECTED = 20;
export const REFUSED_HIDDEN = 22;
/* Of the host's configuration: of a key that is plain, and of one that might mean more as a pattern. */
export const REFUSED_KEY = 24;
export const REFUSED_ODD_KEY = 25;
/* Of sockets: a name that is none of a host. */
export const REFUSED_ODD_NAME = 26;
/*
 * Of files, without a rule: in a mount; in a directory or file of the host's. REFUSED_OPEN more: of a descriptor; and of one that rules
 * may protect.
 */
export const REFUSED_MOUNT = 27;
export const REFUSED_HOSTS = 28;
export const REFUSED_OPEN = 2;
export const REFUSED_KEPT = 31;
/* Of HTTP once more, by the scheme: that no canned response is for it. */
export const REFUSED_CANNED = 32;

/*
 * Beside the word of a function of files: what is protected is refused to it, and is not only looked at; and files are nodes of the
 * image, because none can be written to.
 */
export const REFUSED_WORD = 63;
export const REFUSED_CHANGE = 64;
export const REFUSED_NODES = 128;

export const TRACED_NAME = 0;
export const TRACED_PARAMS = 8;
export const TRACED_RESULT = 12;
export const TRACED_FLAGS = 16;
export const TRACED_FLAT_PARAMS = 1;
export const TRACED_FLAT_RESULT = 2;
export const TRACED_ENDS = 4;
export const TRACED_GOES_ON = 8;
export const TRACED_COUNTED = 16;
export const TRACED_FAILS = 32;
export const TRACED_SUMMARY = 64;
export const TRACED_ROW = 20;
export const TRACE_SLOT = 8;

export const SHOWN_BOOL = 0;
export const SHOWN_S8 = 1;
export const SHOWN_U8 = 2;
export const SHOWN_S16 = 3;
export const SHOWN_U16 = 4;
export const SHOWN_S32 = 5;
export const SHOWN_U32 = 6;
export const SHOWN_S64 = 7;
export const SHOWN_U64 = 8;
export const SHOWN_F32 = 9;
export const SHOWN_F64 = 10;
export const SHOWN_CHAR = 11;
export const SHOWN_STRING = 12;
export const SHOWN_RECORD = 13;
export const SHOWN_TUPLE = 14;
export const SHOWN_VARIANT = 15;
export const SHOWN_FLAGS = 16;
export const SHOWN_LIST = 17;
export const SHOWN_FIXED_LIST = 18;
export const SHOWN_HANDLE = 19;

/* Where the fields, cases and labels of a type begin, and the bytes of one. */
export const SHOWN_FIELDS = 8;
export const SHOWN_FIELD_SIZE = 20;
export const SHOWN_CASES = 16;
export const SHOWN_CASE_SIZE = 12;
export const SHOWN_LABELS = 8;
export const SHOWN_LABEL_SIZE = 8;
