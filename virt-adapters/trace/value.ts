// Values in WAVE, as their types are described (src/image/layout.ts): in memory, or flat in slots.

import {
  SHOWN_BOOL,
  SHOWN_CASE_SIZE,
  SHOWN_CASES,
  SHOWN_CHAR,
  SHOWN_F32,
  SHOWN_F64,
  SHOWN_FIELD_SIZE,
  SHOWN_FIELDS,
  SHOWN_FIXED_LIST,
  SHOWN_FLAGS,
  SHOWN_HANDLE,
  SHOWN_LABEL_SIZE,
  SHOWN_LABELS,
  SHOWN_LIST,
  SHOWN_RECORD,
  SHOWN_S16,
  SHOWN_S32,
  SHOWN_S64,
  SHOWN_S8,
  SHOWN_STRING,
  SHOWN_TUPLE,
  SHOWN_U16,
  SHOWN_U32,
  SHOWN_U64,
  SHOWN_U8,
  SHOWN_VARIANT,
  TRACE_MOST,
  TRACE_SLOT,
} from "../../src/image/trace-layout";
import { putFloat } from "./float";
import { put, putNumber, putSigned, putText, putWord } from "./line";
import { isText, putChar, putCut, putString } from "./text";

/** The unused bytes at the beginning of the memory. */
const SCRATCH: usize = 4;

export function putValue(type: usize, at: usize, isFlat: bool): void {
  switch (load<u32>(type)) {
    case SHOWN_BOOL:
      if (load<u8>(at) != 0) putWord(0x65757274);
      else putWord(0x65736c6166);
      return;
    case SHOWN_S8:
      return putSigned(load<i8>(at));
    case SHOWN_U8:
      return putNumber(load<u8>(at));
    case SHOWN_S16:
      return putSigned(load<i16>(at));
    case SHOWN_U16:
      return putNumber(load<u16>(at));
    case SHOWN_S32:
      return putSigned(load<i32>(at));
    case SHOWN_U32:
      return putNumber(load<u32>(at));
    case SHOWN_S64:
      return putSigned(load<i64>(at));
    case SHOWN_U64:
      return putNumber(load<u64>(at));
    case SHOWN_F32:
      return putFloat(<f64>load<f32>(at), 6);
    case SHOWN_F64:
      return putFloat(load<f64>(at), 12);
    case SHOWN_CHAR:
      return putChar(load<u32>(at), SCRATCH);
    case SHOWN_STRING:
      return putString(load<u32>(at), lengthAt(at, isFlat));
    case SHOWN_RECORD:
      put(0x7b);
      putFields(type, at, isFlat);
      put(0x7d);
      return;
    case SHOWN_TUPLE:
      put(0x28);
      putFields(type, at, isFlat);
      put(0x29);
      return;
    case SHOWN_VARIANT:
      return putVariant(type, at, isFlat);
    case SHOWN_FLAGS:
      return putFlags(type, at, isFlat);
    case SHOWN_LIST:
      return putList(type, load<u32>(at), lengthAt(at, isFlat));
    case SHOWN_FIXED_LIST:
      return putFixedList(type, at, isFlat);
    case SHOWN_HANDLE:
      return putText(type + 4);
  }
}

@inline
function lengthAt(at: usize, isFlat: bool): usize {
  return load<u32>(at + (isFlat ? TRACE_SLOT : 4));
}

function putComma(index: u32): void {
  if (index > 0) putWord(0x202c);
}

/** Those of a record or tuple, between what stands around them. */
export function putFields(type: usize, at: usize, isFlat: bool): void {
  const count = load<u32>(type, 4);
  for (let i: u32 = 0; i < count; i++) {
    const field = type + SHOWN_FIELDS + <usize>i * SHOWN_FIELD_SIZE;
    putComma(i);
    if (load<u32>(field, 4) != 0) {
      putText(field);
      putWord(0x203a);
    }
    putValue(load<u32>(field, 8), at + (isFlat ? <usize>load<u32>(field, 16) * TRACE_SLOT : <usize>load<u32>(field, 12)), isFlat);
  }
}

function putVariant(type: usize, at: usize, isFlat: bool): void {
  const bytes = isFlat ? 4 : load<u32>(type, 4);
  const index: usize = bytes == 1 ? load<u8>(at) : bytes == 2 ? load<u16>(at) : load<u32>(at);
  const found = type + SHOWN_CASES + index * SHOWN_CASE_SIZE;
  putText(found);
  const payload: usize = load<u32>(found, 8);
  if (payload == 0) return;
  put(0x28);
  putValue(payload, at + (isFlat ? <usize>TRACE_SLOT : <usize>load<u32>(type, 8)), isFlat);
  put(0x29);
}

function putFlags(type: usize, at: usize, isFlat: bool): void {
  const count = load<u32>(type, 4);
  let shown: u32 = 0;
  put(0x7b);
  for (let i: u32 = 0; i < count; i++) {
    const byte: u32 = load<u8>(at + <usize>(isFlat ? (i >> 5) * TRACE_SLOT + ((i >> 3) & 3) : i >> 3));
    if (((byte >> (i & 7)) & 1) == 0) continue;
    putComma(shown++);
    putText(type + SHOWN_LABELS + <usize>i * SHOWN_LABEL_SIZE);
  }
  put(0x7d);
}

function putList(type: usize, at: usize, length: usize): void {
  const element: usize = load<u32>(type, 4);
  const isBytes = load<u32>(element) == SHOWN_U8;
  if (isBytes && isText(at, length)) return putString(at, length);
  const shown = min(length, <usize>load<u32>(TRACE_MOST));
  putElements(element, at, shown, load<u32>(type, 8), false);
  putCut(shown, length, isBytes);
}

function putFixedList(type: usize, at: usize, isFlat: bool): void {
  const length: usize = load<u32>(type, 16);
  const shown = min(length, <usize>load<u32>(TRACE_MOST));
  putElements(load<u32>(type, 4), at, shown, isFlat ? <usize>load<u32>(type, 12) * TRACE_SLOT : <usize>load<u32>(type, 8), isFlat);
  putCut(shown, length, load<u32>(load<u32>(type, 4)) == SHOWN_U8);
}

function putElements(element: usize, at: usize, count: usize, stride: usize, isFlat: bool): void {
  put(0x5b);
  for (let i: usize = 0; i < count; i++) {
    putComma(<u32>i);
    putValue(element, at + i * stride, isFlat);
  }
  put(0x5d);
}
