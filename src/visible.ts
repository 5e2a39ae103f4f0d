/**
 * How names out of a component are shown.
 */

/**
 * Names may hold anything. What would move a terminal's cursor, change the direction of text or break a
 * drawing is shown as a replacement character.
 */
export function visible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}

/** A function's name without the mark that tells methods from other functions. */
export function spoken(name: string): string {
  return name.replace(/^\[constructor\]/, "new ").replace(/^\[[a-z ]+\]/, "");
}
