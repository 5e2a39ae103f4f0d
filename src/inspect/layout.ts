/**
 * Places a graph in columns from left to right. Columns of nodes alternate with columns of labels: every edge
 * is cut where it crosses a column, into its label or into a bare piece of line, and each piece has a place of
 * its own there. So no text lies on another, and no line runs through a box. A node that has a column to
 * itself is as high as the picture, which makes the edges at it straight.
 */
import { EXPORTS, type Graph, type GraphEdge, type GraphNode, HOST } from "./graph.ts";
import { type Placing, settle } from "./settle.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly (Box & { readonly node: GraphNode; readonly inner: (Point & { readonly layout: Layout }) | undefined })[];
  readonly labels: readonly (Box & { readonly edge: GraphEdge })[];
  /** Each from node to node: level within a column, bent between columns. */
  readonly lines: readonly { readonly edge: GraphEdge; readonly points: readonly Point[] }[];
}

/** Sizes in pixels. Widths of characters are those of the widest fonts in use. */
export const TEXT = { title: 13, titleWidth: 8.1, small: 11, smallWidth: 6.7, line: 15 } as const;
const PADDING = 10;
export const LABEL_PADDING = 6;
const NODE_HEIGHT = 44;
/** Heights are multiples of this, as sums of floats then are what they should be. */
const GRID = 1 / 16;
const PIECE_HEIGHT = 6;
const ROW_GAP = 12;
const COLUMN_GAP = 26;
const PORT_GAP = 9;
const PASSES = 12;

/** What takes a place in a column. */
interface Item {
  readonly column: number;
  readonly width: number;
  readonly height: number;
  /** Of a node that is opened up: where what is in it begins. */
  readonly head: number;
  readonly node: GraphNode | undefined;
  readonly inner: Layout | undefined;
  /** The edge that a label or a bare piece belongs to. */
  readonly edge: GraphEdge | undefined;
  readonly hasText: boolean;
  readonly before: Item[];
  readonly after: Item[];
  /** The middle. */
  y: number;
}

