// Whether a rule allows a request: a scheme, a host, a port and a path. Nothing is written: all is compared where it lies.

import { compareBytes } from "../abi/compare";
import { isName, lengthOfHost, lower, portOf, readAuthority } from "./authority";
import { isPlain, lengthOfPath, readPath } from "./path";
import {
  HTTP_RULE_ANY_PORT,
  HTTP_RULE_FLAGS,
  HTTP_RULE_HOST,
  HTTP_RULE_HOST_LENGTH,
  HTTP_RULE_HTTPS,
  HTTP_RULE_PATH,
  HTTP_RULE_PATH_LENGTH,
  HTTP_RULE_PORT,
  HTTP_RULE_PREFIX,
  HTTP_RULE_WILD,
} from "../../src/image/rule-layout";

/** Cases of `scheme`, and of `method`: one that has another name. */
export const HTTP: u32 = 0;
export const HTTPS: u32 = 1;
export const OTHER_METHOD: u32 = 9;
/** Of `error-code`. */
export const HTTP_REQUEST_DENIED: usize = 15;
/** The path of a request that has none. */
export const ROOT: u8 = 0x2f;

/** Reads what rules are asked about; false for what no rule allows. */
@inline
export function readAddress(isHttps: bool, authority: usize, authorityLength: usize, path: usize, pathLength: usize): bool {
  return readAuthority(authority, authorityLength, isHttps ? 443 : 80) && readPath(path, pathLength);
}

/** Whether a rule allows what was read last. */
export function isMeant(rule: usize, isHttps: bool, authority: usize, path: usize): bool {
  const flags = <u32>load<u16>(rule, HTTP_RULE_FLAGS);
  if (((flags & HTTP_RULE_HTTPS) != 0) != isHttps) return false;
  if (!(flags & HTTP_RULE_ANY_PORT) && load<u16>(rule, HTTP_RULE_PORT) != portOf()) return false;
  return isHostOf(rule, flags, authority) && isPathOf(rule, flags, path);
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
