/**
 * The flags of each command: those of its own, and those of the modules that say what a component gets.
 */
import { flagsOf, groupsOf } from "../adapters/modules.ts";
import type { FlagTable, Given } from "../adapters/option-table.ts";
import { ADAPTERS, type CommandFlags } from "../adapters/registry.ts";
import type { Mount } from "../index.ts";
import { PROFILE_NAMES, type ProfileName } from "./policy/profiles.ts";

const ADAPT = {
  adapt: {
    type: "string",
    choices: ["jco", "no"],
    describe: "A preview 1 core module is adapted by jco's adapter, or not at all, instead of by wasi-nest's own",
  },
} as const;

const OUTPUT = {
  out: { type: "string", alias: "o", path: "whole", elsewhere: { output: "out" }, describe: "The output file; `-` is standard output" },
  "dry-run": { type: "boolean", describe: "Do everything except writing the output" },
  json: { type: "boolean", excludes: ["quiet"], describe: "Print the report as JSON on standard output" },
  quiet: { type: "boolean", describe: "Print no report" },
} as const;

interface PolicyOptions extends FlagTable {
  readonly policy: { readonly type: "string"; readonly path: "whole"; readonly describe: string };
  readonly profile: { readonly type: "string"; readonly choices: readonly ProfileName[]; readonly describe: string };
}
export type PolicyGiven = { readonly policy?: string; readonly profile?: ProfileName };
/** Files that a policy holds itself. */
type InlineGiven = { readonly inlineMounts?: readonly Mount[] };

/** Flags from elsewhere than the command line, which wins over them. */
const POLICY: PolicyOptions = {
  policy: {
    type: "string",
    path: "whole",
    describe:
      "A file of options, in JSON, TOML or YAML, which options given here change or add to; `auto` is the `wasi-nest.toml`, or such, beside the component",
  },
  profile: { type: "string", choices: PROFILE_NAMES, describe: "Options for a purpose, which all others change or add to" },
};

const ADAPTER = {
  "wasi-version": {
    type: "string",
    array: true,
    describe: "The version of WASI that it exports, or one of 0.2 and one of 0.3; by default, the newest 0.2 known",
  },
} as const;

/** Beside a component, which says itself which version it is of. */
const VERSION = {
  "wasi-version": {
    type: "string",
    array: true,
    describe: "Without a component, the version of WASI that the adapter exports; a component says its own",
  },
} as const;

/** Of several programs: what one of them may do less than the others. */
const RESTRICT = {
  allow: {
    type: "string",
    array: true,
    describe:
      "NAME=WORD,WORD: the program of this name gets nothing but these, such as stdin,stdout, of what the options give; --deny-import NAME:IMPORT denies it an import",
  },
} as const;

const COMPOSE = {
  program: {
    type: "string",
    alias: "p",
    array: true,
    path: "behind =",
    pair: true,
    describe: "A program of the script, NAME=FILE; a word that is no such name is a file",
  },
  script: { type: "string", file: "whole", describe: "A file with the script, in place of the word on the command line" },
  pipefail: { type: "boolean", describe: "A pipe ends with the exit code of its last program that failed" },
} as const;

const COMMON = {
  verbose: { type: "boolean", describe: "Show all that other tools, such as jco, say of an error" },
  help: { type: "boolean", alias: "h", describe: "Show this help" },
  version: { type: "boolean", alias: "V", describe: "Show the version" },
} as const;

const RUN = {
  dir: {
    type: "string",
    array: true,
    path: "whole",
    describe: "A directory of the host that the program may use, HOST::GUEST; HOST alone has the same name in the guest",
  },
  host: {
    type: "string",
    choices: ["jco", "wasmtime"],
    describe: "What runs it: jco in this process (the default), or Wasmtime's command on the PATH",
  },
  watch: { type: "boolean", describe: "Do it again when the component or another file that is read changes" },
} as const;

/** What is called, and what is done when it has ended. */
const AFTER = {
  invoke: {
    type: "string",
    describe: "Call this function in the place of the command, with arguments in WAVE, such as 'add(1, 2)', and print its result",
  },
  try: {
    type: "string",
    path: "whole",
    excludes: ["dir"],
    describe:
      "A directory of the host, DIR or DIR::GUEST, that the program may change: the changes stay in memory, and are printed when it has ended",
  },
  diff: { type: "boolean", needs: { flag: "try", about: "changes of a directory" }, describe: "Print what differs in files of text, too" },
  apply: { type: "boolean", needs: { flag: "try", about: "changes of a directory" }, describe: "Make the changes in the directory" },
  take: {
    type: "string",
    array: true,
    path: "behind =",
    describe: "GUEST=LOCAL: write what is at this path of the guest, in memory, into a directory or file when the program has ended",
  },
  force: {
    type: "boolean",
    describe: "With --apply, overwrite what was changed meanwhile; with --take, write into a directory that is not empty",
  },
} as const;

