/**
 * What is run: sequences of operations, each in a directory of its own that at first holds a template. As text
 * an operation is a line, a letter and its words; test/guests/c/operations performs it.
 */

import type { Directory, Entry } from "../../src/index.ts";

export interface Sequence {
  /** Which of `TEMPLATES` the directory holds at first. */
  readonly template: number;
  /** What is looked at after every operation: its result; all names, sizes, times, links and positions too; all contents too. */
  readonly level: 0 | 1 | 2;
  readonly operations: readonly string[];
}

/** A file's length, a link's target, or what a directory holds. */
type Template = number | string | { readonly [name: string]: Template };

const many = (count: number): Template => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, i]));

/** Different kinds of things under the same few names, so that sequences soon meet all of them. */
export const TEMPLATES: readonly { readonly [name: string]: Template }[] = [
  {},
  { a: { a: 5000, b: "a", c: {} }, b: 10_000, c: "a", d: {} },
  { a: { a: { a: { a: 1 }, b: 4096 }, b: { a: 4097 } }, b: { b: { b: {} } }, c: 20_000, d: "a/a" },
  { a: 0, b: 4096, c: "b", d: "c" },
  { a: { ...(many(200) as object), a: 100, b: {} }, b: "a", c: 8192, d: 8193 },
  { a: "b", b: "a", c: { a: "../d", b: "../c/c", c: 3, d: "./c" }, d: 12_289 },
];

/** Seconds since the epoch that template entries were changed at; the interpreter adds 500 ns to any time. */
const MODIFIED_SECONDS = 1_000_000_000;
export const MODIFIED: bigint = BigInt(MODIFIED_SECONDS) * 1_000_000_000n + 500n;
const SEED = 1;

/** As the interpreter fills its writes. */
export function contentsOf(byteLength: number): Uint8Array {
  return Uint8Array.from({ length: byteLength }, (_, i) => SEED * 31 + i * 7 + (i >> 8) + 1);
}

/** The template as a tree to embed. */
export function treeOf(template: Template): Entry {
  if (typeof template === "number") return { kind: "file", contents: contentsOf(template), modified: MODIFIED };
  if (typeof template === "string") return { kind: "link", target: template, modified: MODIFIED };
  const entries = Object.entries(template).map(([name, inner]) => [name, treeOf(inner)] as const);
  return { kind: "directory", entries: new Map(entries), modified: MODIFIED };
}

/** The operations that make what is below a directory. */
function setUp(template: { readonly [name: string]: Template }, directory = ""): readonly string[] {
  const made = Object.entries(template).flatMap(([name, inner]): readonly string[] => {
    const path = `${directory}${name}`;
    if (typeof inner === "number") return [`o 0 ${path} wc`, `w 0 ${inner} ${SEED}`, "c 0", `i ${path} 1 ${MODIFIED_SECONDS}`];
    if (typeof inner === "string") return [`y ${path} ${inner}`, `j ${path} 1 ${MODIFIED_SECONDS}`];
    return [`m ${path}`, ...setUp(inner, `${path}/`)];
  });
  return [...made, `i ${directory}. 1 ${MODIFIED_SECONDS}`];
}

const SETUPS = TEMPLATES.map((template) =>
  setUp(template)
    .map((operation) => `<${operation}\n`)
    .join(""),
);

/** How many directories `directoryOfTemplates` has: no script for it may have more sequences of one template. */
export const COPIES = 40;

/** What an overlay starts with: a directory for each sequence. */
export function directoryOfTemplates(): Directory {
  // One tree of each template, so that contents are embedded by reference and not again and again.
  const trees = TEMPLATES.map(treeOf);
  const entries = trees.flatMap((tree, template) =>
    Array.from({ length: COPIES }, (_, copy) => [directoryName(template, copy), inside(inside(tree))] as const),
  );
  return { kind: "directory", entries: new Map(entries) };
}

/** Of these directories those alone that a script uses, where each file costs something. */
export function directoryFor(script: string): Directory {
  const used = new Set(Array.from(script.matchAll(/^= (\S+) /gm), ([, name = ""]) => name));
  const { entries } = directoryOfTemplates();
  return { kind: "directory", entries: new Map([...entries].filter(([name]) => used.has(name))) };
}

/** The interpreter has its sequences two directories deep. */
const inside = (entry: Entry): Directory => ({ kind: "directory", entries: new Map([["in", entry]]) });

const directoryName = (template: number, copy: number): string => `${template}-${copy}`;

/** The interpreter's stdin for some sequences. */
export function scriptOf(sequences: readonly Sequence[]): string {
  const copies = TEMPLATES.map(() => 0);
  return sequences
    .map(({ template, level, operations }) => {
      const copy = copies[template] ?? 0;
      copies[template] = copy + 1;
      const treeCount = operations.some((line) => line.includes("~")) ? 2 : 1;
      return `= ${directoryName(template, copy)} ${level} ${treeCount}\n${SETUPS[template]}${operations.map((line) => `${line}\n`).join("")}`;
    })
    .join("");
}
