/**
 * An inspection for people: first what the component can reach, then by which functions, and what it is made of.
 */
import { type InspectedImport, type Inspection } from "../index.ts";
import { spoken } from "../visible.ts";
import { bytesText } from "../amounts.ts";
import { byPackage, stageReach } from "./by-package.ts";
import { columns } from "./columns.ts";
import { type Line, print, type Styled } from "./terminal.ts";
import { embeddedLines, policyLines, treeLines } from "./print-nesting.ts";

const WIDTH = 100;
const NARROWEST = 60;
/** Before the names of functions in a row, and between columns. */
const INDENT = 4;
/** What a program of preview 1 imports itself. */
const PREVIEW1 = "preview 1";

/** `about` says what else is known of the file. */
export function printInspection(inspection: Inspection, path: string, about: readonly string[]): void {
  const width = Math.max(NARROWEST, process.stdout.isTTY ? process.stdout.columns : WIDTH);
  print(inspectionLines(inspection, path, about, width));
}

function inspectionLines(inspection: Inspection, path: string, about: readonly string[], width: number): readonly Line[] {
  const { reach, imports, exports, component, stages, wasiVersions } = inspection;
  const facts = [bytesText(component.byteLength), ...about, ...madeBy(component)];
  if (wasiVersions.length > 0) facts.push(`WASI ${wasiVersions.join(", ")}`);
  const reached: Styled =
    reach.length === 0 ? { style: "green", text: "nothing" } : { style: "yellow", text: reach.map(entryText).join(", ") };
  const powers = imports.filter(({ isPower }) => isPower);
  const harmless = imports.filter(({ isPower }) => !isPower);
  return [
    [heading(path), `  ${facts.join(", ")}`],
    [heading("can reach"), "  ", reached, reach.length === 0 && harmless.length > 0 ? ", though it imports what gives no power" : ""],
    ...section("by", importLines(powers, width)),
    ...section("gives no power", importLines(harmless, width)),
    ...section("exports", columns(exports.map(({ name, functions }) => [name, functionsText(functions, width - name.length - 6)]))),
    ...section("embedded", embeddedLines(inspection)),
    ...section("made with", policyLines(component)),
    ...section("the app's imports", appLines(inspection, width)),
    ...section("stages", columns((stages ?? []).map(({ program, imports: own }, i) => [String(i + 1), program, stageReach(own)]))),
    ...section("inside", treeLines(component)),
  ];
}

/** An import by its name is marked as such: it may be called like a word. */
const entryText = (entry: Inspection["reach"][number]): string => (typeof entry === "string" ? entry : `import ${entry.import}`);

const heading = (text: string): Styled => ({ style: "bold", text });

const section = (title: string, lines: readonly string[]): readonly Line[] => (lines.length === 0 ? [] : [[heading(title)], ...lines]);

function madeBy({ metadata }: Inspection["component"]): readonly string[] {
  return metadata === null ? [] : [`made by wasi-nest ${metadata.version}`];
}

const bySubsystem = (left: InspectedImport, right: InspectedImport): number => {
  const [a, b] = [left, right].map(({ subsystem }) => (subsystem === "other" ? "~" : subsystem)) as [string, string]; // of two, two
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Also what a check prints of the imports that it minds. */
export function importLines(imports: readonly InspectedImport[], width: number): readonly string[] {
  const sorted = [...imports].sort(bySubsystem);
  const labelOf = ({ name, implements: implemented }: InspectedImport): string =>
    implemented === null ? name : `${name} (${implemented})`;
  const nameWidth = Math.max(0, ...imports.map((each) => labelOf(each).length));
  const rows = sorted.map((each, i) => {
    const { subsystem, kind, functions, reason } = each;
    const why = reason === null || reason === "allowed" ? "" : reason;
    const room = width - nameWidth - 18 - (why === "" ? 0 : why.length + 2);
    const what = kind === "instance" ? functionsText(functions, room) : kind;
    return [sorted[i - 1]?.subsystem === subsystem ? "" : subsystem, labelOf(each), [what, why].filter((each) => each !== "").join("; ")];
  });
  return columns(rows);
}

/** As many as there is room for, without the marks that tell methods from other functions. */
function functionsText(functions: readonly string[], room: number): string {
  const names = functions.map(spoken);
  for (let shown = names.length; shown > 1; shown--) {
    const left = names.length - shown;
    const text = names.slice(0, shown).join(", ") + (left === 0 ? "" : `, +${left}`);
    if (text.length <= room) return text;
  }
  const [first = ""] = names;
  return names.length <= 1 ? first : `${first}, +${names.length - 1}`;
}

function appLines({ app, program }: Inspection, width: number): readonly string[] {
  const rows = (["virtualized", "restricted", "allowed", "denied"] as const).flatMap((wanted) => {
    const names = (app ?? []).filter(({ outcome }) => outcome === wanted).map(({ name }) => name);
    return byPackage(names).map(([scope, labels], i) => [i === 0 ? wanted : "", scope, labels.join(", ")]);
  });
  if (program === null || program.imports.length === 0) return columns(rows);
  const label = PREVIEW1.padEnd(Math.max(...rows.map(([outcome = ""]) => outcome.length), PREVIEW1.length));
  return columns([...rows, [`${label}  ${functionsText(program.imports, width - label.length - INDENT)}`]]);
}
