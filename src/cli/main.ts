#!/usr/bin/env -S node --no-global-search-paths --
/**
 * The command line. Only what must come before all other modules is here: what they are compiled to is kept from the
 * first run on, where Node can do that (22.1 and later). Not in the folder that Node would take by itself, which all
 * users of the machine share.
 */
import module from "node:module";
import { cacheFolder } from "../node/cache-folder.ts";

const { enableCompileCache } = module as { readonly enableCompileCache?: (folder: string) => unknown };
const compiled = enableCompileCache && cacheFolder("compiled");
if (compiled !== undefined) enableCompileCache?.(compiled);
const { main } = await import("./program.ts");
await main(process.argv.slice(2));
