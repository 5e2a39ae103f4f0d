/**
 * Draws the graph of an inspection as one self-contained SVG, on a background of its own so that it can be
 * read on dark pages too. The same component gives the same bytes.
 */
import { COLOURS } from "./colours.ts";
import { graphOf } from "./graph.ts";
import type { Inspection } from "./inspect.ts";
import { LABEL_PADDING, type Layout, layoutOf, type Point, TEXT } from "./layout.ts";
import { visible } from "../visible.ts";

const MARGIN = 20;
const CAPTION = 26;
const FONT = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export function drawSvg(inspection: Inspection): string {
  const layout = layoutOf(graphOf(inspection));
  const reach = inspection.reach.length === 0 ? "nothing" : inspection.reach.join(", ");
  const [width, height] = [Math.ceil(layout.width + 2 * MARGIN), Math.ceil(layout.height + 2 * MARGIN + CAPTION)];
  const caption = fitting(`can reach: ${reach}`, Math.floor(layout.width / TEXT.smallWidth));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">Who feeds whom in ${escaped(inspection.component.name ?? "a component")}</title>`,
    `<desc id="desc">It can reach: ${escaped(reach)}.</desc>`,
    `<style>text{font-family:${FONT};font-size:${TEXT.small}px;fill:#20242a}.t,.n{text-anchor:middle}.t{font-size:${TEXT.title}px;font-weight:600}.n{fill:#4a525c}path{fill:none;stroke-width:1.4}</style>`,
    `<rect width="100%" height="100%" rx="10" fill="#ffffff"/>`,
    ...shapes(layout, { x: MARGIN, y: MARGIN }),
    text(caption, MARGIN, height - 16, "l"),
    "</svg>",
    "",
  ].join("\n");
}

/** Boxes first, then lines, then labels, so that lines end on boxes and run under labels. */
function shapes(layout: Layout, at: Point): readonly string[] {
  const kinds = new Map(layout.nodes.map(({ node }) => [node.id, node.kind]));
  const strokeOf = (id: string): string => COLOURS[kinds.get(id) ?? "host"].stroke;
  const boxes = layout.nodes.flatMap(({ node, inner, ...box }) => {
    if (box.width === 0) return [];
    const { fill, stroke } = COLOURS[node.kind];
    const [left, top] = [at.x + box.x, at.y + box.y];
    const middle = left + box.width / 2;
    const hasNote = node.note !== "";
    const titleAt = inner === undefined ? top + box.height / 2 + (hasNote ? -2 : 4) : top + 18;
    return [
      `<rect x="${px(left)}" y="${px(top)}" width="${px(box.width)}" height="${px(box.height)}" rx="6" fill="${inner === undefined ? fill : "#fffaf0"}" stroke="${stroke}"/>`,
      text(node.title, middle, titleAt, "t"),
      ...(hasNote ? [text(node.note, middle, titleAt + 15, "n")] : []),
      ...(inner === undefined ? [] : shapes(inner.layout, { x: at.x + inner.x, y: at.y + inner.y })),
    ];
  });
  const lines = layout.lines.flatMap(({ edge, points }) => {
    const moved = points.map(({ x, y }) => ({ x: at.x + x, y: at.y + y }));
    const tip = moved.at(-1);
    if (tip === undefined) return [];
    const stroke = strokeOf(edge.from);
    return [
      `<path d="${curve(moved)}" stroke="${stroke}"/>`,
      `<path d="M${px(tip.x - 6)} ${px(tip.y - 3.5)}L${px(tip.x)} ${px(tip.y)}L${px(tip.x - 6)} ${px(tip.y + 3.5)}" stroke="${stroke}"/>`,
    ];
  });
  const labels = layout.labels.flatMap(({ edge, ...box }) => [
    `<rect x="${px(at.x + box.x)}" y="${px(at.y + box.y)}" width="${px(box.width)}" height="${px(box.height)}" rx="4" fill="#ffffff" stroke="${strokeOf(edge.from)}" stroke-opacity="0.35"/>`,
    ...edge.label.map((line, i) =>
      text(line.trimStart(), at.x + box.x + LABEL_PADDING + indentOf(line), at.y + box.y + 13 + i * TEXT.line, "l"),
    ),
  ]);
  return [...boxes, ...lines, ...labels];
}

/** Level pieces joined by bends. */
function curve([first, ...others]: readonly Point[]): string {
  if (first === undefined) return "";
  let path = `M${px(first.x)} ${px(first.y)}`;
  let last = first;
  for (const point of others) {
    if (point.y === last.y) path += `H${px(point.x)}`;
    else {
      const middle = px((last.x + point.x) / 2);
      path += `C${middle} ${px(last.y)} ${middle} ${px(point.y)} ${px(point.x)} ${px(point.y)}`;
    }
    last = point;
  }
  return path;
}

/** Titles and notes are centred at `x`, labels begin there. */
function text(content: string, x: number, y: number, style: "t" | "n" | "l"): string {
  return `<text class="${style}" x="${px(x)}" y="${px(y)}">${escaped(content)}</text>`;
}

const indentOf = (line: string): number => (line.length - line.trimStart().length) * TEXT.smallWidth;

function fitting(content: string, columns: number): string {
  return content.length <= columns ? content : `${content.slice(0, columns - 1)}…`;
}

const px = (value: number): number => Math.round(value * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(content: string): string {
  return visible(content).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
