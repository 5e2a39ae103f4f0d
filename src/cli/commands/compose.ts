/**
 * `wasi-nest compose` and `wasi-nest bundle`: read a script and its programs, or programs with names, and write one component of
 * them all.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { ADAPTERS } from "../../adapters/registry.ts";
import { ScriptError, UsageError } from "../../errors.ts";
import type { BundleOptions, Chunk } from "../../index.ts";
import { InputError } from "../../node/input-error.ts";
import { parseScript } from "../../script/parse.ts";
import { commandsOf } from "../../script/programs.ts";
import type { Script } from "../../script/script.ts";
import { nearest } from "../../suggestion.ts";
import { importingStages, type Staged, stagesOfBundle, stagesOfScript, virtualizeStages } from "../../virtualize/script.ts";
import type { Manual } from "../help.ts";
import { readInput } from "../inputs.ts";
import {
  BUNDLE_GROUPS,
  BUNDLE_OPTIONS,
  COMPOSE_GROUPS,
  COMPOSE_OPTIONS,
  type BundleGiven,
  type ComposeGiven,
  type VirtualizeGiven,
} from "../options.ts";
import type { Progress } from "../progress.ts";
import { readComponent } from "../read-component.ts";
import { writeComponent } from "../write-component.ts";

const EPILOGUE = [
  "Options for one thing each, such as `--mount` and `--env`, may be given several times.",
  "Exit codes: 0 done, 1 the programs cannot be composed, 2 the command line is wrong.",
];

export const COMPOSE_MANUAL: Manual = {
  usage: ["$0 compose <script> -o FILE [options]", "$0 compose --script FILE -o FILE [options]"],
  purpose:
    "Writes one component that runs a script: programs, connected by |, &&, ||, ; and ( ), with <, >, >>, 2>, 2>&1 and NAME=value. A program is a file, or a name that -p gives. Nothing is expanded. All programs have one file system, and what the options give.",
  options: COMPOSE_OPTIONS,
  groups: COMPOSE_GROUPS,
  examples: [
    [
      "$0 compose 'rg.wasm -n TODO /src | sort.wasm -r' -o todo.wasm --mount /src=./src --stdout allow",
      "Two programs, and a pipe between them",
    ],
    [
      "$0 compose -p gen=gen.wasm -p cc=cc.wasm 'gen > /work/g.c && cc /work/g.c' -o build.wasm --tmpfs /work",
      "Programs by names of your own, and files between them",
    ],
  ],
  epilogue: EPILOGUE,
};

export const BUNDLE_MANUAL: Manual = {
  usage: ["$0 bundle NAME=FILE... -o FILE [options]"],
  purpose:
    "Writes one component of several commands. It runs the one whose name it has itself, or else the one that the first argument names, with the arguments behind it; `help` lists them.",
  options: BUNDLE_OPTIONS,
  groups: BUNDLE_GROUPS,
  examples: [["$0 bundle rg=rg.wasm jq=jq.wasm -o tools.wasm --allow-args --stdio allow", "`tools.wasm jq . file` runs jq"]],
  epilogue: EPILOGUE,
};

export async function composeFiles(words: readonly string[], given: ComposeGiven): Promise<void> {
  const script = readScript(words, given);
  const files = programFiles(script, given.program ?? []);
  const pipefail = given.pipefail === true && { pipefail: true };
  await writeComposed(given, COMPOSE_OPTIONS, given.script ?? "script", files, (programs, options) =>
    stagesOfScript(script, { ...options, programs, ...pipefail }),
  );
}

export async function bundleFiles(words: readonly string[], given: BundleGiven): Promise<void> {
  const files = namedFiles(words, (word) => `\`${word}\` is not NAME=FILE`);
  if (files.size === 0) throw new UsageError("no programs given: NAME=FILE names one");
  await writeComposed(given, BUNDLE_OPTIONS, [...files.keys()].join(", "), files, stagesOfBundle);
}

/** Programs by their names, and the files that they are in. */
type Files = ReadonlyMap<string, string>;
type Programs = ReadonlyMap<string, Uint8Array>;

async function writeComposed(
  given: VirtualizeGiven & Pick<ComposeGiven, "allow">,
  table: typeof COMPOSE_OPTIONS,
  subject: string,
  files: Files,
  stagesOf: (programs: Programs, options: BundleOptions<Chunk>) => Staged,
): Promise<void> {
  const { shared, restrict } = restrictions(given, new Set(files.keys()));
  const stages = (programs: Programs, options: BundleOptions<Chunk>): Staged =>
    stagesOf(programs, { ...options, ...(restrict !== undefined && { restrict }) });
  await writeComponent({
    given: shared,
    table,
    subject,
    files: [...files.values()],
    read: (progress) => readPrograms(files, shared, progress),
    importing: (programs, options) => importingStages(stages(programs, options)),
    make: (programs, options) => virtualizeStages(stages(programs, options)),
  });
}

