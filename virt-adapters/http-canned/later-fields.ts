// The resource `fields` of WASI 0.3. What is not here is as in 0.2.

import { err, list, okList, okOf } from "../abi/result";
import { copyOf, fieldsAt, freeCopy, giveFields, replace } from "./field-list";
import { http_types__fields_get } from "./fields";
import { listed, NO_ERROR, problemOfChange } from "./header-error";
import { end } from "./heap";
import { newFields } from "./later-own";

export function p3_http_types__fields_dtor(self: usize): void {
  giveFields(self);
}

export function p3_http_types__fields(): usize {
  return newFields(copyOf(0, 0, 0));
}

export function p3_http_types__fields_from_list(entries: usize, count: usize): usize {
  const found = listed(entries, count);
  return found < NO_ERROR ? err(found) : okOf(newFields(found));
}

export function p3_http_types__fields_get_and_delete(self: usize, name: usize, length: usize): usize {
  const fields = fieldsAt(self);
  const why = problemOfChange(fields, name, length, 0, 0);
  if (why != NO_ERROR) return err(why);
  const found = http_types__fields_get(self, name, length);
  const values: usize = load<u32>(found);
  const count: usize = load<u32>(found, 4);
  // The values are where they were until something else is kept.
  replace(fields, fields.entries, fields.count, name, length, 0, 0, false);
  return okList(values, count);
}

export function p3_http_types__fields_get_and_delete__post(_result: usize): void {
  end();
}

export function p3_http_types__fields_copy_all(self: usize): usize {
  const fields = fieldsAt(self);
  return list(fields.entries, fields.count);
}

export function p3_http_types__fields_clone(self: usize): usize {
  return newFields(freeCopy(self));
}
