#!/usr/bin/env -S node --no-global-search-paths --
/**
 * The command line. Finds the command and turns errors into exit codes; what a command needs is imported
 * by the command, so that a short one is over quickly.
 */
import module from "node:module";
import { cacheFolder } from "../node/cache-folder.ts";
import { commandOf } from "./commands.ts";
import { reportFailure } from "./failure.ts";
import { refuseOptionsOfNode } from "./start.ts";
import { UsageError } from "./usage-error.ts";

async function main(argv: readonly string[]): Promise<void> {
  refuseOptionsOfNode(argv, process.execArgv);
  const { name, args, run } = commandOf(argv);
  try {
    await run(args);
  } catch (error) {
    throw error instanceof UsageError ? error.of(name) : error;
  }
}

// Since Node 22.1; what the commands import loads faster from the second time on. Not where Node would put it by itself,
// which is a folder that all users of the machine share.
const { enableCompileCache } = module as { readonly enableCompileCache?: (folder: string) => unknown };
const compiled = enableCompileCache && cacheFolder("compiled");
if (compiled !== undefined) enableCompileCache?.(compiled);
await main(process.argv.slice(2)).catch(reportFailure);
