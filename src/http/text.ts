/** Text as bytes and back, without the web's TextEncoder: QuickJS has none. */

/** Each byte is the character of its number, as in the web's `Headers`, so that nothing is lost. */
export function latin1TextOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** `undefined` where a character is none of the 256. */
export function latin1BytesOf(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

const REPLACEMENT = 0xfffd;

/** Half a surrogate pair is U+FFFD, as in the web's TextEncoder. */
export function utf8BytesOf(text: string): Uint8Array {
  // Three for a UTF-16 unit are enough: four bytes come of two units.
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const point = code >= 0xd800 && code <= 0xdfff ? REPLACEMENT : code;
    if (point < 0x80) bytes[length++] = point;
    else {
      const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
      bytes[length++] = ((0xff00 >> (more + 1)) & 0xff) | (point >> (6 * more));
      for (let i = more - 1; i >= 0; i--) bytes[length++] = 0x80 | ((point >> (6 * i)) & 0x3f);
    }
  }
  return bytes.slice(0, length);
}
