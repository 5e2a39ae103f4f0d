/**
 * The report for people, on stderr, and for programs, as JSON on stdout.
 */
import { ADAPTERS } from "../adapters/registry.ts";
import type { Outcome, Report } from "../index.ts";
import { bytesText, counted } from "../amounts.ts";
import type { VirtualizeGiven } from "./options.ts";
import { byPackage, scopeOf, stageReach } from "./by-package.ts";
import { limitsText } from "../amounts.ts";
import { type Line, printJson, say, type Style } from "./terminal.ts";

/** What the CLI knows beside the library's report. */
export type FullReport = Report & { readonly adapted: "command" | "reactor" | null };

const OUTCOMES: readonly (readonly [Outcome, Style])[] = [
  ["plugged", "green"],
  ["virtualized", "green"],
  ["restricted", "yellow"],
  ["allowed", "yellow"],
  ["denied", "red"],
];

export function printReport(report: FullReport, component: string, given: VirtualizeGiven): void {
  if (given.json === true) return printJson(report);
  const target = given["dry-run"] === true ? "nothing written" : given.out === "-" ? "standard output" : (given.out ?? "");
  say(reportLines(report, component, target, given));
}

function reportLines(report: FullReport, component: string, target: string, given: VirtualizeGiven): readonly Line[] {
  const { files, sizes } = report;
  const rows: (readonly [label: string, text: string, style?: Style])[] = [];
  if (report.adapted !== null) rows.push(["adapted", `a preview 1 core module, as a ${report.adapted}`]);
  const scopeWidth = Math.max(0, ...report.imports.map(({ name }) => scopeOf(name).scope.length));
  for (const [outcome, style] of OUTCOMES) {
    const names = report.imports.filter((each) => each.outcome === outcome).map(({ name }) => name);
    byPackage(names).forEach(([scope, labels], i) =>
      rows.push([i === 0 ? outcome : "", `${scope.padEnd(scopeWidth)}  ${labels.join(", ")}`.trimEnd(), style]),
    );
  }
  report.stages?.forEach(({ program, imports }, i) => rows.push([i === 0 ? "stages" : "", `${i + 1} ${program}: ${stageReach(imports)}`]));
  report.plugs.forEach(({ name, imports, byteLength }, i) => {
    const text = imports.length === 0 ? "imports nothing" : `imports ${ownImports(imports)}`;
    rows.push([i === 0 ? "plugs" : "", `${name}, ${bytesText(byteLength)}, ${text}`]);
  });
  if (files.count > 0) {
    const stored = files.storedBytes === files.bytes || files.compressed !== null ? "" : `, stored as ${bytesText(files.storedBytes)}`;
    rows.push(["embedded", `${counted(files.count, "file")}, ${bytesText(files.bytes)}${stored}`]);
  }
  if (files.compressed !== null) {
    const { count, bytes, storedBytes } = files.compressed;
    rows.push(["compressed", `${counted(count, "file")}, ${bytesText(bytes)} → ${bytesText(storedBytes)}`]);
  }
  if (files.writable.length > 0) {
    const limits = limitsText(files.limits);
    const paths = files.writable.map(({ path, host, ...limit }) =>
      [path, host === undefined ? undefined : `over the host's ${host}`, limitsText(limit)].filter((each) => each !== undefined).join(" "),
    );
    rows.push(["writable", `${paths.join(", ")}${limits === undefined ? "" : `; together ${limits}`}`]);
  }
  const streams = Object.entries(files.streams).map(([stream, path]) => `${stream} ${stream === "stdin" ? "from" : "to"} ${path}`);
  if (streams.length > 0) rows.push(["streams", streams.join(", ")]);
  const ours = report.exports.filter((name) => name.startsWith("wasi-nest:"));
  if (ours.length > 0) rows.push(["exported", `the files, by ${ours.join(", ")}`]);
  for (const [label, places] of [
    ["preopened", files.preopens],
    ["file", files.hostFiles],
  ] as const) {
    const texts = places.map(({ path, host, readOnly }) => `${path}, the host's ${host}${readOnly ? ", read-only" : ""}`);
    if (texts.length > 0) rows.push([label, texts.join("; ")]);
  }
  for (const label of ["hidden", "protected"] as const) if (files[label].length > 0) rows.push([label, files[label].join(", ")]);
  const added = sizes.adapters + sizes.image + sizes.outer;
  rows.push([
    "added",
    `${bytesText(added)}: ${bytesText(sizes.adapters)} of adapters, ${bytesText(sizes.image)} embedded, ${bytesText(sizes.outer)} around them`,
  ]);
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    [{ style: "bold", text: component }, " → ", { style: "bold", text: target }, `, ${bytesText(sizes.total)}`],
    ...rows.map(([label, text, style]): Line => {
      const padded = label.padEnd(width);
      return ["  ", style === undefined ? padded : { style, text: padded }, `  ${text}`];
    }),
    ...report.warnings.map((warning): Line => [{ style: "yellow", text: "warning:" }, ` ${warning}`]),
    ...stopsOf(report, given).map((stop): Line => [{ style: "bold", text: "note:" }, ` ${stop}`]),
  ];
}

/** What will probably stop a program, and the option with which it would not. */
function stopsOf({ imports, exports }: FullReport, given: VirtualizeGiven): readonly string[] {
  if (!exports.some((name) => name.startsWith("wasi:cli/run@")) || given["deny-import"] !== undefined) return [];
  const has = (base: string, ...outcomes: readonly string[]): boolean =>
    imports.some(({ name, outcome }) => name.startsWith(`${base}@`) && outcomes.includes(outcome));
  // What ends a program comes before what makes it silent.
  return ADAPTERS.toReversed().flatMap(({ stopOf }) => stopOf?.(has, given) ?? []);
}

/** `allowed wasi:io poll, streams; late.ts wasi:clocks wall-clock`: who answers, then what. */
function ownImports(imports: FullReport["imports"]): string {
  const answers = new Map<string, string[]>();
  for (const { name, outcome, plug = outcome } of imports) answers.set(plug, [...(answers.get(plug) ?? []), name.replace(/@.*/, "")]);
  return [...answers]
    .map(
      ([who, names]) =>
        `${who} ${byPackage(names)
          .map(([scope, labels]) => `${scope} ${labels.join(", ")}`.trimEnd())
          .join(", ")}`,
    )
    .join("; ");
}
