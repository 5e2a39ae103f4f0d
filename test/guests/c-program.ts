/** C programs, compiled with @yowasp/clang: purely from npm, no compiler on the machine is needed. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { cached } from "./cached.ts";
import { installedVersion } from "./installed.ts";
import { standingTool } from "./run-tool.ts";

const CLANG = "@yowasp/clang";
const compile = standingTool("compile-c");

/** The preview 1 core module of test/guests/c/<name>.c, and of the headers beside it that it includes. */
export async function cProgram(name: string): Promise<Uint8Array> {
  const read = (file: string): Promise<string> => readFile(path.join(import.meta.dirname, "c", file), "utf8");
  const source = await read(`${name}.c`);
  const headers = [...source.matchAll(/^#include "(.+)"$/gm)].map(([, file]) => file!);
  const files = { [`${name}.c`]: source, ...Object.fromEntries(await Promise.all(headers.map(async (file) => [file, await read(file)]))) };
  return compileC(name, files, ["-O1"]);
}

/** The preview 1 core module that clang makes of some files, compiled with these options. */
export function compileC(name: string, files: Readonly<Record<string, string>>, options: readonly string[]): Promise<Uint8Array> {
  const sources = Object.keys(files).filter((file) => file.endsWith(".c"));
  const program = `${name}.wasm`;
  const args = [...options, ...sources, "-o", program];
  return cached(name, [installedVersion(CLANG), JSON.stringify([files, args])], () => compile({ files, options, program }));
}
