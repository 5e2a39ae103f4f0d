/**
 * From trees to a flat list of nodes in the order of the table: the roots, then the entries of one
 * directory after the other, sorted by the bytes of their names, whatever order they were given in.
 */

import type { Chunk } from "../binary/chunk.ts";
import { LinkError } from "../errors.ts";
import { MAX_NAME_LENGTH, MAX_PATH_LENGTH } from "./layout.ts";
import type { Directory, Entry, Preopen } from "./tree.ts";

export interface Node {
  readonly name: string;
  readonly entry: Entry<Chunk>;
  /** Index of the parent's node; a preopen's root is its own parent. */
  parent: number;
  /** The number, among the inner ones, of the mount whose root takes the directory's place, or 0. */
  mount: number;
  /** Directories only: index of the first entry's node, and of the one after the last. */
  first: number;
  end: number;
  /** Directories only: how many of the entries are directories. */
  directories: number;
}

export function nodesOf(preopens: readonly Preopen[]): readonly Node[] {
  const nodes: Node[] = preopens.map(({ directory, file = directory }, index) => nodeOf("", file, index));
  // The list grows while it is walked: each directory appends its entries.
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (node?.entry.kind !== "directory") continue;
    node.first = nodes.length;
    for (const [name, entry] of sortedEntries(node.entry)) {
      checkEntry(name, entry);
      if (entry.kind === "directory") node.directories++;
      nodes.push(nodeOf(name, entry, index));
    }
    node.end = nodes.length;
  }
  return nodes;
}

function nodeOf(name: string, entry: Entry<Chunk>, parent: number): Node {
  return { name, entry, parent, mount: 0, first: 0, end: 0, directories: 0 };
}

function sortedEntries({ entries }: Directory<Chunk>): readonly (readonly [string, Entry<Chunk>])[] {
  return [...entries].sort(([a], [b]) => compareAsUtf8(a, b));
}

/**
 * The order of the UTF-8 bytes, which is the order of the code points. UTF-16 units have the same
 * order, except that surrogates, which stand for the highest code points, lie below 0xe000 to 0xffff.
 */
export function compareAsUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    const isXSurrogate = (x & 0xf800) === 0xd800;
    const isYSurrogate = (y & 0xf800) === 0xd800;
    return isXSurrogate === isYSurrogate ? x - y : isXSurrogate ? 1 : -1;
  }
  return a.length - b.length;
}

/** Refuses what no path could reach and no host would list. */
export function checkEntry(name: string, entry: Entry<Chunk>): void {
  const shown = JSON.stringify(name);
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) {
    throw new LinkError(`\`${shown}\` is not the name of a file`);
  }
  if (isLonger(name, MAX_NAME_LENGTH)) {
    throw new LinkError(`file name \`${shown}\` is longer than ${MAX_NAME_LENGTH} bytes`);
  }
  if (/\p{Surrogate}/u.test(name)) throw new LinkError(`file name \`${shown}\` is not well-formed Unicode`);
  if (entry.kind !== "link") return;
  if (entry.target === "" || entry.target.includes("\0") || isLonger(entry.target, MAX_PATH_LENGTH)) {
    throw new LinkError(`symbolic link \`${shown}\` needs a target of 1 to ${MAX_PATH_LENGTH} bytes without NUL`);
  }
}

/** Whether a text takes more bytes in UTF-8; a UTF-16 unit takes one to three. */
function isLonger(text: string, byteLength: number): boolean {
  if (text.length * 3 <= byteLength) return false;
  return text.length > byteLength || new TextEncoder().encode(text).length > byteLength;
}
