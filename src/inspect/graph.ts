/**
 * Who feeds whom, as nodes and edges for drawing: the host, the instances of a composed component, what it
 * exports. A component made only of others is opened up, at any depth; one with code of its own stays closed.
 */
import { parseInterfaceName } from "../component/names.ts";
import { spoken } from "../visible.ts";
import type { Inspection } from "./inspect.ts";
import type { NestedComponent, NestedInstance, Role, Source } from "./nesting.ts";

export type NodeKind = "host" | "exports" | "component" | Role;

export interface GraphNode {
  /** Unique in its graph. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly title: string;
  /** A second, smaller line; may be empty. */
  readonly note: string;
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
/** Of a label, and of a package in it. */
const MAX_LINES = 7;
const MAX_LINES_EACH = 2;
const MAX_COLUMNS = 30;

export function graphOf({ component, imports, exports }: Inspection): Graph {
  if (isComposed(component)) return composed(component, "host", "exports");
  const edges = [
    { from: HOST, to: "it", names: imports.filter(({ kind }) => kind !== "type").map(({ name }) => name) },
    { from: "it", to: EXPORTS, names: exports.filter(({ kind }) => kind !== "type").map(({ name }) => name) },
  ];
  const it: GraphNode = {
    id: "it",
    kind: "component",
    title: component.name ?? "component",
    note: bytesText(component.byteLength),
    inner: undefined,
  };
  return {
    nodes: [end("host", "host"), it, end("exports", "exports")],
    edges: edges.flatMap(({ from, to, names }) => (names.length === 0 ? [] : [{ from, to, label: labelOf(names) }])),
  };
}

const end = (kind: "host" | "exports", title: string): GraphNode => ({ id: kind, kind, title, note: "", inner: undefined });

/** Whether a component is nothing but others, put together. */
function isComposed({ coreModules, instances }: NestedComponent): boolean {
  return coreModules === 0 && instances.length > 0;
}

function composed(component: NestedComponent, hostTitle: string, exportsTitle: string): Graph {
  const wires = new Map<string, { readonly from: string; readonly to: string; readonly names: Set<string> }>();
  const connect = (source: Source, to: string, name: string): void => {
    if (source.kind === "own" || source.kind === "outer") return;
    const namesake = source.kind === "instance" ? onlySourceOf(component.instances[source.instance]) : undefined;
    if (namesake !== undefined) return connect(namesake, to, name);
    const from = source.kind === "import" ? HOST : idOf(source.instance);
    const wire = wires.get(`${from} ${to}`) ?? { from, to, names: new Set() };
    wires.set(`${from} ${to}`, wire);
    wire.names.add(name);
  };
  component.instances.forEach((instance, i) => {
    if (isNamesake(instance)) return;
    for (const { name, sort, from } of instance.args) {
      // Types are no flow: whoever knows a type has not got anything yet.
      if (sort !== "type") for (const source of from) connect(source, idOf(i), nameGiven(name, source));
    }
  });
  for (const { name, sort, from } of component.exports) if (sort !== "type") for (const source of from) connect(source, EXPORTS, name);
  return {
    nodes: [
      end("host", hostTitle),
      ...component.instances.flatMap((instance, i) => (isNamesake(instance) ? [] : [nodeOf(instance, idOf(i), component.components)])),
      end("exports", exportsTitle),
    ],
    edges: [...wires.values()].map(({ from, to, names }) => ({ from, to, label: labelOf([...names]) })),
  };
}

/** Instances that a re-export takes from; types are not counted. */
function sourcesOf({ args }: NestedInstance): readonly Source[] {
  return args.flatMap(({ sort, from }) => (sort === "type" ? [] : from));
}

/** A re-export of what one instance gives only puts a name to it: for drawing, that instance gives it itself. */
function isNamesake(instance: NestedInstance): boolean {
  if (instance.role !== "re-export") return false;
  const sources = new Set(sourcesOf(instance).map((each) => (each.kind === "instance" ? each.instance : each.kind)));
  return sources.size === 0 || (sources.size === 1 && typeof [...sources][0] === "number");
}

function onlySourceOf(instance: NestedInstance | undefined): Source | undefined {
  return instance !== undefined && isNamesake(instance) ? sourcesOf(instance)[0] : undefined;
}

const idOf = (instance: number): string => `i${instance}`;

/** An argument's name may mean nothing outside: then the name of what it is at its source does. */
function nameGiven(name: string, source: Source): string {
  if (parseInterfaceName(name) !== undefined || source.kind === "own" || source.kind === "outer") return name;
  return source.kind === "import" ? source.name : (source.export ?? name);
}

function nodeOf({ name, component: index, role }: NestedInstance, id: string, components: readonly NestedComponent[]): GraphNode {
  const component = index === null ? undefined : components[index];
  const kind = role ?? "component";
  const note = [...(role === null || role === "app" ? [] : [role]), ...(component === undefined ? [] : [bytesText(component.byteLength)])];
  const inner = component !== undefined && role !== "re-export" && isComposed(component) ? composed(component, "", "") : undefined;
  return { id, kind, title: name ?? (index === null ? "imported component" : `component ${index}`), note: note.join(", "), inner };
}

/** Interfaces by package, each package a line; functions outside interfaces are counted where they are many. */
function labelOf(names: readonly string[]): readonly string[] {
  const packages = new Map<string, Set<string>>();
  const plain: string[] = [];
  for (const name of names) {
    const parsed = parseInterfaceName(name);
    if (parsed === undefined) plain.push(name);
    else packages.set(parsed.package, (packages.get(parsed.package) ?? new Set()).add(parsed.base.slice(parsed.package.length + 1)));
  }
  const blocks = [...packages].map(([pkg, labels]) => abbreviated(pkg.replace(/^wasi:/, ""), [...labels]));
  if (plain.length > 2) blocks.push([`${plain.length} functions`]);
  else blocks.push(...plain.map((name) => [shortened(spoken(name))]));
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
  if (labels.length === 1) return [shortened(`${pkg}/${labels[0]}`)];
  // Each takes two columns or more.
  for (let shown = Math.min(labels.length, (MAX_LINES_EACH * MAX_COLUMNS) / 2); shown > 0; shown--) {
    const left = labels.length - shown;
    const lines = filled(`${pkg}:`, [...labels.slice(0, shown), ...(left === 0 ? [] : [`+${left}`])]);
    if (lines.length <= MAX_LINES_EACH && lines.every(({ length }) => length <= MAX_COLUMNS)) return lines;
  }
  return [shortened(`${pkg}: ${labels.length} interfaces`)];
}

/** Words with commas between them, in lines. */
function filled(start: string, words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = start;
  words.forEach((word, i) => {
    const text = i === words.length - 1 ? word : `${word},`;
    if (`${line} ${text}`.length <= MAX_COLUMNS) line += ` ${text}`;
    else {
      lines.push(line);
      line = `  ${text}`;
    }
  });
  return [...lines, line];
}

function shortened(text: string): string {
  return text.length <= MAX_COLUMNS ? text : `${text.slice(0, MAX_COLUMNS - 1)}…`;
}

function bytesText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 10_000_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
