/** The order of the guest's files, written here once: a file imports only from its own layer and from those before it. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "../../virt-adapters");

/** What is not named is the last layer: what makes the functions of WIT. */
const LAYERS: readonly (readonly string[])[] = [
  // The canonical ABI, and the arena.
  ["abi/arena", "abi/block", "abi/compare", "abi/features", "abi/own-resources", "abi/result", "abi/strings", "abi/write"],
  // What the host, the image and handles are to us.
  ["io/error-code", "io/descriptor-flags", "io/open-flags", "io/path-flags", "io/names", "files/glob", "files/telling"],
  ["io/host", "io/host-error", "io/metadata-hash", "io/node", "io/representation"],
  // The shapes of what lies in memory, how much of it there may be, and that memory.
  ["files/inode", "files/record", "files/space"],
  ["files/blocks", "files/heap", "files/mount", "files/times"],
  ["files/rules"],
  // What inodes have: blocks, entries, and what of it is the host's.
  [
    "files/lower",
    "files/lower-path",
    "files/lower-way",
    "files/lower-file",
    "files/odd-names",
    "files/buckets",
    "files/table",
    "files/tail",
  ],
  ["files/entries", "files/lower-contents", "files/contents"],
  // How long they last, and who holds them.
  ["files/lifetime"],
  ["files/lower-lookup", "files/open-file", "io/range"],
  // The end of a call, and the way from a path to an object.
  ["io/call", "files/link-target", "files/lookup"],
  ["files/path", "io/host-path"],
  // What traces print: lines, values in them, calls.
  ["trace/host", "trace/line"],
  ["trace/float", "trace/text"],
  ["trace/value"],
  ["trace/calls"],
];

const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const names = files.map((file) => file.slice(0, -".ts".length));
const imports = new Map(names.map((name) => [name, importsOf(name)]));

function importsOf(name: string): readonly string[] {
  const text = readFileSync(join(FOLDER, `${name}.ts`), "utf8");
  const paths = [...text.matchAll(/^(?:import|export|\}) [^;]*?from "(.*)";$/gm)].map(([, path = ""]) => join(dirname(name), path));
  return paths.filter((path) => !path.startsWith("../src/image/"));
}

function layerOf(name: string): number {
  const index = LAYERS.findIndex((layer) => layer.includes(name));
  return index < 0 ? LAYERS.length : index;
}

/** Imports that lead back to where they start, each as the files on the way. */
function circles(name: string, way: readonly string[] = []): readonly string[] {
  if (way.includes(name)) return [[...way.slice(way.indexOf(name)), name].join(" → ")];
  return (imports.get(name) ?? []).flatMap((each) => (layerOf(each) === layerOf(name) ? circles(each, [...way, name]) : []));
}

test("the files of the order, and those that are imported, are there", () => {
  expect(names.length).toBeGreaterThan(60);
  expect([...LAYERS.flat(), ...[...imports.values()].flat()].filter((name) => !names.includes(name))).toEqual([]);
});

test("no file imports from a later layer", () => {
  expect(names.flatMap((name) => importsOf(name).flatMap((each) => (layerOf(each) > layerOf(name) ? [`${name} ← ${each}`] : [])))).toEqual(
    [],
  );
});

test("no imports go round in a circle", () => {
  expect(names.flatMap((name) => circles(name))).toEqual([]);
});
