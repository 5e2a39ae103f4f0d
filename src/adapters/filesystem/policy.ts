/** What outputs tell of their files, and how it is shown. */
import { bytesText, counted, limitsText } from "../../amounts.ts";
import type { Chunk } from "../../binary/chunk.ts";
import { FIXED_SECONDS } from "../../image/fixed-time.ts";
import { type Entry, hostFileOf, type HostPreopen, isDirect, isFileMountPoint, type Preopen } from "../../image/tree.ts";
import type { Configured } from "../adapter-module.ts";
import { hasKeys, isCount, isText, isTexts, isYes } from "../checks.ts";
import type { Check, Recorded } from "../option-table.ts";
import type { RuleOptions } from "./rules.ts";
import type { FilesystemSettings } from "./settings.ts";

export interface FilesystemPolicy {
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
  /** Globs, as `--hide` and `--protect` have them. */
  readonly hide?: readonly string[];
  readonly protect?: readonly string[];
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

const isTree = hasKeys({ path: isText, files: isCount, bytes: isCount }, { writable: isYes, maxBytes: isCount, host: isText });

export const CHECKS: { readonly [Key in keyof Required<FilesystemPolicy>]: Check } = {
  mounts: (value) => Array.isArray(value) && value.every(isTree),
  fsMaxBytes: isCount,
  fsMaxFiles: isCount,
  sourceDateEpoch: isCount,
  exportFiles: isYes,
  preopens: isTexts,
  hostFiles: isTexts,
  hide: isTexts,
  protect: isTexts,
};

export function recordedOf(settings: FilesystemSettings, { hide, protect }: RuleOptions): NonNullable<Configured["recorded"]> {
  const { preopens, limits, fixedSeconds, exportFiles, hostPreopens, hostFiles } = settings;
  const mounts = preopens.filter((each) => each.isHidden !== true && each.isOffered !== true && !isDirect(each));
  const listed = <T>(list: readonly T[], each: (item: T) => Recorded): readonly Recorded[] | undefined =>
    list.length === 0 ? undefined : list.map(each);
  return {
    mounts: listed(mounts, treeOf),
    fsMaxBytes: limits.maxBytes,
    fsMaxFiles: limits.maxFiles,
    sourceDateEpoch: fixedSeconds === FIXED_SECONDS ? undefined : fixedSeconds,
    exportFiles: exportFiles || undefined,
    preopens: listed(hostPreopens, hostText),
    hostFiles: listed(hostFiles, hostText),
    hide: hide === undefined || hide.length === 0 ? undefined : hide,
    protect: protect === undefined || protect.length === 0 ? undefined : protect,
  };
}

const hostText = ({ path, host, readOnly }: HostPreopen): string => `${path}=${host}${readOnly ? ":ro" : ""}`;

function treeOf({ path, directory, file, writable, host }: Preopen): Recorded {
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

export function shown(policy: FilesystemPolicy): readonly (readonly [string, string])[] {
  const { mounts = [], preopens = [], hostFiles = [], exportFiles, hide = [], protect = [] } = policy;
  const limits = limitsText({ maxBytes: policy.fsMaxBytes, maxFiles: policy.fsMaxFiles });
  return [
    ...mounts.map(shownTree),
    ...(limits === undefined ? [] : [["limits", limits] as const]),
    ...(exportFiles === true ? [["exported", "the files"] as const] : []),
    ...(preopens.length > 0 ? [["preopen", preopens.join(", ")] as const] : []),
    ...(hostFiles.length > 0 ? [["file", hostFiles.join(", ")] as const] : []),
    ...(hide.length > 0 ? [["hidden", hide.join(", ")] as const] : []),
    ...(protect.length > 0 ? [["protected", protect.join(", ")] as const] : []),
  ];
}

function shownTree({ path, files, bytes, writable, maxBytes, host }: EmbeddedTree): readonly [string, string] {
  const embedded = `${path}: ${counted(files, "file")}, ${bytesText(bytes)}`;
  if (writable === undefined) return ["embedded", embedded];
  const limit = limitsText({ maxBytes });
  const over = host === undefined ? "" : `, over the host's ${host}`;
  return ["writable", `${files === 0 ? path : embedded}${over}${limit === undefined ? "" : `, ${limit}`}`];
}
