/**
 * `wasi-nest files`: lists what an output embeds, takes it out, and puts other contents in.
 */
import type { Given } from "../../adapters/option-table.ts";
import type { EmbeddedFile, EmbeddedFiles } from "../../index.ts";
import { bytesText, counted } from "../../amounts.ts";
import { columns } from "../columns.ts";
import { nearest } from "../../suggestion.ts";
import type { Manual } from "../help.ts";
import { FILES_OPTIONS, type FilesOptions } from "../options.ts";
import { isTerminal, type Line, print, printJson, say, STDOUT } from "../terminal.ts";
import { UsageError } from "../../errors.ts";

const ACTIONS = ["list", "extract", "replace"] as const;
type Action = (typeof ACTIONS)[number];

export const FILES_MANUAL: Manual = {
  usage: [
    "$0 files <component> list [--json]",
    "$0 files <component> extract --to DIRECTORY [--force]",
    "$0 files <component> replace --mount GUEST=LOCAL... -o FILE",
  ],
  purpose:
    "Lists the files that an output of wasi-nest embeds, writes them into a directory, or embeds others in their place. `-` is standard input.",
  options: FILES_OPTIONS,
  groups: [],
  words: [undefined, ACTIONS],
  examples: [
    ["$0 files out.wasm list", "Print each path, with its size, time and digest"],
    ["$0 files out.wasm extract --to out", "Write the files below the directory out, under their paths"],
    ["$0 files out.wasm replace --mount /data=./data -o new.wasm", "Embed other files, without what the output was made of"],
  ],
  epilogue: ["Exit codes: 0 done, 1 the component embeds no files or one could not be written; 2 the command line is wrong."],
};

/** @throws UsageError */
export function actionOf(word: string | undefined): Action {
  const found = ACTIONS.find((each) => each === word);
  if (found !== undefined) return found;
  const all = ACTIONS.map((each) => `\`${each}\``).join(", ");
  if (word === undefined) throw new UsageError(`\`files\` wants to be told what to do: ${all}`);
  const meant = nearest(word, ACTIONS);
  throw new UsageError(`\`files\` does ${all}, found \`${word}\`${meant === undefined ? "" : `: did you mean \`${meant}\`?`}`);
}

export async function doFiles(path: string, action: Action, given: Given<FilesOptions>): Promise<void> {
  refuseForeign(action, given);
  if (action === "replace") return replace(path, given);
  const [
    { asComponent, decoding },
    { reading, readInput },
    { componentSource, readComponentBytes },
    { kindOf, listFiles },
    { createHash },
  ] = await Promise.all([
    import("../../node/as-component.ts"),
    import("../inputs.ts"),
    import("../../node/component-bytes.ts"),
    import("../../index.ts"),
    import("node:crypto"),
  ]);
  const bytes = readInput(path, readComponentBytes);
  if (kindOf(bytes) === "core module") await refuse(path, "is a core module, no output of wasi-nest");
  const { component } = await asComponent(bytes, path);
  const source = reading(path, () => componentSource(path, component));
  const digests = action === "list";
  const all = await decoding(path, () => listFiles(component, { digests, source, createHash: () => createHash("sha256") }));
  if (all.length === 0) {
    const { filePartsOf } = await import("../../files/file-parts.ts");
    await refuse(path, filePartsOf(component, source).isOurs ? "embeds no files" : "is no output of wasi-nest");
  }
  if (action === "extract") return extract(path, all, given);
  if (given.json === true) printJson(all.map(jsonOf));
  else print(all.flatMap(linesOf));
}

async function replace(path: string, given: Given<FilesOptions>): Promise<void> {
  const [
    { asComponent, decoding },
    { readInput },
    { checkOutput, writeOutput },
    { readMounts },
    { Progress },
    { kindOf, replaceFiles },
    { deflate },
  ] = await Promise.all([
    import("../../node/as-component.ts"),
    import("../inputs.ts"),
    import("../write-output.ts"),
    import("../mounts.ts"),
    import("../progress.ts"),
    import("../../index.ts"),
    import("../../node/compressor.ts"),
  ]);
  const { out = "-", mount = [], in: within } = given;
  for (const each of mount)
    if (/:r[ow]$/.test(each))
      throw new UsageError(`\`--mount ${each}\` has a mode: what is writable in an output stays so, and nothing else is`);
  if (out === "-" && isTerminal(STDOUT)) throw new UsageError("standard output is a terminal, which a component would garble: redirect it");
  checkOutput(out, [path, ...mount.map((each) => each.slice(each.indexOf("=") + 1))]);
  const bytes = readInput(path);
  if (kindOf(bytes) === "core module") await refuse(path, "is a core module, no output of wasi-nest");
  const { component } = await asComponent(bytes, path);
  const progress = new Progress(true);
  const { mounts, warnings } = await readMounts(mount, given, progress);
  progress.note(`writing ${out}`);
  const replaced = mounts.map(({ path: guest, entry }) => ({ path: guest, entry }));
  const options = { compress: deflate, ...(within !== undefined && { within: within.split("/") }) };
  const chunks = await decoding(path, () => replaceFiles(component, replaced, options));
  await writeOutput(out, chunks);
  progress.clear();
  say(warnings.map((warning) => `warning: ${warning}`));
}

