/**
 * Long lines for a terminal: broken at words, and what follows stands below the last column, so that a list reads as one.
 */

/** How much of a line its first columns may take: where they have more, the rest would have no room. */
const MOST_INDENT = 0.6;
/** How far rows of a table are indented. */
const ROW = 2;
/** What follows a row is indented further, where it stands below no column. */
const HANGING = 4;

/** Where the pieces of a line begin and end, and how far the first one and the others are indented. */
export interface Broken {
  readonly pieces: readonly (readonly [start: number, end: number])[];
  readonly first: number;
  readonly indent: number;
}

/** A word stays whole, also if it is longer than a line. */
export function broken(text: string, width: number): Broken {
  const lead = text.length - text.trimStart().length;
  const indent = indentOf(text, width, lead);
  // Blanks in the place of the first columns give way where what follows them has no room.
  const first = lead > ROW ? Math.min(lead, indent) : lead;
  const pieces: (readonly [number, number])[] = [];
  for (let start = lead; start < text.length || pieces.length === 0;) {
    const end = endOf(text, start, width - (pieces.length === 0 ? first : indent));
    pieces.push([start, text.slice(0, end).trimEnd().length]);
    start = end;
    while (text[start] === " ") start++;
  }
  return { pieces, first, indent };
}

/** That of the last column whose words have room behind it. Columns have two spaces between them. */
function indentOf(text: string, width: number, lead: number): number {
  const columns = [...text.matchAll(/ {2,}(?=\S)/g)].map(({ index, 0: spaces }) => index + spaces.length);
  const hasRoom = (column: number): boolean =>
    column > ROW && column <= width * MOST_INDENT && longestFrom(text, column, width - HANGING) <= width - column;
  return columns.filter(hasRoom).at(-1) ?? (lead < ROW ? lead + ROW : HANGING);
}

/** The length of the longest word, of those that have room anywhere. */
function longestFrom(text: string, start: number, most: number): number {
  const lengths = text
    .slice(start)
    .split(" ")
    .map((word) => word.length);
  return Math.max(0, ...lengths.filter((length) => length <= most));
}

function endOf(text: string, start: number, room: number): number {
  if (text.length - start <= room) return text.length;
  const last = text.lastIndexOf(" ", start + room);
  if (last > start) return last;
  const next = text.indexOf(" ", start + 1);
  return next < 0 ? text.length : next;
}
