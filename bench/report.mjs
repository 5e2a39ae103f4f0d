// How benchmarks print: aligned tables, and goals with whether each is met. Medians, because others use the
// machine too.

/** The first column to the left, numbers to the right. */
export function printTable(headings, rows) {
  const all = [headings, ...rows].map((row) => row.map(String));
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("   "),
  );
  lines.splice(1, 0, widths.map((width) => "─".repeat(width)).join("   "));
  console.log(lines.map((line) => `  ${line}`.trimEnd()).join("\n"));
}

/** `goals` are { what, found, wanted, met }; `met` is undefined where it could not be measured. */
export function printGoals(goals) {
  console.log("\nGoals\n");
  const word = (met) => (met === undefined ? "not measured" : met ? "met" : "MISSED");
  printTable(
    ["", "found", "wanted", ""],
    goals.map(({ what, found, wanted, met }) => [what, found, wanted, word(met)]),
  );
}

export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const bytes = (count) => count.toLocaleString("en");
export const megabytes = (count) => `${Math.round(count / 1e6)} MB`;
export const milliseconds = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
export const times = (ratio) => `${ratio.toFixed(2)} x`;
