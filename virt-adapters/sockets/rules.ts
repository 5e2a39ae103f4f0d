// Whether the rules of the image allow an address and a port, or a name.

import {
  RETURN_AREA,
  SOCKET_RULE_ADDRESS,
  SOCKET_RULE_KIND,
  SOCKET_RULE_NAME,
  SOCKET_RULE_NAME_LENGTH,
  SOCKET_RULE_NAMED,
  SOCKET_RULE_PORT,
  SOCKET_RULE_PREFIX,
  SOCKET_RULE_SIZE,
  SOCKET_RULES,
} from "../../src/image/layout";
import { FOUND, isWithin, putStored, WANTED } from "./address";
import { block, dropFound, dropPollable, nextAddress, resolveAddresses, subscribe } from "./host";

const WOULD_BLOCK: u32 = 8;

/** Whether a rule of these kinds allows the address at `WANTED`; a rule with a name does if the name has that address. */
export function isAllowed(kind: u32, port: u32, network: usize): bool {
  let rule: usize = load<u32>(SOCKET_RULES);
  for (const end: usize = load<u32>(SOCKET_RULES, 4); rule < end; rule += SOCKET_RULE_SIZE) {
    const wanted = <u32>load<u16>(rule, SOCKET_RULE_PORT);
    if (!(load<u8>(rule, SOCKET_RULE_KIND) & kind) || (wanted && wanted != port)) continue;
    const prefix: u32 = load<u8>(rule, SOCKET_RULE_PREFIX);
    if (prefix != SOCKET_RULE_NAMED) {
      if (isWithin(WANTED, rule + SOCKET_RULE_ADDRESS, prefix)) return true;
    } else if (network && hasAddress(network, rule)) return true;
  }
  return false;
}

/** Whether the name of a rule has the address at `WANTED` now. */
function hasAddress(network: usize, rule: usize): bool {
  resolveAddresses(network, load<u32>(rule, SOCKET_RULE_NAME), load<u32>(rule, SOCKET_RULE_NAME_LENGTH), RETURN_AREA);
  if (load<u8>(RETURN_AREA)) return false;
  const found: usize = load<u32>(RETURN_AREA, 4);
  let isFound = false;
  while (!isFound) {
    nextAddress(found, RETURN_AREA);
    if (load<u8>(RETURN_AREA)) {
      if (load<u8>(RETURN_AREA, 2) != WOULD_BLOCK) break;
      const pollable = subscribe(found);
      block(pollable);
      dropPollable(pollable);
      continue;
    }
    if (!load<u8>(RETURN_AREA, 2)) break;
    putStored(FOUND, load<u8>(RETURN_AREA, 4), RETURN_AREA + 6);
    isFound = isWithin(FOUND, WANTED, 128);
  }
  dropFound(found);
  return isFound;
}

/** Whether a rule has a name, or an address that is written so. */
export function isNameAllowed(name: usize, length: usize): bool {
  let rule: usize = load<u32>(SOCKET_RULES);
  for (const end: usize = load<u32>(SOCKET_RULES, 4); rule < end; rule += SOCKET_RULE_SIZE) {
    if (length && load<u32>(rule, SOCKET_RULE_NAME_LENGTH) == length && isAlike(load<u32>(rule, SOCKET_RULE_NAME), name, length))
      return true;
  }
  return false;
}

function isAlike(lower: usize, name: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    const byte: u32 = load<u8>(name + i);
    if ((byte - 0x41 < 26 ? byte | 0x20 : byte) != load<u8>(lower + i)) return false;
  }
  return true;
}
