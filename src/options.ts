/**
 * What a caller may ask for, and what it comes to: the settings of each adapter and a word per subsystem.
 * Everything that is not asked for is denied.
 */
import { ENVIRONMENT, type EnvironmentSettings } from "./adapters/environment.ts";
import type { StreamPolicy } from "./adapters/io.ts";
import { type HostDirectory, hostPreopensOf } from "./adapters/host-preopens.ts";
import { type HostFile, hostFilesOf, type Mount, type Overlay, preopensOf, type Tmpfs } from "./adapters/mounts.ts";
import { isStreamFile, type StreamFile, type StreamFiles, withStreamFiles } from "./adapters/stream-files.ts";
import type { Chunk } from "./binary/chunk.ts";
import { OptionError } from "./errors.ts";
import { FIXED_SECONDS, LATEST_SECONDS } from "./image/fixed-time.ts";
import type { HostPreopen, Preopen, WritableLimits } from "./image/tree.ts";
import type { UserAdapter } from "./user-adapters.ts";
import { OPTIONS } from "./option-shapes.ts";
import { checkOptions, type Shape } from "./shapes.ts";
import type { Denial } from "./shim/refusal.ts";

/** An import to deny, and how where that is not as `deny` says. */
export interface DeniedImport {
  /** `acme:kv/store`, with or without version, or `acme:kv/*`. */
  readonly name: string;
  readonly deny?: Denial;
}

/** `C` is what holds the contents of files. */
export interface Options<C extends Chunk = Uint8Array> {
  /** Argument zero where `arg0` is not given; "app" by default. */
  readonly programName?: string;
  /** Environment variables with fixed values, in this order. */
  readonly env?: Readonly<Record<string, string>>;
  /** All of the host's variables, or these; fixed values win. */
  readonly allowEnv?: boolean | readonly string[];
  /** Arguments after argument zero. */
  readonly args?: readonly string[];
  readonly arg0?: string;
  /** The host's arguments, its argument zero included; excludes `args` and `arg0`. */
  readonly allowArgs?: boolean;
  /** The initial working directory. */
  readonly cwd?: string;
  /** The host's initial working directory; excludes `cwd`. */
  readonly allowCwd?: boolean;
  /** Bytes become the input, or a mounted file. "ignore" is at its end at once. "deny" by default. */
  readonly stdin?: StreamPolicy | Uint8Array | StreamFile;
  /** "ignore" accepts and drops everything, "deny" (the default) is closed; a file is empty at first. */
  readonly stdout?: StreamPolicy | StreamFile;
  readonly stderr?: StreamPolicy | StreamFile;
  /** Files and directories to embed, read-only or writable. */
  readonly mounts?: readonly Mount<C>[];
  /** Empty directories that can be written to. */
  readonly tmpfs?: readonly Tmpfs[];
  /** Directories of the host's that can be written to, in memory: the host's files stay as they are. */
  readonly overlays?: readonly Overlay[];
  /** What may be written to everything writable together, in bytes, counted in blocks of 4096. */
  readonly fsMaxBytes?: number;
  /** How many files, directories and links may be made besides those that are embedded. */
  readonly fsMaxFiles?: number;
  /**
   * The time, in seconds since the epoch, of embedded files without `modified` and of what is written while clocks are not
   * allowed; 1980-01-01 12:01:00 UTC by default. Unlike the command, the library does not read `SOURCE_DATE_EPOCH`.
   */
  readonly sourceDateEpoch?: number;
  /** The output exports what lists, reads, writes and resets the files that can be written: wit/files.wit. */
  readonly exportFiles?: boolean;
  /** Directories of the host's under other paths, beside what is embedded. */
  readonly preopens?: readonly HostDirectory[];
  /** Single files of the host's under paths of ours. */
  readonly hostFiles?: readonly HostFile[];
  /** Components that provide interfaces to the app; the first stands right below it. */
  readonly adapters?: readonly UserAdapter[];
  readonly allowClocks?: boolean;
  readonly allowRandom?: boolean;
  readonly allowExit?: boolean;
  readonly allowHttp?: boolean;
  readonly allowSockets?: boolean;
  /** The host's directories, mounts in them; those that lie in a mount are left out. Excludes `preopens`. */
  readonly allowFs?: boolean;
  /** Everything that no other option decides goes to the host. */
  readonly allowAll?: boolean;
  /** How denied functions say no: "error", the default, where their signature has one; or "trap", always. */
  readonly deny?: Denial;
  /** Imports to deny, whatever else says: `acme:kv/store`, with or without version, or `acme:kv/*`. */
  readonly denyImports?: readonly (string | DeniedImport)[];
}

