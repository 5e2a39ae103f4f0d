// Deflate (RFC 1951), a whole stream at once. Eight bytes are read together: what is read behind the stream's end is memory of ours,
// and a stream that has used any of it is refused. So is whatever zlib refuses.
//
//   tables      u8[320]     lengths of the codes of all symbols
//        320    Code        of literals and lengths
//     65860    Code        of distances
//
//   Code  0     u32         mask: as many bits as the longest code has
//         4     u16[]       by so many bits that come next: (symbol + 1) * 16 + length of its code; 0: no code begins so

const LITERALS: usize = 320;
const DISTANCES: usize = 65860;
const ALL_CODES: usize = 1 << 15;

/** The order in which lengths of codes of lengths come: five bits each, twelve and seven of them. */
const FIRST_ORDER: u64 =
  16 | (17 << 5) | (18 << 10) | (8 << 20) | (7 << 25) | (9 << 30) | (6 << 35) | (10 << 40) | (5 << 45) | (11 << 50) | (4 << 55);
const LAST_ORDER: u64 = 12 | (3 << 5) | (13 << 10) | (2 << 15) | (14 << 20) | (1 << 25) | (15 << 30);

/** The next byte that does not count among the bits yet, and the stream's end. */
let next: usize = 0;
let end: usize = 0;
let bits: u64 = 0;
let bitCount: usize = 0;
/** Where the next byte goes. */
let out: usize = 0;

/** Whether the stream is one, ends at its last byte, and fills all from `target` to `targetEnd`. */
export function inflate(source: usize, sourceEnd: usize, target: usize, targetEnd: usize, tables: usize): bool {
  next = source;
  end = sourceEnd;
  bits = 0;
  bitCount = 0;
  out = target;
  for (let isLast: usize = 0; !isLast;) {
    if (isOver()) return false;
    refill();
    isLast = take(1);
    const kind = take(2);
    if (!(kind ? makeCodes(kind, tables) && block(target, targetEnd, tables) : copied(targetEnd))) return false;
  }
  return out == targetEnd && next - (bitCount >> 3) == end;
}

/** Whether the stream has ended before. Looked at where nothing else ends a loop. */
@inline
function isOver(): bool {
  return next > end + 8;
}

/** Then there are 56 bits or more. */
function refill(): void {
  bits |= load<u64>(next) << bitCount;
  next += (63 - bitCount) >> 3;
  bitCount |= 56;
}

function take(count: usize): usize {
  const taken = <usize>bits & ((1 << count) - 1);
  bits >>= count;
  bitCount -= count;
  return taken;
}

/** The next symbol, or one that there is not. */
function decode(code: usize): usize {
  if (isOver()) return -1;
  const count = bitCount;
  const held = bits | (load<u64>(next) << count);
  next += (63 - count) >> 3;
  const entry: usize = load<u16>(code + ((<usize>held & load<u32>(code)) << 1), 4);
  bits = held >> (entry & 15);
  bitCount = (count | 56) - (entry & 15);
  return (entry >> 4) - 1;
}

/** A block of bytes as they are. */
function copied(targetEnd: usize): bool {
  const from = next - (bitCount >> 3) + 4;
  if (from > end) return false;
  const length: usize = load<u16>(from - 4);
  if ((length ^ 0xffff) != load<u16>(from - 2) || length > end - from || length > targetEnd - out) return false;
  memory.copy(out, from, length);
  out += length;
  next = from + length;
  bits = 0;
  bitCount = 0;
  return true;
}

/** The codes of a block, which are always the same or described by the stream. */
function makeCodes(kind: usize, tables: usize): bool {
  let literalCount: usize = 288;
  let distanceCount: usize = 32;
  if (kind == 1) {
    memory.fill(tables, 8, 288);
    memory.fill(tables + 144, 9, 112);
    memory.fill(tables + 256, 7, 24);
    memory.fill(tables + 288, 5, 32);
  } else {
    literalCount = take(5) + 257;
    distanceCount = take(5) + 1;
    if (kind == 3 || literalCount > 286 || distanceCount > 30 || !readLengths(literalCount + distanceCount, tables)) return false;
  }
  return (
    makeCode(tables, literalCount, tables + LITERALS, false) && makeCode(tables + literalCount, distanceCount, tables + DISTANCES, false)
  );
}

