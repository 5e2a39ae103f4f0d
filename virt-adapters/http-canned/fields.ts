// The resource `fields`.

import { allocate } from "../abi/arena";
import { err, list, ok, okOf } from "../abi/result";
import { copyOf, ENTRY, fieldsAt, freeCopy, giveFields, replace, VALUE } from "./field-list";
import { end } from "./heap";
import { listed, NO_ERROR, problemOfChange } from "./header-error";
import { newFields } from "./own";
import { isSame } from "./syntax";

export function http_types__fields_dtor(self: usize): void {
  giveFields(self);
}

export function http_types__fields(): usize {
  return newFields(copyOf(0, 0, 0));
}

export function http_types__fields_from_list(entries: usize, count: usize): usize {
  const found = listed(entries, count);
  return found < NO_ERROR ? err(found) : okOf(newFields(found));
}

export function http_types__fields_get(self: usize, name: usize, length: usize): usize {
  const fields = fieldsAt(self);
  const values = allocate(4, fields.count * VALUE);
  let found: usize = 0;
  let each = fields.entries;
  for (const last = each + fields.count * ENTRY; each < last; each += ENTRY) {
    if (!isSame(load<u32>(each), load<u32>(each, 4), name, length)) continue;
    store<u64>(values + found++ * VALUE, load<u64>(each, 8));
  }
  return list(values, found);
}

export function http_types__fields_get__post(_result: usize): void {
  end();
}

export function http_types__fields_has(self: usize, name: usize, length: usize): usize {
  const fields = fieldsAt(self);
  let found: usize = 0;
  let each = fields.entries;
  for (const last = each + fields.count * ENTRY; each < last; each += ENTRY) {
    if (isSame(load<u32>(each), load<u32>(each, 4), name, length)) found = 1;
  }
  end();
  return found;
}

export function http_types__fields_set(self: usize, name: usize, length: usize, values: usize, count: usize): usize {
  return change(self, name, length, values, count, false);
}

export function http_types__fields_delete(self: usize, name: usize, length: usize): usize {
  return change(self, name, length, 0, 0, false);
}

export function http_types__fields_append(self: usize, name: usize, length: usize, value: usize, valueLength: usize): usize {
  const values = allocate(4, VALUE);
  store<u32>(values, value);
  store<u32>(values, valueLength, 4);
  return change(self, name, length, values, 1, true);
}

export function http_types__fields_entries(self: usize): usize {
  const fields = fieldsAt(self);
  return list(fields.entries, fields.count);
}

export function http_types__fields_clone(self: usize): usize {
  return newFields(freeCopy(self));
}

function change(self: usize, name: usize, length: usize, values: usize, count: usize, isAdded: bool): usize {
  const fields = fieldsAt(self);
  const why = problemOfChange(fields, name, length, values, count);
  if (why == NO_ERROR) replace(fields, fields.entries, fields.count, name, length, values, count, isAdded);
  end();
  return why == NO_ERROR ? ok() : err(why);
}
