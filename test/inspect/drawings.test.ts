import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { createAdapter, drawMermaid, drawSvg, type Inspection, type NestedComponent } from "../../src/index.ts";
import { type Graph, type GraphEdge, graphOf } from "../../src/inspect/graph.ts";
import { type Box, type Layout, layoutOf } from "../../src/inspect/layout.ts";
import { randomOf } from "../compose/apps.ts";
import { everything } from "../compose/worlds.ts";
import { virtualized } from "../run/on-hosts.ts";
import { outputs, steadily } from "./inspected.ts";

let found: Map<string, Uint8Array>;
beforeAll(async () => {
  const wasi = await everything("0.2.12");
  const foreign = await parse(`
    (component $pair
      (import "acme:log/sink" (instance $sink (export "write" (func))))
      (component $logger (import "acme:log/sink" (instance $s (export "write" (func)))) (export "acme:log/log" (instance $s)))
      (component $app (import "acme:log/log" (instance $l (export "write" (func)))) (export "run" (instance $l)))
      (instance $logger (instantiate $logger (with "acme:log/sink" (instance $sink))))
      (alias export $logger "acme:log/log" (instance $log))
      (instance $app (instantiate $app (with "acme:log/log" (instance $log))))
      (alias export $app "run" (instance $run))
      (export "run" (instance $run)))`);
  found = new Map([
    ...(await outputs()),
    ["http", virtualized(wasi, { stdout: "ignore", allowHttp: true })],
    ["adapter", Buffer.concat(createAdapter({ stdout: "ignore", allowHttp: true }).chunks)],
    ["plain", wasi],
    ["foreign", foreign],
  ]);
}, 300_000);
const NAMES = ["all-denied", "files-and-stdout", "twice", "http", "adapter", "plain", "foreign"];
const inspected = (name: string): Inspection => steadily(found.get(name) ?? new Uint8Array());

test.for(NAMES)("%s is drawn like this", async (name) => {
  await expect(drawSvg(inspected(name))).toMatchFileSnapshot(`goldens/${name}.svg`);
  await expect(drawMermaid(inspected(name))).toMatchFileSnapshot(`goldens/${name}.mmd`);
});

describe("who feeds whom", () => {
  const edgesOf = (graph: Graph): readonly string[] => {
    const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
    return graph.edges.map(({ from, to, label }) => `${titles.get(from)} → ${titles.get(to)}: ${label.join(" / ")}`);
  };

  test("in an output with files", () => {
    expect(edgesOf(graphOf(inspected("files-and-stdout")))).toEqual(
      expect.arrayContaining([
        "environment → app: cli/environment",
        expect.stringMatching(/^deny → app: cli: exit, /),
        "app → exports: cli/run",
      ]),
    );
  });

  test("in others' components", () => {
    expect(edgesOf(graphOf(inspected("foreign")))).toEqual([
      "host → logger: acme:log/sink",
      "logger → app: acme:log/log",
      "app → exports: run",
    ]);
  });

  test("leaves out re-exports that only put a name to what one part gives", () => {
    const { nodes, edges } = graphOf(inspected("adapter"));
    expect(nodes.filter(({ kind }) => kind === "re-export").map(({ title }) => title)).toEqual(["wasi:http/types"]);
    expect(edges.filter(({ to }) => to === "exports").length).toBeGreaterThan(3);
    expect(inspected("adapter").component.instances.length).toBeGreaterThan(nodes.length + 10);
  });

  test("shows an output within an output", () => {
    const { nodes } = graphOf(inspected("twice"));
    const inner = nodes.find(({ kind }) => kind === "app")?.inner;
    expect(inner?.nodes.map(({ kind }) => kind)).toEqual(["host", "adapter", "adapter", "stubs", "app", "exports"]);
  });

  test("is one box for what is not composed", () => {
    expect(graphOf(inspected("plain")).nodes.map(({ kind }) => kind)).toEqual(["host", "component", "exports"]);
  });
});

/** All boxes that text is in, where they are in the picture; a box that is opened up counts by its head. */
function textBoxes(layout: Layout, x = 0, y = 0): readonly Box[] {
  return [
    ...layout.labels.map((box) => ({ ...box, x: box.x + x, y: box.y + y })),
    ...layout.nodes.flatMap(({ inner, ...box }) => {
      if (box.width === 0) return [];
      const own = { ...box, x: box.x + x, y: box.y + y, height: inner === undefined ? box.height : inner.y - box.y };
      return inner === undefined ? [own] : [own, ...textBoxes(inner.layout, inner.x + x, inner.y + y)];
    }),
  ];
}

