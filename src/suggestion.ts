/**
 * What somebody may have meant who wrote a word that is not known.
 */

/** The known word that is nearest, if it is near at all. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known.map((each) => ({ each, distance: editDistance(word, each) })).sort((left, right) => left.distance - right.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.each : undefined;
}

/** Longer words are compared by their beginnings. */
const LONGEST = 200;

/** All words, the nearest first; `part` gives what of a word is compared. */
export function byNearness(word: string, known: readonly string[], part: (each: string) => string): readonly string[] {
  const start = (text: string): string => text.slice(0, LONGEST);
  const distances = known.map((each) => ({ each, distance: editDistance(start(word), start(part(each))) }));
  return distances.sort((left, right) => left.distance - right.distance).map(({ each }) => each);
}

/** Insertions, deletions, substitutions and exchanges of neighbours from one word to the other. */
function editDistance(from: string, to: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isExchanged = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const exchanged = isExchanged ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(substituted, exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
