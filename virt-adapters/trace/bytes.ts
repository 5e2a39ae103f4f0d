// How many bytes strings and lists of a value have, as its type is described (src/image/layout.ts).

import {
  SHOWN_CASE_SIZE,
  SHOWN_CASES,
  SHOWN_FIELD_SIZE,
  SHOWN_FIELDS,
  SHOWN_FIXED_LIST,
  SHOWN_FLAGS,
  SHOWN_HANDLE,
  SHOWN_LIST,
  SHOWN_RECORD,
  SHOWN_STRING,
  SHOWN_TUPLE,
  SHOWN_VARIANT,
  TRACE_SLOT,
} from "../../src/image/trace-layout";

export function bytesIn(type: usize, at: usize, isFlat: bool): u64 {
  switch (load<u32>(type)) {
    case SHOWN_STRING:
      return lengthAt(at, isFlat);
    case SHOWN_LIST: {
      const length = lengthAt(at, isFlat);
      const size: u64 = load<u32>(type, 8);
      return length * size + bytesInElements(load<u32>(type, 4), load<u32>(at), length, <usize>size, false);
    }
    case SHOWN_FIXED_LIST: {
      const stride: usize = isFlat ? <usize>load<u32>(type, 12) * TRACE_SLOT : <usize>load<u32>(type, 8);
      return bytesInElements(load<u32>(type, 4), at, load<u32>(type, 16), stride, isFlat);
    }
    case SHOWN_RECORD:
    case SHOWN_TUPLE: {
      let bytes: u64 = 0;
      const end = type + SHOWN_FIELDS + <usize>load<u32>(type, 4) * SHOWN_FIELD_SIZE;
      for (let field = type + SHOWN_FIELDS; field < end; field += SHOWN_FIELD_SIZE) {
        const offset = isFlat ? <usize>load<u32>(field, 16) * TRACE_SLOT : <usize>load<u32>(field, 12);
        bytes += bytesIn(load<u32>(field, 8), at + offset, isFlat);
      }
      return bytes;
    }
    case SHOWN_VARIANT: {
      const size = isFlat ? 4 : load<u32>(type, 4);
      const index: usize = size == 1 ? load<u8>(at) : size == 2 ? load<u16>(at) : load<u32>(at);
      const payload: usize = load<u32>(type + SHOWN_CASES + index * SHOWN_CASE_SIZE, 8);
      return payload == 0 ? 0 : bytesIn(payload, at + (isFlat ? <usize>TRACE_SLOT : <usize>load<u32>(type, 8)), isFlat);
    }
  }
  return 0;
}

@inline
function lengthAt(at: usize, isFlat: bool): u64 {
  return load<u32>(at + (isFlat ? TRACE_SLOT : 4));
}

function bytesInElements(element: usize, at: usize, count: u64, stride: usize, isFlat: bool): u64 {
  // None of these has any, however many there are.
  const kind: i32 = load<u32>(element);
  if (kind < SHOWN_STRING || kind == SHOWN_FLAGS || kind == SHOWN_HANDLE) return 0;
  let bytes: u64 = 0;
  for (let i: u64 = 0; i < count; i++) bytes += bytesIn(element, at + <usize>i * stride, isFlat);
  return bytes;
}
