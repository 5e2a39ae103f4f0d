/**
 * An inspection for people: first what the component can reach, then by which functions, and what it is made of.
 */
import { styleText } from "node:util";
import { type InspectedImport, type Inspection, type NestedComponent, type NestedInstance, type Policy } from "../index.ts";
import { visible } from "../visible.ts";
import { bytesText, counted } from "./amounts.ts";

const WIDTH = 100;
const NARROWEST = 60;

type Paint = (style: "bold" | "green" | "yellow", text: string) => string;

function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const colours = stream.isTTY === true && !process.env["NO_COLOR"];
  return (style, text) => (colours ? styleText(style, text) : text);
}

/** `about` says what else is known of the file. */
export function printInspection(inspection: Inspection, path: string, about: readonly string[]): void {
  const width = Math.max(NARROWEST, process.stdout.isTTY ? process.stdout.columns : WIDTH);
  process.stdout.write(`${inspectionLines(inspection, path, about, { paint: paintFor(process.stdout), width }).join("\n")}\n`);
}

interface Look {
  readonly paint: Paint;
  /** Columns. */
  readonly width: number;
}

function inspectionLines(inspection: Inspection, path: string, about: readonly string[], { paint, width }: Look): readonly string[] {
  const { reach, imports, exports, component, wasiVersions } = inspection;
  const facts = [bytesText(component.byteLength), ...about, ...madeBy(component)];
  if (wasiVersions.length > 0) facts.push(`WASI ${wasiVersions.join(", ")}`);
  const reached = reach.length === 0 ? paint("green", "nothing") : paint("yellow", visible(reach.join(", ")));
  const powers = imports.filter(({ isPower }) => isPower);
  const harmless = imports.filter(({ isPower }) => !isPower);
  const heading = (text: string): string => paint("bold", text);
  return [
    `${heading(visible(path))}  ${visible(facts.join(", "))}`,
    `${heading("can reach")}  ${reached}${reach.length === 0 && harmless.length > 0 ? ", though it imports what gives no power" : ""}`,
    ...section(heading("by"), importLines(powers, width)),
    ...section(heading("gives no power"), importLines(harmless, width)),
    ...section(
      heading("exports"),
      columns(exports.map(({ name, functions }) => [name, functionsText(functions, width - name.length - 6)])),
    ),
    ...section(heading("made with"), policyLines(component)),
    ...section(heading("inside"), treeLines(component)),
  ];
}

const section = (heading: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [heading, ...lines]);

function madeBy({ metadata }: NestedComponent): readonly string[] {
  return metadata === null ? [] : [`made by wasi-nest ${metadata.version}`];
}

