/** Preview 1 modules that carry their world, as wit-bindgen makes them: in C, with the names of the canonical ABI written out. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { cached } from "./cached.ts";
import { compileC } from "./c-program.ts";
import { installedVersion } from "./installed.ts";
import { runTool } from "./run-tool.ts";

const FOLDER = path.join(import.meta.dirname, "typed");

export const typedWit = (): Promise<string> => readFile(path.join(FOLDER, "worlds.wit"), "utf8");

/** The core module of typed/<name>.c, with the world of that name. The library asks for a variable at once, unless it is `isQuiet`. */
export async function typedModule(name: "driver" | "library" | "logger", isQuiet = false): Promise<Uint8Array> {
  const files = [`${name}.c`, "abi.h"].map(async (file) => [file, await readFile(path.join(FOLDER, file), "utf8")] as const);
  const options = ["-O1", ...(name === "driver" ? [] : ["-mexec-model=reactor"]), ...(isQuiet ? ["-DQUIET"] : [])];
  const core = await compileC(`typed-${name}`, Object.fromEntries(await Promise.all(files)), options);
  return withWorld(core, await typedWit(), name);
}

/** A core module with a world of a WIT text in it. */
export function withWorld(core: Uint8Array, witSource: string, world: string): Promise<Uint8Array> {
  return cached(`world-${world}-module`, [installedVersion("@bytecodealliance/jco"), core, witSource, world], () =>
    runTool("embed-world", { witSource, world, core: Buffer.from(core).toString("base64"), isModule: true }),
  );
}
