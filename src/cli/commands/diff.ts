/**
 * `wasi-nest diff`: what a component can do that an earlier one could not, and what of its embedded files differs.
 */
import { basename } from "node:path";
import type { Given } from "../../adapters/option-table.ts";
import type { Change, Comparison, FileChange, InspectedImport } from "../../index.ts";
import { columns } from "../columns.ts";
import type { Manual } from "../help.ts";
import { DIFF_OPTIONS, type DiffOptions } from "../options.ts";
import { type Line, print, printJson } from "../terminal.ts";
import { UsageError } from "../../errors.ts";

export const DIFF_MANUAL: Manual = {
  usage: ["$0 diff <old> <new> [options]"],
  purpose:
    "Prints what a component can do that an earlier one could not, by its imports and by the options that wasi-nest records in its outputs, and which embedded files differ. `-` is standard input.",
  options: DIFF_OPTIONS,
  groups: [],
  words: [undefined, undefined],
  examples: [["$0 diff released.wasm out.wasm", "Review an output before it is released"]],
  epilogue: ["Exit codes: 0 the new one can do no more; 1 it can, or a file is no component; 2 the command line is wrong."],
};

const WIDTH = 100;

export async function diffFiles(before: string, after: string, given: Given<DiffOptions>): Promise<void> {
  if (before === "-" && after === "-") throw new UsageError("both components cannot be standard input");
  const { compare, compareFiles, isMore } = await import("../../index.ts");
  const [one, other] = [await read(before, given), await read(after, given)];
  const comparison = compare(one.inspection, other.inspection);
  const files = compareFiles(one.files, other.files);
  if (given.json === true) printJson({ ...comparison, files });
  else print(await linesOf(comparison, files));
  if (!isMore(comparison)) return;
  const { InputError } = await import("../../node/input-error.ts");
  throw new InputError([`\`${nameOf(after)}\` can do more than \`${nameOf(before)}\``]);
}

async function read(path: string, { adapt }: Given<DiffOptions>) {
  const [
    { inspect, listFiles },
    { decoding, readComponent },
    { reading },
    { Progress },
    { componentSource, readComponentBytes },
    { createHash },
  ] = await Promise.all([
    import("../../index.ts"),
    import("../read-component.ts"),
    import("../inputs.ts"),
    import("../progress.ts"),
    import("../../node/component-bytes.ts"),
    import("node:crypto"),
  ]);
  const { component, adapted } = await readComponent(path, { adapt }, new Progress(true), readComponentBytes);
  const source = adapted === undefined ? reading(path, () => componentSource(path, component)) : component;
  const options = { source, createHash: () => createHash("sha256") };
  return decoding(path, () => ({ inspection: inspect(component, { ...options, digests: false }), files: listFiles(component, options) }));
}

const nameOf = (path: string): string => (path === "-" ? "standard input" : basename(path));

async function linesOf({ more, less, wider, changed }: Comparison, files: readonly FileChange[]): Promise<readonly Line[]> {
  const { importLines } = await import("../print-inspection.ts");
  const imports = (all: readonly InspectedImport[]): readonly string[] => importLines(all, WIDTH);
  const lines = [
    ...section("more", [...imports(more), ...changes(wider)]),
    ...section("less", imports(less)),
    ...section("other options", changes(changed)),
    ...section("embedded files", columns(files.map(({ path, kind, what }) => [kind, path, what]))),
  ];
  return lines.length === 0 ? ["no difference in what they can do, in their options and in embedded files"] : lines;
}

const changes = (all: readonly Change[]): readonly string[] =>
  columns(all.map(({ name, before, after }) => [name, `${before ?? "nothing"} → ${after ?? "nothing"}`]));

const section = (title: string, lines: readonly string[]): readonly Line[] =>
  lines.length === 0 ? [] : [[{ style: "bold", text: title }], ...lines];
