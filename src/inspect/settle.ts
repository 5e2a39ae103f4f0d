/**
 * Finds an order and a height for the items of each column, such that connected items lie near each other's
 * height and none overlaps. Works in passes to and fro over the columns, and is deterministic.
 */

export interface Placeable {
  readonly height: number;
  readonly before: readonly Placeable[];
  readonly after: readonly Placeable[];
  /** The middle; set here. */
  y: number;
}

export interface Placing<T extends Placeable> {
  /** Sorted by `settle`. */
  readonly columns: readonly T[][];
  /** Between items of a column. */
  readonly gap: number;
  /** Items that are as high as everything: they pull nobody. */
  isTall(item: Placeable): boolean;
}

export function settle<T extends Placeable>({ columns, gap, isTall }: Placing<T>, passes: number): void {
  for (const column of columns) stack(column, gap, (_, i) => i);
  for (let pass = 0; pass < passes; pass++) {
    const forward = pass % 2 === 0;
    // The order is found first and kept for the last passes, so that heights can settle.
    const sorts = pass < passes / 2;
    for (const column of forward ? columns : columns.toReversed()) {
      const pull = (item: T): number => meanOf(forward ? item.before : item.after) ?? meanOf(forward ? item.after : item.before) ?? item.y;
      if (sorts) sortBy(column, pull);
      stack(column, gap, pull);
    }
  }

  function meanOf(others: readonly Placeable[]): number | undefined {
    const pulling = others.filter((each) => !isTall(each));
    return pulling.length === 0 ? undefined : pulling.reduce((sum, { y }) => sum + y, 0) / pulling.length;
  }
}

function sortBy<T>(items: T[], key: (item: T) => number): void {
  const keyed = items.map((item, i) => ({ item, i, key: key(item) })).sort((left, right) => left.key - right.key || left.i - right.i);
  keyed.forEach(({ item }, i) => (items[i] = item));
}

/** Puts items, in their order, as near to their wishes as the room between them allows (least squares). */
function stack<T extends Placeable>(items: readonly T[], gap: number, wish: (item: T, i: number) => number): void {
  // With what lies above an item taken off its wish, items that do not overlap are numbers that do not fall.
  const blocks: { sum: number; count: number }[] = [];
  const offsets: number[] = [];
  let offset = 0;
  items.forEach((item, i) => {
    offset += item.height / 2;
    offsets.push(offset);
    let block = { sum: wish(item, i) - offset, count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
    offset += item.height / 2 + gap;
  });
  const levels = blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
  items.forEach((item, i) => {
    item.y = (levels[i] ?? 0) + (offsets[i] ?? 0);
  });
}
