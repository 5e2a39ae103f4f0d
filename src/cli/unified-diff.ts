/** The difference of two texts as `diff -u` has it, by Myers' algorithm over lines. */

/** Lines of context around what differs. */
const CONTEXT = 3;
/** With more insertions and deletions than that, what lies between the first and the last of them is one difference. */
const MOST_EDITS = 2000;

/** Lines `from` to `to` of the one text have become lines of the other. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly otherFrom: number;
  readonly otherTo: number;
}

/** Its lines, without line breaks; `undefined` is a file that is not there. None if nothing differs. */
export function unifiedDiff(before: string | undefined, after: string | undefined, name: string): readonly string[] {
  const [old, current] = [linesOf(before), linesOf(after)];
  const lines: string[] = [];
  for (const hunk of hunksOf(editsOf(old, current))) {
    const [first, last] = [hunk[0], hunk.at(-1)];
    if (first === undefined || last === undefined) continue;
    const lead = Math.min(CONTEXT, first.from);
    const trail = Math.min(CONTEXT, old.length - last.to);
    const range = (from: number, to: number): string => {
      const count = to + trail - (from - lead);
      // An empty range is named by the line before it.
      return `${count === 0 ? from - lead : from - lead + 1}${count === 1 ? "" : `,${count}`}`;
    };
    lines.push(`@@ -${range(first.from, last.to)} +${range(first.otherFrom, last.otherTo)} @@`);
    let at = first.from - lead;
    for (const { from, to, otherFrom, otherTo } of hunk) {
      lines.push(
        ...marked(" ", old.slice(at, from)),
        ...marked("-", old.slice(from, to)),
        ...marked("+", current.slice(otherFrom, otherTo)),
      );
      at = to;
    }
    lines.push(...marked(" ", old.slice(at, at + trail)));
  }
  if (lines.length === 0) return [];
  return [`--- ${before === undefined ? "/dev/null" : `a/${name}`}`, `+++ ${after === undefined ? "/dev/null" : `b/${name}`}`, ...lines];
}

/** With their line breaks: a last line without one is another line. */
const linesOf = (text = ""): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const marked = (mark: string, lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => (line.endsWith("\n") ? [mark + line.slice(0, -1)] : [mark + line, "\\ No newline at end of file"]));

/** Edits whose contexts meet are one hunk. */
function hunksOf(edits: readonly Edit[]): readonly (readonly Edit[])[] {
  const hunks: Edit[][] = [];
  for (const edit of edits) {
    const last = hunks.at(-1);
    if (last !== undefined && edit.from - (last.at(-1)?.to ?? 0) <= 2 * CONTEXT) last.push(edit);
    else hunks.push([edit]);
  }
  return hunks;
}

function editsOf(old: readonly string[], current: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < old.length && start < current.length && old[start] === current[start]) start++;
  let [end, otherEnd] = [old.length, current.length];
  while (end > start && otherEnd > start && old[end - 1] === current[otherEnd - 1]) [end, otherEnd] = [end - 1, otherEnd - 1];
  if (start === end && start === otherEnd) return [];
  const path = pathThrough(old.slice(start, end), current.slice(start, otherEnd));
  if (path === undefined) return [{ from: start, to: end, otherFrom: start, otherTo: otherEnd }];
  const edits: Edit[] = [];
  let [x, y] = [0, 0];
  for (const [equalX, equalY] of [...path, [end - start, otherEnd - start] as const]) {
    if (equalX > x || equalY > y) edits.push({ from: start + x, to: start + equalX, otherFrom: start + y, otherTo: start + equalY });
    [x, y] = [equalX + 1, equalY + 1];
  }
  return edits;
}

/** The pairs of equal lines of a shortest edit; `undefined` if it is longer than `MOST_EDITS`. */
function pathThrough(old: readonly string[], current: readonly string[]): readonly (readonly [x: number, y: number])[] | undefined {
  const most = Math.min(MOST_EDITS, old.length + current.length);
  // For each diagonal k = x - y, the x that was come to furthest; one array for each number of edits.
  const trace: Int32Array[] = [];
  let furthest = new Int32Array(2 * most + 3);
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice());
    for (let k = -edits; k <= edits; k += 2) {
      let x = stepTo(furthest, k, edits, most);
      let y = x - k;
      while (x < old.length && y < current.length && old[x] === current[y]) [x, y] = [x + 1, y + 1];
      furthest[k + most + 1] = x;
      if (x >= old.length && y >= current.length) return walkBack(trace, k, x, most);
    }
  }
  return undefined;
}

/** Where one edit more leads on a diagonal: an insertion from the one above, or a deletion from the one below. */
function stepTo(furthest: Int32Array, k: number, edits: number, most: number): number {
  const [down, right] = [furthest[k + most + 2] ?? 0, (furthest[k + most] ?? 0) + 1];
  if (edits === 0) return 0;
  return k === -edits || (k !== edits && right - 1 < down) ? down : right;
}

function walkBack(trace: readonly Int32Array[], lastK: number, lastX: number, most: number): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [k, x] = [lastK, lastX];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Int32Array();
    const start = stepTo(furthest, k, edits, most);
    while (x > start) pairs.push([--x, x - k]);
    if (edits === 0) break;
    const isDown = k === -edits || (k !== edits && (furthest[k + most] ?? 0) < (furthest[k + most + 2] ?? 0));
    k = isDown ? k + 1 : k - 1;
    x = furthest[k + most + 1] ?? 0;
  }
  return pairs.reverse();
}
