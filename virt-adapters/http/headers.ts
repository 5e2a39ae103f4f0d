// Headers that every request gets on its way out. They are set when a request is made, because headers do not change later, and left
// out of what the program can read. No request leaves that no rule allows, so no such header goes anywhere else.

import * as arena from "../abi/arena";
import { HTTP_HEADERS } from "../../src/image/rule-layout";
import { RETURN_AREA } from "../../src/image/layout";
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
  valueOf,
} from "./host";
import { HEADER, isVariable } from "./variables";

/** Of a header: its value, which is a list of one. */
const VALUE: usize = 8;
/** Where it is told whether a header could be set; the value may lie before it. */
const OUTCOME: usize = RETURN_AREA + 16;

export function http_types__outgoing_request(headers: usize): usize {
  return newRequest(withOurs(headers, false, false));
}

export function http_types__outgoing_request__variables(headers: usize): usize {
  const all = withOurs(headers, false, true);
  arena.empty();
  return newRequest(all);
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
  const all = withOurs(headers, true, false);
  arena.empty();
  newLaterRequest(all, hasContents, contents, trailers, hasOptions, options, RETURN_AREA);
  return RETURN_AREA;
}

export function p3_http_types__request_new__variables(
  headers: usize,
  hasContents: u32,
  contents: usize,
  trailers: usize,
  hasOptions: u32,
  options: usize,
): usize {
  const all = withOurs(headers, true, true);
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

/** These and ours, of WASI 0.2 or a later one; some may be in variables of the host's. */
@inline
function withOurs(headers: usize, isLater: bool, hasVariables: bool): usize {
  const all = copied(headers, isLater);
  let each: usize = load<u32>(HTTP_HEADERS);
  for (const end = each + <usize>load<u32>(HTTP_HEADERS, 4) * HEADER; each < end; each += HEADER) {
    let value = each + VALUE;
    if (hasVariables && isVariable(each)) {
      value = RETURN_AREA;
      valueOf(load<u32>(each, 12), value);
      // No request leaves without it.
      if (!load<u32>(value, 4)) continue;
    }
    if (isLater) setLaterField(all, load<u32>(each), load<u32>(each, 4), value, 1, OUTCOME);
    else setField(all, load<u32>(each), load<u32>(each, 4), value, 1, OUTCOME);
    // The host refuses it: then there is no request that could go without.
    if (load<u8>(OUTCOME)) unreachable();
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
