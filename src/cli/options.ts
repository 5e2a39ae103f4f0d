/**
 * The options of each command: syntax and help text. The one table that the parser, the help and the types
 * of the handlers' arguments come from; a constant for each group of the help.
 */

const ADAPT = {
  adapt: {
    type: "string",
    choices: ["command", "reactor", "no"],
    describe: "What a preview 1 core module is adapted as; by default, what its exports say",
  },
} as const;

const OUTPUT = {
  out: { type: "string", alias: "o", describe: "Where the component goes; `-` is standard output" },
  "dry-run": { type: "boolean", describe: "Do everything but write the component" },
  json: { type: "boolean", describe: "Print the report as JSON on standard output" },
  quiet: { type: "boolean", describe: "Print no report" },
} as const;

const ENVIRONMENT = {
  env: { type: "string", alias: "e", array: true, anyValue: true, describe: "A variable, NAME=VALUE" },
  "env-file": {
    type: "string",
    array: true,
    describe: "A file of variables, NAME=VALUE a line, with # comments and quotes; --env wins over it",
  },
  "allow-env": {
    type: "string",
    array: true,
    optionalValue: true,
    describe: "All variables of the host, or with =A,B these; fixed ones win",
  },
  arg: { type: "string", array: true, anyValue: true, describe: "An argument" },
  arg0: { type: "string", anyValue: true, describe: "The program's name, instead of the component's" },
  "allow-args": { type: "boolean", describe: "The host's arguments" },
  cwd: { type: "string", describe: "The working directory, a path in the guest" },
  "allow-cwd": { type: "boolean", describe: "The host's working directory" },
} as const;

const STREAMS = {
  stdin: {
    type: "string",
    choices: ["allow", "ignore", "deny"],
    prefix: "file:",
    describe: "The host's input, an empty one, a closed one, or file:PATH, a mounted file by its path in the guest",
  },
  stdout: {
    type: "string",
    choices: ["allow", "ignore", "deny"],
    prefix: "file:",
    describe: "The host's output, one that drops everything, a closed one, or file:PATH, a file in memory",
  },
  stderr: { type: "string", choices: ["allow", "ignore", "deny"], prefix: "file:", describe: "The same for errors" },
  stdio: { type: "string", choices: ["allow", "ignore", "deny"], describe: "All three; an option for one of them wins" },
  "stdin-file": { type: "string", describe: "A file to embed as the input" },
  "stdin-text": { type: "string", anyValue: true, describe: "A text to embed as the input" },
} as const;

const FILES = {
  mount: {
    type: "string",
    array: true,
    describe: "A directory or file to embed, GUEST=LOCAL; GUEST is an absolute path. GUEST=LOCAL:rw can be written to, in memory",
  },
  tmpfs: { type: "string", array: true, describe: "An empty directory that can be written to, GUEST or GUEST=SIZE, such as /tmp=64M" },
  overlay: {
    type: "string",
    array: true,
    describe: "A directory of the host that can be written to, in memory: the host's stays as it is; GUEST=HOST, as with --preopen",
  },
  "fs-max-bytes": { type: "string", describe: "What may be written altogether: bytes, or such as 64M" },
  "fs-max-files": { type: "string", describe: "How many files, directories and links may be made" },
  "export-files": { type: "boolean", describe: "Export an interface that lists, reads, writes and resets what can be written" },
  include: { type: "string", array: true, describe: "Embed only what matches this glob, relative to each mount" },
  exclude: { type: "string", array: true, describe: "Leave out what matches this glob" },
  follow: { type: "boolean", describe: "Embed what symbolic links point to, instead of the links" },
  "keep-times": { type: "boolean", describe: "Keep modification times; without it they are fixed" },
  preopen: {
    type: "string",
    array: true,
    describe: "A directory of the host, GUEST=HOST or, read-only, GUEST=HOST:ro; HOST is what the host calls it, or a path below",
  },
  file: {
    type: "string",
    array: true,
    describe: "A file of the host, GUEST=HOST or, read-only, GUEST=HOST:ro; HOST is a path below what the host calls a directory",
  },
  "allow-fs": { type: "boolean", describe: "The host's directories, with mounts in them" },
} as const;

const ADAPTERS = {
  adapter: {
    type: "string",
    array: true,
    describe:
      "What provides an interface, INTERFACE=FILE: a module in JavaScript or TypeScript, or a component, such as wasi:random/random=dice.ts or acme:kv/*=kv.wasm; the next --adapter stands below it",
  },
  engine: {
    type: "string",
    choices: ["starlingmonkey", "qjs"],
    describe: "What runs a module: starlingmonkey, 12 MB, is the default; qjs has 1 MB, and less of JavaScript",
  },
  "no-cache": { type: "boolean", describe: "Make components of modules anew; otherwise what was made before of the same is taken" },
} as const;

