/** The tables of the docs that the registry of adapters says, as Markdown. */
import { ADAPTERS } from "../../src/adapters/registry.ts";
import { PROFILES } from "../../src/cli/policy/profiles.ts";

/** Rows of the README, each with its cells. */
export function readmeTable(): string {
  const cells = ADAPTERS.flatMap(({ options }) => Object.values(options).flatMap(({ readme = [] }) => readme));
  const cell = (row: string, column: "allow" | "virtualize"): string =>
    cells.flatMap(([of, where, text]) => (of === row && where === column ? [text] : [])).join(", ");
  const rows = ADAPTERS.flatMap(({ readme }) =>
    readme.map(({ row, denied, allowed }) => [row, denied, allowed ?? cell(row, "allow"), cell(row, "virtualize")]),
  );
  return table([["WASI", "deny (default)", "allow", "virtualize"], ...rows]);
}

/** Every option of the library. */
export function optionsTable(): string {
  const rows = ADAPTERS.flatMap(({ options }) =>
    Object.entries(options).map(([name, { type, meaning }]) => [`\`${name}\``, `\`${type.replaceAll("|", "\\|")}\``, meaning]),
  );
  return table([["option", "type", "meaning"], ...rows]);
}

/** The profiles of the command, as the flags that they stand for. */
export function profilesTable(): string {
  const flag = ([name, value]: readonly [string, unknown]): string => (value === true ? `--${name}` : `--${name} ${String(value)}`);
  const rows = Object.entries(PROFILES).map(([name, { purpose, flags }]) => {
    const words = Object.entries(flags).map(flag).join(" ");
    return [`\`${name}\``, `\`${words}\``, purpose];
  });
  return table([["profile", "options", "what it is for"], ...rows]);
}

/** As the formatter would have it: columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string => `| ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body.map(line)].join("\n");
}

/** The table of a page that begins with this cell. */
export function tableIn(page: string, first: string): string {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${first} `));
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  if (start < 0) throw new Error(`no table begins with ${first}`);
  return lines.slice(start, length < 0 ? undefined : start + length).join("\n");
}