function overlaps(boxes: readonly Box[]): number {
  const apart = (a: Box, b: Box): boolean => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => !apart(a, b))).length;
}

/** Any instances that feed each other, the host and the exports. */
function randomGraph(random: () => number, depth = 0): Graph {
  const count = 1 + Math.floor(random() * 7);
  const ids = ["host", ...Array.from({ length: count }, (_, i) => `i${i}`), "exports"];
  const edges: GraphEdge[] = [];
  ids.forEach((to, i) => {
    for (const from of ids.slice(0, i)) {
      if (random() < 0.4 && !(from === "host" && to === "exports")) {
        edges.push({
          from,
          to,
          label: Array.from({ length: 1 + Math.floor(random() * 4) }, () => "x".repeat(1 + Math.floor(random() * 30))),
        });
      }
    }
  });
  const nodes = ids.map((id) => {
    const kind = id === "host" || id === "exports" ? id : "component";
    const inner = kind === "component" && depth < 2 && random() < 0.2 ? randomGraph(random, depth + 1) : undefined;
    return { id, kind, title: "t".repeat(1 + Math.floor(random() * 20)), note: "note", inner } as const;
  });
  return { nodes, edges };
}

describe("a layout", () => {
  const graphs = Array.from({ length: 200 }, (_, seed) => randomGraph(randomOf(seed)));

  test("has no text over another, and all of it in the picture", () => {
    for (const graph of graphs) {
      const layout = layoutOf(graph);
      const boxes = textBoxes(layout);
      expect(overlaps(boxes)).toBe(0);
      for (const { x, y, width, height } of boxes) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.001);
        expect(x + width).toBeLessThanOrEqual(layout.width + 0.001);
        expect(y + height).toBeLessThanOrEqual(layout.height + 0.001);
      }
    }
  });

  test("leads each edge from the right of one box to the left of another, never back", () => {
    for (const graph of graphs) {
      const { nodes, lines } = layoutOf(graph);
      expect(lines.map(({ edge }) => edge)).toEqual(graph.edges);
      const boxes = new Map(nodes.map((each) => [each.node.id, each]));
      for (const { edge, points } of lines) {
        const [from, to, start, end] = [boxes.get(edge.from), boxes.get(edge.to), points[0], points.at(-1)];
        if (from === undefined || to === undefined || start === undefined || end === undefined) throw new Error("no such box");
        expect(start.x).toBeCloseTo(from.x + from.width);
        expect(end.x).toBeCloseTo(to.x);
        for (const [box, { y }] of [
          [from, start],
          [to, end],
        ] as const) {
          expect(y).toBeGreaterThanOrEqual(box.y - 0.001);
          expect(y).toBeLessThanOrEqual(box.y + box.height + 0.001);
        }
        for (let i = 1; i < points.length; i++) expect(points[i]?.x).toBeGreaterThanOrEqual((points[i - 1]?.x ?? 0) - 0.001);
      }
    }
  });
});

test("names that mean something to SVG, Mermaid or a terminal are shown as text", () => {
  const name = 'a"]\n<script>&`#;\\\u001b[31m\u202e';
  const inner: NestedComponent = {
    name,
    byteLength: 1,
    coreModules: 1,
    metadata: null,
    embedded: null,
    components: [],
    instances: [],
    exports: [],
  };
  const component: NestedComponent = {
    ...inner,
    coreModules: 0,
    components: [inner],
    instances: [{ name, component: 0, role: null, args: [{ name: "x", sort: "func", from: [{ kind: "import", name: 'in"|' }] }] }],
  };
  const inspection: Inspection = { reach: [name], imports: [], exports: [], app: null, wasiVersions: [], embeddedDigest: null, component };
  const svg = drawSvg(inspection);
  expect(svg).not.toContain("<script>");
  expect(svg).toContain("a&quot;]\u{fffd}&lt;script&gt;&amp;`#;\\\u{fffd}[31m\u{fffd}</text>");
  const mermaid = drawMermaid(inspection);
  expect(mermaid).toContain('i0["a#34;]\u{fffd}#60;script#62;#38;#96;#35;;#92;\u{fffd}[31m\u{fffd}<br>1 byte');
  expect(mermaid).toContain('host -->|"in#34;|"| i0');
  for (const character of ["\u001b", "\u202e"]) expect(svg + mermaid).not.toContain(character);
});

test("a picture is a pure function of the component", () => {
  for (const name of NAMES) expect(drawSvg(inspected(name))).toBe(drawSvg(inspected(name)));
});