export function layoutOf(graph: Graph, isInner = false): Layout {
  const columnOf = columnsOf(graph);
  const items = new Map(graph.nodes.map((node) => [node.id, nodeItem(node, columnOf.get(node.id) ?? 0, isInner)]));
  const columns: Item[][] = [];
  const put = (item: Item): Item => {
    (columns[item.column] ??= []).push(item);
    return item;
  };
  for (const item of items.values()) put(item);
  const paths = graph.edges.flatMap((edge) => {
    const [from, to] = [items.get(edge.from), items.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const pieces: Item[] = [];
    for (let column = from.column + 1; column < to.column; column++) pieces.push(put(pieceItem(edge, column, column === to.column - 1)));
    const path = [from, ...pieces, to];
    path.forEach((item, i) => {
      if (i > 0) item.before.push(path[i - 1] as Item); // there is one
      if (i < path.length - 1) item.after.push(path[i + 1] as Item);
    });
    return [{ edge, path }];
  });
  const placing: Placing<Item> = { columns: Array.from(columns, (column) => column ?? []), gap: ROW_GAP, isTall };
  settle(placing, PASSES);
  for (const item of placing.columns.flat()) item.y = Math.round(item.y / GRID) * GRID;
  return drawn(placing.columns, paths, isInner);

  function isTall(item: Item): boolean {
    return item.node !== undefined && item.inner === undefined && columns[item.column]?.length === 1;
  }
}

/** Nodes have even columns, each behind all that feed it; the exports come last. */
function columnsOf({ nodes, edges }: Graph): ReadonlyMap<string, number> {
  const columns = new Map([[HOST, 0]]);
  let last = 0;
  // An instance is fed by earlier ones only.
  for (const { id } of nodes) {
    if (id === HOST) continue;
    const sources = edges.filter(({ to }) => to === id).map(({ from }) => columns.get(from) ?? 0);
    const column = id === EXPORTS ? last + 2 : Math.max(0, ...sources) + 2;
    columns.set(id, column);
    last = Math.max(last, column);
  }
  return columns;
}

function nodeItem(node: GraphNode, column: number, isInner: boolean): Item {
  const inner = node.inner === undefined ? undefined : layoutOf(node.inner, true);
  const columns = Math.max(node.note.length, ...node.contents.map(({ length }) => length));
  const textWidth = Math.max(node.title.length * TEXT.titleWidth, columns * TEXT.smallWidth) + 2 * PADDING;
  const head = NODE_HEIGHT + node.contents.length * TEXT.line;
  const isBorder = isInner && (node.id === HOST || node.id === EXPORTS);
  const width = isBorder ? 0 : Math.max(textWidth, inner?.width ?? 0);
  const height = inner === undefined ? head : head + inner.height + PADDING;
  return { column, width, height, head, node, inner, edge: undefined, hasText: true, before: [], after: [], y: 0 };
}

function pieceItem(edge: GraphEdge, column: number, hasText: boolean): Item {
  const width = hasText ? Math.max(...edge.label.map(({ length }) => length)) * TEXT.smallWidth + 2 * LABEL_PADDING : 0;
  const height = hasText ? edge.label.length * TEXT.line + 4 : PIECE_HEIGHT;
  return { column, width, height, head: 0, node: undefined, inner: undefined, edge, hasText, before: [], after: [], y: 0 };
}

function drawn(
  columns: readonly (readonly Item[])[],
  paths: readonly { readonly edge: GraphEdge; readonly path: readonly Item[] }[],
  isInner: boolean,
): Layout {
  const all = columns.flat();
  const top = Math.min(...all.map(({ y, height }) => y - height / 2));
  const bottom = Math.max(...all.map(({ y, height }) => y + height / 2));
  const isTall = ({ node, inner, column }: Item): boolean => node !== undefined && inner === undefined && columns[column]?.length === 1;
  const lefts: number[] = [];
  let x = 0;
  columns.forEach((column, i) => {
    lefts.push(x);
    const width = Math.max(0, ...column.map((item) => item.width));
    x += width + (i === columns.length - 1 || (column.length === 0 && !isInner) ? 0 : COLUMN_GAP);
  });
  const widths = columns.map((column) => Math.max(0, ...column.map((item) => item.width)));
  const leftOf = ({ column, width }: Item): number => (lefts[column] ?? 0) + ((widths[column] ?? 0) - width) / 2;
  const boxOf = (item: Item): Box =>
    isTall(item)
      ? { x: leftOf(item), y: 0, width: item.width, height: bottom - top }
      : { x: leftOf(item), y: item.y - item.height / 2 - top, width: item.width, height: item.height };
  const ports = portsOf(all, isTall);
  return {
    width: x,
    height: bottom - top,
    nodes: all.flatMap((item) => {
      if (item.node === undefined) return [];
      const box = boxOf(item);
      const inner = item.inner && {
        x: box.x + (box.width - item.inner.width) / 2,
        y: box.y + item.height - item.inner.height - PADDING,
        layout: item.inner,
      };
      return [{ ...box, node: item.node, inner }];
    }),
    labels: all.flatMap((item) => (item.edge !== undefined && item.hasText ? [{ ...boxOf(item), edge: item.edge }] : [])),
    lines: paths.map(({ edge, path }) => ({
      edge,
      points: path.flatMap((item, i) => {
        const left = lefts[item.column] ?? 0;
        const right = left + (widths[item.column] ?? 0);
        const box = boxOf(item);
        if (i === 0) return pointsAt([box.x + box.width, right], portOf(item, path[1]) - top);
        if (i === path.length - 1) return pointsAt([left, box.x], portOf(item, path[i - 1]) - top);
        return pointsAt([left, right], item.y - top);
      }),
    })),
  };

  function portOf(item: Item, other: Item | undefined): number {
    return (other && ports.get(item)?.get(other)) ?? item.y;
  }
}

const pointsAt = (xs: readonly number[], y: number): readonly Point[] => xs.map((x) => ({ x, y }));

/** Where the edges of each node meet it: as near as can be to where they come from. */
function portsOf(items: readonly Item[], isTall: (item: Item) => boolean): ReadonlyMap<Item, ReadonlyMap<Item, number>> {
  const ports = new Map<Item, Map<Item, number>>();
  for (const item of items) {
    if (item.node === undefined) continue;
    const own = new Map<Item, number>();
    for (const others of [item.before, item.after]) {
      const sorted = [...others].sort((left, right) => left.y - right.y);
      const gap = Math.min(PORT_GAP, (item.height - PORT_GAP) / Math.max(1, sorted.length));
      const room = isTall(item) ? Infinity : (item.height - PORT_GAP) / 2;
      sorted.forEach((other, i) => {
        const lowest = item.y - room + i * gap;
        const highest = item.y + room - (sorted.length - 1 - i) * gap;
        const previous = i === 0 ? -Infinity : (own.get(sorted[i - 1] as Item) ?? 0) + gap; // it was set just now
        own.set(other, Math.max(previous, lowest, Math.min(highest, other.y)));
      });
    }
    ports.set(item, own);
  }
  return ports;
}
