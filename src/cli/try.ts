/**
 * `run --try`: a program runs over a directory of this machine whose changes stay in memory. They are told when it has ended, and
 * made in the directory if somebody wants that.
 */
import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { createInterface } from "node:readline/promises";
import { counted } from "../amounts.ts";
import { UsageError } from "../errors.ts";
import { applyChanges } from "../node/apply-changes.ts";
import { type Change, type Contents, directoryChanges, type DirectoryChanges, type Overlaid } from "../node/directory-changes.ts";
import { directoryState } from "../node/directory-state.ts";
import { exportedChanges, type ExportedFiles, exportedFiles } from "../node/exported-files.ts";
import { hiding } from "../node/hidden-paths.ts";
import { InputError, reasonOf } from "../node/input-error.ts";
import { sameContents } from "../node/same-contents.ts";
import type { Ran } from "../node/run-command.ts";
import type { Flags } from "./policy/merge.ts";
import { isTerminal, type Line, say, STDERR, type Styled } from "./terminal.ts";
import { unifiedDiff } from "./unified-diff.ts";

export interface TryGiven {
  readonly try?: string;
  readonly apply?: boolean;
  readonly diff?: boolean;
  readonly force?: boolean;
}

export interface Trial {
  /** What makes the component one whose changes can be told. */
  readonly flags: Flags;
  readonly end: (ran: Ran) => Promise<void>;
}

/** What a program may have that changes nothing: many end at once without. */
const DEFAULTS: Flags = { "allow-clocks": true, "allow-random": true };

/**
 * Looks at the directory, as it is before the program runs.
 * @throws UsageError, InputError
 */
export function trialOf(given: TryGiven & Flags): Trial & { readonly defaults: Flags } {
  const { directory, guest } = placeOf(given.try ?? "");
  let overlaid: Overlaid;
  try {
    const root = realpathSync(directory);
    overlaid = { root, before: directoryState(root), guest, isHidden: hidingOf(given, guest, root) };
  } catch (error) {
    throw new InputError([`\`${directory}\` ${reasonOf(error)}`]);
  }
  const { root } = overlaid;
  return {
    defaults: DEFAULTS,
    flags: { overlay: [`${guest}=${root}`], "export-files": true },
    end: (ran) => end(overlaid, directory, ran, given),
  };
}

/** DIR, or DIR::GUEST. What is relative to the working directory is relative to the program's, which is `/`. */
function placeOf(text: string): { readonly directory: string; readonly guest: string } {
  const [directory = "", given, ...more] = text.split("::");
  if (directory === "" || given === "" || more.length > 0)
    throw new UsageError(`\`--try ${text}\` is neither DIR nor DIR::GUEST, such as \`.\` or \`./src::/src\``);
  if (given !== undefined && (!given.startsWith("/") || given.split("/").includes("..")))
    throw new UsageError(`\`--try ${text}\`: the program's path \`${given}\` is not absolute`);
  let isDirectory: boolean | undefined;
  try {
    isDirectory = statSync(directory, { throwIfNoEntry: false })?.isDirectory();
  } catch {
    isDirectory = undefined;
  }
  if (isDirectory !== true) throw new UsageError(`\`--try ${text}\`: \`${directory}\` is not a directory`);
  const path = normalize(given ?? (isAbsolute(directory) ? directory : `/${directory}`)).replace(/(?<=.)\/+$/, "");
  if (given === undefined && !isAbsolute(directory) && normalize(directory).startsWith(".."))
    throw new UsageError(`\`--try ${text}\` lies outside of the working directory: \`${directory}::/name\` says where the program has it`);
  return { directory, guest: path };
}

/** What places directories or files. */
const PLACING = ["mount", "tmpfs", "overlay", "preopen", "file"];

function hidingOf(given: Flags, guest: string, root: string): (path: string) => boolean {
  const globs = given["hide"];
  return Array.isArray(globs)
    ? hiding(
        globs as readonly string[],
        guest,
        root,
        PLACING.some((flag) => given[flag] !== undefined),
      )
    : () => false;
}

