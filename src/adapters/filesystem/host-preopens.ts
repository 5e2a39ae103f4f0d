/**
 * Directories of the host's under paths of the app's choosing.
 */
import type { HostPreopen } from "../../image/tree.ts";
import { hostPathOf } from "./host-path.ts";
import { segmentsOf } from "./mounts.ts";

/** A directory of the host's to be found under another path. */
export interface HostDirectory {
  /** Path in the guest, from the root: `/data`, or `data`. */
  readonly path: string;
  /** What the host calls it, or a path below what it calls one of its own: `/`, `/data/in`, `.`. */
  readonly host: string;
  /** Nothing below can be changed: every attempt answers `read-only`, and nothing of it reaches the host. */
  readonly readOnly?: boolean;
}

/** @throws OptionError for a path that is not absolute */
export function hostPreopensOf(directories: readonly HostDirectory[]): readonly HostPreopen[] {
  return directories.map(({ path, host, readOnly = false }) => ({
    path: `/${segmentsOf(path, "preopens").join("/")}`,
    host: hostPathOf(host, "preopens"),
    readOnly,
  }));
}
