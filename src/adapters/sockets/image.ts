/** The image of the socket rules: a table of rules, and names (rule-layout.ts draws it). */
import { Header, type Image, imageOf } from "../../image/image.ts";
import { IMAGE_BASE } from "../../image/layout.ts";
import {
  SOCKET_RULE_ADDRESS,
  SOCKET_RULE_KIND,
  SOCKET_RULE_LISTEN,
  SOCKET_RULE_NAME,
  SOCKET_RULE_NAME_LENGTH,
  SOCKET_RULE_NAMED,
  SOCKET_RULE_PORT,
  SOCKET_RULE_PREFIX,
  SOCKET_RULE_REMEMBERED,
  SOCKET_RULE_SIZE,
  SOCKET_RULE_TCP,
  SOCKET_RULE_UDP,
  SOCKET_RULES,
} from "../../image/rule-layout.ts";
import { StringPool } from "../../image/strings.ts";
import { ADDRESS_BYTES, type SocketRule } from "./rules.ts";

export const KINDS: Readonly<Record<SocketRule["kind"], number>> = {
  tcp: SOCKET_RULE_TCP,
  udp: SOCKET_RULE_UDP,
  listen: SOCKET_RULE_LISTEN,
};

/** Bytes that addresses are remembered in, of a rule. */
const MEMORY = SOCKET_RULE_REMEMBERED * ADDRESS_BYTES;

export function socketsImage(rules: readonly SocketRule[]): Image {
  const pool = new StringPool();
  const names = rules.map(({ name }) => (name === undefined ? undefined : pool.add(name)));
  const poolAt = IMAGE_BASE + rules.length * SOCKET_RULE_SIZE;
  const strings = pool.bytes();
  let end = poolAt + strings.byteLength;
  const table = new DataView(new ArrayBuffer(rules.length * SOCKET_RULE_SIZE));
  rules.forEach(({ kind, address, prefix, port }, i) => {
    const at = i * SOCKET_RULE_SIZE;
    address?.forEach((byte, n) => table.setUint8(at + SOCKET_RULE_ADDRESS + n, byte));
    table.setUint8(at + SOCKET_RULE_KIND, KINDS[kind]);
    table.setUint8(at + SOCKET_RULE_PREFIX, address === undefined ? SOCKET_RULE_NAMED : prefix);
    table.setUint16(at + SOCKET_RULE_PORT, port ?? 0, true);
    const name = names[i];
    if (name === undefined) return;
    table.setUint32(at + SOCKET_RULE_NAME, poolAt + name.offset, true);
    table.setUint32(at + SOCKET_RULE_NAME_LENGTH, name.byteLength, true);
    if (address !== undefined || kind !== "udp") return;
    table.setUint32(at + SOCKET_RULE_ADDRESS, end, true);
    end += MEMORY;
  });
  const header = new Header();
  header.set(SOCKET_RULES, IMAGE_BASE, poolAt);
  return { ...imageOf(header, [new Uint8Array(table.buffer), strings], "the socket rules"), end };
}
