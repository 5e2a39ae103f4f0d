/**
 * The custom section `wasi-nest` of every output: which options it was made with, as compact JSON. It explains
 * and proves nothing: what a component can do is read from its imports. Values of variables, arguments and
 * contents are left out, because they may be secrets, and so is all that the binary itself says.
 */
import { FIXED_SECONDS } from "../image/fixed-time.ts";
import { type Entry, hostFileOf, type HostPreopen, isDirect, isFileMountPoint, type Preopen } from "../image/tree.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { StreamPolicy } from "../adapters/io.ts";
import { isStreamFile, type StreamFile } from "../adapters/stream-files.ts";
import type { Role } from "../compose/composition.ts";
import type { Settings } from "../options.ts";
import { VERSION } from "../version.ts";

export const METADATA_SECTION = "wasi-nest";
/** Raised when a reader of the old format would misread the new one, or images of the old layout (image/layout.ts). */
const FORMAT = 1;

/** What the options asked for, in their words. What is not there was denied. */
export interface Policy {
  /** Names of variables with fixed values. */
  readonly env?: readonly string[];
  readonly allowEnv?: true | readonly string[];
  /** How many arguments are fixed, the program's name not among them. */
  readonly args?: number;
  readonly allowArgs?: true;
  readonly cwd?: string;
  readonly allowCwd?: true;
  /** The number of embedded bytes, or a word. */
  readonly stdin?: "allow" | "ignore" | number | `file:${string}`;
  readonly stdout?: "allow" | "ignore" | `file:${string}`;
  readonly stderr?: "allow" | "ignore" | `file:${string}`;
  readonly mounts?: readonly EmbeddedTree[];
  /** Limits of all that is writable together. */
  readonly fsMaxBytes?: number;
  readonly fsMaxFiles?: number;
  /** The time of what has none of its own, in seconds since the epoch, if that is not the default. */
  readonly sourceDateEpoch?: number;
  readonly exportFiles?: true;
  /** Directories of the host's, as `--preopen` has them. */
  readonly preopens?: readonly string[];
  /** Files of the host's, as `--file` has them. */
  readonly hostFiles?: readonly string[];
  /** Components of the user's that provide interfaces, INTERFACE=NAME. */
  readonly adapters?: readonly string[];
  /** Subsystems that are the host's. */
  readonly allow?: readonly string[];
  readonly allowAll?: true;
  readonly deny?: "trap";
  /** Names, and as `NAME=trap` or `NAME=error` those that are denied in another way than the rest. */
  readonly denyImports?: readonly string[];
}

export interface EmbeddedTree {
  /** Where it lies in the guest. */
  readonly path: string;
  readonly files: number;
  /** The sizes of all files added up. */
  readonly bytes: number;
  readonly writable?: true;
  /** What can be written there at most. */
  readonly maxBytes?: number;
  /** What the host calls the directory that lies below, which is never changed. */
  readonly host?: string;
}

/** As they are written: a letter for each instance. */
const LETTERS: Readonly<Record<Role, string>> = { app: "p", adapter: "a", stubs: "s", "re-export": "r" };

export interface Metadata {
  /** Of the wasi-nest that made it. */
  readonly version: string;
  /** `null` where a later wasi-nest wrote it in another format. */
  readonly policy: Policy | null;
}

export function metadataSection(settings: Settings, roles: readonly Role[]): { readonly name: string; readonly bytes: Uint8Array } {
  const letters = roles.map((role) => LETTERS[role]).join("");
  const text = JSON.stringify({ format: FORMAT, version: VERSION, policy: policyOf(settings), roles: letters });
  return { name: METADATA_SECTION, bytes: new TextEncoder().encode(text) };
}

