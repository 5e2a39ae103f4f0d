// Whether the rules of the image allow a request.

import { compareBytes } from "../abi/compare";
import { isMeant, OTHER_METHOD, readAddress } from "./rule";
import { HTTP_METHODS, HTTP_OTHER_METHODS, HTTP_RULES, HTTP_RULE_SIZE } from "../../src/image/rule-layout";

/** Bytes of a string in a list. */
const STRING: usize = 8;

/** `method` is a number of the variant, with the name of another one. */
export function isMethodAllowed(method: u32, name: usize, length: usize): bool {
  if (method < OTHER_METHOD) return ((load<u32>(HTTP_METHODS) >> method) & 1) != 0;
  let each: usize = load<u32>(HTTP_OTHER_METHODS);
  for (const end = each + <usize>load<u32>(HTTP_OTHER_METHODS, 4) * STRING; each < end; each += STRING) {
    if (load<u32>(each, 4) == length && !compareBytes(load<u32>(each), name, length)) return true;
  }
  return false;
}

/** A rule allows all that lies there. */
export function isAddressAllowed(isHttps: bool, authority: usize, authorityLength: usize, path: usize, pathLength: usize): bool {
  if (!readAddress(isHttps, authority, authorityLength, path, pathLength)) return false;
  let rule: usize = load<u32>(HTTP_RULES);
  for (const end: usize = load<u32>(HTTP_RULES, 4); rule < end; rule += HTTP_RULE_SIZE) {
    if (isMeant(rule, isHttps, authority, path)) return true;
  }
  return false;
}
