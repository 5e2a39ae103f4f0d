// The resources by which a request is made: `outgoing-request`, `request-options`, `outgoing-body`. What is written to a body is not
// kept, because no response depends on it.

import { err, okOf } from "../abi/result";
import { HTTPS, OTHER_METHOD } from "../http/rule";
import { RETURN_AREA } from "../../src/image/layout";
import { fixedCopy, giveFields } from "./field-list";
import { end, give, giveText, keepText, take } from "./heap";
import { dropFields, dropOutgoingBody, fieldsBehind, ignoringOutput, newFields, newOptions, newOutgoingBody, newRequest } from "./own";
import { OPTION, OPTIONS, setOption } from "./options-cell";
import { Request, requestAt, requestOf } from "./request-cell";
import { isToken, isVisible } from "./syntax";

export function http_types__outgoing_request(headers: usize): usize {
  const request = requestOf(fieldsBehind(headers));
  dropFields(headers);
  return newRequest(request);
}

export function http_types__outgoing_request_dtor(self: usize): void {
  const request = requestAt(self);
  giveFields(request.headers);
  giveText(request.methodName);
  giveText(request.schemeName);
  giveText(request.authority);
  giveText(request.path);
  give(changetype<usize>(request), offsetof<Request>());
}

export function http_types__outgoing_request_headers(self: usize): usize {
  return newFields(fixedCopy(requestAt(self).headers));
}

export function http_types__outgoing_request_method(self: usize): usize {
  const request = requestAt(self);
  store<u8>(RETURN_AREA, <u8>request.method);
  if (request.method == OTHER_METHOD) showText(request.methodName, 4);
  return RETURN_AREA;
}

export function http_types__outgoing_request_set_method(self: usize, method: u32, name: usize, length: usize): usize {
  const request = requestAt(self);
  const isOther = method == OTHER_METHOD;
  const refused = assign(
    offsetof<Request>("methodName") + changetype<usize>(request),
    isOther,
    name,
    length,
    !isOther || isToken(name, length),
  );
  if (!refused) request.method = method;
  return refused;
}

export function http_types__outgoing_request_scheme(self: usize): usize {
  const request = requestAt(self);
  store<u8>(RETURN_AREA, request.scheme ? 1 : 0);
  store<u8>(RETURN_AREA, <u8>(request.scheme - 1), 4);
  if (request.schemeName) showText(request.schemeName, 8);
  return RETURN_AREA;
}

export function http_types__outgoing_request_set_scheme(self: usize, has: u32, scheme: u32, name: usize, length: usize): usize {
  const request = requestAt(self);
  const isOther = has != 0 && scheme > HTTPS;
  const refused = assign(
    offsetof<Request>("schemeName") + changetype<usize>(request),
    isOther,
    name,
    length,
    !isOther || isToken(name, length),
  );
  if (!refused) request.scheme = has ? scheme + 1 : 0;
  return refused;
}

export function http_types__outgoing_request_authority(self: usize): usize {
  return optional(requestAt(self).authority);
}

export function http_types__outgoing_request_set_authority(self: usize, has: u32, at: usize, length: usize): usize {
  return assign(offsetof<Request>("authority") + (self << 3), has != 0, at, length, !has || (length && isVisible(at, length)));
}

export function http_types__outgoing_request_path_with_query(self: usize): usize {
  return optional(requestAt(self).path);
}

export function http_types__outgoing_request_set_path_with_query(self: usize, has: u32, at: usize, length: usize): usize {
  return assign(offsetof<Request>("path") + (self << 3), has != 0, at, length, !has || isVisible(at, length));
}

/** Puts a text, or none, into a place of a request, if it may; 1 if it may not. */
function assign(place: usize, has: bool, at: usize, length: usize, isValid: bool): usize {
  if (isValid) {
    giveText(load<u32>(place));
    store<u32>(place, has ? keepText(at, length) : 0);
  }
  end();
  return isValid ? 0 : 1;
}

/** `option<string>` */
function optional(text: usize): usize {
  store<u8>(RETURN_AREA, text ? 1 : 0);
  if (text) showText(text, 4);
  return RETURN_AREA;
}

function showText(text: usize, offset: usize): void {
  store<u32>(<usize>RETURN_AREA + offset, text + 4);
  store<u32>(<usize>RETURN_AREA + offset, load<u32>(text), 4);
}

export function http_types__outgoing_request_body(self: usize): usize {
  const request = requestAt(self);
  if (request.hasBody) return err(0);
  request.hasBody = 1;
  const body = take(offsetof<u32>());
  store<u32>(body, 0);
  return okOf(newOutgoingBody(body >> 3));
}

/** Its cell says whether its stream was taken. */
export function http_types__outgoing_body_write(self: usize): usize {
  if (load<u32>(self << 3)) return err(0);
  store<u32>(self << 3, 1);
  return okOf(ignoringOutput());
}

export function http_types__outgoing_body_finish(body: usize, hasTrailers: u32, trailers: usize): usize {
  dropOutgoingBody(body);
  if (hasTrailers) dropFields(trailers);
  store<u8>(RETURN_AREA, 0);
  return RETURN_AREA;
}

export function http_types__outgoing_body_dtor(self: usize): void {
  give(self << 3, offsetof<u32>());
}

export function http_types__request_options(): usize {
  const options = take(OPTIONS);
  memory.fill(options, 0, OPTIONS);
  return newOptions(options >> 3);
}

export function http_types__request_options_dtor(self: usize): void {
  give(self << 3, OPTIONS);
}

export function http_types__request_options_connect_timeout(self: usize): usize {
  return self << 3;
}

export function http_types__request_options_first_byte_timeout(self: usize): usize {
  return (self << 3) + OPTION;
}

export function http_types__request_options_between_bytes_timeout(self: usize): usize {
  return (self << 3) + 2 * OPTION;
}

export function http_types__request_options_set_connect_timeout(self: usize, has: u32, duration: u64): usize {
  return setOption(self << 3, has, duration);
}

export function http_types__request_options_set_first_byte_timeout(self: usize, has: u32, duration: u64): usize {
  return setOption((self << 3) + OPTION, has, duration);
}

export function http_types__request_options_set_between_bytes_timeout(self: usize, has: u32, duration: u64): usize {
  return setOption((self << 3) + 2 * OPTION, has, duration);
}
