// Globs, a name at a time (src/image/layout.ts draws rules). A rule is an automaton whose states are the places between its
// segments: a number has a bit for each place that the names so far may have come to. What a rule matches it matches with
// all that is in it, so the last bit stays. `*` is any text and `?` a character, both within a name, and `**` any
// names. Letters of ASCII are the same in both cases, as they are for some hosts; not in exceptions, which hold for less.

import { RULE_COUNT, RULE_EXCEPTION, RULE_FLAGS, RULE_SEGMENTS } from "../../src/image/layout";

const STAR: u8 = 0x2a;
const STARS: u16 = 0x2a2a;
const QUESTION: u8 = 0x3f;

/** Where a rule may have come to behind one name more. */
export function step(rule: usize, places: u32, name: usize, length: usize): u32 {
  if (!places) return 0;
  const count: u32 = load<u8>(rule, RULE_COUNT);
  const isExact = (load<u8>(rule, RULE_FLAGS) & RULE_EXCEPTION) != 0;
  let next = places & (1 << count);
  let segment = rule + RULE_SEGMENTS;
  for (let place: u32 = 0; place < count; place++) {
    const start = segment + 1;
    segment = start + <usize>load<u8>(segment);
    const isAny = segment - start == 2 && load<u16>(start) == STARS;
    if (places & (1 << place)) {
      if (isAny) next |= 1 << place;
      else if (matches(start, segment, name, name + length, isExact)) next |= 2 << place;
    }
    // `**` may stand for no name.
    if (isAny && next & (1 << place)) next |= 2 << place;
  }
  return next;
}

/** Whether a rule matches what led to these places. */
@inline
export function isMatch(rule: usize, places: u32): bool {
  return ((places >> <u32>load<u8>(rule, RULE_COUNT)) & 1) != 0;
}

/** Each `*` takes as little as it can: if what follows fits later, the last one takes more, so no name is read more often than the segment is long. */
function matches(segment: usize, segmentEnd: usize, name: usize, end: usize, isExact: bool): bool {
  let afterStar: usize = 0;
  let taken: usize = 0;
  while (name < end || (segment < segmentEnd && load<u8>(segment) == STAR)) {
    const wanted: u8 = segment < segmentEnd ? load<u8>(segment) : 0;
    if (wanted == STAR) {
      afterStar = ++segment;
      taken = name;
    } else if (wanted == QUESTION) {
      segment++;
      name = behindCharacter(name, end);
    } else if (wanted && isAlike(wanted, load<u8>(name), isExact)) {
      segment++;
      name++;
    } else {
      if (!afterStar) return false;
      segment = afterStar;
      taken = behindCharacter(taken, end);
      name = taken;
    }
  }
  return segment == segmentEnd;
}

/** Of UTF-8: the bytes that go on with a character begin with the bits 10. */
function behindCharacter(at: usize, end: usize): usize {
  do at++;
  while (at < end && (load<u8>(at) & 0xc0) == 0x80);
  return at;
}

@inline
function isAlike(wanted: u8, found: u8, isExact: bool): bool {
  if (wanted == found) return true;
  const lower = wanted | 0x20;
  return !isExact && lower == (found | 0x20) && <u8>(lower - 0x61) < 26;
}
