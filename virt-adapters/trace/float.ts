// Floating-point numbers in decimal, to some significant digits: as many as no arithmetic of ours spoils.

import { put, putNumber, putSigned, putWord } from "./line";

/** Whole numbers below are shown in full. */
const MOST_WHOLE: f64 = 9007199254740992;

/** `digits` is 6 or 12. */
export function putFloat(value: f64, digits: i32): void {
  if (value != value) {
    putWord(0x6e616e); // nan
    return;
  }
  if (reinterpret<i64>(value) < 0) put(0x2d); // -
  value = abs(value);
  if (value == Infinity) {
    putWord(0x666e69); // inf
    return;
  }
  if (value < MOST_WHOLE && floor(value) == value) {
    putNumber(<u64>value);
    return;
  }
  // value = scaled * 10 ** exponent, 1 <= scaled < 10
  let exponent = 0;
  while (value >= 1e16) {
    value /= 1e15;
    exponent += 15;
  }
  while (value >= 10) {
    value /= 10;
    exponent++;
  }
  while (value < 1e-15) {
    value *= 1e15;
    exponent -= 15;
  }
  while (value < 1) {
    value *= 10;
    exponent--;
  }
  let unit: u64 = 1;
  for (let i = 1; i < digits; i++) unit *= 10;
  let rounded = <u64>nearest(value * <f64>unit);
  if (rounded >= unit * 10) {
    rounded /= 10;
    exponent++;
  }
  const isShort = exponent >= -5 && exponent < digits;
  // The digits before the point are those of a power of ten.
  if (isShort && exponent > 0) for (let i = exponent; i > 0; i--) unit /= 10;
  if (isShort && exponent < 0) {
    putWord(0x2e30); // 0.
    for (let i = exponent + 1; i < 0; i++) put(0x30);
    putFraction(rounded, unit * 10);
    return;
  }
  putNumber(rounded / unit);
  const rest = rounded % unit;
  if (rest != 0) {
    put(0x2e); // .
    putFraction(rest, unit);
  }
  if (!isShort) {
    put(0x65); // e
    putSigned(exponent);
  }
}

/** What stands behind the point of `rest / unit`, without zeros at its end. */
function putFraction(rest: u64, unit: u64): void {
  while (rest != 0) {
    unit /= 10;
    put(0x30 + <u32>(rest / unit));
    rest %= unit;
  }
}