async function refuse(path: string, why: string): Promise<never> {
  const { InputError } = await import("../../node/input-error.ts");
  throw new InputError([`\`${path}\` ${why}`]);
}

/** Which options an action takes. */
const OWN: Readonly<Record<Action, readonly string[]>> = {
  list: ["json"],
  extract: ["to", "force", "in"],
  replace: ["mount", "out", "include", "exclude", "follow", "keep-times", "in"],
};
const OF_ALL = ["verbose", "help", "version"];

function refuseForeign(action: Action, given: Given<FilesOptions>): void {
  const foreign = Object.keys(given).find((name) => !OWN[action].includes(name) && !OF_ALL.includes(name));
  if (foreign !== undefined) throw new UsageError(`\`--${foreign}\` is no option of \`files ${action}\``);
  if (action === "replace" && given.mount === undefined) throw new UsageError("nothing given to embed: `--mount GUEST=LOCAL`");
  if (action === "replace" && given.out === undefined) throw new UsageError("no output given: `--out FILE`");
  if (action === "extract" && given.to === undefined) throw new UsageError("no directory given: `--to DIRECTORY`");
}

async function extract(path: string, all: readonly EmbeddedFiles[], given: Given<FilesOptions>): Promise<void> {
  const [{ decoding }, { extractTree }, { mergedTree }] = await Promise.all([
    import("../read-component.ts"),
    import("../../node/extract-tree.ts"),
    import("../../files/list-files.ts"),
  ]);
  const { mounts } = await chosen(path, all, given.in);
  const to = given.to ?? "";
  const count = await decoding(path, () => extractTree(mergedTree(mounts), to, { force: given.force === true }));
  print([`wrote ${counted(count, "entry", "entries")} to ${to}`]);
}

/** The output that is meant, of those that lie in one another. */
async function chosen(path: string, all: readonly EmbeddedFiles[], wanted: string | undefined): Promise<EmbeddedFiles> {
  const found = all.filter((each) => wanted === undefined || each.within.join("/") === wanted);
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  const names = all.map(({ within }) => (within.length === 0 ? "itself" : `\`${within.join("/")}\``)).join(", ");
  if (wanted !== undefined && only === undefined)
    return refuse(path, `holds no output \`${wanted}\` with files: there are files in ${names}`);
  return refuse(path, `has files in more than one output: ${names}; \`--in\` names one`);
}

const nameOf = (within: readonly string[]): string => (within.length === 0 ? "" : ` in ${within.join("/")}`);

function linesOf({ within, files, stdin }: EmbeddedFiles): readonly Line[] {
  const place = nameOf(within);
  const rows = files.map((each) => [
    `${each.path}${each.kind === "directory" && each.path !== "/" ? "/" : ""}${each.target === null ? "" : ` -> ${each.target}`}${place}`,
    each.writable ? "rw" : "ro",
    each.kind === "file" ? bytesText(each.size) : "",
    timeText(each.modified),
    each.digest === null ? "" : `sha-256 ${each.digest}`,
  ]);
  const input = stdin === null ? [] : [[`standard input${place}`, "", bytesText(stdin.bytes), "", `sha-256 ${stdin.digest}`]];
  return columns([...rows, ...input]).map((line) => line.slice(2));
}

const SECOND = 1_000_000_000n;
/** In milliseconds since the epoch, of the last day that a `Date` can say. */
const LATEST = 8_640_000_000_000_000n;

/** Of nanoseconds since the epoch, without the fraction. */
function timeText(modified: bigint): string {
  const milliseconds = modified / 1_000_000n;
  if (milliseconds > LATEST || milliseconds < -LATEST) return decimalTime(modified);
  return new Date(Number(milliseconds)).toISOString().replace(/\.\d+Z$/, "Z");
}

/** In seconds since the epoch with nine decimals, as in digests. */
function decimalTime(modified: bigint): string {
  const nanoseconds = ((modified % SECOND) + SECOND) % SECOND;
  return `${(modified - nanoseconds) / SECOND}.${String(nanoseconds).padStart(9, "0")}`;
}

const jsonOf = ({ within, files, stdin }: EmbeddedFiles): object => ({
  within,
  files: files.map((each: EmbeddedFile) => ({ ...each, modified: decimalTime(each.modified) })),
  stdin,
});
