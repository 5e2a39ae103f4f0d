// Packs binaries into text for src/adapters/packed.ts to unpack: each is written as literals and as copies of what comes before, in
// itself or in its base, another binary that is like it. gzip, which packs the package, sees only the last 32 KB; and it finds less in
// base64, where the same bytes are other letters at other places. It does the rest: what is here is not packed any further.

/** Shorter copies are left to gzip. */
const LEAST_COPY = 18;
/** A copy that goes on as far behind the one before as its place is, needs no new place. */
const LEAST_CONTINUATION = 4;
/** How many earlier places with the same bytes are looked at. */
const PLACES = 64;

/**
 * Packs them, and gives the alphabet: the letters of the 256 bytes, in their order.
 * @param entries of `bytes` and `base`, the bytes of another entry, or none.
 */
export function packBinaries(entries) {
  const all = entries.map((entry) => written(copiesIn(entry)));
  const counts = Array.from({ length: 256 }, () => 0);
  for (const byte of all.flat()) counts[byte]++;
  const letters = lettersOfUtf8();
  const alphabet = [];
  for (const byte of [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b)) alphabet[byte] = letters.next().value;
  return { alphabet: alphabet.join(""), texts: all.map((bytes) => bytes.map((byte) => alphabet[byte]).join("")) };
}

/** Letters that stand in a string of JavaScript as they are, those that take one byte before those that take two. */
function* lettersOfUtf8() {
  for (let code = 0x20; code < 0x7f; code++) if (!`"'\`\\$`.includes(String.fromCharCode(code))) yield String.fromCharCode(code);
  // From the first that is neither a control character, a space, nor a soft hyphen.
  for (let code = 0xae; ; code++) yield String.fromCharCode(code);
}

/** Literals, each followed by a copy, which has no length at the end. */
function copiesIn({ bytes, base = new Uint8Array() }) {
  const all = Buffer.concat([base, bytes]);
  const places = new Map();
  const keyAt = (at) => all.toString("latin1", at, at + LEAST_COPY);
  const remember = (at) => {
    const key = keyAt(at);
    if (places.has(key)) places.get(key).push(at);
    else places.set(key, [at]);
  };
  for (let at = 0; at < base.length; at++) remember(at);
  const lengthOf = (from, at) => {
    let length = 0;
    while (at + length < all.length && all[from + length] === all[at + length]) length++;
    return length;
  };

  const steps = [];
  let start = base.length;
  let next = 0;
  for (let at = base.length; at < all.length;) {
    const continuation = next + at - start;
    let copy = { from: continuation, length: continuation < at ? lengthOf(continuation, at) : 0 };
    const least = LEAST_COPY - LEAST_CONTINUATION;
    for (const from of (places.get(keyAt(at)) ?? []).slice(-PLACES)) {
      const length = lengthOf(from, at);
      if (length >= LEAST_COPY && length > copy.length + (copy.from === continuation ? least : 0)) copy = { from, length };
    }
    const copied = copy.length >= LEAST_CONTINUATION ? copy.length : 0;
    if (copied > 0) {
      steps.push({ literals: all.subarray(start, at), length: copied, jump: copy.from - continuation });
      next = copy.from + copied;
      start = at + copied;
    }
    for (const end = at + Math.max(copied, 1); at < end; at++) remember(at);
  }
  return [...steps, { literals: all.subarray(start), length: 0, jump: 0 }];
}

/** How many steps, the numbers of each, and all literals. */
function written(steps) {
  return [
    ...number(steps.length),
    ...steps.flatMap(({ literals, length, jump }) => [
      ...number(literals.length),
      ...number(length),
      ...number(jump < 0 ? -2 * jump - 1 : 2 * jump),
    ]),
    ...steps.flatMap(({ literals }) => [...literals]),
  ];
}

/** In LEB128. */
function number(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)];
}
