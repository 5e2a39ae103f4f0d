// wasi:http behind rules: a request is looked at when it is handed over to be sent, so nobody can change it any more. What no rule
// allows never reaches the host's handler.

import * as arena from "../abi/arena";
import { err } from "../abi/result";
import { RETURN_AREA } from "../../src/image/layout";
import { authorityOf, dropOptions, dropRequest, handle, methodOf, pathOf, schemeOf } from "./host";
import { isAddressAllowed, isMethodAllowed } from "./rules";

/** Cases of `error-code` and `scheme`. */
const HTTP_REQUEST_DENIED: usize = 15;
const HTTP: u32 = 0;
const HTTPS: u32 = 1;
/** The path of a request that has none. */
const ROOT: u8 = 0x2f;

export function http_outgoing_handler__handle(request: usize, hasOptions: u32, options: usize): usize {
  const isSent = isAllowed(request);
  arena.empty();
  if (isSent) {
    handle(request, hasOptions, options, RETURN_AREA);
    return RETURN_AREA;
  }
  dropRequest(request);
  if (hasOptions) dropOptions(options);
  return err(HTTP_REQUEST_DENIED);
}

/** The strings of the host's error. */
export function http_outgoing_handler__handle__post(_result: usize): void {
  arena.empty();
}

@inline
function isAllowed(request: usize): bool {
  methodOf(request, RETURN_AREA);
  if (!isMethodAllowed(load<u8>(RETURN_AREA), load<u32>(RETURN_AREA, 4), load<u32>(RETURN_AREA, 8))) return false;
  // Hosts do not agree in what no scheme is.
  schemeOf(request, RETURN_AREA);
  const scheme: u32 = load<u8>(RETURN_AREA, 4);
  if (!load<u8>(RETURN_AREA) || scheme > HTTPS) return false;
  authorityOf(request, RETURN_AREA);
  if (!load<u8>(RETURN_AREA)) return false;
  const authority: usize = load<u32>(RETURN_AREA, 4);
  const authorityLength: usize = load<u32>(RETURN_AREA, 8);
  pathOf(request, RETURN_AREA);
  let path: usize = load<u32>(RETURN_AREA, 4);
  let pathLength: usize = load<u8>(RETURN_AREA) ? load<u32>(RETURN_AREA, 8) : 0;
  if (!pathLength) {
    path = arena.allocate(1, 1);
    store<u8>(path, ROOT);
    pathLength = 1;
  }
  return isAddressAllowed(scheme != HTTP, authority, authorityLength, path, pathLength);
}
