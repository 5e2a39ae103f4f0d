/**
 * Who feeds whom, as nodes and edges for drawing: the host, the instances of a composed component, what it
 * exports. A component made only of others is opened up, at any depth; one with code of its own stays closed. Adapters of the
 * user's stand beside the app that they were put below, though they lie in one component with it.
 */
import { bytesText, counted } from "../amounts.ts";
import { parseInterfaceName } from "../component/names.ts";
import { spoken } from "../visible.ts";
import type { Embedded } from "./embedded.ts";
import { flattened, type FlatInstance, isComposed } from "./flattened.ts";
import type { Inspection } from "./inspect.ts";
import { filled, shortened } from "./label-text.ts";
import { behind, isNamesake } from "./namesakes.ts";
import type { NestedComponent, Role, Source } from "./nesting.ts";

/** An "plug" is the user's. */
export type NodeKind = "host" | "exports" | "component" | "plug" | Role;

export interface GraphNode {
  /** Unique in its graph. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly title: string;
  /** A second, smaller line; may be empty. */
  readonly note: string;
  /** What is embedded in it, a line each. */
  readonly contents: readonly string[];
  /** What is inside; its host is the border of this node. */
  readonly inner: Graph | undefined;
}

/** All that goes from one node to another. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** What is handed on, a package a line, abbreviated. */
  readonly label: readonly string[];
}

