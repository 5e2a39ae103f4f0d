/**
 * Directories of the host's under paths of the app's choosing, each a preopen of its own.
 */
import { OptionError } from "../errors.ts";
import type { HostPreopen, Preopen } from "../image/tree.ts";
import { hostPathOf } from "./host-path.ts";
import { segmentsOf } from "./mounts.ts";

/** A directory of the host's to be found under another path. */
export interface HostDirectory {
  /** Absolute path in the guest. */
  readonly path: string;
  /** What the host calls it, or a path below what it calls one of its own: `/`, `/data/in`, `.`. */
  readonly host: string;
  /** Nothing below can be changed: every attempt answers `read-only`, and nothing of it reaches the host. */
  readonly readOnly?: boolean;
}

/** @throws OptionError for a path that is not absolute, or that another directory or mount has */
export function hostPreopensOf(directories: readonly HostDirectory[], preopens: readonly Preopen[]): readonly HostPreopen[] {
  const taken = new Set(preopens.map(({ path }) => path));
  return directories.map(({ path: given, host, readOnly = false }) => {
    const path = `/${segmentsOf(given, "preopens").join("/")}`;
    if (taken.has(path)) throw new OptionError("preopens", `the guest path \`${given}\` is taken by another directory`);
    taken.add(path);
    return { path, host: hostPathOf(host, "preopens"), readOnly };
  });
}
