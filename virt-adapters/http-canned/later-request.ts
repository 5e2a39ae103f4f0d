// The resources `request` and `request-options` of WASI 0.3. A body that the app writes is taken from the start, whether or not the
// request is sent, and is not kept.

import { err, ok } from "../abi/result";
import { readableOf, writableOf } from "../async/built-ins";
import { RETURN_AREA } from "../../src/image/layout";
import { fixedCopy } from "./field-list";
import { take } from "./heap";
import { receiveBody } from "./later-loop";
import { dropFields, dropOptions, fieldsBehind, newFields, newOptions, newOutcome, newRequest, optionsBehind } from "./later-own";
import {
  http_types__outgoing_request_authority,
  http_types__outgoing_request_dtor,
  http_types__outgoing_request_method,
  http_types__outgoing_request_path_with_query,
  http_types__outgoing_request_scheme,
  http_types__outgoing_request_set_authority,
  http_types__outgoing_request_set_method,
  http_types__outgoing_request_set_path_with_query,
  http_types__outgoing_request_set_scheme,
  http_types__request_options_between_bytes_timeout,
  http_types__request_options_connect_timeout,
  http_types__request_options_dtor,
  http_types__request_options_first_byte_timeout,
} from "./request";
import { OPTION, OPTIONS, setOption } from "./options-cell";
import { requestAt, requestOf } from "./request-cell";

export function p3_http_types__request_new(
  headers: usize,
  hasContents: u32,
  contents: usize,
  trailers: usize,
  hasOptions: u32,
  options: usize,
): usize {
  const request = requestOf(fieldsBehind(headers));
  dropFields(headers);
  if (hasOptions) {
    requestAt(request).options = optionsCopy(optionsBehind(options), 1);
    dropOptions(options);
  }
  const outcome = newOutcome();
  receiveBody(hasContents != 0, contents, trailers, writableOf(outcome));
  store<u32>(RETURN_AREA, newRequest(request));
  store<u32>(RETURN_AREA, readableOf(outcome), 4);
  return RETURN_AREA;
}

export function p3_http_types__request_dtor(self: usize): void {
  const options = requestAt(self).options;
  if (options) p3_http_types__request_options_dtor(options);
  http_types__outgoing_request_dtor(self);
}

export function p3_http_types__request_get_headers(self: usize): usize {
  return newFields(fixedCopy(requestAt(self).headers));
}

export function p3_http_types__request_get_options(self: usize): usize {
  const options = requestAt(self).options;
  store<u8>(RETURN_AREA, options ? 1 : 0);
  if (options) store<u32>(RETURN_AREA, newOptions(optionsCopy(options, 1)), 4);
  return RETURN_AREA;
}

export function p3_http_types__request_get_method(self: usize): usize {
  return http_types__outgoing_request_method(self);
}

export function p3_http_types__request_set_method(self: usize, method: u32, name: usize, length: usize): usize {
  return http_types__outgoing_request_set_method(self, method, name, length);
}

export function p3_http_types__request_get_scheme(self: usize): usize {
  return http_types__outgoing_request_scheme(self);
}

export function p3_http_types__request_set_scheme(self: usize, has: u32, scheme: u32, name: usize, length: usize): usize {
  return http_types__outgoing_request_set_scheme(self, has, scheme, name, length);
}

export function p3_http_types__request_get_authority(self: usize): usize {
  return http_types__outgoing_request_authority(self);
}

export function p3_http_types__request_set_authority(self: usize, has: u32, at: usize, length: usize): usize {
  return http_types__outgoing_request_set_authority(self, has, at, length);
}

export function p3_http_types__request_get_path_with_query(self: usize): usize {
  return http_types__outgoing_request_path_with_query(self);
}

export function p3_http_types__request_set_path_with_query(self: usize, has: u32, at: usize, length: usize): usize {
  return http_types__outgoing_request_set_path_with_query(self, has, at, length);
}

/** Whether options are those of a request, which do not change: in the padding of the first. */
const IS_FIXED: usize = 4;
/** A case of `request-options-error`. */
const IMMUTABLE: u32 = 1;

function optionsCopy(options: usize, isFixed: u32): usize {
  const copy = take(OPTIONS);
  memory.copy(copy, options << 3, OPTIONS);
  store<u32>(copy, isFixed, IS_FIXED);
  return copy >> 3;
}

export function p3_http_types__request_options(): usize {
  const options = take(OPTIONS);
  memory.fill(options, 0, OPTIONS);
  return newOptions(options >> 3);
}

export function p3_http_types__request_options_dtor(self: usize): void {
  http_types__request_options_dtor(self);
}

export function p3_http_types__request_options_clone(self: usize): usize {
  return newOptions(optionsCopy(self, 0));
}

export function p3_http_types__request_options_get_connect_timeout(self: usize): usize {
  return http_types__request_options_connect_timeout(self);
}

export function p3_http_types__request_options_get_first_byte_timeout(self: usize): usize {
  return http_types__request_options_first_byte_timeout(self);
}

export function p3_http_types__request_options_get_between_bytes_timeout(self: usize): usize {
  return http_types__request_options_between_bytes_timeout(self);
}

function change(self: usize, offset: usize, has: u32, duration: u64): usize {
  if (load<u32>(self << 3, IS_FIXED)) return err(IMMUTABLE);
  setOption((self << 3) + offset, has, duration);
  return ok();
}

export function p3_http_types__request_options_set_connect_timeout(self: usize, has: u32, duration: u64): usize {
  return change(self, 0, has, duration);
}

export function p3_http_types__request_options_set_first_byte_timeout(self: usize, has: u32, duration: u64): usize {
  return change(self, OPTION, has, duration);
}

export function p3_http_types__request_options_set_between_bytes_timeout(self: usize, has: u32, duration: u64): usize {
  return change(self, 2 * OPTION, has, duration);
}