export interface Graph {
  /** The host first, the exports last. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export const HOST = "host";
export const EXPORTS = "exports";
/** Of a label, of a package in it, and of what is embedded in a node. */
const MAX_LINES = 7;
const MAX_LINES_EACH = 2;
const MAX_CONTENTS = 5;
const MAX_COLUMNS = 30;
/** Where all is shown. */
const MOST_COLUMNS = 120;

export function graphOf({ component, imports, exports }: Inspection): Graph {
  if (isComposed(component)) return composed(component, "host", "exports");
  const edges = [
    { from: HOST, to: "it", names: imports.filter(({ kind }) => kind !== "type").map(({ name }) => name) },
    { from: "it", to: EXPORTS, names: exports.filter(({ kind }) => kind !== "type").map(({ name }) => name) },
  ];
  const it: GraphNode = {
    id: "it",
    kind: "component",
    title: shortened(component.name ?? "component", MAX_COLUMNS),
    note: bytesText(component.byteLength),
    contents: contentsOf(component.embedded),
    inner: undefined,
  };
  return {
    nodes: [end("host", "host"), it, end("exports", "exports")],
    edges: edges.flatMap(({ from, to, names }) => (names.length === 0 ? [] : [{ from, to, label: wholeLabelOf(names) }])),
  };
}

const end = (kind: "host" | "exports", title: string): GraphNode => ({ id: kind, kind, title, note: "", contents: [], inner: undefined });

function composed(component: NestedComponent, hostTitle: string, exportsTitle: string): Graph {
  const { instances, exports } = flattened(component);
  const wires = new Map<string, { readonly from: string; readonly to: string; readonly names: Set<string> }>();
  const connect = (given: Source, to: string, name: string): void => {
    const source = behind(given, instances);
    if (source.kind === "own" || source.kind === "outer") return;
    const from = source.kind === "import" ? HOST : idOf(source.instance);
    const wire = wires.get(`${from} ${to}`) ?? { from, to, names: new Set() };
    wires.set(`${from} ${to}`, wire);
    wire.names.add(name);
  };
  instances.forEach((instance, i) => {
    if (isNamesake(instance)) return;
    for (const { name, sort, from } of instance.args) {
      // Types are no flow: whoever knows a type has not got anything yet.
      if (sort !== "type") for (const source of from) connect(source, idOf(i), nameGiven(name, source));
    }
  });
  for (const { name, sort, from } of exports) if (sort !== "type") for (const source of from) connect(source, EXPORTS, name);
  return {
    nodes: [
      end("host", hostTitle),
      ...instances.flatMap((instance, i) => (isNamesake(instance) ? [] : [nodeOf(instance, idOf(i))])),
      end("exports", exportsTitle),
    ],
    edges: [...wires.values()].map(({ from, to, names }) => ({ from, to, label: labelOf([...names]) })),
  };
}

const idOf = (instance: number): string => `i${instance}`;

/** An argument's name may mean nothing outside: then the name of what it is at its source does. */
function nameGiven(name: string, source: Source): string {
  if (parseInterfaceName(name) !== undefined || source.kind === "own" || source.kind === "outer") return name;
  return source.kind === "import" ? source.name : (source.export ?? name);
}

function nodeOf({ name, component, role, opened, tasks }: FlatInstance, id: string): GraphNode {
  const what = role === null || role === "app" ? [] : [role === "plug" ? "plug" : role];
  const note = [...what, ...(component === undefined ? [] : [bytesText(component.byteLength)])];
  const inner = opened && composed(opened, "", "");
  // We call every app `app`, and it may have a name of its own.
  const title = (role === "app" ? component?.name : undefined) ?? name;
  return {
    ...{ id, kind: role ?? "component", title: shortened(title, MAX_COLUMNS), note: note.join(", "), inner },
    contents: [
      ...(tasks.length === 0 ? [] : [shortened(tasks.map((each) => each.name).join(", "), MAX_COLUMNS)]),
      ...contentsOf(component?.embedded ?? null),
    ],
  };
}

function contentsOf(embedded: Embedded | null): readonly string[] {
  if (embedded === null) return [];
  const { mounts, stdin } = embedded;
  const lines = [
    ...mounts.map(({ path, files, bytes }) => `${shortened(path, MAX_COLUMNS)}: ${counted(files, "file")}, ${bytesText(bytes)}`),
    ...(stdin === null ? [] : [`stdin: ${bytesText(stdin.bytes)}`]),
  ];
  return lines.length <= MAX_CONTENTS ? lines : [...lines.slice(0, MAX_CONTENTS - 1), `+${lines.length - MAX_CONTENTS + 1} more`];
}

/** What goes from one end to another, by package, and functions outside interfaces. */
interface Names {
  readonly packages: ReadonlyMap<string, readonly string[]>;
  readonly plain: readonly string[];
}

function sortedOut(names: readonly string[]): Names {
  const packages = new Map<string, Set<string>>();
  const plain: string[] = [];
  for (const name of names) {
    const parsed = parseInterfaceName(name);
    if (parsed === undefined) plain.push(name);
    else {
      const pkg = parsed.package.replace(/^wasi:/, "");
      packages.set(pkg, (packages.get(pkg) ?? new Set()).add(parsed.base.slice(parsed.package.length + 1)));
    }
  }
  return { packages: new Map([...packages].map(([pkg, labels]) => [pkg, [...labels]])), plain };
}

/** All of them. */
function wholeLabelOf(names: readonly string[]): readonly string[] {
  const { packages, plain } = sortedOut(names);
  return [
    ...[...packages].flatMap(([pkg, labels]) => (labels.length === 1 ? [`${pkg}/${labels[0]}`] : filled(`${pkg}:`, labels, MAX_COLUMNS))),
    ...plain.map(spoken),
  ].map((line) => shortened(line, MOST_COLUMNS));
}

/** Interfaces by package, each package a line; functions outside interfaces are counted where they are many. */
function labelOf(names: readonly string[]): readonly string[] {
  const { packages, plain } = sortedOut(names);
  const blocks = [...packages].map(([pkg, labels]) => abbreviated(pkg, labels));
  if (plain.length > 2) blocks.push([`${plain.length} functions`]);
  else blocks.push(...plain.map((name) => [shortened(spoken(name), MAX_COLUMNS)]));
  return limited(blocks);
}

/** The lines of as many blocks as there is room for. */
function limited(blocks: readonly (readonly string[])[]): readonly string[] {
  for (let shown = Math.min(blocks.length, MAX_LINES); shown > 0; shown--) {
    const left = blocks.length - shown;
    const lines = [...blocks.slice(0, shown).flat(), ...(left === 0 ? [] : [`+${left} more`])];
    if (lines.length <= MAX_LINES) return lines;
  }
  return [];
}

/** `cli: stdin, stdout, +3`, on a line or two, as many as there is room for. */
function abbreviated(pkg: string, labels: readonly string[]): readonly string[] {
  if (labels.length === 1) return [shortened(`${pkg}/${labels[0]}`, MAX_COLUMNS)];
  // Each takes two columns or more.
  for (let shown = Math.min(labels.length, (MAX_LINES_EACH * MAX_COLUMNS) / 2); shown > 0; shown--) {
    const left = labels.length - shown;
    const lines = filled(`${pkg}:`, [...labels.slice(0, shown), ...(left === 0 ? [] : [`+${left}`])], MAX_COLUMNS);
    if (lines.length <= MAX_LINES_EACH && lines.every(({ length }) => length <= MAX_COLUMNS)) return lines;
  }
  return [shortened(`${pkg}: ${labels.length} interfaces`, MAX_COLUMNS)];
}
