/** What the options of files come to. */
import type { Chunk } from "../../binary/chunk.ts";
import { OptionError } from "../../errors.ts";
import { FIXED_SECONDS, LATEST_SECONDS } from "../../image/fixed-time.ts";
import type { FileRule } from "../../image/file-rules.ts";
import type { Compressor } from "../../image/packing.ts";
import type { HostPreopen, Preopen, WritableLimits } from "../../image/tree.ts";
import { streamFilesOf, type StdioOptions } from "../stdio/settings.ts";
import { withStreamFiles } from "../stdio/stream-files.ts";
import { checkedCompressor } from "./compressor.ts";
import { type HostDirectory, hostPreopensOf } from "./host-preopens.ts";
import { saidOfPlace, startsOf } from "./rule-places.ts";
import { type Ruled, type RuleOptions, ruled } from "./rules.ts";
import { type HostFile, hostFilesOf, type Mount, type Overlay, preopensOf, type Tmpfs } from "./mounts.ts";

/** `C` is what holds the contents of files. */
export interface FilesystemOptions<C extends Chunk = Uint8Array> extends RuleOptions {
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
  /**
   * Compresses embedded files, each where that pays: gives deflate (RFC 1951) without a header, such as `deflateRawSync` of `node:zlib`.
   */
  readonly compress?: Compressor;
  /** Directories of the host's under other paths, beside what is embedded. */
  readonly preopens?: readonly HostDirectory[];
  /** Single files of the host's under paths of ours. */
  readonly hostFiles?: readonly HostFile[];
  /** The host's directories, mounts in them; those that lie in a mount are left out. Excludes `preopens`. */
  readonly allowFs?: boolean;
}

export interface FilesystemSettings {
  /** What no app sees is among them. */
  readonly preopens: readonly Preopen[];
  readonly exportFiles: boolean;
  readonly limits: WritableLimits;
  readonly compress: Compressor | undefined;
  readonly fixedSeconds: number;
  /** Those that lie in or around mounts are among the preopens, too. */
  readonly hostPreopens: readonly HostPreopen[];
  /** They lie in the preopens. */
  readonly hostFiles: readonly HostPreopen[];
  /** The host's own, as they are or beside mounts. */
  readonly isAllowed: boolean;
  /** All that the host offers, where it does not lie in a mount. */
  readonly hostDirectories: boolean;
  /** What hides and protects files, what of it matches nothing that is embedded, and what matches only what is in a mount's root. */
  readonly rules: readonly FileRule[];
  readonly ruleGlobs: Required<RuleOptions>;
  /** What each rule was given as, where somebody is told what they refuse. */
  readonly ruleTexts?: readonly string[];
  /** Somebody is told what is refused because of rules, or of something that is read-only. */
  readonly tellsRefused: boolean;
  readonly unusedRules: readonly string[];
  readonly shallowRules: readonly string[];
  /** Everything is allowed, and mounts are in the way of the host's directories. */
  readonly leavesHostFilesOut: boolean;
}

type Options = FilesystemOptions<Chunk> & StdioOptions;

/** Of options that were looked at, because more than one module asks. */
const known = new WeakMap<Options, FilesystemSettings>();

/**
 * `isTold`: somebody is told what rules refuse.
 * @throws OptionError
 */
export function filesystemSettings(options: Options, all: boolean, isTold: boolean): FilesystemSettings {
  const found = known.get(options) ?? settingsOf(options, all, isTold);
  known.set(options, found);
  return found;
}

