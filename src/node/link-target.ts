/**
 * Symbolic links of a mount: which may stay. A link is followed in the guest as POSIX says, so `..` after
 * another link leaves that link's target, not the name that was written.
 */
import { dirname, relative } from "node:path/posix";
import type * as tree from "../index.ts";
import type { Chunk } from "../index.ts";

type Directory = tree.Directory<Chunk>;
type Entry = tree.Entry<Chunk>;

/** As many as Linux follows for one path. */
const MOST_LINKS = 40;

/**
 * A target for the link at `path` (relative to the mount) that means the same inside of the mount:
 * absolute ones that lie under one of `roots` become relative. `undefined` if it points elsewhere.
 */
export function relativeTarget(target: string, path: string, roots: readonly string[]): string | undefined {
  if (!target.startsWith("/")) return target;
  const root = roots.find((each) => target === each || target.startsWith(each === "/" ? each : `${each}/`));
  if (root === undefined) return undefined;
  const inside = target.slice(root.length).replace(/^\/+/, "");
  return relative(`/${dirname(path)}`, `/${inside}`) || ".";
}

/**
 * The same for a tree that will lie at `guestPath`: there an absolute target is a path of the guest's. `undefined` if it
 * does not lie in the tree; whether anything is there, `leadsNowhere` tells.
 */
export function targetInGuest(target: string, path: string, guestPath: string): string | undefined {
  const [names, above] = [target, guestPath].map((each) => each.split("/").filter((name) => name !== "" && name !== ".")) as [
    string[],
    string[],
  ];
  if (!target.startsWith("/") || !above.every((name, i) => names[i] === name)) return undefined;
  const up = path.split("/").slice(1).fill("..");
  return [...up, ...names.slice(above.length)].join("/") || ".";
}

/** Every link in the tree whose target lies outside of it. */
export function escapingLinks(root: Directory): readonly { readonly path: string; readonly target: string }[] {
  const found: { path: string; target: string }[] = [];
  const visit = (directory: Directory, above: readonly Directory[], path: string): void => {
    const here = [...above, directory];
    for (const [name, entry] of directory.entries) {
      const entryPath = path === "" ? name : `${path}/${name}`;
      if (entry.kind === "directory") visit(entry, here, entryPath);
      else if (entry.kind === "link" && walk(entry.target, here) === "outside") found.push({ path: entryPath, target: entry.target });
    }
  };
  visit(root, [], "");
  return found;
}

/** Whether nothing of the tree is where the link at `path` leads. */
export function leadsNowhere(root: Directory, path: string): boolean {
  const above = [root];
  for (const name of path.split("/")) {
    const entry: Entry | undefined = above.at(-1)?.entries.get(name);
    if (entry?.kind === "link") return walk(entry.target, above) !== "there";
    if (entry?.kind === "directory") above.push(entry);
  }
  return true;
}

/** Where a target leads; `here` are the directories from the root to the one that the link lies in. */
function walk(target: string, here: readonly Directory[]): "outside" | "there" | "nowhere" {
  let stack: readonly (Entry | undefined)[] = here;
  const pending = target.split("/").reverse();
  let links = 0;
  for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") {
      if (stack.length === 1) return "outside";
      stack = stack.slice(0, -1);
      continue;
    }
    const directory = stack.at(-1);
    const entry = directory?.kind === "directory" ? directory.entries.get(segment) : undefined;
    if (entry?.kind === "link") {
      if (++links > MOST_LINKS) return "nowhere";
      pending.push(...entry.target.split("/").reverse());
    } else {
      // What does not exist may be made up of names only: it cannot lead out by itself.
      stack = [...stack, entry];
    }
  }
  return stack.at(-1) === undefined ? "nowhere" : "there";
}