export const SUBSYSTEMS = ["clocks", "exit", "filesystem", "http", "random", "sockets"] as const;
export type Subsystem = (typeof SUBSYSTEMS)[number];

/** Options with defaults in place and contradictions refused. */
export interface Settings {
  readonly adapters: readonly UserAdapter[];
  readonly environment: EnvironmentSettings;
  readonly stdin: StreamPolicy | Uint8Array | StreamFile;
  readonly stdout: StreamPolicy | StreamFile;
  readonly stderr: StreamPolicy | StreamFile;
  /** What no app sees is among them. */
  readonly preopens: readonly Preopen[];
  readonly exportFiles: boolean;
  readonly limits: WritableLimits;
  readonly fixedSeconds: number;
  /** Those that lie in or around mounts are among the preopens, too. */
  readonly hostPreopens: readonly HostPreopen[];
  /** They lie in the preopens. */
  readonly hostFiles: readonly HostPreopen[];
  readonly allowed: ReadonlySet<Subsystem>;
  /** All that the host offers, where it does not lie in a mount. */
  readonly hostDirectories: boolean;
  /** Everything is allowed, and mounts are in the way of the host's directories. */
  readonly leavesHostFilesOut: boolean;
  readonly allowAll: boolean;
  readonly deny: Denial;
  /** The last that means an import decides. */
  readonly denyImports: readonly Required<DeniedImport>[];
}

/**
 * `more` are the shapes of options that are not for the settings.
 * @throws OptionError
 */
export function settingsOf(options: Options<Chunk>, more: Readonly<Record<string, Shape>> = {}): Settings {
  checkOptions({ ...OPTIONS, ...more }, options);
  const all = options.allowAll === true;
  const { deny = "error", mounts = [], tmpfs = [], overlays = [], exportFiles = false } = options;
  const files = streamFilesOf(options);
  const denyImports = (options.denyImports ?? []).map((each) => ({ deny, ...(typeof each === "string" ? { name: each } : each) }));
  const hostFiles = hostFilesOf(options.hostFiles ?? []);
  const hostPreopens = hostPreopensOf(options.preopens ?? []);
  const isWide = options.allowFs ?? (all && hostPreopens.length === 0);
  const mounted = preopensOf(mounts, tmpfs, overlays, hostFiles, hostPreopens, isWide);
  if (options.allowFs === true && hostPreopens.length > 0)
    throw new OptionError("allowFs", "all directories of the host cannot be allowed beside some of them");
  const isRootMounted = mounted.some(({ path, isOffered }) => path === "/" && isOffered !== true);
  if (options.allowFs === true && isRootMounted)
    throw new OptionError(
      "allowFs",
      "the host's directories cannot be allowed beside a mount of `/`, in which all lie: `preopens` put some into it",
    );
  const preopens = withStreamFiles({ preopens: mounted, hostPreopens, files, isExported: exportFiles });
  if (exportFiles && !preopens.some(({ writable }) => writable !== undefined))
    throw new OptionError(
      "exportFiles",
      "`exportFiles` exports writable files, and there are none: no mount is writable, there is no `tmpfs`, and no output goes to a file",
    );
  // What has no word of its own is allowed by `allowAll`, if that does not change what others mean.
  const allowFs = options.allowFs ?? (mounted.length + hostPreopens.length > 0 ? isWide && !isRootMounted : undefined);
  const words: Readonly<Record<Subsystem, boolean | undefined>> = {
    clocks: options.allowClocks,
    exit: options.allowExit,
    filesystem: allowFs,
    http: options.allowHttp,
    random: options.allowRandom,
    sockets: options.allowSockets,
  };
  return {
    adapters: options.adapters ?? [],
    environment: environmentOf(options, all),
    stdin: options.stdin ?? (all ? "allow" : "deny"),
    stdout: options.stdout ?? (all ? "allow" : "deny"),
    stderr: options.stderr ?? (all ? "allow" : "deny"),
    preopens,
    exportFiles,
    hostPreopens,
    hostFiles,
    hostDirectories: allowFs === true && mounted.length > 0,
    limits: limitsOf(options, preopens),
    fixedSeconds: fixedSecondsOf(options),
    leavesHostFilesOut: all && options.allowFs === undefined && allowFs === false,
    allowed: new Set(SUBSYSTEMS.filter((each) => words[each] ?? all)),
    allowAll: all,
    deny,
    denyImports,
  };
}