function readLengths(count: usize, tables: usize): bool {
  memory.fill(tables, 0, 19);
  let order = FIRST_ORDER;
  for (let left = take(4) + 4; left; left--) {
    refill();
    store<u8>(tables + (<usize>order & 31), take(3));
    order >>= 5;
    // The last one of the first is 4.
    if (!order) order = LAST_ORDER;
  }
  if (!makeCode(tables, 19, tables + LITERALS, true)) return false;
  for (let at: usize = 0; at < count;) {
    let value = decode(tables + LITERALS);
    let times: usize = 1;
    if (value > 15) {
      if (value > 18 || (value == 16 && !at)) return false;
      times = value == 18 ? take(7) + 11 : take(value - 14) + 3;
      value = value == 16 ? load<u8>(tables + at - 1) : 0;
    }
    if (times > count - at) return false;
    memory.fill(tables + at, <u8>value, times);
    at += times;
  }
  // Without a code for the end of a block there is none.
  return load<u8>(tables + 256) != 0;
}

/**
 * Makes a code of the lengths of the codes of so many symbols. No code is missing but where there is none or one that is alone;
 * `isWhole`: not even there.
 */
function makeCode(lengths: usize, count: usize, code: usize, isWhole: bool): bool {
  let longest: usize = 0;
  let used: usize = 0;
  for (let at: usize = 0; at < count; at++) {
    const length: usize = load<u8>(lengths + at);
    longest = max(longest, length);
    if (length) used += ALL_CODES >> length;
  }
  if (used > ALL_CODES || (used < ALL_CODES && (isWhole || longest > 1))) return false;
  const entries: usize = 1 << longest;
  store<u32>(code, entries - 1);
  memory.fill(code + 4, 0, entries << 1);
  // The first bit of a code is the lowest, so codes are counted from the other end.
  let first: usize = 0;
  for (let length: usize = 1; length <= longest; length++) {
    const step: usize = 1 << length;
    for (let symbol: usize = 0; symbol < count; symbol++) {
      if (load<u8>(lengths + symbol) != length) continue;
      for (let entry = first; entry < entries; entry += step) store<u16>(code + (entry << 1), ((symbol + 1) << 4) | length, 4);
      let bit = step >> 1;
      while (first & bit) bit >>= 1;
      first = (first & (bit - 1)) + bit;
    }
  }
  return true;
}

/** What a symbol of a length (`kind` is 2) or a distance (1) stands for, with the bits behind it. */
function valueOf(symbol: usize, kind: usize): usize {
  const extra = (symbol >> kind) - 1;
  const least = kind * 2 - 1;
  if (<isize>extra < 1) return symbol + least;
  const step: usize = 1 << kind;
  return ((step | (symbol & (step - 1))) << extra) + least + take(extra);
}

/** A block in codes: literals, and how far back what comes next stands already. */
function block(target: usize, targetEnd: usize, tables: usize): bool {
  const literals = tables + LITERALS;
  for (let symbol = decode(literals); symbol != 256; symbol = decode(literals)) {
    if (symbol < 256) {
      if (out == targetEnd) return false;
      store<u8>(out++, symbol);
      continue;
    }
    if (symbol > 285) return false;
    const length: usize = symbol == 285 ? 258 : valueOf(symbol - 257, 2);
    const far = decode(tables + DISTANCES);
    if (far > 29) return false;
    const distance = valueOf(far, 1);
    if (distance > out - target || length > targetEnd - out) return false;
    const copyEnd = out + length;
    if (distance < 8) for (; out < copyEnd; out++) store<u8>(out, load<u8>(out - distance));
    // What goes beyond the end is written once more, or is padding.
    else for (; out < copyEnd; out += 8) store<u64>(out, load<u64>(out - distance));
    out = copyEnd;
  }
  return true;
}