function settingsOf(options: Options, all: boolean, isTold: boolean): FilesystemSettings {
  const { tmpfs = [], overlays = [], exportFiles = false } = options;
  const hostPreopens = hostPreopensOf(options.preopens ?? []);
  const given = { mounts: options.mounts ?? [], tmpfs, overlays, hostPreopens, hostFiles: hostFilesOf(options.hostFiles ?? []) };
  const { rules, texts, places, mounts, hostFiles, unused, shallow } = ruled(options, given);
  const isWide = options.allowFs ?? (all && hostPreopens.length === 0);
  const mounted = preopensOf(mounts, tmpfs, overlays, hostFiles, hostPreopens, isWide, places, isTold);
  const isRootMounted = mounted.some(({ path, isOffered }) => path === "/" && isOffered !== true);
  const preopens = withStreamFiles({ preopens: mounted, hostPreopens, files: streamFilesOf(options), isExported: exportFiles });
  if (exportFiles && !preopens.some(({ writable }) => writable !== undefined))
    throw new OptionError(
      "exportFiles",
      "`exportFiles` exports writable files, and there are none: no mount is writable, there is no `tmpfs`, and no output goes to a file",
    );
  // What has no word of its own is allowed by `allowAll`, if that does not change what others mean.
  const isAnyPlaced = mounted.length + hostPreopens.length > 0;
  // In a mount of `/` lie all directories of the host, and those that lie in a mount are left out.
  const allowFs = isAnyPlaced && isRootMounted ? false : (options.allowFs ?? (isAnyPlaced ? isWide : undefined));
  if (rules.length > 0) checkRules(options, { ...given, rules, places, isAllowed: allowFs ?? all });
  return {
    preopens,
    rules,
    ruleGlobs: { hide: options.hide ?? [], protect: options.protect ?? [] },
    unusedRules: unused,
    shallowRules: shallow,
    ...(isTold && rules.length > 0 && { ruleTexts: texts }),
    tellsRefused: isTold && (rules.length > 0 || isAnyReadOnly([...hostPreopens, ...hostFiles], preopens)),
    exportFiles,
    hostPreopens,
    hostFiles,
    isAllowed: allowFs ?? all,
    hostDirectories: allowFs === true && mounted.length > 0,
    limits: limitsOf(options, preopens),
    compress: compressorOf(options),
    fixedSeconds: fixedSecondsOf(options),
    leavesHostFilesOut: (options.allowFs ?? all) && allowFs === false,
  };
}

/** Rules hold where they hold for certain: what they would not hold for is refused. */
function checkRules(
  options: Options,
  {
    hostPreopens,
    hostFiles,
    overlays,
    mounts,
    tmpfs,
    rules,
    places,
    isAllowed,
  }: Parameters<typeof ruled>[1] & Pick<Ruled, "rules" | "places"> & { readonly isAllowed: boolean },
): void {
  const option = options.hide === undefined ? "protect" : "hide";
  if (isAllowed)
    throw new OptionError(option, "rules do not hold for all of the host's directories: name each with `--preopen` (`preopens`)");
  if ([mounts, tmpfs, overlays, hostPreopens, hostFiles].every(({ length }) => length === 0))
    throw new OptionError(option, "rules are for files, and there are none");
  const files = streamFilesOf(options);
  for (const stream of ["stdin", "stdout", "stderr"] as const) {
    const path = files[stream] ?? "/";
    const place = { segments: path.split("/").filter((name) => name !== "" && name !== ".") };
    if (saidOfPlace(rules, startsOf(place, places)).isHidden) throw new OptionError(stream, `\`${path}\` is a file that a rule hides`);
  }
}

/** Whether something can be refused without a rule. */
const isAnyReadOnly = (hosts: readonly HostPreopen[], preopens: readonly Preopen[]): boolean =>
  hosts.some(({ readOnly }) => readOnly) ||
  preopens.some(({ writable, host, isOffered }) => writable === undefined && host === undefined && isOffered !== true);

/** Whether the app is to see any that are not the host's alone. */
export const hasFiles = ({ preopens, hostPreopens }: FilesystemSettings): boolean =>
  hostPreopens.length > 0 || preopens.some(({ isHidden }) => isHidden !== true);

function compressorOf({ compress, mounts = [] }: Options): Compressor | undefined {
  if (compress === undefined) return undefined;
  if (mounts.length === 0) throw new OptionError("compress", "`compress` compresses files of mounts, and there are none");
  return checkedCompressor(compress);
}

/** Whether what is written to some of the host's directories stays in memory. */
export const hasOverlays = ({ preopens }: FilesystemSettings): boolean =>
  preopens.some(({ host, writable }) => host !== undefined && writable !== undefined);

function limitsOf({ fsMaxBytes, fsMaxFiles }: Options, preopens: readonly Preopen[]): WritableLimits {
  const isAnyWritable = preopens.some(({ writable }) => writable !== undefined);
  for (const [option, value] of Object.entries({ fsMaxBytes, fsMaxFiles })) {
    if (value === undefined) continue;
    if (!isAnyWritable) throw new OptionError(option, `\`${option}\` limits writable files, and no mount is writable`);
  }
  return { ...(fsMaxBytes === undefined ? {} : { maxBytes: fsMaxBytes }), ...(fsMaxFiles === undefined ? {} : { maxFiles: fsMaxFiles }) };
}

function fixedSecondsOf({ sourceDateEpoch = FIXED_SECONDS }: Options): number {
  if (sourceDateEpoch <= LATEST_SECONDS) return sourceDateEpoch;
  throw new OptionError(
    "sourceDateEpoch",
    `\`sourceDateEpoch\` is \`${sourceDateEpoch}\`, and files have whole seconds from 0 to ${LATEST_SECONDS}`,
  );
}
