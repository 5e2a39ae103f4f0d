#!/usr/bin/env -S node --no-global-search-paths --
/**
 * The command line. It turns on Node's compile cache (22.1 and later) before it imports anything else, so that the cache
 * holds all other modules. The folder of the cache is ours: the one that Node would take is shared by all users of the machine.
 */
import module from "node:module";
import { cacheFolder } from "../node/cache-folder.ts";

const { enableCompileCache } = module as { readonly enableCompileCache?: (folder: string) => unknown };
const compiled = enableCompileCache && cacheFolder("compiled");
if (compiled !== undefined) enableCompileCache?.(compiled);
const { main } = await import("./program.ts");
await main(process.argv.slice(2));
