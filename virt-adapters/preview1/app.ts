// The program's memory, which is not this one: it is reached through ../preview1-bridge, and only where it was checked to be.

@external("app", "pages")
declare function pages(): u32;
@external("app", "load8")
export declare function load8(address: usize): u32;
@external("app", "load32")
export declare function load32(address: usize): u32;
@external("app", "load64")
export declare function load64(address: usize): u64;
@external("app", "store8")
export declare function store8(address: usize, value: u32): void;
@external("app", "store16")
export declare function store16(address: usize, value: u32): void;
@external("app", "store32")
export declare function store32(address: usize, value: u32): void;
@external("app", "store64")
export declare function store64(address: usize, value: u64): void;
/** 64 bytes, as numbers that go in registers; what they stand for is not looked at. */
@external("app", "store_block")
export declare function storeBlock(address: usize, a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64): void;
/** From there to here. */
@external("app", "copy_in")
export declare function copyIn(to: usize, from: usize, length: usize): void;
/** From here to there, at once; false where no instruction can do that. */
@external("app", "copied_out")
declare function copiedOut(to: usize, from: usize, length: usize): bool;
/** Where the next list goes that a function gives whose lists lie in the program's memory, and the most bytes it may have. */
@external("app", "into")
export declare function into(address: usize, most: u32): void;

/** How many bytes it had when that was last asked. It never gets fewer. */
let known: u64 = 0;

/** How many bytes it has. */
export function size(): u64 {
  return (known = (<u64>pages()) << 16);
}

/** Whether so many bytes lie in it. */
export function holds(address: usize, length: u64): bool {
  const end = <u64>address + length;
  return end <= known || end <= size();
}

/** From here to there. */
export function copyOut(to: usize, from: usize, length: usize): void {
  if (length >= 64 && copiedOut(to, from, length)) return;
  for (; length >= 64; length -= 64) {
    storeBlock(
      to,
      load<f64>(from),
      load<f64>(from, 8),
      load<f64>(from, 16),
      load<f64>(from, 24),
      load<f64>(from, 32),
      load<f64>(from, 40),
      load<f64>(from, 48),
      load<f64>(from, 56),
    );
    to += 64;
    from += 64;
  }
  for (; length >= 8; length -= 8) {
    store64(to, load<u64>(from));
    to += 8;
    from += 8;
  }
  for (; length; length--) store8(to++, load<u8>(from++));
}
