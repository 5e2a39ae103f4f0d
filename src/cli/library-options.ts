/**
 * From the command line's words to the library's options: parses variables and mounts, reads the files
 * that they name.
 */
import { relative, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { Chunk, DeniedImport, Entry, HostDirectory, Mount, Options, StreamPolicy } from "../index.ts";
import { InputError } from "../node/input-error.ts";
import type { Given } from "./command-line.ts";
import type { VirtualizeOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { readInput } from "./read-component.ts";
import { UsageError } from "./usage-error.ts";

/** @throws UsageError, InputError */
export async function libraryOptions(
  given: Given<VirtualizeOptions>,
  progress: Progress,
): Promise<{ readonly options: Options<Chunk>; readonly warnings: readonly string[] }> {
  const { mounts, warnings } = given.mount === undefined ? { warnings: [] } : await readMounts(given.mount, given, progress);
  const stream = (one: StreamPolicy | undefined): StreamPolicy | undefined => one ?? given.stdio;
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
    mounts,
    preopens: given.preopen?.map(preopenOf),
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
  return { options, warnings };
}

/** Without the options that were not given: the library tells them from `undefined`. */
function defined(options: { readonly [Name in keyof Options<Chunk>]: Options<Chunk>[Name] | undefined }): Options<Chunk> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function variablesOf(given: Given<VirtualizeOptions>): Readonly<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const path of given["env-file"] ?? []) {
    for (const [name, value] of Object.entries(parseEnv(textOf(path)))) if (value !== undefined) variables.set(name, value);
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

function deniedImport(text: string): string | DeniedImport {
  const [name = "", deny, ...more] = text.split("=");
  if (deny === undefined) return name;
  if (name !== "" && (deny === "error" || deny === "trap") && more.length === 0) return { name, deny };
  throw new UsageError(`\`--deny-import ${text}\` is none of NAME, NAME=error and NAME=trap`);
}

function textOf(path: string): string {
  const bytes = readInput(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError([`\`${path}\` is not UTF-8 text`]);
  }
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

function preopenOf(text: string): HostDirectory {
  const equals = text.indexOf("=");
  if (equals <= 0 || equals === text.length - 1) throw new UsageError(`\`--preopen ${text}\` is not GUEST=HOST, such as \`/work=/data\``);
  const readOnly = text.endsWith(":ro");
  return { path: text.slice(0, equals), host: text.slice(equals + 1, readOnly ? -3 : undefined), readOnly };
}

async function readMounts(
  mounts: readonly string[],
  given: Given<VirtualizeOptions>,
  progress: Progress,
): Promise<{ readonly mounts: readonly Mount<Chunk>[]; readonly warnings: readonly string[] }> {
  const { readMount } = await import("../node/read-mount.ts");
  const parsed = mounts.map((mount) => {
    const equals = mount.indexOf("=");
    if (equals <= 0 || equals === mount.length - 1)
      throw new UsageError(`\`--mount ${mount}\` is not GUEST=LOCAL, such as \`/data=./data\``);
    return { path: mount.slice(0, equals), local: mount.slice(equals + 1) };
  });
  const warnings: string[] = [];
  const problems: string[] = [];
  let hint: string | undefined;
  const result: Mount<Chunk>[] = [];
  for (const { path, local } of parsed) {
    const options = {
      include: given.include ?? [],
      exclude: given.exclude ?? [],
      follow: given.follow === true,
      keepTimes: given["keep-times"] === true,
      lazy: true,
      onProgress: (files: number, bytes: number): void => progress.note(`reading ${local}: ${files} files, ${Math.round(bytes / 1e6)} MB`),
    };
    try {
      const entry = await readMount(local, options);
      result.push({ path, entry });
      if (given.out !== undefined && holds(entry, relative(resolve(local), resolve(given.out)))) {
        warnings.push(`\`${given.out}\`, as an earlier run left it, is embedded: \`--exclude\` leaves it out`);
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      hint ??= error.hint;
    }
  }
  if (problems.length > 0) throw new InputError(problems, hint);
  return { mounts: result, warnings };
}

/** Whether there is a file at `path`, which is relative and may lead out. */
function holds(root: Entry<Chunk>, path: string): boolean {
  let entry: Entry<Chunk> | undefined = root;
  for (const name of path.split("/")) entry = entry?.kind === "directory" ? entry.entries.get(name) : undefined;
  return entry?.kind === "file";
}
