/** What the manuals of the commands say, for docs/cli.md and for `man`. */
import { type FlagSyntax, choicesOf } from "../../src/adapters/option-table.ts";
import type { Manual } from "../../src/cli/help.ts";
import { manuals } from "../../src/cli/manuals.ts";
import { manifest } from "../cli/installed.ts";
import { table } from "./tables.ts";

type Rows = readonly (readonly [name: string, syntax: FlagSyntax])[];

interface Section {
  /** "" for the command without a name. */
  readonly name: string;
  readonly manual: Manual;
  /** Options that it shares with the command without a name are told there; the names of those that it does not take. */
  readonly without: readonly string[] | undefined;
  readonly groups: readonly { readonly heading: string; readonly rows: Rows }[];
}

/** What every command takes. */
const COMMON = ["verbose", "help", "version"];

async function sections(): Promise<{ readonly sections: readonly Section[]; readonly common: Rows }> {
  const all = await manuals();
  const main = all.get("")?.options ?? {};
  const made = [...all].map(([name, manual]): Section => {
    const names = Object.keys(manual.options).filter((each) => !COMMON.includes(each));
    const others = Object.keys(main).filter((each) => !COMMON.includes(each));
    const isLikeMain = name !== "" && names.filter((each) => others.includes(each)).length > others.length / 2;
    const told = isLikeMain ? names.filter((each) => manual.options[each] !== main[each]) : names;
    const rows = (of: readonly string[]): Rows =>
      of.flatMap((each) => (told.includes(each) ? [[each, manual.options[each] ?? { type: "boolean" }] as const] : []));
    const grouped = isLikeMain || manual.groups.length === 0 ? [["", told] as const] : manual.groups;
    return {
      name,
      manual,
      without: isLikeMain ? others.filter((each) => !names.includes(each)) : undefined,
      groups: grouped
        .map(([heading, of]) => ({ heading: heading.replace(/:$/, ""), rows: rows(of) }))
        .filter(({ rows: some }) => some.length > 0),
    };
  });
  return { sections: made, common: COMMON.map((each) => [each, main[each] ?? { type: "boolean" }]) };
}

/** `-o`, `--out FILE`; `…` behind what may be given more than once. */
function formsOf(name: string, syntax: FlagSyntax): readonly string[] {
  const { alias, type, choices, array, optionalValue, file, path } = syntax;
  const value = choices === undefined ? ((file ?? path) === "whole" ? "FILE" : "VALUE") : choicesOf(syntax).join("|");
  const behind = type === "boolean" ? "" : optionalValue === true ? `[=${value}]` : ` ${value}`;
  return [...(alias === undefined ? [] : [`-${alias}`]), `--${name}${behind}${array === true ? "…" : ""}`];
}

const named = (name: string): string => `wasi-nest${name === "" ? "" : ` ${name}`}`;
const usageOf = ({ name, manual }: Section): readonly string[] =>
  manual.usage.filter((each) => name !== "" || each.startsWith("$0 <")).map((each) => each.replaceAll("$0", "wasi-nest"));

/** The part of docs/cli.md that the manuals say. */
export async function optionsPage(): Promise<string> {
  const { sections: all, common } = await sections();
  const head = `## Commands and options\n\nOptions with \`…\` may be given more than once. Every command takes these:\n\n${rowsTable(common)}`;
  const parts = all.map((section) => {
    const { name, manual, without, groups } = section;
    const usage = `\`\`\`text\n${usageOf(section).join("\n")}\n\`\`\``;
    const tables = groups.map(({ heading, rows }) => `${heading === "" ? "" : `**${escaped(heading)}**\n\n`}${rowsTable(rows)}`);
    return [`### ${named(name)}`, usage, escaped(manual.purpose), ...shared(without, (each) => `\`--${each}\``), ...tables].join("\n\n");
  });
  return [head, ...parts].join("\n\n");
}

/** A sentence for a command that takes most options of another. */
function shared(without: readonly string[] | undefined, code: (flag: string) => string): readonly string[] {
  if (without === undefined) return [];
  const but = without.length === 0 ? "" : ` but ${without.map(code).join(", ")}`;
  return [`It takes all options of \`wasi-nest\`${but}; and these:`];
}

const rowsTable = (rows: Rows): string =>
  table([
    ["option", "meaning"],
    ...rows.map(([name, syntax]) => [formsOf(name, syntax).map(code).join(", "), escaped(syntax.describe ?? "")]),
  ]);
const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
/** As Markdown that says the same. */
const escaped = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((each) => (each.startsWith("`") ? each : each.replaceAll(/[*|<[\]]|_(?!\w)/g, (mark) => `\\${mark}`)))
    .join("");

/** The page for `man`: man(7) says what its macros do. */
export async function manPage(): Promise<string> {
  const { sections: all, common } = await sections();
  const { version, description } = manifest;
  const options = (rows: Rows): readonly string[] =>
    rows.flatMap(([name, syntax]) => [".TP", formsOf(name, syntax).map(roffForm).join(", "), roff(syntax.describe ?? "")]);
  const commands = all.flatMap((section) => [
    `.SS ${roff(named(section.name))}`,
    roff(section.manual.purpose),
    ...shared(section.without, (flag) => `\`--${flag}\``).flatMap((each) => [".PP", roff(each)]),
    ...section.groups.flatMap(({ heading, rows }) => [...(heading === "" ? [] : [".PP", `.B ${roff(heading)}`]), ...options(rows)]),
  ]);
  return [
    '.\\" The option table has it: UPDATE_DOCS=1 npm run vitest test/docs/tables.test.ts',
    `.TH WASI-NEST 1 "" "wasi-nest ${version}"`,
    ".SH NAME",
    `wasi\\-nest \\- ${roff(description.replace(/^V/, "v").replace(/\..*/, ""))}`,
    ".SH SYNOPSIS",
    ".nf",
    ...all.flatMap(usageOf).map(roff),
    ".fi",
    ".SH DESCRIPTION",
    roff(all[0]?.manual.purpose ?? ""),
    ".PP",
    "Options with ... may be given more than once. Every command takes these:",
    ...options(common),
    ".SH COMMANDS",
    ...commands,
    ".SH EXIT STATUS",
    ...all.flatMap(({ name, manual }) =>
      manual.epilogue.flatMap((each) => {
        const [, said] = /^(?:Exit codes: )?(.*exit code.*|0 done.*)$/.exec(each) ?? [];
        return said === undefined ? [] : [".TP", `.B ${roff(named(name))}`, roff(said)];
      }),
    ),
    ".SH EXAMPLES",
    ...all.flatMap(({ manual }) =>
      manual.examples.flatMap(([command, what]) => [
        ".TP",
        roff(command.replaceAll("$0", "wasi-nest")),
        roff(what.replaceAll("$0", "wasi-nest")),
      ]),
    ),
    "",
  ].join("\n");
}

const roffForm = (form: string): string => {
  const [, flag = "", behind = ""] = /^(-+[\w-]+)(.*)$/.exec(form) ?? [];
  return `\\fB${roff(flag)}\\fR${roff(behind)}`;
};
/** No line of it is a macro, and no character is another one. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll("…", "...")
    .replaceAll(/`([^`]*)`/g, (_, word: string) => `\\fB${word}\\fR`)
    .replace(/^\./, "\\&.");
