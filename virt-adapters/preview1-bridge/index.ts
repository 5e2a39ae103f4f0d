// The memory of a program of preview 1, for the guest in ../preview1, which has another one: single accesses to addresses that the
// guest has checked, and where the host's lists go. This guest's memory is the program's. It keeps nothing there: what it has to
// remember is in globals.

/** 64 bytes, as numbers that go in registers; what they stand for is not looked at. */
@external("ours", "store_block")
declare function storeBlockOfOurs(address: usize, a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64): void;
@external("ours", "store64")
declare function store64OfOurs(address: usize, value: u64): void;
@external("ours", "store8")
declare function store8OfOurs(address: usize, value: u32): void;

/** Where the next list goes, and how many bytes it may have. */
let target: usize = 0;
let limit: usize = 0;

/** Its size, in units of 64 KB. */
export function bridge__pages(): u32 {
  return memory.size();
}

export function bridge__load8(address: usize): u32 {
  return load<u8>(address);
}

export function bridge__load32(address: usize): u32 {
  return load<u32>(address);
}

export function bridge__load64(address: usize): u64 {
  return load<u64>(address);
}

export function bridge__store8(address: usize, value: u32): void {
  store<u8>(address, <u8>value);
}

export function bridge__store16(address: usize, value: u32): void {
  store<u16>(address, <u16>value);
}

export function bridge__store32(address: usize, value: u32): void {
  store<u32>(address, value);
}

export function bridge__store64(address: usize, value: u64): void {
  store<u64>(address, value);
}

export function bridge__store_block(address: usize, a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64): void {
  store<f64>(address, a);
  store<f64>(address, b, 8);
  store<f64>(address, c, 16);
  store<f64>(address, d, 24);
  store<f64>(address, e, 32);
  store<f64>(address, f, 40);
  store<f64>(address, g, 48);
  store<f64>(address, h, 56);
}

/** Bytes of the program's to the guest's memory. */
export function bridge__copy_in(to: usize, from: usize, length: usize): void {
  for (; length >= 64; length -= 64) {
    storeBlockOfOurs(
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
    store64OfOurs(to, load<u64>(from));
    to += 8;
    from += 8;
  }
  for (; length; length--) store8OfOurs(to++, load<u8>(from++));
}

/** The next list is to lie here, and has at most so many bytes. */
export function bridge__into(address: usize, most: usize): void {
  target = address;
  limit = most;
}

/** For lists of bytes. One that is longer than what was asked for would lie on bytes that are not to change. */
export function bridge__realloc(_old: usize, oldSize: usize, _align: usize, newSize: usize): usize {
  if (oldSize | usize(newSize > limit)) unreachable();
  limit = 0;
  return target;
}
