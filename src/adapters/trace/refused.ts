/**
 * What rules refuse, for whoever wants it printed: their guests tell the guest of traces, by an interface of our own where they stand
 * in layers, else by a function that it lends.
 */
import { Header, type Image, imageOf } from "../../image/image.ts";
import { StringLists } from "../../image/strings.ts";
import {
  REFUSED_BY_ALL,
  REFUSED_CANNED,
  REFUSED_ENV_DENIED,
  REFUSED_ENV_REPLACED,
  REFUSED_ENV_UNNAMED,
  REFUSED_FROM,
  REFUSED_HIDDEN,
  REFUSED_HOSTS,
  REFUSED_KEPT,
  REFUSED_KEY,
  REFUSED_LAST,
  REFUSED_LINE,
  REFUSED_LINE_SIZE,
  REFUSED_LISTEN,
  REFUSED_METHOD,
  REFUSED_MORE,
  REFUSED_MOUNT,
  REFUSED_NAME,
  REFUSED_ODD_NAME,
  REFUSED_ODD_KEY,
  REFUSED_OPEN,
  REFUSED_PROTECTED,
  REFUSED_TCP,
  REFUSED_TEXTS,
  REFUSED_UDP,
  REFUSED_URL,
  REFUSED_VARIABLE,
  REFUSED_WORDS,
} from "../../image/trace-layout.ts";
import { OPERATIONS } from "../filesystem/operations.ts";
import { METHODS } from "../http/methods.ts";

/** What stands in texts for what is told. */
const [FIRST, SECOND, THIRD, ADDRESS, NUMBER, WORD] = ["\x01", "\x02", "\x03", "\x04", "\x05", "\x06"] as const;

const METHOD = `${WORD}${FIRST}`;
const SCHEMES = ["http://", "https://", ""];
const request = (scheme: string): string => `${METHOD} "${scheme}${SECOND}${THIRD}" is refused`;
const onFile = (option: string): string => `${WORD} "${FIRST}" is refused; leaving out --${option} '${SECOND}'`;
const onOpen = (text: string): string => `${WORD} on an open file is refused; ${text} lets it through`;
/** By a path, and of what is open. */
const onReadOnly = (kind: number, text: string): readonly (readonly [number, string])[] => [
  [kind, `${WORD} "${FIRST}" is refused; ${text} lets it through`],
  [kind + REFUSED_OPEN, onOpen(text)],
];
const ENDPOINT = `${ADDRESS}:${NUMBER}`;

const VARIABLE = `the host's variable "${FIRST}" is kept back`;
const KEY = `the host's configuration key "${FIRST}" is kept back`;

/** Of layers: of HTTP and of sockets. */
const OF_LAYERS: ReadonlyMap<number, string> = new Map([
  ...SCHEMES.flatMap((scheme, i): (readonly [number, string])[] => [
    [REFUSED_URL + i, `${request(scheme)}; --http-allow '${scheme}${SECOND}/*' lets it through`],
    [REFUSED_METHOD + i, `${request(scheme)}; --http-method '${METHOD}' lets it through`],
    [REFUSED_BY_ALL + i, `${request(scheme)}; no rule of --http-allow can let it through`],
  ]),
  [REFUSED_VARIABLE, "HTTP requests are refused; a variable of --http-header-env is not set, or its value is none of a header"],
  [REFUSED_TCP, `the connection to ${ENDPOINT} is refused; --sockets-allow 'tcp:${ENDPOINT}' lets it through`],
  [REFUSED_UDP, `a datagram to ${ENDPOINT} is refused; --sockets-allow 'udp:${ENDPOINT}' lets it through`],
  [REFUSED_FROM, `a datagram from ${ENDPOINT} is dropped; --sockets-allow 'udp:${ENDPOINT}' lets it through`],
  [REFUSED_LISTEN, `listening at ${ENDPOINT} is refused; --sockets-allow 'listen:${ENDPOINT}' lets it through`],
  [REFUSED_NAME, `the look-up of "${FIRST}" is refused; --sockets-allow 'tcp:${FIRST}:PORT' lets it through`],
  [REFUSED_ODD_NAME, `the look-up of "${FIRST}" is refused; --sockets-allow takes names of hosts in ASCII, without wildcards`],
]);

/** Of guests in the memory of the one that prints. */
const OF_GUESTS: ReadonlyMap<number, string> = new Map([
  ...SCHEMES.map((scheme, i): readonly [number, string] => [
    REFUSED_CANNED + i,
    `${request(scheme)}; an entry of --http-canned for it lets it through`,
  ]),
  ...["output", "error"].map((stream, i): readonly [number, string] => [
    REFUSED_MORE + i,
    `standard ${stream} is closed; a higher --std${stream.slice(0, 3)} limit:SIZE lets more through`,
  ]),
  [REFUSED_PROTECTED, `${onFile("protect")} lets it through`],
  [REFUSED_HIDDEN, `${onFile("hide")} lets it through`],
  ...onReadOnly(REFUSED_MOUNT, "--mount GUEST=LOCAL:rw"),
  ...onReadOnly(REFUSED_HOSTS, "a --preopen or --file without :ro"),
  [REFUSED_KEPT, onOpen("leaving out --protect or :ro for it")],
  [REFUSED_ENV_UNNAMED, `${VARIABLE}; --allow-env='${FIRST}' lets it through`],
  [REFUSED_ENV_DENIED, `${VARIABLE}; a --deny-env without '${SECOND}' lets it through`],
  [REFUSED_ENV_REPLACED, `${VARIABLE}; another one has its name by --rename-env`],
  [REFUSED_KEY, `${KEY}; --allow-config='${FIRST}' lets it through`],
  [REFUSED_ODD_KEY, `${KEY}; a pattern of --allow-config lets it through`],
]);

/** Bytes of what the last lines come to, and of how many there have been. */
const LAST = (REFUSED_LAST + 1) * 8;

const WORDS: readonly string[] = [...METHODS, "", ...OPERATIONS];
export const wordOf = (operation: string): number => WORDS.indexOf(operation);

/** With `inFront`, layers tell it what they refuse, too. */
export function refusedImage(base: number, inFront: boolean): Image {
  const found = new Map([...OF_GUESTS, ...(inFront ? OF_LAYERS : [])]);
  const texts = Array.from({ length: Math.max(...found.keys()) + 1 }, (_, kind) => found.get(kind) ?? "");
  const lists = new StringLists(base, [texts, WORDS]);
  const chunks = lists.chunks();
  const header = new Header();
  const line = Math.ceil(imageOf(header, chunks, "texts", base).end / 8) * 8;
  header.set(REFUSED_TEXTS, lists.startOf(0));
  header.set(REFUSED_WORDS, lists.startOf(1));
  header.set(REFUSED_LINE, line);
  return { ...imageOf(header, chunks, "texts", base), end: line + REFUSED_LINE_SIZE + LAST };
}
