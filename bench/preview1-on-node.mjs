// Child of preview1.mjs: runs a command that jco has transpiled. Its stdout is the command's.

import path from "node:path";
import { pathToFileURL } from "node:url";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const { folder, args, preopens } = JSON.parse(process.argv[2]);
const { instantiate } = await import(pathToFileURL(path.join(folder, "component.js")).href);
const exports = await instantiate(undefined, new WASIShim({ sandbox: { args, preopens } }).getImportObject());
exports[Object.keys(exports).find((name) => name.startsWith("wasi:cli/run@"))].run();