const REST = {
  "allow-clocks": { type: "boolean", describe: "The host's clocks" },
  "allow-random": { type: "boolean", describe: "The host's random numbers" },
  "allow-exit": { type: "boolean", describe: "Ending the program with an exit code" },
  "allow-http": { type: "boolean", describe: "HTTP, out and in" },
  "allow-sockets": { type: "boolean", describe: "Sockets and name lookup" },
  "allow-all": { type: "boolean", describe: "Everything that no other option decides" },
  deny: {
    type: "string",
    choices: ["error", "trap"],
    describe: "How denied functions say no: with an error where they can, the default, or always by a trap",
  },
  "deny-import": {
    type: "string",
    array: true,
    describe: "Deny this import, such as `acme:kv/store` or `acme:kv/*`; =error and =trap say how",
  },
} as const;

const ADAPTER = {
  "wasi-version": { type: "string", describe: "The version of WASI 0.2 that it exports; by default, the newest known" },
} as const;

const COMMON = {
  verbose: { type: "boolean", describe: "Show all that other tools, such as jco, say of an error" },
  help: { type: "boolean", alias: "h", describe: "Show this help" },
  version: { type: "boolean", describe: "Show the version" },
} as const;

const RUN = {
  dir: {
    type: "string",
    array: true,
    describe: "A directory of the host that the program may use, HOST::GUEST, or HOST under the same name",
  },
} as const;

const INSPECT = {
  json: { type: "boolean", describe: "Print everything as JSON on standard output" },
  check: { type: "string", describe: "A file that says what is allowed; prints one line, or what goes beyond it" },
  svg: { type: "string", describe: "Draw who feeds whom, into this file; `-` is standard output" },
  mermaid: {
    type: "string",
    optionalValue: true,
    describe: "The same as a Mermaid flowchart, on standard output, or with =FILE there",
  },
} as const;

type PolicyOptions = typeof OUTPUT & typeof ENVIRONMENT & typeof STREAMS & typeof FILES & typeof REST & typeof COMMON;
export type AdapterOptions = PolicyOptions & typeof ADAPTER;
export type VirtualizeOptions = PolicyOptions & typeof ADAPTERS & typeof ADAPT;
export type RunOptions = typeof RUN & typeof ADAPT & typeof COMMON;
const TYPES = {
  out: { type: "string", alias: "o", describe: "The folder for the declarations; it need not be there" },
  stub: { type: "string", describe: "Write a module to begin with into this file" },
  import: {
    type: "string",
    array: true,
    describe: "Declare this interface of WASI too, or wasi-nest:virtual/pipes, for the module to import",
  },
} as const;

export type TypesOptions = typeof TYPES & typeof ADAPT & typeof COMMON;
export type InspectOptions = typeof INSPECT & typeof ADAPT & typeof COMMON;

const POLICY_OPTIONS: PolicyOptions = { ...OUTPUT, ...ENVIRONMENT, ...STREAMS, ...FILES, ...REST, ...COMMON };
export const ADAPTER_OPTIONS: AdapterOptions = { ...POLICY_OPTIONS, ...ADAPTER };
export const VIRTUALIZE_OPTIONS: VirtualizeOptions = { ...POLICY_OPTIONS, ...ADAPTERS, ...ADAPT };
export const RUN_OPTIONS: RunOptions = { ...RUN, ...ADAPT, ...COMMON };
export const TYPES_OPTIONS: TypesOptions = { ...TYPES, ...ADAPT, ...COMMON };
export const INSPECT_OPTIONS: InspectOptions = { ...INSPECT, ...ADAPT, ...COMMON };

/** The headings of the help, and the options below each. */
export const VIRTUALIZE_GROUPS: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ["Output:", [...Object.keys(OUTPUT), ...Object.keys(ADAPT)]],
  ["Environment, arguments and working directory:", Object.keys(ENVIRONMENT)],
  ["Standard streams (denied by default):", Object.keys(STREAMS)],
  ["Files:", Object.keys(FILES)],
  ["Interfaces from components of yours:", Object.keys(ADAPTERS)],
  ["Everything else (denied by default):", Object.keys(REST)],
];
export const ADAPTER_GROUPS: typeof VIRTUALIZE_GROUPS = [
  ["Output:", [...Object.keys(OUTPUT), ...Object.keys(ADAPTER)]],
  ...VIRTUALIZE_GROUPS.slice(1).filter(([, names]) => names.every((name) => name in ADAPTER_OPTIONS)),
];
