// wasi:http behind rules: a request is looked at when it is handed over to be sent, so nobody can change it any more. What no rule
// allows never reaches the host's handler. `__variables` besides takes values of headers from the host's environment, and refuses a
// request where one is missing; `__told` tells what is refused (told.ts).

import * as arena from "../abi/arena";
import { err } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import {
  authorityOf,
  authorityOfLater,
  dropLaterRequest,
  dropOptions,
  dropRequest,
  handle,
  methodOf,
  methodOfLater,
  pathOf,
  pathOfLater,
  schemeOf,
  schemeOfLater,
  send,
} from "./host";
import { HTTP, HTTP_REQUEST_DENIED, HTTPS, ROOT } from "./rule";
import { isAddressAllowed, isMethodAllowed } from "./rules";
import { tellRequest } from "./told";
import { areThere } from "./variables";

export * from "./headers";

export function http_outgoing_handler__handle(request: usize, hasOptions: u32, options: usize): usize {
  return handled(request, hasOptions, options, false);
}

export function http_outgoing_handler__handle__variables(request: usize, hasOptions: u32, options: usize): usize {
  return handled(request, hasOptions, options, true);
}

export function http_outgoing_handler__handle__told(request: usize, hasOptions: u32, options: usize): usize {
  tellRequest(request, false, false);
  return http_outgoing_handler__handle(request, hasOptions, options);
}

export function http_outgoing_handler__handle__variables__told(request: usize, hasOptions: u32, options: usize): usize {
  tellRequest(request, false, true);
  return http_outgoing_handler__handle__variables(request, hasOptions, options);
}

/** The strings of the host's error. */
export function http_outgoing_handler__handle__post(_result: usize): void {
  arena.empty();
}

export function http_outgoing_handler__handle__variables__post(_result: usize): void {
  arena.empty();
}

export function p3_http_client__send(request: usize): usize {
  return sent(request, false);
}

export function p3_http_client__send__variables(request: usize): usize {
  return sent(request, true);
}

export function p3_http_client__send__told(request: usize): usize {
  tellRequest(request, true, false);
  return p3_http_client__send(request);
}

export function p3_http_client__send__variables__told(request: usize): usize {
  tellRequest(request, true, true);
  return p3_http_client__send__variables(request);
}

export function p3_http_client__send__post(_result: usize): void {
  arena.empty();
}

export function p3_http_client__send__variables__post(_result: usize): void {
  arena.empty();
}

@inline
function handled(request: usize, hasOptions: u32, options: usize, hasVariables: bool): usize {
  const isSent = isAllowed(request, false);
  arena.empty();
  if (isSent && (!hasVariables || areThere())) {
    handle(request, hasOptions, options, RETURN_AREA);
    return RETURN_AREA;
  }
  dropRequest(request);
  if (hasOptions) dropOptions(options);
  return err(HTTP_REQUEST_DENIED);
}

@inline
function sent(request: usize, hasVariables: bool): usize {
  const isSent = isAllowed(request, true);
  arena.empty();
  if (isSent && (!hasVariables || areThere())) {
    send(request, RETURN_AREA);
    return RETURN_AREA;
  }
  dropLaterRequest(request);
  return err(HTTP_REQUEST_DENIED);
}

/** A request of WASI 0.2, or a later one. */
@inline
function isAllowed(request: usize, isLater: bool): bool {
  if (isLater) methodOfLater(request, RETURN_AREA);
  else methodOf(request, RETURN_AREA);
  if (!isMethodAllowed(load<u8>(RETURN_AREA), load<u32>(RETURN_AREA, 4), load<u32>(RETURN_AREA, 8))) return false;
  // Hosts do not agree in what no scheme is.
  if (isLater) schemeOfLater(request, RETURN_AREA);
  else schemeOf(request, RETURN_AREA);
  const scheme: u32 = load<u8>(RETURN_AREA, 4);
  if (!load<u8>(RETURN_AREA) || scheme > HTTPS) return false;
  if (isLater) authorityOfLater(request, RETURN_AREA);
  else authorityOf(request, RETURN_AREA);
  if (!load<u8>(RETURN_AREA)) return false;
  const authority: usize = load<u32>(RETURN_AREA, 4);
  const authorityLength: usize = load<u32>(RETURN_AREA, 8);
  if (isLater) pathOfLater(request, RETURN_AREA);
  else pathOf(request, RETURN_AREA);
  let path: usize = load<u32>(RETURN_AREA, 4);
  let pathLength: usize = load<u8>(RETURN_AREA) ? load<u32>(RETURN_AREA, 8) : 0;
  if (!pathLength) {
    path = arena.allocate(1, 1);
    store<u8>(path, ROOT);
    pathLength = 1;
  }
  return isAddressAllowed(scheme != HTTP, authority, authorityLength, path, pathLength);
}
