/** What a directory has in it at a time: enough to know later whether anything of it has been changed. */
import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export type Kind = "file" | "directory" | "link" | "other";

/** Of one entry; two that are equal in all of it are taken for unchanged. */
export interface State {
  readonly kind: Kind;
  readonly size: bigint;
  /** In nanoseconds since the epoch. */
  readonly modified: bigint;
  /** When anything of it changed, its name or mode too. Nobody can set that. */
  readonly changed: bigint;
  /** Which file it is, on which file system. */
  readonly id: string;
  readonly mode: number;
}

/** Every entry by its path below the directory, with `/` between names; directories before what is in them. "" is the directory. */
export type DirectoryState = ReadonlyMap<string, State>;

/** No link is followed but the directory itself. What cannot be listed has nothing in it. @throws what `node:fs` throws for the directory */
export function directoryState(root: string): DirectoryState {
  const states = new Map<string, State>();
  const visit = (path: string): void => {
    for (const name of namesIn(join(root, path))) {
      const below = path === "" ? name : `${path}/${name}`;
      const state = stateOf(join(root, below));
      if (state === undefined) continue;
      states.set(below, state);
      if (state.kind === "directory") visit(below);
    }
  };
  states.set("", stateFrom(lstatSync(`${root}/.`, { bigint: true })));
  visit("");
  return states;
}

/** The names in a directory, sorted; none where they cannot be read. */
export function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

/** `undefined` where nothing is. */
export function stateOf(path: string): State | undefined {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats && stateFrom(stats);
  } catch {
    return undefined;
  }
}

function stateFrom(stats: BigIntStats): State {
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : stats.isSymbolicLink() ? "link" : "other";
  return {
    kind,
    size: stats.size,
    modified: stats.mtimeNs,
    changed: stats.ctimeNs,
    id: `${stats.dev}:${stats.ino}`,
    mode: Number(stats.mode & 0o7777n),
  };
}

/** Whether an entry is what it was. A directory is one as long as it is the same: what is in it has states of its own. */
export function isUnchanged(before: State, now: State | undefined): boolean {
  if (now === undefined || now.kind !== before.kind || now.id !== before.id) return false;
  return before.kind === "directory" || (now.size === before.size && now.modified === before.modified && now.changed === before.changed);
}

/** The target of a link; "" where it cannot be read. */
export function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
