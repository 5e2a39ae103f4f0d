/**
 * Names out of a component may hold anything. What would move a terminal's cursor, change the direction of
 * text or break a drawing is shown as a replacement character.
 */
export function visible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}