const SERVING = {
  port: { type: "string", describe: "The port to listen on, 8000 by default; 0 is any that is free" },
  hostname: { type: "string", describe: "The name or address to listen on, 127.0.0.1 by default" },
} as const;
const SERVE: typeof RUN & typeof SERVING = { ...RUN, ...SERVING };

const INSPECT = {
  json: { type: "boolean", describe: "Print everything as JSON on standard output" },
  check: {
    type: "string",
    path: "whole",
    describe: "A JSON file that says what is allowed; prints one line, or the imports that go beyond it",
  },
  svg: { type: "string", path: "whole", describe: "Write a picture of who provides what to whom into this file; `-` is standard output" },
  mermaid: {
    type: "string",
    optionalValue: true,
    path: "whole",
    describe: "Write the picture as a Mermaid flowchart, to standard output, or to a file with =FILE",
  },
} as const;

const FILES = {
  json: { type: "boolean", describe: "list: print everything as JSON on standard output" },
  to: { type: "string", path: "whole", describe: "extract: the directory to write to, which is made if it does not exist" },
  force: { type: "boolean", describe: "extract: replace files that are there already" },
  mount: {
    type: "string",
    array: true,
    path: "behind =",
    describe: "replace: the path of a mount, or of a file or a directory in one, and what to embed there, GUEST=LOCAL",
  },
  out: { type: "string", alias: "o", path: "whole", describe: "replace: the output file; `-` is standard output" },
  include: { type: "string", array: true, describe: "replace: embed only files that match this glob, relative to each --mount" },
  exclude: { type: "string", array: true, describe: "replace: leave out files and directories that match this glob" },
  follow: { type: "boolean", describe: "replace: embed the targets of symbolic links, instead of the links" },
  "keep-times": { type: "boolean", describe: "replace: keep modification times" },
  in: { type: "string", describe: "extract, replace: of outputs in one another, the one of this name, as `list` prints it" },
} as const;

const INIT = {
  out: { type: "string", alias: "o", path: "whole", describe: "The policy file; `-` is standard output, as TOML" },
  force: { type: "boolean", describe: "Replace a file that is there already" },
  "from-run": {
    type: "boolean",
    describe: "Run the program once on this Node, with all allowed and the arguments behind `--`, and give what it used and no more",
  },
  dir: {
    type: "string",
    array: true,
    path: "whole",
    needs: { flag: "from-run", about: "a run" },
    describe: "A directory of the host for the run, HOST::GUEST, as `run` takes it",
  },
} as const;

const DIFF = {
  json: { type: "boolean", describe: "Print everything as JSON on standard output" },
} as const;

const TYPES = {
  out: { type: "string", alias: "o", path: "whole", describe: "The folder for the declarations, which is made if it does not exist" },
  stub: { type: "string", path: "whole", describe: "A file into which a first version of the module is written" },
  import: {
    type: "string",
    array: true,
    describe: "Another interface to declare, of WASI or wasi-nest:virtual/pipes, which the module imports",
  },
} as const;

export type CommonGiven = Given<typeof COMMON>;
/** What was given to a command that makes a component, of the flags that it looks at by itself; the others are for modules. */
export type VirtualizeGiven = PolicyGiven & InlineGiven & Given<typeof OUTPUT & typeof ADAPT> & CommonGiven & CommandFlags;
export type AdapterGiven = VirtualizeGiven & Given<typeof ADAPTER>;
export type BundleGiven = VirtualizeGiven & Given<typeof RESTRICT>;
export type ComposeGiven = BundleGiven & Given<typeof COMPOSE>;
export type RunGiven = VirtualizeGiven & Given<typeof RUN & typeof AFTER>;
export type ServeGiven = VirtualizeGiven & Given<typeof SERVE>;
export type TypesOptions = typeof TYPES & typeof ADAPT & typeof COMMON;
export type FilesOptions = typeof FILES & typeof COMMON;
export type InitOptions = typeof INIT & typeof ADAPT & typeof COMMON;
export type DiffOptions = typeof DIFF & typeof ADAPT & typeof COMMON;
export type InspectOptions = typeof INSPECT & typeof ADAPT & typeof COMMON;

const WITHOUT_APP = ADAPTERS.filter(({ needsApp }) => needsApp !== true).map((module) => ({
  ...module,
  flags: Object.fromEntries(Object.entries(module.flags).filter(([, { needsApp }]) => needsApp !== true)),
}));