export function policyOf({ environment, preopens, stdin, ...settings }: Settings): Policy {
  const { variables, hostVariables, arguments: args, cwd } = environment;
  const input = stdin instanceof Uint8Array ? stdin.length : wordOf(stdin);
  const [output, errors] = [wordOf(settings.stdout), wordOf(settings.stderr)];
  const mounts = preopens.filter((each) => each.isHidden !== true && each.isOffered !== true && !isDirect(each));
  return {
    ...(variables.length > 0 && { env: variables.map(([name]) => name) }),
    ...(hostVariables.kind !== "none" && { allowEnv: hostVariables.kind === "all" ? true : hostVariables.names }),
    ...(args === "host" ? { allowArgs: true } : args.length > 1 && { args: args.length - 1 }),
    ...(cwd === "host" ? { allowCwd: true } : cwd !== undefined && { cwd }),
    ...(input !== "deny" && { stdin: input }),
    ...(output !== "deny" && { stdout: output }),
    ...(errors !== "deny" && { stderr: errors }),
    ...(mounts.length > 0 && { mounts: mounts.map(treeOf) }),
    ...(settings.limits.maxBytes !== undefined && { fsMaxBytes: settings.limits.maxBytes }),
    ...(settings.limits.maxFiles !== undefined && { fsMaxFiles: settings.limits.maxFiles }),
    ...(settings.fixedSeconds !== FIXED_SECONDS && { sourceDateEpoch: settings.fixedSeconds }),
    ...(settings.exportFiles && { exportFiles: true }),
    ...(settings.hostPreopens.length > 0 && { preopens: settings.hostPreopens.map(hostText) }),
    ...(settings.hostFiles.length > 0 && { hostFiles: settings.hostFiles.map(hostText) }),
    ...(settings.adapters.length > 0 && {
      adapters: settings.adapters.map(({ interface: each, name = each }) => `${each}=${name}`),
    }),
    ...(settings.allowed.size > 0 && { allow: [...settings.allowed] }),
    ...(settings.allowAll && { allowAll: true }),
    ...(settings.deny === "trap" && { deny: settings.deny }),
    ...(settings.denyImports.length > 0 && {
      denyImports: settings.denyImports.map(({ name, deny }) => (deny === settings.deny ? name : `${name}=${deny}`)),
    }),
  };
}

const wordOf = (stream: StreamPolicy | StreamFile): StreamPolicy | `file:${string}` =>
  isStreamFile(stream) ? `file:${stream.file}` : stream;

const hostText = ({ path, host, readOnly }: HostPreopen): string => `${path}=${host}${readOnly ? ":ro" : ""}`;

function treeOf({ path, directory, file, writable, host }: Preopen): EmbeddedTree {
  let [files, bytes] = [0, 0];
  const count = (entry: Entry<Chunk>): void => {
    if (entry.kind === "directory") for (const each of entry.entries.values()) count(each);
    if (entry.kind !== "file" || hostFileOf(entry) !== undefined || isFileMountPoint(entry)) return;
    files++;
    bytes += entry.contents.byteLength;
  };
  count(file ?? directory);
  const maxBytes = writable?.maxBytes;
  return {
    ...{ path, files, bytes },
    ...(writable !== undefined && { writable: true }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(host !== undefined && { host }),
  };
}

const ROLES = ["app", "adapter", "stubs", "re-export"] as const;

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isYes: Check = (value) => value === true;
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isTree: Check = (value) =>
  isRecord(value) &&
  isText(value["path"]) &&
  isCount(value["files"]) &&
  isCount(value["bytes"]) &&
  (value["writable"] === undefined || isYes(value["writable"])) &&
  (value["maxBytes"] === undefined || isCount(value["maxBytes"])) &&
  (value["host"] === undefined || isText(value["host"]));
const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);

const isStream: Check = (value) => isOneOf("allow", "ignore")(value) || (typeof value === "string" && value.startsWith("file:"));

const CHECKS: { readonly [Key in keyof Required<Policy>]: Check } = {
  env: isTexts,
  allowEnv: (value) => isYes(value) || isTexts(value),
  args: isCount,
  allowArgs: isYes,
  cwd: isText,
  allowCwd: isYes,
  stdin: (value) => isCount(value) || isStream(value),
  stdout: isStream,
  stderr: isStream,
  mounts: (value) => Array.isArray(value) && value.every(isTree),
  fsMaxBytes: isCount,
  fsMaxFiles: isCount,
  sourceDateEpoch: isCount,
  exportFiles: isYes,
  preopens: isTexts,
  hostFiles: isTexts,
  adapters: isTexts,
  allow: isTexts,
  allowAll: isYes,
  deny: isOneOf("trap"),
  denyImports: isTexts,
};

/** What the instances of a component are said to be there for; nothing has been held against the wiring yet. */
export function claimedRoles(bytes: Uint8Array): readonly (Role | null)[] {
  const value = parse(bytes);
  if (!isRecord(value) || value["format"] !== FORMAT || typeof value["roles"] !== "string") return [];
  return Array.from(value["roles"], (letter) => ROLES.find((role) => LETTERS[role] === letter) ?? null);
}

/** What the section says; `null` where it is none of ours. */
export function readMetadata(bytes: Uint8Array): Metadata | null {
  const value = parse(bytes);
  if (!isRecord(value) || typeof value["version"] !== "string") return null;
  const { version, format, policy } = value;
  if (format !== FORMAT || !isRecord(policy)) return { version, policy: null };
  const known = Object.entries(CHECKS).filter(([key, check]) => key in policy && check(policy[key]));
  // Each value was checked to be what its key wants.
  return { version, policy: Object.fromEntries(known.map(([key]) => [key, policy[key]])) as Policy };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
