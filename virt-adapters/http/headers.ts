// Headers that every request gets on its way out. They are set when a request is made, because headers do not change later, and left
// out of what the program can read. No request leaves that no rule allows, so no such header goes anywhere else.

import * as arena from "../abi/arena";
import { HTTP_HEADERS, RETURN_AREA } from "../../src/image/layout";
import {
  cloneFields,
  cloneLaterFields,
  deleteField,
  deleteLaterField,
  dropFields,
  dropLaterFields,
  dropLaterRequest,
  dropRequest,
  headersOf,
  headersOfLater,
  newLaterRequest,
  newRequest,
  setField,
  setLaterField,
} from "./host";

/** Bytes of a header: its name, and its value, which is a list of one. */
const HEADER: usize = 16;
const VALUE: usize = 8;

export function http_types__outgoing_request(headers: usize): usize {
  return newRequest(withOurs(headers, false));
}

export function http_types__outgoing_request_headers(request: usize): usize {
  const all = headersOf(request);
  dropRequest(request);
  return withoutOurs(all, false);
}

export function p3_http_types__request_new(
  headers: usize,
  hasContents: u32,
  contents: usize,
  trailers: usize,
  hasOptions: u32,
  options: usize,
): usize {
  const all = withOurs(headers, true);
  arena.empty();
  newLaterRequest(all, hasContents, contents, trailers, hasOptions, options, RETURN_AREA);
  return RETURN_AREA;
}

export function p3_http_types__request_get_headers(request: usize): usize {
  const all = headersOfLater(request);
  dropLaterRequest(request);
  const seen = withoutOurs(all, true);
  arena.empty();
  return seen;
}

/** These and ours, of WASI 0.2 or a later one. */
@inline
function withOurs(headers: usize, isLater: bool): usize {
  const all = copied(headers, isLater);
  let each: usize = load<u32>(HTTP_HEADERS);
  for (const end = each + <usize>load<u32>(HTTP_HEADERS, 4) * HEADER; each < end; each += HEADER) {
    if (isLater) setLaterField(all, load<u32>(each), load<u32>(each, 4), each + VALUE, 1, RETURN_AREA);
    else setField(all, load<u32>(each), load<u32>(each, 4), each + VALUE, 1, RETURN_AREA);
    // The host refuses it: then there is no request that could go without.
    if (load<u8>(RETURN_AREA)) unreachable();
  }
  return all;
}

/** These without those that have a name of ours. */
@inline
function withoutOurs(headers: usize, isLater: bool): usize {
  const seen = copied(headers, isLater);
  let each: usize = load<u32>(HTTP_HEADERS);
  for (const end = each + <usize>load<u32>(HTTP_HEADERS, 4) * HEADER; each < end; each += HEADER) {
    if (isLater) deleteLaterField(seen, load<u32>(each), load<u32>(each, 4), RETURN_AREA);
    else deleteField(seen, load<u32>(each), load<u32>(each, 4), RETURN_AREA);
    if (load<u8>(RETURN_AREA)) unreachable();
  }
  return seen;
}

@inline
function copied(headers: usize, isLater: bool): usize {
  const copy = isLater ? cloneLaterFields(headers) : cloneFields(headers);
  if (isLater) dropLaterFields(headers);
  else dropFields(headers);
  return copy;
}
