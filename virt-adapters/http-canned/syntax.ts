// What names and values of headers, methods and the parts of a URL are made of.

import { STRING } from "../abi/strings";
import { lower } from "../http/authority";
import { HTTP_CANNED_FORBIDDEN } from "../../src/image/rule-layout";

/** A bit for each character of a `token` (RFC 9110, 5.6.2), of the first and the second 64. */
const TOKEN_LOW: u64 = 0x03ff6cfa00000000;
const TOKEN_HIGH: u64 = 0x57ffffffc7fffffe;

export function isToken(at: usize, length: usize): bool {
  if (!length) return false;
  for (const end = at + length; at < end; at++) {
    const byte = <u64>load<u8>(at);
    if (byte > 127 || !(((byte < 64 ? TOKEN_LOW : TOKEN_HIGH) >> (byte & 63)) & 1)) return false;
  }
  return true;
}

/** A `field-value`: visible characters, spaces, tabs, and bytes that are not ASCII. */
export function isFieldValue(at: usize, length: usize): bool {
  for (const end = at + length; at < end; at++) {
    const byte = load<u8>(at);
    if ((byte < 0x20 && byte != 0x09) || byte == 0x7f) return false;
  }
  return true;
}

/** Visible ASCII without a fragment. */
export function isVisible(at: usize, length: usize): bool {
  for (const end = at + length; at < end; at++) {
    const byte = load<u8>(at);
    if (byte < 0x21 || byte > 0x7e || byte == 0x23) return false;
  }
  return true;
}

/** Whether two names of headers are the same. */
export function isSame(one: usize, length: usize, other: usize, otherLength: usize): bool {
  if (length != otherLength) return false;
  for (let i: usize = 0; i < length; i++) if (lower(load<u8>(one + i)) != lower(load<u8>(other + i))) return false;
  return true;
}

/** Whether a header is the host's to set. */
export function isForbidden(name: usize, length: usize): bool {
  let each: usize = load<u32>(HTTP_CANNED_FORBIDDEN);
  for (const end = each + <usize>load<u32>(HTTP_CANNED_FORBIDDEN, 4) * STRING; each < end; each += STRING) {
    if (isSame(load<u32>(each), load<u32>(each, 4), name, length)) return true;
  }
  return false;
}
