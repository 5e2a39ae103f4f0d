/**
 * A tree of files as the caller describes it: what will be embedded, before it has an address.
 * `C` is what holds contents: bytes, unless the caller says otherwise.
 */
import type { Chunk } from "../binary/chunk.ts";
import type { RuleStart } from "./file-rules.ts";

export interface File<C extends Chunk = Uint8Array> {
  readonly kind: "file";
  /** Kept by reference, never copied or changed. */
  readonly contents: C;
  /** Nanoseconds since the epoch; without it, one fixed time. */
  readonly modified?: bigint;
}

export interface Directory<C extends Chunk = Uint8Array> {
  readonly kind: "directory";
  /** By name, in any order. */
  readonly entries: ReadonlyMap<string, Entry<C>>;
  readonly modified?: bigint;
}

export interface SymbolicLink {
  readonly kind: "link";
  /** As `readlink` gives it. */
  readonly target: string;
  readonly modified?: bigint;
}

export type Entry<C extends Chunk = Uint8Array> = File<C> | Directory<C> | SymbolicLink;

/** A file of the host's in the tree: `contents` are empty. */
export interface HostFileEntry extends File {
  readonly hostFile: {
    /** What the host calls it: a name behind what it calls a directory, or a path below one of its own. */
    readonly host: string;
    readonly readOnly: boolean;
  };
}

/** A file in the tree in whose place the file of another mount is: `contents` are empty. */
export interface FileMountPoint extends File {
  readonly isMountPoint: true;
}

export const FILE_MOUNT_POINT: FileMountPoint = { kind: "file", contents: new Uint8Array(), isMountPoint: true };

export const isFileMountPoint = (entry: Entry<Chunk>): boolean => "isMountPoint" in entry;

/** What an entry says of the host's file that it stands for, if it does. */
export function hostFileOf(entry: Entry<Chunk>): HostFileEntry["hostFile"] | undefined {
  return "hostFile" in entry ? (entry as HostFileEntry).hostFile : undefined;
}

/** A directory that the app finds opened under `path`. */
export interface Preopen {
  readonly path: string;
  readonly directory: Directory<Chunk>;
  /** It is this file, and `directory` is empty; it lies in the directory of another. */
  readonly file?: File<Chunk>;
  /** The app may change what is below: its changes are kept in memory. Read-only without it. */
  readonly writable?: Writable;
  /** No app sees it, only whoever embeds the component. Lies in no other, and no other in it. */
  readonly isHidden?: true;
  /**
   * What the host calls the directory that is the lower layer, under what `directory` has. It is never changed where the
   * preopen is writable; otherwise it is a directory of the host's in or around other mounts, which are all that `directory` has.
   */
  readonly host?: string;
  /** Of a directory of the host's in or around other mounts: changes go to the host. */
  readonly changesHost?: true;
  /** Where rules start in it; none if none holds here. */
  readonly ruleStarts?: readonly RuleStart[];
  /** The rules of inner mounts that hold in it as well, by `FileRule.inner`. */
  readonly innerRules?: readonly string[];
  /** It is such a directory where the host offers one under `path`, and is not there otherwise. */
  readonly isOffered?: true;
  /** But is there, where it lies in no other such directory: there are single files in it. */
  readonly isNeeded?: true;
}

/** A directory of the host's that the app finds opened under `path`. */
export interface HostPreopen {
  readonly path: string;
  /** What the host calls it, or a path below what it calls one of its own. */
  readonly host: string;
  readonly readOnly: boolean;
}

export interface Writable {
  /** How much may be written here, counted in blocks of 4096 bytes as they are in use. */
  readonly maxBytes?: number;
}

/** What all writable directories together may hold besides what was embedded; without a limit, all that memory does. */
export interface WritableLimits {
  readonly maxBytes?: number;
  /** Files, directories and links. */
  readonly maxFiles?: number;
}

/** Whether a preopen is a directory of the host's in or around other mounts. */
export const isDirect = ({ host, writable }: Preopen): boolean => host !== undefined && writable === undefined;
