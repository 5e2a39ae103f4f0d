/** The image of the socket rules: a table of rules, and names (layout.ts draws it). */
import { Header, type Image, imageOf } from "../../image/image.ts";
import {
  IMAGE_BASE,
  SOCKET_RULE_ADDRESS,
  SOCKET_RULE_KIND,
  SOCKET_RULE_LISTEN,
  SOCKET_RULE_NAME,
  SOCKET_RULE_NAME_LENGTH,
  SOCKET_RULE_NAMED,
  SOCKET_RULE_PORT,
  SOCKET_RULE_PREFIX,
  SOCKET_RULE_SIZE,
  SOCKET_RULE_TCP,
  SOCKET_RULE_UDP,
  SOCKET_RULES,
} from "../../image/layout.ts";
import { StringPool } from "../../image/strings.ts";
import type { SocketRule } from "./rules.ts";

const KINDS = { tcp: SOCKET_RULE_TCP, udp: SOCKET_RULE_UDP, listen: SOCKET_RULE_LISTEN } as const;

export function socketsImage(rules: readonly SocketRule[]): Image {
  const pool = new StringPool();
  const poolAt = IMAGE_BASE + rules.length * SOCKET_RULE_SIZE;
  const table = new DataView(new ArrayBuffer(rules.length * SOCKET_RULE_SIZE));
  rules.forEach(({ kind, address, prefix, name, port }, i) => {
    const at = i * SOCKET_RULE_SIZE;
    address?.forEach((byte, n) => table.setUint8(at + SOCKET_RULE_ADDRESS + n, byte));
    table.setUint8(at + SOCKET_RULE_KIND, KINDS[kind]);
    table.setUint8(at + SOCKET_RULE_PREFIX, address === undefined ? SOCKET_RULE_NAMED : prefix);
    table.setUint16(at + SOCKET_RULE_PORT, port ?? 0, true);
    if (name === undefined) return;
    const { offset, byteLength } = pool.add(name);
    table.setUint32(at + SOCKET_RULE_NAME, poolAt + offset, true);
    table.setUint32(at + SOCKET_RULE_NAME_LENGTH, byteLength, true);
  });
  const header = new Header();
  header.set(SOCKET_RULES, IMAGE_BASE, poolAt);
  return imageOf(header, [new Uint8Array(table.buffer), pool.bytes()], "the socket rules");
}
