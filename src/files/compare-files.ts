/** Which embedded files of an output differ from those of another. */
import { bytesText } from "../amounts.ts";
import type { EmbeddedFile, EmbeddedFiles } from "./list-files.ts";

export interface FileChange {
  /** Where it lies in the guest; of an output within the output, with its names before it. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  /** What it is, and was: `12 bytes → 14 bytes`. */
  readonly what: string;
}

interface Entry {
  /** All that is compared. */
  readonly key: string;
  readonly what: string;
}

/** In the order of their paths. Both lists need digests. */
export function compareFiles(before: readonly EmbeddedFiles[], after: readonly EmbeddedFiles[]): readonly FileChange[] {
  const [earlier, later] = [entriesOf(before), entriesOf(after)];
  return [...new Set([...earlier.keys(), ...later.keys()])].toSorted().flatMap((path): readonly FileChange[] => {
    const [one, other] = [earlier.get(path), later.get(path)];
    if (other === undefined) return one === undefined ? [] : [{ path, kind: "removed", what: one.what }];
    if (one === undefined) return [{ path, kind: "added", what: other.what }];
    if (one.key === other.key) return [];
    return [{ path, kind: "changed", what: one.what === other.what ? one.what : `${one.what} → ${other.what}` }];
  });
}

function entriesOf(all: readonly EmbeddedFiles[]): ReadonlyMap<string, Entry> {
  return new Map(
    all.flatMap(({ within, files, stdin }) => {
      const nameOf = (path: string): string => [...within, path].join(" ");
      const input =
        stdin === null ? [] : [[nameOf("standard input"), { key: JSON.stringify(stdin), what: bytesText(stdin.bytes) }] as const];
      return [...files.map((file) => [nameOf(file.path), entryOf(file)] as const), ...input];
    }),
  );
}

function entryOf({ kind, writable, size, modified, target, digest }: EmbeddedFile): Entry {
  const what = kind === "file" ? bytesText(size) : kind === "link" ? `a link to ${target}` : "a directory";
  return { key: JSON.stringify([kind, writable, size, `${modified}`, target, digest]), what: writable ? `${what}, writable` : what };
}
