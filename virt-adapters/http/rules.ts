// Whether the rules of the image allow a request. Nothing is written: all is compared where it lies.

import { compareBytes } from "../abi/compare";
import { isName, lengthOfHost, lower, portOf, readAuthority } from "./authority";
import { isPlain, lengthOfPath, readPath } from "./path";
import {
  HTTP_METHODS,
  HTTP_OTHER_METHODS,
  HTTP_RULES,
  HTTP_RULE_ANY_PORT,
  HTTP_RULE_FLAGS,
  HTTP_RULE_HOST,
  HTTP_RULE_HOST_LENGTH,
  HTTP_RULE_HTTPS,
  HTTP_RULE_PATH,
  HTTP_RULE_PATH_LENGTH,
  HTTP_RULE_PORT,
  HTTP_RULE_PREFIX,
  HTTP_RULE_SIZE,
  HTTP_RULE_WILD,
} from "../../src/image/layout";

/** The case of a method that has another name, and bytes of a string in a list. */
const OTHER: u32 = 9;
const STRING: usize = 8;

/** `method` is a number of the variant, with the name of another one. */
export function isMethodAllowed(method: u32, name: usize, length: usize): bool {
  if (method < OTHER) return ((load<u32>(HTTP_METHODS) >> method) & 1) != 0;
  let each: usize = load<u32>(HTTP_OTHER_METHODS);
  for (const end = each + <usize>load<u32>(HTTP_OTHER_METHODS, 4) * STRING; each < end; each += STRING) {
    if (load<u32>(each, 4) == length && !compareBytes(load<u32>(each), name, length)) return true;
  }
  return false;
}

/** A rule allows all that lies there. */
export function isAddressAllowed(isHttps: bool, authority: usize, authorityLength: usize, path: usize, pathLength: usize): bool {
  if (!readAuthority(authority, authorityLength, isHttps ? 443 : 80)) return false;
  if (!readPath(path, pathLength)) return false;
  let rule: usize = load<u32>(HTTP_RULES);
  for (const end: usize = load<u32>(HTTP_RULES, 4); rule < end; rule += HTTP_RULE_SIZE) {
    const flags = <u32>load<u16>(rule, HTTP_RULE_FLAGS);
    if (((flags & HTTP_RULE_HTTPS) != 0) != isHttps) continue;
    if (!(flags & HTTP_RULE_ANY_PORT) && load<u16>(rule, HTTP_RULE_PORT) != portOf()) continue;
    if (isHostOf(rule, flags, authority) && isPathOf(rule, flags, path)) return true;
  }
  return false;
}

/** Wildcards stand for names alone. */
@inline
function isHostOf(rule: usize, flags: u32, authority: usize): bool {
  const wanted: usize = load<u32>(rule, HTTP_RULE_HOST);
  const wantedLength: usize = load<u32>(rule, HTTP_RULE_HOST_LENGTH);
  let length = lengthOfHost();
  if (flags & HTTP_RULE_WILD) {
    if (!isName() || length <= wantedLength) return false;
    authority += length - wantedLength;
    length = wantedLength;
  }
  if (length != wantedLength) return false;
  for (let i: usize = 0; i < length; i++) if (lower(load<u8>(authority + i)) != load<u8>(wanted + i)) return false;
  return true;
}

@inline
function isPathOf(rule: usize, flags: u32, path: usize): bool {
  const wanted: usize = load<u32>(rule, HTTP_RULE_PATH);
  const wantedLength: usize = load<u32>(rule, HTTP_RULE_PATH_LENGTH);
  const length = lengthOfPath();
  if (flags & HTTP_RULE_PREFIX) {
    // `/*` is every path, however a server reads it.
    if (wantedLength == 1) return true;
    if (length < wantedLength) return false;
  } else if (length != wantedLength) return false;
  return isPlain() && !compareBytes(wanted, path, wantedLength);
}
