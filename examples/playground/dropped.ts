/** Files and folders that are dropped or chosen, as entries for mounts. Everything is read at once. */
import type { Directory, Entry, File as EmbeddedFile } from "wasi-nest";

/** By their names. */
export type Dropped = ReadonlyMap<string, Entry>;

/** Of what was dropped. The list is empty once its event is over, so it is looked through at once. */
export function entriesOf(items: DataTransferItemList): Promise<Dropped> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  return named(entries);
}

/** Of what was chosen; files of a folder have paths that begin with its name. */
export async function entriesOfFiles(files: Iterable<File>): Promise<Dropped> {
  const root: Tree = new Map();
  for (const file of files) {
    const path = (file.webkitRelativePath || file.name).split("/");
    const name = path.pop() ?? "";
    let folder = root;
    for (const step of path) {
      const inner = folder.get(step);
      const next: Tree = inner instanceof Map ? inner : new Map<string, Tree | EmbeddedFile>();
      folder.set(step, next);
      folder = next;
    }
    folder.set(name, await fileOf(file));
  }
  return new Map([...root].map(([name, each]) => [name, entryOf(each)]));
}

type Tree = Map<string, Tree | EmbeddedFile>;

const entryOf = (each: Tree | EmbeddedFile): Entry =>
  each instanceof Map ? directory([...each].map(([name, inner]) => [name, entryOf(inner)])) : each;

async function named(entries: readonly FileSystemEntry[]): Promise<Dropped> {
  const read = await Promise.all(entries.map(async (entry) => [entry.name, await readEntry(entry)] as const));
  return new Map(read);
}

async function readEntry(entry: FileSystemEntry): Promise<Entry> {
  if (entry.isFile) return fileOf(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // It gives a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    children.push(...some);
  }
  return directory([...(await named(children))]);
}

const fileOf = async (file: File): Promise<EmbeddedFile> => ({ kind: "file", contents: await bytesOf(file) });

/** @throws Error that says which file cannot be read; a folder looks like a file here */
export async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new Error(`\`${file.name}\` cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** In the order that the command reads a directory in. */
const directory = (entries: readonly (readonly [string, Entry])[]): Directory => ({
  kind: "directory",
  entries: new Map(entries.toSorted(([left], [right]) => (left < right ? -1 : 1))),
});

/** How many files there are, and their bytes. */
export function sizeOf(entry: Entry): { readonly files: number; readonly bytes: number } {
  if (entry.kind === "link") return { files: 0, bytes: 0 };
  if (entry.kind === "file") return { files: 1, bytes: entry.contents.byteLength };
  return [...entry.entries.values()]
    .map(sizeOf)
    .reduce((sum, { files, bytes }) => ({ files: sum.files + files, bytes: sum.bytes + bytes }), {
      files: 0,
      bytes: 0,
    });
}
