// Gives a module that has `malloc` a `cabi_realloc`, so that the preview 1 adapter asks it for memory. Without, the
// adapter grows the memory, and a wasi-libc of before 2023 takes what is there when it first allocates for its own.
// The request: { input: the module's path, output }.

import { readFile, writeFile } from "node:fs/promises";
import binaryen from "binaryen";

const { input, output } = JSON.parse(await readFile(process.argv[2], "utf8"));
const module = binaryen.readBinary(await readFile(input));
const { i32 } = binaryen;
// It is never asked to make anything larger.
const body = module.call("malloc", [module.local.get(3, i32)], i32);
module.addFunction("cabi_realloc", binaryen.createType([i32, i32, i32, i32]), i32, [], body);
module.addFunctionExport("cabi_realloc", "cabi_realloc");
await writeFile(output, module.emitBinary());
