/* What rules for HTTP and sockets, and canned responses, find in their memory: as layout.ts, for TypeScript and AssemblyScript. */

/*
 * Header of the HTTP rules, which have a memory of their own.
 *
 *    16  rules        address of the first, and behind the last
 *    24  methods      u32, a bit for each case of `method` that is allowed
 *    28  others       list<string>, names of other methods, as the canonical ABI wants it
 *    36  headers      list<tuple<string, string>>: name and value; a value at address 0 is that of the variable of its length's number
 *
 * Rules:
 *
 *     0  host         address, in lower case; with a wildcard, what it ends with: `.example.com`, or nothing
 *     4  host length  bytes
 *     8  path         address
 *    12  path length  bytes
 *    16  port         u16
 *    18  flags        u16, bit 0: https, bit 1: a wildcard stands before the host, bit 2: the path is the beginning of the
 *                     paths that are meant, bit 3: any port
 */
export const HTTP_RULES = 16;
export const HTTP_METHODS = 24;
export const HTTP_OTHER_METHODS = 28;
export const HTTP_HEADERS = 36;
export const HTTP_RULE_SIZE = 20;
export const HTTP_RULE_HOST = 0;
export const HTTP_RULE_HOST_LENGTH = 4;
export const HTTP_RULE_PATH = 8;
export const HTTP_RULE_PATH_LENGTH = 12;
export const HTTP_RULE_PORT = 16;
export const HTTP_RULE_FLAGS = 18;
export const HTTP_RULE_HTTPS = 1;
export const HTTP_RULE_WILD = 2;
export const HTTP_RULE_PREFIX = 4;
export const HTTP_RULE_ANY_PORT = 8;

/*
 * Header of canned HTTP responses.
 *
 *   144  entries      address of the first, and behind the last
 *   152  forbidden    list<string>: names of headers that programs cannot set, in lower case
 *
 * Entries begin with a rule, as above. Of those that a request matches the first counts.
 *
 *    20  method       u32, a case of `method`; HTTP_CANNED_ANY: all
 *    24  name         string, of another method
 *    32  status       u32
 *    36  headers      list<tuple<string, list<u8>>>
 *    44  body         address of the first byte, and behind the last
 */
export const HTTP_CANNED = 144;
export const HTTP_CANNED_FORBIDDEN = 152;
export const HTTP_CANNED_SIZE = 52;
export const HTTP_CANNED_METHOD = 20;
export const HTTP_CANNED_NAME = 24;
export const HTTP_CANNED_NAME_LENGTH = 28;
export const HTTP_CANNED_STATUS = 32;
export const HTTP_CANNED_HEADERS = 36;
export const HTTP_CANNED_HEADER_COUNT = 40;
export const HTTP_CANNED_BODY = 44;
export const HTTP_CANNED_BODY_END = 48;
export const HTTP_CANNED_ANY = 255;

/*
 * Header of the variables that HTTP rules ask for.
 *
 *   160  names        list<string>
 */
export const HTTP_VARIABLES = 160;

/*
 * Working words of canned HTTP responses, zero at first.
 *
 *   704  free         of each size of pieces of memory (32 powers of two) the first that is free
 */
export const HTTP_CANNED_FREE = 704;

/*
 * Header of the socket rules, which have a memory of their own.
 *
 *    16  rules        address of the first, and behind the last
 *
 * Rules:
 *
 *     0  address      16 bytes, the first one first; an address of IPv4 is mapped to IPv6. Of a name and datagrams: where
 *                     addresses of the name are remembered, behind the image, and u32, how many there have been
 *    16  kind         u8, a bit each: 1 connections, 2 datagrams, 4 what comes in
 *    17  prefix       u8, how many bits of the address count; 255: those of the name do
 *    18  port         u16; 0: any
 *    20  name         address, of what may be looked up, in lower case
 *    24  name length  bytes; 0: nothing may
 */
export const SOCKET_RULES = 16;
export const SOCKET_RULE_SIZE = 28;
export const SOCKET_RULE_ADDRESS = 0;
export const SOCKET_RULE_KIND = 16;
export const SOCKET_RULE_PREFIX = 17;
export const SOCKET_RULE_PORT = 18;
export const SOCKET_RULE_NAME = 20;
export const SOCKET_RULE_NAME_LENGTH = 24;
export const SOCKET_RULE_TCP = 1;
export const SOCKET_RULE_UDP = 2;
export const SOCKET_RULE_LISTEN = 4;
export const SOCKET_RULE_NAMED = 255;
/** So many addresses of a name are remembered. */
export const SOCKET_RULE_REMEMBERED = 8;
