// random_get. `__h` asks the host, whose bytes go right where they belong, and `__o` an adapter in this component.

import { empty } from "../abi/arena";
import { RETURN_AREA } from "../../src/image/layout";
import * as app from "./app";
import * as bulk from "./bulk";
import { FAULT, IO, SUCCESS } from "./errno";
import { getRandomBytes } from "./host";

/** What is asked for at once: hosts have limits. */
const CHUNK: usize = 65536;

export function preview1__random_get__h(address: usize, length: usize): u32 {
  if (!app.holds(address, length)) return FAULT;
  while (length) {
    const count = bulk.fillRandom(address, min(length, CHUNK));
    if (!count) return IO;
    address += count;
    length -= count;
  }
  return SUCCESS;
}

export function preview1__random_get__o(address: usize, length: usize): u32 {
  if (!app.holds(address, length)) return FAULT;
  while (length) {
    const count = min(length, CHUNK);
    getRandomBytes(count, RETURN_AREA);
    app.copyOut(address, load<u32>(RETURN_AREA), count);
    empty();
    address += count;
    length -= count;
  }
  return SUCCESS;
}