const bySubsystem = (left: InspectedImport, right: InspectedImport): number => {
  const [a, b] = [left, right].map(({ subsystem }) => (subsystem === "other" ? "~" : subsystem)) as [string, string]; // of two, two
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Also what a check prints of the imports that it minds. */
export function importLines(imports: readonly InspectedImport[], width: number): readonly string[] {
  const sorted = [...imports].sort(bySubsystem);
  const nameWidth = Math.max(0, ...imports.map(({ name }) => name.length));
  const rows = sorted.map(({ subsystem, name, kind, functions, reason }, i) => {
    const why = reason === null || reason === "allowed" ? "" : reason;
    const room = width - nameWidth - 18 - (why === "" ? 0 : why.length + 2);
    const what = kind === "instance" ? functionsText(functions, room) : kind;
    return [sorted[i - 1]?.subsystem === subsystem ? "" : subsystem, name, [what, why].filter((each) => each !== "").join("; ")];
  });
  return columns(rows);
}

/** As many as there is room for, without the marks that tell methods from other functions. */
function functionsText(functions: readonly string[], room: number): string {
  const names = functions.map((name) => name.replace(/^\[constructor\]/, "new ").replace(/^\[\w+\]/, ""));
  for (let shown = names.length; shown > 1; shown--) {
    const left = names.length - shown;
    const text = names.slice(0, shown).join(", ") + (left === 0 ? "" : `, +${left}`);
    if (text.length <= room) return text;
  }
  const [first = ""] = names;
  return names.length <= 1 ? first : `${first}, +${names.length - 1}`;
}

function policyLines({ metadata }: NestedComponent): readonly string[] {
  if (metadata === null) return [];
  if (metadata.policy === null) return ["  options in a format that this version does not know"];
  return columns(policyRows(metadata.policy));
}

/** The options, in their words. */
function policyRows(policy: Policy): (readonly string[])[] {
  const { env = [], allowEnv, args, cwd, stdin, mounts = [], allow = [], denyImports = [] } = policy;
  const variables = [
    ...(env.length > 0 ? [`${env.join(", ")} fixed`] : []),
    ...(allowEnv === undefined ? [] : [allowEnv === true ? "the host's" : `the host's ${allowEnv.join(", ")}`]),
  ];
  const rows: (readonly string[] | undefined)[] = [
    variables.length > 0 ? ["env", variables.join("; ")] : undefined,
    policy.allowArgs === true ? ["args", "the host's"] : args === undefined ? undefined : ["args", `${args} fixed`],
    policy.allowCwd === true ? ["cwd", "the host's"] : cwd === undefined ? undefined : ["cwd", cwd],
    stdin === undefined ? undefined : ["stdin", typeof stdin === "number" ? `${bytesText(stdin)} embedded` : stdin],
    policy.stdout === undefined ? undefined : ["stdout", policy.stdout],
    policy.stderr === undefined ? undefined : ["stderr", policy.stderr],
    ...mounts.map(({ path, files, bytes }) => ["embedded", `${path}: ${counted(files, "file")}, ${bytesText(bytes)}`]),
    policy.allowAll === true ? ["allow", "all"] : allow.length > 0 ? ["allow", allow.join(", ")] : undefined,
    policy.deny === undefined ? undefined : ["deny", `by a ${policy.deny}`],
    denyImports.length > 0 ? ["denied", denyImports.join(", ")] : undefined,
  ];
  const given = rows.filter((row) => row !== undefined);
  return given.length === 0 ? [["everything denied", ""]] : given;
}

function treeLines(component: NestedComponent): readonly string[] {
  if (!isComposed(component)) return component.coreModules === 0 ? [] : [`  ${counted(component.coreModules, "core module")}`];
  return columns(treeRows(component, ""));
}

const isComposed = ({ coreModules, instances }: NestedComponent): boolean => coreModules === 0 && instances.length > 0;

function treeRows(component: NestedComponent, indent: string): readonly (readonly string[])[] {
  return component.instances.flatMap((instance) => {
    const { name, role, component: index } = instance;
    const nested = index === null ? undefined : component.components[index];
    const label = name ?? (index === null ? "(imported component)" : `(component ${index})`);
    const size = nested === undefined ? "" : bytesText(nested.byteLength);
    const isOpen = nested !== undefined && role !== "re-export" && isComposed(nested);
    const row = [indent + label, role === null || role === "app" ? "" : role, size, sourcesText(instance, component)];
    if (!isOpen) return [row];
    const { metadata } = nested;
    const made = metadata === null ? [] : [[`${indent}  made by wasi-nest ${metadata.version}${policyText(metadata.policy)}`]];
    return [row, ...made, ...treeRows(nested, `${indent}  `)];
  });
}

function policyText(policy: Policy | null): string {
  return policy === null
    ? ""
    : ` with ${policyRows(policy)
        .map(([word, text]) => `${word} ${text}`.trim())
        .join("; ")}`;
}

/** From whom an instance gets anything but types. */
function sourcesText({ args }: NestedInstance, { instances }: NestedComponent): string {
  const sources = args
    .flatMap(({ sort, from }) => (sort === "type" ? [] : from))
    .flatMap((from) => {
      if (from.kind === "import") return ["host"];
      return from.kind === "instance" ? [instances[from.instance]?.name ?? `instance ${from.instance}`] : [];
    });
  return sources.length === 0 ? "" : `← ${[...new Set(sources)].join(", ")}`;
}

/** Rows indented by two, each column as wide as its widest text; a row of one text takes no part. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const seen = rows.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of seen) if (row.length > 1) row.forEach((text, i) => (widths[i] = Math.max(widths[i] ?? 0, text.length)));
  return seen.map((row) => `  ${row.map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd());
}
