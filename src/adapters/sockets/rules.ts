/**
 * A rule of `--sockets-allow`: whom a program may talk with.
 *
 *   tcp:db.internal:5432     connections to the addresses that the name has then, which may be looked up
 *   tcp:10.0.0.0/8:*         connections to these addresses, on any port
 *   udp:[2001:db8::1]:53     datagrams to and from that address
 *   udp:ntp.internal:123     datagrams to and from the addresses that the name has
 *   listen:127.0.0.1:8080    connections and datagrams that come in there
 */
import { OptionError } from "../../errors.ts";

export interface SocketRule {
  readonly kind: "tcp" | "udp" | "listen";
  /** 16 bytes; `undefined` for a name. */
  readonly address: Uint8Array | undefined;
  /** How many bits of the address count. */
  readonly prefix: number;
  /** What may be looked up, in lower case. */
  readonly name: string | undefined;
  /** `undefined`: any. */
  readonly port: number | undefined;
}

/** Of an address. */
export const ADDRESS_BYTES = 16;
const BITS = ADDRESS_BYTES * 8;
/** The bits in front of an address of IPv4 that is mapped to IPv6. */
const MAPPED = 96;
const LARGEST_PORT = 65535;

/** @throws OptionError for what is no rule */
export function parseSocketRule(text: string): SocketRule {
  const fail = (what: string): never => {
    throw new OptionError("socketsAllow", `the socket rule \`${text}\` ${what}`);
  };
  const [, kind, host = "", port = ""] = /^(tcp|udp|listen):([^]*):([^:\]]*)$/.exec(text) ?? [];
  if (kind !== "tcp" && kind !== "udp" && kind !== "listen")
    return fail("is not `tcp:HOST:PORT`, `udp:HOST:PORT` or `listen:ADDRESS:PORT`, such as `tcp:db.internal:5432`");
  return { kind, ...hostOf(host, kind, fail), port: portOf(port, fail) };
}

type Fail = (what: string) => never;

function portOf(port: string, fail: Fail): number | undefined {
  if (port === "*") return undefined;
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > LARGEST_PORT)
    fail(`has the port \`${port}\`: a port is a number from 1 to ${LARGEST_PORT}, or \`*\``);
  return Number(port);
}

function hostOf(host: string, kind: SocketRule["kind"], fail: Fail): Pick<SocketRule, "address" | "prefix" | "name"> {
  if (host === "*") return { address: new Uint8Array(ADDRESS_BYTES), prefix: 0, name: undefined };
  const [, plain = "", length] = /^([^/]*)(?:\/([^]*))?$/.exec(host) ?? [];
  const found = plain.startsWith("[") ? addressOf6(plain, fail) : addressOf4(plain);
  if (found === undefined) {
    if (length !== undefined || !/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i.test(plain))
      return fail("has a host that is neither an address, a name nor `*`; an address of IPv6 stands in brackets");
    if (/(^|\.)(\d+|0x[^.]*)$/i.test(plain)) fail("has a host that may be read as an address: an address is written `127.0.0.1`");
    if (kind === "listen") fail("has a name, and a rule for `listen` has an address: a socket listens at an address of the host");
    return { address: undefined, prefix: 0, name: plain.toLowerCase() };
  }
  const { address, text, bits } = found;
  if (length === undefined) return { address, prefix: BITS, name: kind === "listen" ? undefined : text };
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits) fail(`has the length \`/${length}\`, and there are ${bits} bits`);
  const prefix = BITS - bits + Number(length);
  if (address.some((byte, i) => byte & (0xff >> Math.min(8, Math.max(0, prefix - i * 8)))))
    fail(`has an address with more bits than the ${length} that count`);
  return { address, prefix, name: undefined };
}

interface Address {
  readonly address: Uint8Array;
  readonly text: string;
  readonly bits: number;
}

function addressOf4(text: string): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined;
  return { address: Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...parts.map(Number)]), text, bits: BITS - MAPPED };
}

function addressOf6(text: string, fail: Fail): Address {
  if (!/^\[[0-9a-f:.]+\]$/i.test(text) || !URL.canParse(`http://${text}/`)) return fail(`has no address of IPv6 in its brackets`);
  const plain = new URL(`http://${text}/`).hostname.slice(1, -1);
  const [head = "", tail] = plain.split("::");
  const wordsOf = (part: string | undefined): readonly string[] => (part === undefined || part === "" ? [] : part.split(":"));
  const [first, last] = [wordsOf(head), wordsOf(tail)];
  const words = [...first, ...Array<string>(8 - first.length - last.length).fill("0"), ...last].map((word) => Number.parseInt(word, 16));
  return { address: Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff])), text: plain, bits: BITS };
}
