// Child of export-files.test.ts: does what the steps say with a component that jco has transpiled, as an embedder in
// JavaScript would, and prints what came of each as JSON on file descriptor 3.

import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { cli } from "@bytecodealliance/preview2-shim";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const { entry, steps, args, preopens } = JSON.parse(process.argv[2]);
const { instantiate } = await import(pathToFileURL(entry).href);
const exit = {
  exit: () => {
    throw new Error("exit");
  },
};
const exports = await instantiate(undefined, new WASIShim({ cli: { ...cli, exit }, sandbox: { args, preopens } }).getImportObject());
const interfaceOf = (base) => exports[Object.keys(exports).find((name) => name.replace(/@.*/, "") === base)];
const files = interfaceOf("wasi-nest:virtual/files");
const bytes = (text) => new TextEncoder().encode(text);
const text = (bytes) => Buffer.from(bytes).toString();

const ACTIONS = {
  run: () => interfaceOf("wasi:cli/run").run(),
  call: (name, ...args) => interfaceOf("library")[name](...args),
  list: () =>
    files
      .list()
      .map(({ path, kind, size, changed }) => `${kind} ${path} ${size}${changed ? " changed" : ""}`)
      .sort(),
  count: () => files.list().length,
  read: (path) => text(files.read(path)),
  readAt: (path, offset, length) => text(files.readAt(path, BigInt(offset), BigInt(length))),
  write: (path, contents) => files.write(path, bytes(contents)),
  fill: (path, count) => files.write(path, bytes("0123456789abcdef".repeat(count))),
  remove: (path) => files.remove(path),
  reset: () => files.reset(),
};

const results = steps.map(([action, ...args]) => {
  try {
    return ACTIONS[action](...args) ?? "ok";
  } catch (error) {
    if (error.payload !== undefined) return `error ${error.payload}`;
    return error.message === "exit" ? "ok" : `trap ${error.message}`;
  }
});
writeSync(3, JSON.stringify(results));
