/**
 * The report for people, on stderr, and for programs, as JSON on stdout.
 */
import { styleText } from "node:util";
import type { Outcome, Report } from "../index.ts";

/** What the CLI knows beside the library's report. */
export type FullReport = Report & { readonly adapted: "command" | "reactor" | null };

interface Settings {
  readonly component: string;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
}

type Style = "bold" | "dim" | "green" | "red" | "cyan" | "yellow";

const OUTCOME_STYLES: Readonly<Record<Outcome, Style>> = { allowed: "yellow", denied: "red", virtualized: "green" };

export function printReport(report: FullReport, settings: Settings): void {
  if (settings.json === true) {
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return;
  }
  const colours = process.stderr.isTTY && !process.env["NO_COLOR"];
  process.stderr.write(`${reportLines(report, settings, (style, text) => (colours ? styleText(style, text) : text)).join("\n")}\n`);
}

function reportLines(report: FullReport, settings: Settings, paint: (style: Style, text: string) => string): readonly string[] {
  const { imports, hostImports, files, sizes } = report;
  const target = settings["dry-run"] === true ? "nothing written" : settings.out === "-" ? "standard output" : (settings.out ?? "");
  const lines = [`${paint("bold", settings.component)} → ${paint("bold", target)}, ${bytesText(sizes.total)}`];
  if (report.adapted !== null) lines.push(`  ${row("adapted", `a preview 1 core module, as a ${report.adapted}`)}`);
  const width = Math.max(0, ...imports.map(({ name }) => name.length));
  for (const { name, outcome } of imports) lines.push(`  ${name.padEnd(width)}  ${paint(OUTCOME_STYLES[outcome], outcome)}`);
  if (files.count > 0) lines.push(`  ${row("embedded", `${files.count} ${files.count === 1 ? "file" : "files"}, ${bytesText(files.bytes)}${files.storedBytes === files.bytes ? "" : `, stored as ${bytesText(files.storedBytes)}`}`)}`);
  lines.push(`  ${row("added", `${bytesText(sizes.adapters + sizes.image + sizes.outer)}: adapters ${bytesText(sizes.adapters)}, what they embed ${bytesText(sizes.image)}, the rest ${bytesText(sizes.outer)}`)}`);
  const extra = hostImports.filter(({ name }) => !imports.some((each) => each.name === name && each.outcome === "allowed"));
  for (const { name, reason } of extra) lines.push(`  ${row("host", `${name}, ${reason}`)}`);
  for (const warning of report.warnings) lines.push(`${paint("yellow", "warning:")} ${warning}`);
  return lines;
}

const row = (label: string, text: string): string => `${label.padEnd(9)} ${text}`;

function bytesText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 10_000_000 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
