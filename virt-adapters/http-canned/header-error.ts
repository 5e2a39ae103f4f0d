// What is wrong with headers: which `header-error` answers an app.

import { copyOf, ENTRY, Fields, VALUE } from "./field-list";
import { end } from "./heap";
import { isFieldValue, isForbidden, isToken } from "./syntax";

/** Cases of `header-error`. */
const INVALID_SYNTAX: u32 = 0;
const FORBIDDEN: u32 = 1;
const IMMUTABLE: u32 = 2;
export const NO_ERROR: u32 = 3;

function problemOf(name: usize, length: usize, values: usize, count: usize): u32 {
  if (!isToken(name, length)) return INVALID_SYNTAX;
  for (const last = values + count * VALUE; values < last; values += VALUE) {
    if (!isFieldValue(load<u32>(values), load<u32>(values, 4))) return INVALID_SYNTAX;
  }
  return isForbidden(name, length) ? FORBIDDEN : NO_ERROR;
}

@inline
export function problemOfChange(fields: Fields, name: usize, length: usize, values: usize, count: usize): u32 {
  return fields.isFixed ? IMMUTABLE : problemOf(name, length, values, count);
}

/** A representation of a list; or a case of `header-error`, which is below NO_ERROR. */
@inline
export function listed(entries: usize, count: usize): usize {
  let problem = NO_ERROR;
  for (let each = entries; each < entries + count * ENTRY && problem == NO_ERROR; each += ENTRY) {
    problem = problemOf(load<u32>(each), load<u32>(each, 4), each + VALUE, 1);
  }
  const representation = problem == NO_ERROR ? copyOf(entries, count, 0) : <usize>problem;
  end();
  return representation;
}
