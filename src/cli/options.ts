/**
 * The options of each command: syntax and help text. The one table that the parser, the help and the types
 * of the handlers' arguments come from; a constant for each group of the help.
 */

const ADAPT = {
  adapt: {
    type: "string",
    choices: ["command", "reactor", "no"],
    describe: "How to adapt a preview 1 core module; by default, its exports decide",
  },
} as const;

const OUTPUT = {
  out: { type: "string", alias: "o", describe: "The output file; `-` is standard output" },
  "dry-run": { type: "boolean", describe: "Do everything except writing the output" },
  json: { type: "boolean", describe: "Print the report as JSON on standard output" },
  quiet: { type: "boolean", describe: "Print no report" },
} as const;

const ENVIRONMENT = {
  env: { type: "string", alias: "e", array: true, anyValue: true, describe: "A variable, NAME=VALUE" },
  "env-file": {
    type: "string",
    array: true,
    describe: "A file with one variable a line, NAME=VALUE, with # comments and quotes; --env has precedence",
  },
  "allow-env": {
    type: "string",
    array: true,
    optionalValue: true,
    describe: "All variables of the host, or only A and B with =A,B; fixed variables have precedence",
  },
  arg: { type: "string", array: true, anyValue: true, describe: "An argument of the program" },
  arg0: { type: "string", anyValue: true, describe: "The program's name (argument zero), instead of the name of the file" },
  "allow-args": { type: "boolean", describe: "The host's arguments" },
  cwd: { type: "string", describe: "The working directory, a path in the guest" },
  "allow-cwd": { type: "boolean", describe: "The host's working directory" },
} as const;

const STREAMS = {
  stdin: {
    type: "string",
    choices: ["allow", "ignore", "deny"],
    prefix: "file:",
    describe:
      "The host's input (allow), an empty input (ignore), a closed one (deny), or a mounted file, file:PATH, by its path in the guest",
  },
  stdout: {
    type: "string",
    choices: ["allow", "ignore", "deny"],
    prefix: "file:",
    describe: "The host's output (allow), an output that drops everything (ignore), a closed one (deny), or a file in memory, file:PATH",
  },
  stderr: { type: "string", choices: ["allow", "ignore", "deny"], prefix: "file:", describe: "Standard error, as --stdout" },
  stdio: { type: "string", choices: ["allow", "ignore", "deny"], describe: "All three streams; an option for one of them has precedence" },
  "stdin-file": { type: "string", describe: "A file to embed as the input" },
  "stdin-text": { type: "string", anyValue: true, describe: "A text to embed as the input" },
} as const;

const FILES = {
  mount: {
    type: "string",
    array: true,
    describe:
      "A directory or file to embed, GUEST=LOCAL, where GUEST is its absolute path in the guest; GUEST=LOCAL:rw is writable, in memory",
  },
  tmpfs: { type: "string", array: true, describe: "An empty directory in memory, GUEST or GUEST=SIZE, such as /tmp=64M" },
  overlay: {
    type: "string",
    array: true,
    describe:
      "A directory of the host, GUEST=HOST as with --preopen; what the program writes there stays in memory, and the host's directory does not change",
  },
  "fs-max-bytes": { type: "string", describe: "The most bytes that writable files may take together, such as 64M" },
  "fs-max-files": { type: "string", describe: "The most files, directories and links that may be made" },
  "export-files": {
    type: "boolean",
    describe: "Export an interface by which an embedder lists, reads, writes and resets the writable files",
  },
  include: { type: "string", array: true, describe: "Embed only files that match this glob, relative to each mount" },
  exclude: { type: "string", array: true, describe: "Leave out files and directories that match this glob" },
  follow: { type: "boolean", describe: "Embed the targets of symbolic links, instead of the links" },
  "keep-times": { type: "boolean", describe: "Keep modification times; without this option they are fixed" },
  preopen: {
    type: "string",
    array: true,
    describe:
      "A directory of the host, GUEST=HOST, or read-only, GUEST=HOST:ro; HOST is the host's name of the directory, or a path below it",
  },
  file: {
    type: "string",
    array: true,
    describe: "A file of the host, GUEST=HOST, or read-only, GUEST=HOST:ro; HOST is a path below the host's name of a directory",
  },
  "allow-fs": { type: "boolean", describe: "All directories of the host, with the mounts in them" },
} as const;

const ADAPTERS = {
  adapter: {
    type: "string",
    array: true,
    describe:
      "A JavaScript or TypeScript module, or a component, that provides an interface, INTERFACE=FILE, such as wasi:random/random=dice.ts or acme:kv/*=kv.wasm; of several, the first stands right below the program",
  },
  engine: {
    type: "string",
    choices: ["starlingmonkey", "qjs"],
    describe: "The JavaScript engine for modules: starlingmonkey, the default, takes 12 MB; qjs takes 1 MB and has fewer features",
  },
  "no-cache": { type: "boolean", describe: "Build the components of modules again, instead of taking those from the cache" },
} as const;

const REST = {
  "allow-clocks": { type: "boolean", describe: "The host's clocks" },
  "allow-random": { type: "boolean", describe: "The host's random numbers" },
  "allow-exit": { type: "boolean", describe: "Ending the program with an exit code by `exit`" },
  "allow-http": { type: "boolean", describe: "HTTP: making requests, and answering them" },
  "allow-sockets": { type: "boolean", describe: "Sockets, and the lookup of names" },
  "allow-all": { type: "boolean", describe: "Everything that no other option decides about" },
  deny: {
    type: "string",
    choices: ["error", "trap"],
    describe: "How denied functions answer: with an error where their type has one (the default), or always with a trap",
  },
  "deny-import": {
    type: "string",
    array: true,
    describe: "An import to deny, such as `acme:kv/store` or `acme:kv/*`; with =error or =trap, how it answers",
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
    describe: "A directory of the host that the program may use, HOST::GUEST; HOST alone has the same name in the guest",
  },
} as const;

const INSPECT = {
  json: { type: "boolean", describe: "Print everything as JSON on standard output" },
  check: { type: "string", describe: "A JSON file that says what is allowed; prints one line, or the imports that go beyond it" },
  svg: { type: "string", describe: "Write a picture of who provides what to whom into this file; `-` is standard output" },
  mermaid: {
    type: "string",
    optionalValue: true,
    describe: "Write the picture as a Mermaid flowchart, to standard output, or to a file with =FILE",
  },
} as const;

type PolicyOptions = typeof OUTPUT & typeof ENVIRONMENT & typeof STREAMS & typeof FILES & typeof REST & typeof COMMON;
export type AdapterOptions = PolicyOptions & typeof ADAPTER;
export type VirtualizeOptions = PolicyOptions & typeof ADAPTERS & typeof ADAPT;
export type RunOptions = typeof RUN & typeof ADAPT & typeof COMMON;
const TYPES = {
  out: { type: "string", alias: "o", describe: "The folder for the declarations, which is made if it does not exist" },
  stub: { type: "string", describe: "A file into which a first version of the module is written" },
  import: {
    type: "string",
    array: true,
    describe: "Another interface to declare, of WASI or wasi-nest:virtual/pipes, which the module imports",
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
