// The responses in the image, and what each is for.

import { compareBytes } from "../abi/compare";
import { HTTPS, isMeant, OTHER_METHOD, readAddress, ROOT } from "../http/rule";
import {
  HTTP_CANNED,
  HTTP_CANNED_ANY,
  HTTP_CANNED_METHOD,
  HTTP_CANNED_NAME,
  HTTP_CANNED_NAME_LENGTH,
  HTTP_CANNED_SIZE,
} from "../../src/image/rule-layout";
import { RETURN_AREA } from "../../src/image/layout";
import { Request } from "./request-cell";

/** Which one a request gets; 0: there is none. */
export function entryOf(request: Request): usize {
  // A request without a scheme is sent by one host or another with another scheme.
  const scheme = request.scheme - 1;
  if (scheme > HTTPS || !request.authority) return 0;
  const isHttps = scheme == HTTPS;
  const authority = request.authority + 4;
  let path = request.path + 4;
  let pathLength: usize = request.path ? load<u32>(request.path) : 0;
  if (!pathLength) {
    path = RETURN_AREA;
    store<u8>(path, ROOT);
    pathLength = 1;
  }
  if (!readAddress(isHttps, authority, load<u32>(request.authority), path, pathLength)) return 0;
  let entry: usize = load<u32>(HTTP_CANNED);
  for (const end: usize = load<u32>(HTTP_CANNED, 4); entry < end; entry += HTTP_CANNED_SIZE) {
    if (isMethodOf(entry, request) && isMeant(entry, isHttps, authority, path)) return entry;
  }
  return 0;
}

@inline
function isMethodOf(entry: usize, request: Request): bool {
  const method = request.method;
  const methodName = request.methodName;
  const wanted: u32 = load<u32>(entry, HTTP_CANNED_METHOD);
  if (wanted != method) return wanted == HTTP_CANNED_ANY;
  if (method != OTHER_METHOD) return true;
  const length: usize = load<u32>(entry, HTTP_CANNED_NAME_LENGTH);
  return load<u32>(methodName) == length && !compareBytes(load<u32>(entry, HTTP_CANNED_NAME), methodName + 4, length);
}
