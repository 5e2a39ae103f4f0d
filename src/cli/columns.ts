/**
 * Rows of texts as a table, for people.
 */

/** Rows indented by two, each column as wide as its widest text; a row of one text takes no part. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) if (row.length > 1) row.forEach((text, i) => (widths[i] = Math.max(widths[i] ?? 0, text.length)));
  return rows.map((row) => `  ${row.map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd());
}