function streamFilesOf(options: Options<Chunk>): StreamFiles {
  const files: Record<string, string> = {};
  for (const name of ["stdin", "stdout", "stderr"] as const) {
    const value = options[name];
    if (isStreamFile(value)) files[name] = value.file;
  }
  return files;
}

function limitsOf({ fsMaxBytes, fsMaxFiles }: Options<Chunk>, preopens: readonly Preopen[]): WritableLimits {
  const isAnyWritable = preopens.some(({ writable }) => writable !== undefined);
  for (const [option, value] of Object.entries({ fsMaxBytes, fsMaxFiles })) {
    if (value === undefined) continue;
    if (!isAnyWritable) throw new OptionError(option, `\`${option}\` limits writable files, and no mount is writable`);
  }
  return { ...(fsMaxBytes === undefined ? {} : { maxBytes: fsMaxBytes }), ...(fsMaxFiles === undefined ? {} : { maxFiles: fsMaxFiles }) };
}

function fixedSecondsOf({ sourceDateEpoch = FIXED_SECONDS }: Options<Chunk>): number {
  if (sourceDateEpoch <= LATEST_SECONDS) return sourceDateEpoch;
  throw new OptionError(
    "sourceDateEpoch",
    `\`sourceDateEpoch\` is \`${sourceDateEpoch}\`, and files have whole seconds from 0 to ${LATEST_SECONDS}`,
  );
}

function environmentOf(options: Options<Chunk>, all: boolean): EnvironmentSettings {
  const variables = Object.entries(options.env ?? {});
  for (const [name, value] of variables) {
    if (!isVariable(name) || value.includes("\0")) throw new OptionError("env", noVariable(name));
  }
  if (options.allowArgs === true && (options.args !== undefined || options.arg0 !== undefined))
    throw new OptionError("allowArgs", "the host's arguments cannot be allowed beside fixed ones");
  if (options.allowCwd === true && options.cwd !== undefined)
    throw new OptionError("allowCwd", "the host's working directory cannot be allowed beside a fixed one");
  const { allowEnv = all } = options;
  if (typeof allowEnv !== "boolean") {
    if (allowEnv.length === 0) throw new OptionError("allowEnv", "`allowEnv` is an empty list: `true` allows all variables, `false` none");
    for (const name of allowEnv) if (!isVariable(name)) throw new OptionError("allowEnv", noVariable(name));
  }
  const fixedArguments = [options.arg0 ?? options.programName ?? "app", ...(options.args ?? [])];
  const hostArguments = options.allowArgs ?? (all && options.args === undefined && options.arg0 === undefined);
  return {
    variables,
    hostVariables: allowEnv === true ? { kind: "all" } : allowEnv === false ? { kind: "none" } : { kind: "named", names: allowEnv },
    arguments: hostArguments ? "host" : fixedArguments,
    cwd: (options.allowCwd ?? (all && options.cwd === undefined)) ? "host" : options.cwd,
  };
}

const isVariable = (name: string): boolean => name !== "" && !/[=\0]/.test(name);
const noVariable = (name: string): string =>
  `\`${name}\` is not a name for an environment variable: it must not be empty, nor hold \`=\` or NUL`;

/** Whether the environment is the host's own, nothing added and nothing kept back. */
export function isHostEnvironment({ variables, hostVariables, arguments: args, cwd }: EnvironmentSettings): boolean {
  return variables.length === 0 && hostVariables.kind === "all" && args === "host" && cwd === "host";
}

const PACKAGES: Readonly<Record<string, Subsystem>> = {
  "wasi:clocks": "clocks",
  "wasi:filesystem": "filesystem",
  "wasi:http": "http",
  "wasi:random": "random",
  "wasi:sockets": "sockets",
};

/** Which word decides about an interface; `undefined` if it is not one of the subsystems. */
export function subsystemOf(base: string): Subsystem | undefined {
  return base === "wasi:cli/exit" ? "exit" : PACKAGES[base.replace(/\/.*$/, "")];
}

export { ENVIRONMENT };
