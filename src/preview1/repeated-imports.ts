/**
 * Core modules that import one function under the same name several times, as Go's do. A component's core modules import each name once:
 * the section of imports is written anew, with further names for the repeated ones.
 */
import { bytesOf, type Chunk } from "../binary/chunk.ts";
import { readCoreImports } from "../binary/core-type-decl.ts";
import { encode, encodeSection, SECTION } from "../binary/core-module.ts";
import { Reader } from "../binary/reader.ts";
import type { Section } from "./sections.ts";

export interface Renamed {
  readonly bytes: Uint8Array;
  /** Names by those that stand for them: of each module the further ones. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export function withEachImportOnce(bytes: Uint8Array, sections: readonly Section[]): Renamed {
  const names = new Map<string, Map<string, string>>();
  const section = sections.find(({ id }) => id === SECTION.import);
  if (section === undefined) return { bytes, names };
  const reader = new Reader(bytes.subarray(section.contents, section.end), section.contents, "the imports of the core module");
  const count = reader.u32();
  const entries: Uint8Array[] = [];
  const all: { readonly module: string; readonly name: string; readonly at: number | undefined }[] = [];
  for (let i = 0; i < count; i++) {
    let found: ReturnType<typeof readCoreImports> = [];
    const entry = reader.span(() => (found = readCoreImports(reader)));
    // Names in groups stay as they are.
    for (const { module, name } of found) all.push({ module, name, at: found.length === 1 ? i : undefined });
    entries.push(entry);
  }
  const keyOf = (module: string, name: string): string => `${module.length} ${module}${name}`;
  const taken = new Set(all.map(({ module, name }) => keyOf(module, name)));
  const seen = new Set<string>();
  for (const { module, name, at } of all) {
    const key = keyOf(module, name);
    const isFirst = !seen.has(key);
    seen.add(key);
    if (isFirst || at === undefined) continue;
    let number = 2;
    while (taken.has(keyOf(module, `${name} ${number}`))) number++;
    const other = `${name} ${number}`;
    taken.add(keyOf(module, other));
    names.set(module, (names.get(module) ?? new Map<string, string>()).set(other, name));
    entries[at] = renamed(entries[at]!, other);
  }
  if (names.size === 0) return { bytes, names };
  const contents = [encode((writer) => writer.u32(count)), ...entries];
  const chunks: Chunk[] = [bytes.subarray(0, section.start), ...encodeSection(SECTION.import, contents), bytes.subarray(section.end)];
  return { bytes: bytesOf(chunks), names };
}

/** An import, module, name and type, under another name. */
function renamed(entry: Uint8Array, name: string): Uint8Array {
  const reader = new Reader(entry);
  const module = reader.name();
  reader.name();
  const type = entry.subarray(reader.offset);
  return encode((writer) => {
    writer.name(module);
    writer.name(name);
    writer.bytes(type);
  });
}
