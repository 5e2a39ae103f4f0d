import { parse } from "@bytecodealliance/jco";
import { beforeAll, describe, expect, test } from "vitest";
import { createAdapter, drawMermaid, drawSvg, inspect, type Inspection, type NestedComponent } from "../../src/index.ts";
import { DARK, LIGHT } from "../../src/inspect/colours.ts";
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
        expect.stringMatching(/^host → wasi: .*cli\/stdout/),
        expect.stringMatching(/^wasi → app: .*cli: environment, exit, /),
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
    const titles = new Map(nodes.map(({ id, title }) => [id, title]));
    expect(edges.flatMap(({ from, to }) => (to === "exports" ? [titles.get(from)] : []))).toEqual(["wasi", "wasi:http/types"]);
    expect(inspected("adapter").component.instances.length).toBeGreaterThan(nodes.length + 10);
  });

  test("shows an output within an output", () => {
    const { nodes } = graphOf(inspected("twice"));
    const inner = nodes.find(({ kind }) => kind === "app")?.inner;
    expect(inner?.nodes.map(({ kind }) => kind)).toEqual(["host", "adapter", "app", "exports"]);
  });

  test("is one box for what is not composed, with all that it imports", () => {
    const { nodes, edges } = graphOf(inspected("plain"));
    expect(nodes.map(({ kind }) => kind)).toEqual(["host", "component", "exports"]);
    const words = edges[0]?.label.join(" ").split(/[\s,:/]+/);
    const { imports } = inspected("plain");
    expect(imports.length).toBeGreaterThan(20);
    expect(words).toEqual(expect.arrayContaining(imports.map(({ name }) => name.replace(/^.*\/|@.*$/g, ""))));
  });

  test("has adapters of the user's beside the app, each in its place", async () => {
    const store = `(instance (export "get" (func)))`;
    const forwarding = `(component (import "acme:kv/store" (instance $s (export "get" (func)))) (export "acme:kv/store" (instance $s)))`;
    const app = await parse(`(component $shop (import "acme:kv/store" ${store}) (import "acme:log/log" ${store}))`);
    const adapter = await parse(forwarding);
    const adapters = ["first.wasm", "second.wasm"].map((name) => ({ interface: "acme:kv/store", component: adapter, name }));
    const inspection = inspect(virtualized(app, { adapters, allowAll: true }));
    const graph = graphOf(inspection);
    expect(graph.nodes.map(({ title, kind, inner }) => [title, kind, inner])).toEqual([
      ["host", "host", undefined],
      ["second.wasm", "plug", undefined],
      ["first.wasm", "plug", undefined],
      ["shop", "app", undefined],
      ["exports", "exports", undefined],
    ]);
    expect([...edgesOf(graph)].sort()).toEqual([
      "first.wasm → shop: acme:kv/store",
      "host → second.wasm: acme:kv/store",
      "host → shop: acme:log/log",
      "second.wasm → first.wasm: acme:kv/store",
    ]);
    for (const picture of [drawSvg(inspection), drawMermaid(inspection)]) expect(picture).toContain("wasi-nest:shop");
  });

  test("tells what is embedded, and where", () => {
    const { nodes } = graphOf(inspected("files-and-stdout"));
    expect(nodes.flatMap(({ title, contents }) => (contents.length === 0 ? [] : [[title, ...contents]]))).toEqual([
      ["wasi", "io, environment, deny", "/src: 1 file, 6 bytes"],
    ]);
    for (const picture of [drawSvg(inspected("files-and-stdout")), drawMermaid(inspected("files-and-stdout"))])
      expect(picture).toContain("/src: 1 file, 6 bytes");
  });
});

describe("the title", () => {
  test("is the component's name, with the file's beside it, or that of the file", () => {
    const titles = (name: string, file?: string): readonly string[] =>
      [...drawSvg(inspected(name), file).matchAll(/<text class="[ha]"[^>]*>([^<]*)/g)].map(([, text = ""]) => text);
    expect(titles("foreign", "pair.wasm")).toEqual(["pair", "pair.wasm, 1234 bytes"]);
    expect(titles("plain", "app.wasm")).toEqual(["app.wasm", "1234 bytes"]);
    expect(titles("plain")).toEqual(["a component", "1234 bytes"]);
    expect(drawMermaid(inspected("plain"), "app.wasm")).toMatch(/^---\ntitle: "app.wasm"\n---\nflowchart LR\n/);
  });
});

test.each([1, 5, 40, 1000])("the caption names what can be reached, of %d interfaces as many as six lines have room for", (count) => {
  const reach = Array.from({ length: count }, (_, i) => `acme:kv/store-${i}`);
  const svg = drawSvg({ ...inspected("plain"), reach });
  const [, rest = ""] = svg.split(/<text class="l"[^>]*>(?=can reach: )/);
  const lines = [...`<text>${rest}`.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text = ""]) => text);
  const words = lines.join(" ").replace("can reach: ", "").split(", ");
  const [, more = "0"] = /^\+(\d+) more$/.exec(words.at(-1) ?? "") ?? [];
  expect(lines.length).toBeLessThanOrEqual(6);
  expect(words.length - (more === "0" ? 0 : 1) + Number(more)).toBe(count);
  expect(words[0]).toBe("acme:kv/store-0");
});

/** WCAG 2: how much a colour stands out from another, 1 to 21. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test.each([
  ["light", LIGHT],
  ["dark", DARK],
])("text and lines stand out on a %s page", (_, { page, nodes }) => {
  for (const { fill, stroke } of Object.values(nodes)) {
    expect(contrast(page.text, fill)).toBeGreaterThan(7);
    expect(contrast(page.note, fill)).toBeGreaterThan(4.5);
    for (const ground of [page.background, page.inner]) expect(contrast(stroke, ground)).toBeGreaterThan(3);
  }
  for (const ground of [page.background, page.inner]) expect(contrast(page.text, ground)).toBeGreaterThan(7);
});

test("a drawing has both schemes, and all of the colours are the schemes'", () => {
  const svg = drawSvg(inspected("http"));
  const [, light = "", dark = ""] = /<style>(.*)@media\(prefers-color-scheme:dark\)\{(.*)\}<\/style>/.exec(svg) ?? [];
  expect([light, dark].map((each) => each.includes(LIGHT.page.background))).toEqual([true, false]);
  expect([light, dark].map((each) => each.includes(DARK.page.background))).toEqual([false, true]);
  expect(svg.replace(/<style>.*<\/style>/, "")).not.toMatch(/#[0-9a-f]{6}|fill=|stroke=/);
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
    return {
      id,
      kind,
      title: "t".repeat(1 + Math.floor(random() * 20)),
      note: "note",
      contents: random() < 0.3 ? ["a".repeat(30), "b"] : [],
      inner,
    } as const;
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
    cores: [],
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
  const nothing = {
    imports: [],
    exports: [],
    app: null,
    program: null,
    stages: null,
    bypasses: [],
    wasiVersions: [],
    embeddedDigest: null,
  };
  const inspection: Inspection = { ...nothing, reach: [name], component };
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
