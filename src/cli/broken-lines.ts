/**
 * Long lines for a terminal: broken at words, and what follows stands below the last column, so that a list reads as one.
 */

/** How much of a line its first columns may take: where they have more, the rest would have no room. */
const MOST_INDENT = 0.6;

/** Where the pieces of a line begin and end, and by how much all but the first are indented. */
export interface Broken {
  readonly pieces: readonly (readonly [start: number, end: number])[];
  readonly indent: number;
}

/** A word that is longer than a line stays whole. */
export function broken(text: string, width: number): Broken {
  const indent = indentOf(text, width);
  const pieces: (readonly [number, number])[] = [];
  for (let start = 0; start < text.length || pieces.length === 0;) {
    const room = pieces.length === 0 ? width : width - indent;
    const end = endOf(text, start, room, pieces.length === 0 ? indent : start);
    pieces.push([start, end]);
    start = end;
    while (text[start] === " ") start++;
  }
  return { pieces, indent };
}

/** Columns have two spaces between them. */
function indentOf(text: string, width: number): number {
  const columns = [...text.matchAll(/ {2,}(?=\S)/g)].map(({ index, 0: spaces }) => index + spaces.length);
  return columns.filter((each) => each <= width * MOST_INDENT).at(-1) ?? 2;
}

function endOf(text: string, start: number, room: number, from: number): number {
  if (text.length - start <= room) return text.length;
  const last = text.lastIndexOf(" ", start + room);
  if (last > from) return last;
  const next = text.indexOf(" ", Math.max(from, start + 1));
  return next < 0 ? text.length : next;
}
