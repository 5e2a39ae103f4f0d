/** A policy file as text: comments, options that are given, and options that are comments until somebody takes the `#` away. */
import { extname } from "node:path";
import type { Sample } from "../../adapters/option-table.ts";
import { broken } from "../broken-lines.ts";
import { visible } from "../../visible.ts";
import { formatOf } from "./formats.ts";

/** An option with its value. */
export interface Setting {
  readonly flag: string;
  readonly value: Sample["value"];
  /** It is no comment. */
  readonly isGiven: boolean;
}

/** What stands together: texts, which become comments, and settings. */
export type Block = readonly (string | Setting)[];

const WIDTH = 120;
const COMMENT = "# ";

/** How a format writes the value of an option behind its name, and the end of a list that has several lines. */
interface Syntax {
  readonly separator: string;
  readonly end: string;
}
const SYNTAX: Readonly<Record<string, Syntax>> = {
  ".toml": { separator: " = ", end: "]" },
  // YAML wants the end of a list further in than the name.
  ".yaml": { separator: ": ", end: "  ]" },
  ".yml": { separator: ": ", end: "  ]" },
};

/** Whether a file of this name can have comments. JSON has none: it gets the settings that are given. */
export const hasComments = (path: string): boolean => extname(path) in SYNTAX;

/** @throws UsageError for a name that is none of a policy file */
export function policyText(path: string, blocks: readonly Block[]): string {
  formatOf(path);
  const syntax = SYNTAX[extname(path)];
  if (syntax === undefined) {
    const given = blocks.flat().filter((each) => typeof each !== "string" && each.isGiven) as readonly Setting[];
    return `${JSON.stringify(Object.fromEntries(given.map(({ flag, value }) => [flag, value])), undefined, 2)}\n`;
  }
  const text = (each: string | Setting): readonly string[] =>
    typeof each === "string" ? commentLines(each) : settingLines(each, syntax).map((line) => (each.isGiven ? line : `#${line}`));
  return blocks.map((block) => `${block.flatMap(text).join("\n")}\n`).join("\n");
}

function commentLines(text: string): readonly string[] {
  const shown = visible(text);
  const { pieces, first, indent } = broken(shown, WIDTH - COMMENT.length);
  return pieces.map(([start, end], i) => `${COMMENT}${" ".repeat(i === 0 ? first : indent)}${shown.slice(start, end)}`.trimEnd());
}

/** A list that is long has a line for each of its texts. */
function settingLines({ flag, value }: Setting, { separator, end }: Syntax): readonly string[] {
  const start = `${flag}${separator}`;
  if (typeof value === "boolean") return [`${start}${value}`];
  if (typeof value === "string") return [`${start}${quoted(value)}`];
  const line = `${start}[${value.map(quoted).join(", ")}]`;
  return line.length <= WIDTH ? [line] : [`${start}[`, ...value.map((each) => `  ${quoted(each)},`), end];
}

/** Alike in TOML and YAML, which both refuse control characters that JSON does not escape. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
