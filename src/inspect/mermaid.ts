/**
 * Draws the graph of an inspection as a Mermaid flowchart, which many Markdown pages show as a picture.
 * A component that is opened up is a subgraph, whose imports and exports are small nodes of their own.
 */
import { EXPORTS, type Graph, graphOf, HOST, type NodeKind } from "./graph.ts";
import type { Inspection } from "./inspect.ts";
import { COLOURS } from "./colours.ts";
import { visible } from "../visible.ts";

export function drawMermaid(inspection: Inspection): string {
  const kinds = new Map<string, NodeKind>();
  const lines = ["flowchart LR", ...graphLines(graphOf(inspection), "", "  ", kinds)];
  for (const kind of new Set(kinds.values())) {
    const { fill, stroke } = COLOURS[kind];
    const ids = [...kinds].filter(([, each]) => each === kind).map(([id]) => id);
    lines.push(`  classDef ${classOf(kind)} fill:${fill},stroke:${stroke},color:#20242a`, `  class ${ids.join(",")} ${classOf(kind)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** `prefix` makes names of nodes unique among all graphs. */
function graphLines(graph: Graph, prefix: string, indent: string, kinds: Map<string, NodeKind>): readonly string[] {
  const opened = new Set(graph.nodes.flatMap(({ id, inner }) => (inner === undefined ? [] : [id])));
  const nodes = graph.nodes.flatMap(({ id, kind, title, note, inner }) => {
    const name = prefix + id;
    const label = quoted([title, note].filter((line) => line !== ""));
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

/** A kind as the name of a class. */
const classOf = (kind: NodeKind): string => kind.replace("-", "");

/** Mermaid's own escapes are like HTML's with another mark in front; by number they need no table. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => visible(line).replace(/["#&<>`\\]/g, (character) => `#${character.charCodeAt(0)};`));
  return `"${escaped.join("<br>")}"`;
}