/** A file is read once, and what is in it nested once. */
async function readPrograms(files: Files, { adapt }: VirtualizeGiven, progress: Progress): Promise<Programs> {
  const programs = new Map<string, Uint8Array>();
  const read = new Map<string, Uint8Array>();
  for (const [name, file] of files) {
    const bytes = read.get(file) ?? (await readComponent(file, { adapt, keepsModule: true }, progress)).component;
    read.set(file, bytes);
    programs.set(name, bytes);
  }
  return programs;
}

/** The script of the command line, or of a file. */
function readScript(words: readonly string[], { script: file }: ComposeGiven): Script {
  const [text, another] = words;
  if (file !== undefined && text !== undefined) throw new UsageError(`a script is given, \`${text}\`, and \`--script ${file}\``);
  if (file === undefined && text === undefined)
    throw new UsageError("no script given: it is one word, in quotes, or in the file of `--script`");
  if (another !== undefined) throw new UsageError(`a script is one word, in quotes; found \`${text}\` and \`${another}\``);
  try {
    return parseScript(text ?? new TextDecoder("utf-8", { fatal: true }).decode(readInput(file ?? "")));
  } catch (error) {
    if (file !== undefined && error instanceof TypeError) throw new InputError([`\`${file}\` is no text in UTF-8`]);
    if (!(error instanceof ScriptError)) throw error;
    throw file === undefined ? new UsageError(error.message) : new InputError([`\`${file}\`: ${error.message}`]);
  }
}

function programFiles(script: Script, given: readonly string[]): Files {
  const named = namedFiles(given, (word) => `\`--program ${word}\` is not NAME=FILE`);
  const words = new Set(commandsOf(script).map(({ program }) => program));
  for (const name of named.keys()) {
    if (words.has(name)) continue;
    const meant = nearest(name, [...words]);
    throw new UsageError(
      `the script does not run \`${name}\`, which \`--program\` names${meant === undefined ? "" : `: did you mean \`${meant}\`?`}`,
    );
  }
  return new Map([...words].map((word) => [word, named.get(word) ?? fileOf(word, [...named.keys()])]));
}

function fileOf(word: string, names: readonly string[]): string {
  // Standard input is no program's name.
  if (word !== "-" && existsSync(word)) return word;
  const meant = nearest(word, names);
  const hint = meant === undefined ? `\`-p ${path.basename(word)}=FILE\` names one` : `did you mean \`${meant}\`?`;
  throw new UsageError(`the script runs \`${word}\`, which is neither a file nor a name of \`--program\`: ${hint}`);
}

function namedFiles(words: readonly string[], problem: (word: string) => string): Files {
  const files = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf("=");
    const [name, file] = [word.slice(0, at), word.slice(at + 1)];
    if (at < 1 || file === "") throw new UsageError(problem(word));
    if (files.has(name)) throw new UsageError(`two programs have the name \`${name}\``);
    files.set(name, file);
  }
  return files;
}

/**
 * What is about one program: `--allow NAME=WORD,...` and `--deny-import NAME:IMPORT`, where NAME is a program of the script; and
 * what is about all of them.
 */
function restrictions<G extends VirtualizeGiven & Pick<ComposeGiven, "allow">>(
  given: G,
  names: ReadonlySet<string>,
): { readonly shared: VirtualizeGiven; readonly restrict: BundleOptions<Chunk>["restrict"] } {
  const { allow: allowed = [], "deny-import": denied = [], ...others } = given;
  const restrict = new Map<string, { allow?: string[]; denyImports?: unknown[] }>();
  const of = (name: string): { allow?: string[]; denyImports?: unknown[] } => {
    const known = restrict.get(name) ?? {};
    restrict.set(name, known);
    return known;
  };
  for (const each of allowed) {
    const at = each.indexOf("=");
    const name = each.slice(0, at);
    const words = each.slice(at + 1).split(",");
    if (at < 1 || words.includes("")) throw new UsageError(`\`--allow ${each}\` is not NAME=WORD,WORD`);
    if (!names.has(name)) throw new UsageError(`\`--allow ${each}\`: ${unknownProgram(name, names)}`);
    (of(name).allow ??= []).push(...words);
  }
  const forAll = denied.filter((each) => {
    const name = each.slice(0, each.indexOf(":"));
    if (!each.includes(":") || !names.has(name)) return true;
    (of(name).denyImports ??= []).push(...deniedImports([each.slice(name.length + 1)]));
    return false;
  });
  return {
    shared: { ...others, ...(forAll.length > 0 && { "deny-import": forAll }) } as unknown as VirtualizeGiven,
    restrict: restrict.size === 0 ? undefined : (Object.fromEntries(restrict) as NonNullable<BundleOptions<Chunk>["restrict"]>),
  };
}

/** As the option that denies imports to all reads them. */
function deniedImports(texts: readonly string[]): readonly unknown[] {
  const row = ADAPTERS.map(({ options }) => options["denyImports"]).find((each) => each !== undefined);
  return row?.read?.({ "deny-import": texts } as never, undefined as never) as readonly unknown[];
}

function unknownProgram(name: string, names: ReadonlySet<string>): string {
  const meant = nearest(name, [...names]);
  return `there is no program \`${name}\`${meant === undefined ? "" : `; did you mean \`${meant}\`?`}`;
}
