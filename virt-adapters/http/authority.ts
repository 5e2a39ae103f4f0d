// The authority of a request: a host and a port. What is written in any other way than the rules write it matches none.

const NAMED: u32 = 1;
const NUMERIC: u32 = 2;

/** The kind of host of the authority that was read last: a name, an address, or 0 for what is neither. */
let kind: u32 = 0;
let hostLength: usize = 0;
let port: u32 = 0;

@inline
export function isName(): bool {
  return kind == NAMED;
}

/** Bytes of the host, which is at the start of the authority. */
@inline
export function lengthOfHost(): usize {
  return hostLength;
}

@inline
export function portOf(): u32 {
  return port;
}

@inline
export function lower(byte: u32): u32 {
  return byte - 0x41 < 26 ? byte | 0x20 : byte;
}

@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

@inline
export function isHexadecimal(byte: u32): bool {
  return isDigit(byte) || lower(byte) - 0x61 < 6;
}

/** Reads `length` bytes; whether they are a host and a port, or a host alone, which gets the default port. */
export function readAuthority(at: usize, length: usize, defaultPort: u32): bool {
  const end = at + length;
  const hostEnd = length && load<u8>(at) == 0x5b ? endOfLiteral(at, end) : endOfName(at, end);
  if (!hostEnd) return false;
  hostLength = hostEnd - at;
  port = defaultPort;
  return hostEnd == end || readPort(hostEnd, end);
}

/** Behind `[2001:db8::1]`; 0 for what is no address. */
function endOfLiteral(at: usize, end: usize): usize {
  kind = NUMERIC;
  for (at++; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 0x5d) return at + 1;
    if (!isHexadecimal(byte) && byte != 0x3a && byte != 0x2e) return 0;
  }
  return 0;
}

/** Behind labels of letters, digits, `-` and `_` with dots between them; 0 for what is none. */
function endOfName(at: usize, end: usize): usize {
  let label = at;
  let isNumber = true;
  let isHex = true;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (byte == 0x3a) break;
    if (byte == 0x2e) {
      if (at == label) return 0;
      label = at + 1;
      isNumber = true;
      isHex = true;
    } else {
      if (!isDigit(byte)) {
        if (lower(byte) - 0x61 >= 26 && byte != 0x2d && byte != 0x5f) return 0;
        isNumber = false;
      }
      if (at - label > 1 && !isHexadecimal(byte)) isHex = false;
    }
  }
  if (at == label) return 0;
  // Resolvers take `0x7f.1` for an address.
  const isHexNumber = isHex && at - label > 1 && load<u8>(label) == 0x30 && lower(load<u8>(label, 1)) == 0x78;
  kind = isNumber || isHexNumber ? NUMERIC : NAMED;
  return at;
}

/** `:8080`, without zeros before it. */
function readPort(at: usize, end: usize): bool {
  if (load<u8>(at) != 0x3a || end - at > 6) return false;
  if (++at == end || load<u8>(at) == 0x30) return false;
  for (port = 0; at < end; at++) {
    const byte: u32 = load<u8>(at);
    if (!isDigit(byte)) return false;
    port = port * 10 + byte - 0x30;
  }
  return port < 65536;
}
