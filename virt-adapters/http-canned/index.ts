// wasi:http of fixed responses: a request gets that of the first entry in the image which it matches, and nothing leaves the component.
// All of wasi:http/types by which requests are sent is ours, because nobody else could make a response. A component that is asked
// itself has another one, so it is refused when the output is made.

import { compareBytes } from "../abi/compare";
import { err, okOf } from "../abi/result";
import { HTTP_REQUEST_DENIED, HTTPS, isMeant, OTHER_METHOD, readAddress, ROOT } from "../http/rule";
import {
  HTTP_CANNED,
  HTTP_CANNED_ANY,
  HTTP_CANNED_METHOD,
  HTTP_CANNED_NAME,
  HTTP_CANNED_NAME_LENGTH,
  HTTP_CANNED_SIZE,
} from "../../src/image/rule-layout";
import { RETURN_AREA } from "../../src/image/layout";
import { answerOf } from "./answer";
import * as later from "./later-own";
import { dropOptions, dropRequest, newFuture, requestBehind } from "./own";
import { Request, requestAt } from "./request-cell";

export * from "./fields";
export * from "./request";
export * from "./response";
export * from "./later-fields";
export * from "./later-request";
export * from "./later-response";
export { p3_loop__callback, p3_loop__is_running, p3_loop__start } from "./later-loop";

export function http_outgoing_handler__handle(request: usize, hasOptions: u32, options: usize): usize {
  const entry = entryOf(requestAt(requestBehind(request)));
  dropRequest(request);
  if (hasOptions) dropOptions(options);
  return entry ? okOf(newFuture(answerOf(entry))) : err(HTTP_REQUEST_DENIED);
}

export function p3_http_client__send(request: usize): usize {
  const entry = entryOf(requestAt(later.requestBehind(request)));
  later.dropRequest(request);
  return entry ? okOf(later.newResponse(answerOf(entry))) : err(HTTP_REQUEST_DENIED);
}

/** 0: there is none. */
function entryOf(request: Request): usize {
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
