// Inputs whose work once grew with their square: each for a count and for twice as many, in this process.

import { writeSync, closeSync, ftruncateSync, openSync } from "node:fs";
import { importsOf } from "../dist/adapters/wasi-versions.js";
import { bytesOf } from "../dist/binary/chunk.js";
import { keyOf } from "../dist/component/names.js";
import { ComponentWriter } from "../dist/compose/component-writer.js";
import { close, ImportedInterfaces } from "../dist/compose/imported-interfaces.js";
import { createAdapter, virtualize } from "../dist/index.js";
import { interfacesOf } from "../dist/virtualize/known-interfaces.js";

/** A component that imports this and does nothing. */
function appOf(imports) {
  const interfaces = interfacesOf(imports);
  const writer = new ComponentWriter();
  const wanted = new Map([...imports].map(([name, { exports }]) => [keyOf(name), new Set(exports.keys())]));
  new ImportedInterfaces(writer, interfaces, close(interfaces, wanted)).importAll();
  return bytesOf(writer.finish());
}

const wasi = importsOf("0.2.6");
const only = (...names) => new Map([...wasi].filter(([name]) => names.some((each) => name.startsWith(each))));
const stream = { kind: "own", resource: wasi.get("wasi:io/streams@0.2.6").exports.get("input-stream").type };
const func = (param) => ({ kind: "func", type: { kind: "func", async: false, params: [{ label: "p", type: param }], result: "u32" } });
const range = (count) => Array.from({ length: count }, (_, i) => i);
/** All of a descriptor that an app needs to be given files. */
const types = wasi.get("wasi:filesystem/types@0.2.6");
const descriptor = { kind: "instance", exports: new Map([["descriptor", types.exports.get("descriptor")]]) };
const filesApp = appOf(new Map([["wasi:filesystem/types@0.2.6", descriptor], ...only("wasi:filesystem/preopens")]));

function alike(count, size) {
  const entries = range(count).map((i) => {
    const contents = new Uint8Array(size);
    new DataView(contents.buffer).setUint32(500, i);
    return [`f${i}`, { kind: "file", contents }];
  });
  return () => virtualize(filesApp, { mounts: [{ path: "/", entry: { kind: "directory", entries: new Map(entries) } }] });
}

function shimmed(count) {
  const exports = new Map(range(count).map((i) => [`f${i}`, func(stream)]));
  const app = appOf(new Map([...only("wasi:io", "wasi:cli/std"), ["a:b/c", { kind: "instance", exports }]]));
  return () => virtualize(app, { stdin: "allow" });
}

function denied(count) {
  const app = appOf(new Map(range(count).map((i) => [`a:b/c${i}`, { kind: "instance", exports: new Map([["f", func("u32")]]) }])));
  const denyImports = range(count).map((i) => `a:b/c${i}`);
  return () => virtualize(app, { denyImports });
}

/** What each is called, how many there are, and what makes the work for so many. */
export const GROWING = [
  ["files of 70 KB that look alike", 1000, (count) => alike(count, 70_000)],
  ["files of 4 KB that look alike", 8000, (count) => alike(count, 4096)],
  ["functions with shims", 2000, shimmed],
  ["interfaces, each denied by its name", 400, denied],
];

/** Writes an adapter with a file of zeros that takes no place on the disk, and returns its size. */
export function writeLarge(path, byteLength) {
  const contents = { byteLength, readInto() {} };
  const { chunks } = createAdapter({ mounts: [{ path: "/zeros", entry: { kind: "file", contents } }] });
  const descriptor = openSync(path, "w");
  let at = 0;
  for (const chunk of chunks) {
    if (chunk instanceof Uint8Array) writeSync(descriptor, chunk, 0, chunk.length, at);
    at += chunk.byteLength;
  }
  ftruncateSync(descriptor, at);
  closeSync(descriptor);
  return at;
}