async function end(overlaid: Overlaid, directory: string, { ending, exports }: Ran, given: TryGiven): Promise<void> {
  const files = exportedFiles(exports);
  if (files === undefined) return;
  const changes = directoryChanges(overlaid, exportedChanges(exports), sameContents(overlaid, files));
  if (changes.changes.length === 0) return say([`no changes in ${directory}`]);
  say([`changes in ${directory}:`, ...changes.changes.map(lineOf)]);
  if (given.diff === true) sayDiffs(overlaid, changes, files);
  const count = counted(changes.changes.length, "change", "changes");
  if (typeof ending !== "number") return say([`none of it was applied: the program was stopped`]);
  if (given.apply !== true && !(await isWanted(directory, count)))
    return say([isAsking() ? "nothing was applied" : "nothing was applied: `--apply` does it"]);
  const read = (contents: Contents, target: Uint8Array, offset: number): void => files.readInto(contents.guest, target, BigInt(offset));
  const kept = applyChanges({ overlaid, changes, read, force: given.force === true });
  say([
    ...kept.map((path) => `warning: \`${path}\` was not removed: \`--hide\` hides something in it`),
    `applied ${count} to ${directory}`,
  ]);
}

const STYLES = { added: "green", modified: "yellow", renamed: "yellow", removed: "red" } as const;
const LETTERS = { added: "A", modified: "M", renamed: "R", removed: "D" } as const;

function lineOf(change: Change): Line {
  const mark: Styled = { style: STYLES[change.kind], text: LETTERS[change.kind] };
  switch (change.kind) {
    case "added":
      return [mark, ` ${change.path}${change.entry === "directory" ? "/" : ""}`];
    case "modified":
      return [mark, ` ${change.path}`];
    case "renamed":
      return [mark, ` ${change.before}${change.isDirectory ? "/" : ""} -> ${change.path}${change.isDirectory ? "/" : ""}`];
    case "removed": {
      const inside = change.count === 0 ? "" : ` (${counted(change.count, "file", "files")})`;
      return [mark, ` ${change.path}${change.isDirectory ? "/" : ""}${inside}`];
    }
  }
}

const isAsking = (): boolean => process.stdin.isTTY === true && isTerminal(STDERR);

/** Asks where there is somebody to ask. */
async function isWanted(directory: string, count: string): Promise<boolean> {
  if (!isAsking()) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^\s*y(es)?\s*$/i.test(await terminal.question(`apply ${count} to ${directory}? [y/N] `));
  } finally {
    terminal.close();
  }
}

/** What is longer is shown as a file that is no text. */
const LONGEST_TEXT = 1 << 20;

function sayDiffs({ root, before }: Overlaid, { changes }: DirectoryChanges, files: ExportedFiles): void {
  for (const change of changes) {
    if (change.kind === "renamed" || (change.kind === "removed" && change.isDirectory)) continue;
    const old = change.kind === "modified" ? change.before : change.kind === "removed" ? change.path : undefined;
    const made = change.kind === "removed" ? undefined : change.contents;
    if ((change.kind === "added" && change.entry !== "file") || (change.kind === "removed" && before.get(change.path)?.kind !== "file"))
      continue;
    const texts = [old === undefined ? undefined : textAt(join(root, old), before.get(old)?.size), made && textOf(made, files)];
    if (texts.includes(null)) say([`${change.path} is no text, or too long to show`]);
    else say(unifiedDiff(texts[0] ?? undefined, texts[1] ?? undefined, change.path).map(coloured));
  }
}

function coloured(line: string): Line {
  const style = line.startsWith("+") ? "green" : line.startsWith("-") ? "red" : undefined;
  return style === undefined ? line : [{ style, text: line }];
}

function textAt(path: string, size = 0n): string | null {
  if (size > LONGEST_TEXT) return null;
  try {
    const descriptor = openSync(path, "r");
    try {
      const bytes = new Uint8Array(Number(size));
      return decoded(bytes.subarray(0, readSync(descriptor, bytes)));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

function textOf({ guest, size }: Contents, files: ExportedFiles): string | null {
  if (size > LONGEST_TEXT) return null;
  const bytes = new Uint8Array(size);
  files.readInto(guest, bytes, 0n);
  return decoded(bytes);
}

/** `null` for what is no text. */
function decoded(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
