/**
 * Draws the graph of an inspection as one self-contained SVG, on a background of its own, light or dark as its reader
 * likes pages. The same component gives the same bytes.
 */
import { bytesText } from "../amounts.ts";
import { visible } from "../visible.ts";
import { classOf, DARK, LIGHT, type Scheme } from "./colours.ts";
import { graphOf, type NodeKind } from "./graph.ts";
import type { Inspection } from "./inspect.ts";
import { filled, shortened } from "./label-text.ts";
import { LABEL_PADDING, type Layout, layoutOf, type Point, TEXT } from "./layout.ts";

const MARGIN = 20;
/** Of the title above, and of the caption below. */
const LINE = 26;
const FONT = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** `file` is what a user calls the component, if that is a file. */
export function drawSvg(inspection: Inspection, file?: string): string {
  const { component, reach } = inspection;
  const layout = layoutOf(graphOf(inspection));
  const name = component.name ?? file ?? "a component";
  const about = [...(file === undefined || file === name ? [] : [file]), bytesText(component.byteLength)].join(", ");
  const reached = reach.length === 0 ? ["nothing"] : reach.map((each) => (typeof each === "string" ? each : each.import));
  const [title, head] = [shortened(name, MOST_COLUMNS), shortened(about, MOST_COLUMNS)];
  const titleWidth = title.length * TEXT.titleWidth + TEXT.smallWidth;
  const inside = Math.max(layout.width, titleWidth + head.length * TEXT.smallWidth, MOST_COLUMNS * TEXT.smallWidth);
  const columns = Math.floor(inside / TEXT.smallWidth);
  const caption = captionOf(
    reached.map((each) => shortened(each, MOST_COLUMNS)),
    columns,
  );
  const captionAt = MARGIN + LINE + layout.height + LINE;
  const [width, height] = [Math.ceil(inside + 2 * MARGIN), Math.ceil(captionAt + (caption.length - 1) * TEXT.line + MARGIN - 4)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">Who feeds whom in ${escaped(name)}</title>`,
    `<desc id="desc">It can reach: ${escaped(reached.join(", "))}.</desc>`,
    `<style>${style()}</style>`,
    `<rect class="page" width="100%" height="100%" rx="10"/>`,
    text(title, MARGIN, MARGIN + 12, "h"),
    text(head, MARGIN + titleWidth, MARGIN + 12, "a"),
    ...shapes(layout, { x: MARGIN + (inside - layout.width) / 2, y: MARGIN + LINE }),
    ...caption.map((line, i) => text(line.trimStart(), MARGIN + indentOf(line), captionAt + i * TEXT.line, "l")),
    "</svg>",
    "",
  ].join("\n");
}

/** Of the title, of what stands beside it, and of a name below. */
const MOST_COLUMNS = 60;
const MOST_CAPTION_LINES = 6;
const ROOM_FOR_MORE = 15;

/** What can be reached, as much of it as there is room for. */
function captionOf(reached: readonly string[], columns: number): readonly string[] {
  const start = "can reach:";
  let [shown, line, length] = [0, 1, start.length];
  for (const { length: word } of reached) {
    // The last line has room for how many are left.
    const room = line === MOST_CAPTION_LINES ? columns - ROOM_FOR_MORE : columns;
    if (length + word + 2 <= room) length += word + 2;
    else if (line === MOST_CAPTION_LINES) break;
    else [line, length] = [line + 1, word + 3];
    shown++;
  }
  const left = reached.length - shown;
  return filled(start, [...reached.slice(0, shown), ...(left === 0 ? [] : [`+${left} more`])], columns);
}

/** Rules for a scheme: a shape has its kind as a class, and is a box, a label or a line. */
function rules({ page, nodes }: Scheme): string {
  const kinds = Object.entries(nodes).map(([kind, { fill, stroke }]) => {
    const name = classOf(kind as NodeKind); // keys are kinds
    return `.${name}{stroke:${stroke}}rect.${name}{fill:${fill}}`;
  });
  const { background, inner, text: plain, note } = page;
  return `text{fill:${plain}}.n,.a{fill:${note}}${kinds.join("")}rect.page,rect.label{fill:${background}}rect.open{fill:${inner}}`;
}

function style(): string {
  return [
    `text{font-family:${FONT};font-size:${TEXT.small}px}.t,.n{text-anchor:middle}.t,.h{font-size:${TEXT.title}px;font-weight:600}`,
    "path{fill:none;stroke-width:1.4}rect.label{stroke-opacity:0.35}",
    rules(LIGHT),
    `@media(prefers-color-scheme:dark){${rules(DARK)}}`,
  ].join("");
}

/** Boxes first, then lines, then labels, so that lines end on boxes and run under labels. */
function shapes(layout: Layout, at: Point): readonly string[] {
  const kinds = new Map(layout.nodes.map(({ node }) => [node.id, node.kind]));
  const kindOf = (id: string): string => classOf(kinds.get(id) ?? "host");
  const boxes = layout.nodes.flatMap(({ node, inner, ...box }) => {
    if (box.width === 0) return [];
    const [left, top] = [at.x + box.x, at.y + box.y];
    const middle = left + box.width / 2;
    const lines = [...(node.note === "" ? [] : [node.note]), ...node.contents];
    const titleAt = inner === undefined ? top + box.height / 2 + 4 - (lines.length * TEXT.line) / 2 : top + 18;
    return [
      `<rect class="${classOf(node.kind)}${inner === undefined ? "" : " open"}" x="${px(left)}" y="${px(top)}" width="${px(box.width)}" height="${px(box.height)}" rx="6"/>`,
      text(node.title, middle, titleAt, "t"),
      ...lines.map((line, i) => text(line, middle, titleAt + (i + 1) * TEXT.line, "n")),
      ...(inner === undefined ? [] : shapes(inner.layout, { x: at.x + inner.x, y: at.y + inner.y })),
    ];
  });
  const lines = layout.lines.flatMap(({ edge, points }) => {
    const moved = points.map(({ x, y }) => ({ x: at.x + x, y: at.y + y }));
    const tip = moved.at(-1);
    if (tip === undefined) return [];
    const kind = kindOf(edge.from);
    return [
      `<path class="${kind}" d="${curve(moved)}"/>`,
      `<path class="${kind}" d="M${px(tip.x - 6)} ${px(tip.y - 3.5)}L${px(tip.x)} ${px(tip.y)}L${px(tip.x - 6)} ${px(tip.y + 3.5)}"/>`,
    ];
  });
  const labels = layout.labels.flatMap(({ edge, ...box }) => [
    `<rect class="${kindOf(edge.from)} label" x="${px(at.x + box.x)}" y="${px(at.y + box.y)}" width="${px(box.width)}" height="${px(box.height)}" rx="4"/>`,
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

/** The titles of boxes and notes are centred at `x`; labels, the title of all and what stands beside it begin there. */
function text(content: string, x: number, y: number, style: "t" | "n" | "l" | "h" | "a"): string {
  return `<text class="${style}" x="${px(x)}" y="${px(y)}">${escaped(content)}</text>`;
}

const indentOf = (line: string): number => (line.length - line.trimStart().length) * TEXT.smallWidth;

const px = (value: number): number => Math.round(value * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(content: string): string {
  return visible(content).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
