/**
 * From the command line's words to the library's options: parses variables, reads the files that are named.
 */
import type { Chunk, DeniedImport, HostDirectory, HostFile, Options, StreamFile, StreamPolicy } from "../index.ts";
import { InputError } from "../node/input-error.ts";
import type { Given } from "./command-line.ts";
import { parseEnvFile } from "./env-file.ts";
import { readMounts, writableFiles } from "./mounts.ts";
import type { VirtualizeOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { readInput } from "./inputs.ts";
import { refuseFileOfNpx } from "./start.ts";
import { UsageError } from "../errors.ts";

export interface LibraryOptions {
  readonly options: Options<Chunk>;
  readonly warnings: readonly string[];
}

/** @throws UsageError, InputError */
export async function libraryOptions(given: Given<VirtualizeOptions>, progress: Progress): Promise<LibraryOptions> {
  const writable = writableFiles(given);
  const read = given.mount && (await readMounts(given.mount, given, progress));
  const stream = (one: StreamPolicy | `file:${string}` | undefined): StreamPolicy | StreamFile | undefined => {
    const policy = one ?? given.stdio;
    return policy?.startsWith("file:") === true ? { file: policy.slice("file:".length) } : (policy as StreamPolicy | undefined); // what is left
  };
  const options = defined({
    env: variablesOf(given),
    allowEnv: hostVariables(given["allow-env"]),
    args: given.arg,
    arg0: given.arg0,
    allowArgs: given["allow-args"],
    cwd: given.cwd,
    allowCwd: given["allow-cwd"],
    stdin: embeddedInput(given) ?? stream(given.stdin),
    stdout: stream(given.stdout),
    stderr: stream(given.stderr),
    mounts: read?.mounts,
    exportFiles: given["export-files"],
    preopens: given.preopen?.map((text) => hostPlaceOf("preopen", text)),
    hostFiles: given.file?.map((text) => hostPlaceOf("file", text)),
    ...writable,
    sourceDateEpoch: sourceDateEpochOf(process.env["SOURCE_DATE_EPOCH"]),
    allowFs: given["allow-fs"],
    allowClocks: given["allow-clocks"],
    allowRandom: given["allow-random"],
    allowExit: given["allow-exit"],
    allowHttp: given["allow-http"],
    allowSockets: given["allow-sockets"],
    allowAll: given["allow-all"],
    deny: given.deny,
    denyImports: given["deny-import"]?.map(deniedImport),
  });
  return { options, warnings: read?.warnings ?? [] };
}

/** Without the options that were not given: the library tells them from `undefined`. */
function defined(options: { readonly [Name in keyof Options<Chunk>]: Options<Chunk>[Name] | undefined }): Options<Chunk> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function variablesOf(given: Given<VirtualizeOptions>): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const path of given["env-file"] ?? []) {
    const file = parseEnvFile(readInput(path));
    if (file.problems.length > 0) throw new InputError(file.problems.map((problem) => `\`${path}\` ${problem}`));
    refuseFileOfNpx(path, file.variables.keys());
    for (const [name, value] of file.variables) variables.set(name, value);
  }
  for (const assignment of given.env ?? []) {
    const equals = assignment.indexOf("=");
    if (equals < 0)
      throw new UsageError(
        `\`--env ${assignment}\` has no \`=\`: NAME=VALUE is wanted, and \`--allow-env=${assignment}\` gives the host's`,
      );
    if (equals === 0) throw new UsageError(`\`--env ${assignment}\` has no name before the \`=\``);
    variables.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  return Object.fromEntries(variables);
}

/** The variable that builds set which want the same bytes again, https://reproducible-builds.org/specs/source-date-epoch. */
function sourceDateEpochOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new UsageError(`\`SOURCE_DATE_EPOCH\` is \`${text}\`, which is not a whole number of seconds since 1970 below ${2 ** 32}`);
}

function deniedImport(text: string): string | DeniedImport {
  const [name = "", deny, ...more] = text.split("=");
  if (deny === undefined) return name;
  if (name !== "" && (deny === "error" || deny === "trap") && more.length === 0) return { name, deny };
  throw new UsageError(`\`--deny-import ${text}\` is none of NAME, NAME=error and NAME=trap`);
}

/** Each is empty for all variables, or names some. */
function hostVariables(lists: readonly string[] | undefined): boolean | readonly string[] | undefined {
  if (lists === undefined) return undefined;
  if (lists.includes("")) return true;
  const names = lists.flatMap((list) => list.split(","));
  if (names.includes("")) throw new UsageError(`\`--allow-env=${lists.join(",")}\` has an empty name`);
  return names;
}

function embeddedInput(given: Given<VirtualizeOptions>): Uint8Array | undefined {
  if (given["stdin-file"] !== undefined) return readInput(given["stdin-file"]);
  return given["stdin-text"] === undefined ? undefined : new TextEncoder().encode(given["stdin-text"]);
}

function hostPlaceOf(option: "preopen" | "file", text: string): HostDirectory & HostFile {
  const equals = text.indexOf("=");
  const example = option === "preopen" ? "/work=/data" : "/etc/hosts=/data/hosts";
  if (equals <= 0 || equals === text.length - 1) throw new UsageError(`\`--${option} ${text}\` is not GUEST=HOST, such as \`${example}\``);
  const readOnly = text.endsWith(":ro");
  return { path: text.slice(0, equals), host: text.slice(equals + 1, readOnly ? -3 : undefined), readOnly };
}
