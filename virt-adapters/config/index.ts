// wasi:config/store. Plain exports answer from the image; `__host` exports then ask the host, for keys that the image lets pass.
// Drafts differ in what stands around an answer: it is in a `result`, and with `__bare` in none. `__told` tells of keys that it keeps
// back, each by its name: all of them when all are first asked for.

import * as arena from "../abi/arena";
import { list } from "../abi/result";
import { entryOf, isLikeAny, isOfNames, PAIR, STRING } from "../abi/strings";
import { tell } from "../abi/told";
import { CONFIG_KEYS, CONFIG_VALUES, RETURN_AREA } from "../../src/image/layout";
import { REFUSED_KEY, REFUSED_ODD_KEY } from "../../src/image/trace-layout";

@external("wasi:config/store", "get")
declare function hostGet(key: usize, length: usize, result: usize): void;
@external("wasi:config/store", "get-all")
declare function hostGetAll(result: usize): void;

/** Where the answer lies in a `result` that is `ok`. */
const IN_RESULT: usize = 4;

/** An option of a value, at this place of the return area. */
function value(entry: usize, at: usize): usize {
  store<u8>(RETURN_AREA, 0);
  store<u8>(RETURN_AREA + at, <u8>(entry != 0));
  if (entry) store<u64>(RETURN_AREA + at, load<u64>(entry, STRING), 4);
  return RETURN_AREA;
}

function get(key: usize, length: usize, at: usize): usize {
  const entry = entryOf(CONFIG_VALUES, PAIR, list(key, length));
  // What is left lies in the image.
  arena.empty();
  return value(entry, at);
}

function getOfHost(key: usize, length: usize, at: usize): usize {
  const name = list(key, length);
  const entry = entryOf(CONFIG_VALUES, PAIR, name);
  if (entry || (load<u32>(CONFIG_KEYS) && !isLikeAny(CONFIG_KEYS, name))) return value(entry, at);
  hostGet(key, length, RETURN_AREA);
  return RETURN_AREA;
}

function all(at: usize): usize {
  store<u8>(RETURN_AREA, 0);
  store<u64>(RETURN_AREA + at, load<u64>(CONFIG_VALUES));
  return RETURN_AREA;
}

function allOfHost(at: usize): usize {
  hostGetAll(RETURN_AREA);
  if (at && load<u8>(RETURN_AREA)) return RETURN_AREA;
  let pair: usize = load<u32>(RETURN_AREA + at);
  const end = pair + <usize>load<u32>(RETURN_AREA + at, 4) * PAIR;
  const values: usize = load<u32>(CONFIG_VALUES);
  const byteLength = <usize>load<u32>(CONFIG_VALUES, 4) * PAIR;
  const result = arena.allocate(4, end - pair + byteLength);
  memory.copy(result, values, byteLength);
  let last = result + byteLength;
  for (; pair < end; pair += PAIR) {
    if (load<u32>(CONFIG_KEYS) && !isLikeAny(CONFIG_KEYS, pair)) continue;
    if (entryOf(CONFIG_VALUES, PAIR, pair)) continue;
    memory.copy(last, pair, PAIR);
    last += PAIR;
  }
  store<u32>(RETURN_AREA + at, result);
  store<u32>(RETURN_AREA + at, (last - result) / PAIR, 4);
  return RETURN_AREA;
}

/** Of a key of the host's, and the pattern that lets it through: none where it might mean more, or nothing. */
function tellKey(name: usize): void {
  if (isLikeAny(CONFIG_KEYS, name) || entryOf(CONFIG_VALUES, PAIR, name)) return;
  const key: usize = load<u32>(name);
  const length: usize = load<u32>(name, 4);
  tell(isOfNames(key, length, true) ? REFUSED_KEY : REFUSED_ODD_KEY, 0, key, length, 0, 0, 0, 0);
}

let isOver: bool = false;

function tellAll(at: usize): void {
  if (isOver) return;
  isOver = true;
  hostGetAll(RETURN_AREA);
  if (at && load<u8>(RETURN_AREA)) return;
  let pair: usize = load<u32>(RETURN_AREA + at);
  for (const end = pair + <usize>load<u32>(RETURN_AREA + at, 4) * PAIR; pair < end; pair += PAIR) tellKey(pair);
}

export function config_store__get__host__told(key: usize, length: usize): usize {
  tellKey(list(key, length));
  return getOfHost(key, length, IN_RESULT);
}

export function config_store__get__host_bare__told(key: usize, length: usize): usize {
  tellKey(list(key, length));
  return getOfHost(key, length, 0);
}

export function config_store__get_all__host__told(): usize {
  tellAll(IN_RESULT);
  return allOfHost(IN_RESULT);
}

export function config_store__get_all__host_bare__told(): usize {
  tellAll(0);
  return allOfHost(0);
}

export function config_store__get(key: usize, length: usize): usize {
  return get(key, length, IN_RESULT);
}

export function config_store__get__bare(key: usize, length: usize): usize {
  return get(key, length, 0);
}

export function config_store__get__host(key: usize, length: usize): usize {
  return getOfHost(key, length, IN_RESULT);
}

export function config_store__get__host_bare(key: usize, length: usize): usize {
  return getOfHost(key, length, 0);
}

export function config_store__get_all(): usize {
  return all(IN_RESULT);
}

export function config_store__get_all__bare(): usize {
  return all(0);
}

export function config_store__get_all__host(): usize {
  return allOfHost(IN_RESULT);
}

export function config_store__get_all__host_bare(): usize {
  return allOfHost(0);
}

export function config_store__get__host__post(_result: usize): void {
  arena.empty();
}

export function config_store__get__host_bare__post(_result: usize): void {
  arena.empty();
}

export function config_store__get_all__host__post(_result: usize): void {
  arena.empty();
}

export function config_store__get_all__host_bare__post(_result: usize): void {
  arena.empty();
}
