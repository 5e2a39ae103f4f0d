/**
 * Which directories of the host's an output was made to use and is not given. An output says itself what it was made
 * with; that proves nothing, so it is good for a warning and no more.
 */
import { decodeComponent } from "../binary/component.ts";
import { METADATA_SECTION, readMetadata } from "../inspect/metadata.ts";

export interface MissingDirectory {
  /** What the output calls it. */
  readonly host: string;
  /** The paths that the program has of it. */
  readonly guests: readonly string[];
}

/** `given` are the names under which the component finds directories. */
export function missingDirectories(component: Uint8Array, given: readonly string[]): readonly MissingDirectory[] {
  const sections = decodeComponent(component);
  const usesFiles = sections.some(
    (each) => each.kind === "import" && each.items.some(({ name }) => name.name.startsWith("wasi:filesystem/preopens@")),
  );
  const written = sections.findLast((each) => each.kind === "custom" && each.name === METADATA_SECTION);
  const { policy } = (written?.kind === "custom" ? readMetadata(written.bytes) : null) ?? { policy: null };
  if (!usesFiles || policy === null) return [];
  const { preopens = [], hostFiles = [], mounts = [] } = policy;
  const wanted = [
    ...preopens.map(pairOf),
    ...mounts.flatMap(({ path, host }) => (host === undefined ? [] : [[path, host] as const])),
    ...hostFiles.map(pairOf).map(([guest, file]) => [guest, folderOf(file)] as const),
  ];
  const missing = new Map<string, string[]>();
  for (const [guest, host] of wanted) {
    if (given.some((name) => holds(name, host))) continue;
    missing.set(host, [...(missing.get(host) ?? []), guest]);
  }
  return [...missing].map(([host, guests]) => ({ host, guests }));
}

/** `GUEST=HOST`, or `GUEST=HOST:ro`. */
function pairOf(text: string): readonly [guest: string, host: string] {
  const equals = text.indexOf("=");
  return [text.slice(0, equals), text.slice(equals + 1).replace(/:ro$/, "")];
}

/** As the adapter has it (src/image/host-preopens.ts). */
function folderOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "." : file.slice(0, slash) || "/";
}

/** As the adapter finds what lies in a directory that is offered (virt-adapters/io/host-path.ts). */
function holds(name: string, path: string): boolean {
  if (name === ".") return !path.startsWith("/");
  return path === name || path.startsWith(name.endsWith("/") ? name : `${name}/`);
}
