// Whether the rules of the image allow an address and a port, or a name.

import { NAMES } from "../abi/features";
import { RETURN_AREA } from "../../src/image/layout";
import {
  SOCKET_RULE_ADDRESS,
  SOCKET_RULE_KIND,
  SOCKET_RULE_LISTEN,
  SOCKET_RULE_NAME,
  SOCKET_RULE_NAME_LENGTH,
  SOCKET_RULE_NAMED,
  SOCKET_RULE_PORT,
  SOCKET_RULE_PREFIX,
  SOCKET_RULE_REMEMBERED,
  SOCKET_RULE_SIZE,
  SOCKET_RULE_UDP,
  SOCKET_RULES,
} from "../../src/image/rule-layout";
import { FOUND, isWithin, putStored, WANTED } from "./address";
import { block, dropFound, dropNetwork, dropPollable, instanceNetwork, nextAddress, resolveAddresses, subscribe } from "./host";

const WOULD_BLOCK: u32 = 8;

@inline
function first(): usize {
  return load<u32>(SOCKET_RULES);
}

@inline
function end(): usize {
  return load<u32>(SOCKET_RULES, 4);
}

/** Whether a rule of this kind allows the address at `WANTED`; a rule with a name does if the name has that address. */
export function isAllowed(kind: u32, port: u32): bool {
  for (let rule = first(); rule < end(); rule += SOCKET_RULE_SIZE) {
    const wanted = <u32>load<u16>(rule, SOCKET_RULE_PORT);
    if (!(load<u8>(rule, SOCKET_RULE_KIND) & kind) || (wanted && wanted != port)) continue;
    const prefix: u32 = load<u8>(rule, SOCKET_RULE_PREFIX);
    if (!NAMES || prefix != SOCKET_RULE_NAMED) {
      if (isWithin(WANTED, rule + SOCKET_RULE_ADDRESS, prefix)) return true;
    } else if (kind == SOCKET_RULE_UDP ? hasAddressOnce(rule) : hasAddress(rule)) return true;
  }
  return false;
}

/** Whether anybody may come in somewhere. */
export function isAnyoneLetIn(): bool {
  for (let rule = first(); rule < end(); rule += SOCKET_RULE_SIZE) if (load<u8>(rule, SOCKET_RULE_KIND) == SOCKET_RULE_LISTEN) return true;
  return false;
}

/** Whether the name of a rule has the address at `WANTED` now, where that stays: others may be let in while the host looks it up. */
function hasAddress(rule: usize): bool {
  const upper = load<u64>(WANTED);
  const lower = load<u64>(WANTED, 8);
  const isFound = isAmongFound(rule, upper, lower);
  store<u64>(WANTED, upper);
  store<u64>(WANTED, lower, 8);
  return isFound;
}

function isAmongFound(rule: usize, upper: u64, lower: u64): bool {
  const network = instanceNetwork();
  resolveAddresses(network, load<u32>(rule, SOCKET_RULE_NAME), load<u32>(rule, SOCKET_RULE_NAME_LENGTH), RETURN_AREA);
  const hasFailed = load<u8>(RETURN_AREA) != 0;
  const found: usize = load<u32>(RETURN_AREA, 4);
  dropNetwork(network);
  if (hasFailed) return false;
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
    isFound = load<u64>(FOUND) == upper && load<u64>(FOUND, 8) == lower;
  }
  dropFound(found);
  return isFound;
}

// Datagrams are many: of a rule for them, addresses that its name has had are remembered, the last ones that were asked for.

const ADDRESS: usize = 16;

function hasAddressOnce(rule: usize): bool {
  const places: usize = load<u32>(rule, SOCKET_RULE_ADDRESS);
  const count = load<u32>(rule, SOCKET_RULE_ADDRESS + 4);
  for (let i: u32 = 0; i < min(count, SOCKET_RULE_REMEMBERED); i++) if (isWithin(WANTED, places + i * ADDRESS, 128)) return true;
  if (!hasAddress(rule)) return false;
  memory.copy(places + (count % SOCKET_RULE_REMEMBERED) * ADDRESS, WANTED, ADDRESS);
  store<u32>(rule, count + 1, SOCKET_RULE_ADDRESS + 4);
  return true;
}

/** Whether a rule has a name, or an address that is written so. */
export function isNameAllowed(name: usize, length: usize): bool {
  for (let rule = first(); rule < end(); rule += SOCKET_RULE_SIZE) {
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
