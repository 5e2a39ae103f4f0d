/**
 * Draws the graph of an inspection as a Mermaid flowchart, which many Markdown pages show as a picture.
 * A component that is opened up is a subgraph, whose imports and exports are small nodes of their own.
 */
import { EXPORTS, type Graph, graphOf, HOST, type NodeKind } from "./graph.ts";
import type { Inspection } from "./inspect.ts";
import { classOf, LIGHT } from "./colours.ts";
import { visible } from "../visible.ts";

/** `file` is what a user calls the component, if that is a file. */
export function drawMermaid(inspection: Inspection, file?: string): string {
  const kinds = new Map<string, NodeKind>();
  const title = visible(inspection.component.name ?? file ?? "a component");
  // A text in JSON is one in YAML, too.
  const lines = ["---", `title: ${JSON.stringify(title)}`, "---", "flowchart LR", ...graphLines(graphOf(inspection), "", "  ", kinds)];
  for (const kind of new Set(kinds.values())) {
    // Boxes are light and their text is dark, whatever the page is.
    const { fill, stroke } = LIGHT.nodes[kind];
    const ids = [...kinds].filter(([, each]) => each === kind).map(([id]) => id);
    lines.push(
      `  classDef ${classOf(kind)} fill:${fill},stroke:${stroke},color:${LIGHT.page.text}`,
      `  class ${ids.join(",")} ${classOf(kind)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** `prefix` makes names of nodes unique among all graphs. */
function graphLines(graph: Graph, prefix: string, indent: string, kinds: Map<string, NodeKind>): readonly string[] {
  const opened = new Set(graph.nodes.flatMap(({ id, inner }) => (inner === undefined ? [] : [id])));
  const nodes = graph.nodes.flatMap(({ id, kind, title, note, contents, inner }) => {
    const name = prefix + id;
    const label = quoted([title, note, ...contents].filter((line) => line !== ""));
    if (inner !== undefined) {
      return [`${indent}subgraph ${name}[${label}]`, ...graphLines(inner, `${name}_`, `${indent}  `, kinds), `${indent}end`];
    }
    kinds.set(name, kind);
    return [`${indent}${name}[${title === "" ? `"${id === HOST ? "imports" : "exports"}"` : label}]`];
  });
  const edges = graph.edges.map(({ from, to, label }) => {
    const source = prefix + from + (opened.has(from) ? `_${EXPORTS}` : "");
    const target = prefix + to + (opened.has(to) ? `_${HOST}` : "");
    return `${indent}${source} -->|${quoted(label)}| ${target}`;
  });
  return [...nodes, ...edges];
}

/** Mermaid's own escapes are like HTML's with another mark in front; by number they need no table. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => visible(line).replace(/["#&<>`\\]/g, (character) => `#${character.charCodeAt(0)};`));
  return `"${escaped.join("<br>")}"`;
}