export const VIRTUALIZE_OPTIONS: FlagTable = { ...OUTPUT, ...POLICY, ...flagsOf(ADAPTERS), ...COMMON, ...ADAPT, ...VERSION };
export const ADAPTER_OPTIONS: FlagTable = { ...OUTPUT, ...POLICY, ...flagsOf(WITHOUT_APP), ...COMMON, ...ADAPTER };
/** Of one program: each of a script has its own. */
const OF_ONE = new Set(["arg", "arg0", "allow-args"]);
const OF_SCRIPT = ADAPTERS.map((module) => ({
  ...module,
  flags: Object.fromEntries(Object.entries(module.flags).filter(([flag]) => !OF_ONE.has(flag))),
}));
export const COMPOSE_OPTIONS: FlagTable = { ...OUTPUT, ...POLICY, ...COMPOSE, ...RESTRICT, ...flagsOf(OF_SCRIPT), ...COMMON, ...ADAPT };
export const BUNDLE_OPTIONS: FlagTable = { ...OUTPUT, ...POLICY, ...RESTRICT, ...flagsOf(ADAPTERS), ...COMMON, ...ADAPT };
/** With one of these, `run` and `serve` virtualize what they run. */
export const VIRTUALIZING: FlagTable = { ...POLICY, ...flagsOf(ADAPTERS) };
export const RUN_OPTIONS: FlagTable = { ...RUN, ...AFTER, ...VIRTUALIZING, ...COMMON, ...ADAPT };
export const SERVE_OPTIONS: FlagTable = { ...SERVE, ...VIRTUALIZING, ...COMMON, ...ADAPT };
export const TYPES_OPTIONS: TypesOptions = { ...TYPES, ...ADAPT, ...COMMON };
export const FILES_OPTIONS: FilesOptions = { ...FILES, ...COMMON };
export const INIT_OPTIONS: InitOptions = { ...INIT, ...ADAPT, ...COMMON };
export const DIFF_OPTIONS: DiffOptions = { ...DIFF, ...ADAPT, ...COMMON };
export const INSPECT_OPTIONS: InspectOptions = { ...INSPECT, ...ADAPT, ...COMMON };
export const COMPLETION_OPTIONS: typeof COMMON = COMMON;

/** Of the flags of a command, those that a policy file may have: what becomes of the component, and not where it goes. */
export const policyFlags = (table: FlagTable): FlagTable =>
  Object.fromEntries(
    Object.entries(table).filter(([flag]) => flag !== "policy" && !Object.hasOwn({ ...OUTPUT, ...SERVE, ...AFTER, ...COMMON }, flag)),
  );

/** The headings of the help, and the options below each. */
export const VIRTUALIZE_GROUPS: ReturnType<typeof groupsOf> = [
  ["Output:", [...Object.keys(OUTPUT), ...Object.keys(ADAPT), ...Object.keys(VERSION)]],
  ["Policy:", Object.keys(POLICY)],
  ...groupsOf(ADAPTERS),
];
export const RUN_GROUPS: ReturnType<typeof groupsOf> = groupsToRun("Running:", { ...RUN, ...AFTER });
export const SERVE_GROUPS: ReturnType<typeof groupsOf> = groupsToRun("Serving:", SERVE);
function groupsToRun(heading: string, own: FlagTable): ReturnType<typeof groupsOf> {
  return [
    [heading, [...Object.keys(own), ...Object.keys(ADAPT)]],
    ["Policy:", Object.keys(POLICY)],
    // Not all of what they say to be denied is, and the manual says what is.
    ...groupsOf(ADAPTERS).map(([each, flags]) => [each.replace(" (denied by default)", ""), flags] as const),
  ];
}
export const ADAPTER_GROUPS: ReturnType<typeof groupsOf> = [
  ["Output:", [...Object.keys(OUTPUT), ...Object.keys(ADAPTER)]],
  ["Policy:", Object.keys(POLICY)],
  ...groupsOf(WITHOUT_APP),
];
export const COMPOSE_GROUPS: ReturnType<typeof groupsOf> = [
  ["Output:", [...Object.keys(OUTPUT), ...Object.keys(ADAPT)]],
  ["Policy:", Object.keys(POLICY)],
  ["Programs:", [...Object.keys(COMPOSE), ...Object.keys(RESTRICT)]],
  ...groupsOf(OF_SCRIPT),
];
export const BUNDLE_GROUPS: ReturnType<typeof groupsOf> = [
  ["Output:", [...Object.keys(OUTPUT), ...Object.keys(ADAPT)]],
  ["Policy:", Object.keys(POLICY)],
  ["Programs:", Object.keys(RESTRICT)],
  ...groupsOf(ADAPTERS),
];
