// Child of exports-along.long.ts: calls a library that jco has transpiled, as an embedder in JavaScript would,
// and prints what it gets as JSON.

import { pathToFileURL } from "node:url";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const { instantiate } = await import(pathToFileURL(process.argv[2]).href);
const exports = await instantiate(undefined, new WASIShim().getImportObject());
const find = (base) => exports[Object.keys(exports).find((name) => name.replace(/@.*/, "") === base)];
const library = find("library");

function missing() {
  try {
    return library.open("none");
  } catch (error) {
    return error.payload;
  }
}

const results = {
  streams: typeof find("wasi:io/streams").InputStream.prototype.blockingRead,
  isStream: library.open("file") instanceof find("wasi:io/streams").InputStream,
  consumed: library.consume(library.open("folder/inner")),
  missing: missing(),
  joined: library.join(library.entries(["file", "", "folder/inner"])),
};
process.stdout.write(JSON.stringify(results));
