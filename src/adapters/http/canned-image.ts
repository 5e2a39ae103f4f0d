/** The image of canned responses: a table of entries, lists of strings, and the bodies (rule-layout.ts draws it). */
import { type Chunk, byteLength } from "../../binary/chunk.ts";
import { Header, type Image, imageOf } from "../../image/image.ts";
import {
  HTTP_CANNED,
  HTTP_CANNED_ANY,
  HTTP_CANNED_BODY,
  HTTP_CANNED_BODY_END,
  HTTP_CANNED_FORBIDDEN,
  HTTP_CANNED_HEADER_COUNT,
  HTTP_CANNED_HEADERS,
  HTTP_CANNED_METHOD,
  HTTP_CANNED_NAME,
  HTTP_CANNED_NAME_LENGTH,
  HTTP_CANNED_SIZE,
  HTTP_CANNED_STATUS,
} from "../../image/rule-layout.ts";
import { StringLists } from "../../image/strings.ts";
import type { CannedEntry } from "./canned.ts";
import { FORBIDDEN } from "./headers.ts";
import { writeRule } from "./image.ts";
import { numberOf } from "./methods.ts";

/** `base` is where it may lie. */
export function cannedImage(entries: readonly CannedEntry[], base: number): Image {
  const tableEnd = base + entries.length * HTTP_CANNED_SIZE;
  const lists = new StringLists(
    tableEnd,
    [FORBIDDEN, ...entries.map(({ headers }) => headers.flat())],
    entries.flatMap(({ rule: { host, path }, method = "" }) => [host, path, method]),
  );
  const strings = lists.chunks();
  const table = new DataView(new ArrayBuffer(entries.length * HTTP_CANNED_SIZE));
  const bodies: Chunk[] = [];
  let bodyAt = tableEnd + byteLength(strings);
  entries.forEach(({ method, rule, status, headers, body }, i) => {
    const at = i * HTTP_CANNED_SIZE;
    const set = (offset: number, word: number): void => table.setUint32(at + offset, word, true);
    writeRule(table, at, rule, (each) => lists.addressOf(each));
    const [name, nameLength] = lists.addressOf(method ?? "");
    set(HTTP_CANNED_METHOD, method === undefined ? HTTP_CANNED_ANY : numberOf(method));
    set(HTTP_CANNED_NAME, name);
    set(HTTP_CANNED_NAME_LENGTH, nameLength);
    set(HTTP_CANNED_STATUS, status);
    set(HTTP_CANNED_HEADERS, lists.startOf(i + 1));
    set(HTTP_CANNED_HEADER_COUNT, headers.length);
    set(HTTP_CANNED_BODY, bodyAt);
    set(HTTP_CANNED_BODY_END, bodyAt + body.byteLength);
    bodyAt += body.byteLength;
    bodies.push(body);
  });
  const header = new Header();
  header.set(HTTP_CANNED, base, tableEnd);
  header.set(HTTP_CANNED_FORBIDDEN, lists.startOf(0), FORBIDDEN.length);
  return imageOf(header, [new Uint8Array(table.buffer), ...strings, ...bodies], "canned HTTP responses", base);
}
