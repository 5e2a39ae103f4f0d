// Arguments and environment variables: a list of addresses, and the strings that they are of, each with a zero behind it.

import { empty } from "../abi/arena";
import { PAIR, STRING } from "../abi/strings";
import { RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import { FAULT, OVERFLOW, SUCCESS } from "./errno";
import { getArguments, getEnvironment } from "./host";

const EQUALS: u32 = 0x3d;

export function preview1__args_sizes_get(count: usize, byteLength: usize): u32 {
  getArguments(RETURN_AREA);
  return sizes(STRING, count, byteLength);
}

export function preview1__args_get(addresses: usize, bytes: usize): u32 {
  getArguments(RETURN_AREA);
  return strings(STRING, addresses, bytes);
}

export function preview1__environ_sizes_get(count: usize, byteLength: usize): u32 {
  getEnvironment(RETURN_AREA);
  return sizes(PAIR, count, byteLength);
}

export function preview1__environ_get(addresses: usize, bytes: usize): u32 {
  getEnvironment(RETURN_AREA);
  return strings(PAIR, addresses, bytes);
}

/** Of the list in the return area, whose entries are strings or pairs of them. */
function sizes(stride: usize, count: usize, byteLength: usize): u32 {
  const first: usize = load<u32>(RETURN_AREA);
  const end = first + <usize>load<u32>(RETURN_AREA, 4) * stride;
  empty();
  if (!app.holds(count, 4) || !app.holds(byteLength, 4)) return FAULT;
  let total: u64 = 0;
  // Behind a string is a zero, and between the two of a pair the sign.
  for (let each = first; each < end; each += STRING) total += <u64>load<u32>(each, 4) + 1;
  if (total > u32.MAX_VALUE) return OVERFLOW;
  app.store32(count, (end - first) / stride);
  app.store32(byteLength, <u32>total);
  return SUCCESS;
}

function strings(stride: usize, addresses: usize, bytes: usize): u32 {
  const first: usize = load<u32>(RETURN_AREA);
  const end = first + <usize>load<u32>(RETURN_AREA, 4) * stride;
  empty();
  for (let each = first; each < end; each += stride) {
    if (!app.holds(addresses, 4)) return FAULT;
    app.store32(addresses, bytes);
    addresses += 4;
    for (let part = each; part < each + stride; part += STRING) {
      const length: usize = load<u32>(part, 4);
      if (!app.holds(bytes, <u64>length + 1)) return FAULT;
      app.copyOut(bytes, load<u32>(part), length);
      bytes += length;
      app.store8(bytes++, part + STRING < each + stride ? EQUALS : 0);
    }
  }
  return SUCCESS;
}
