#!/usr/bin/env -S node --no-global-search-paths --
/**
 * The command line. Finds the command and turns errors into exit codes; what a command needs is imported
 * by the command, so that a short one is over quickly.
 */
import module from "node:module";
import { cacheFolder } from "../node/cache-folder.ts";
import { type CommandLine, type OptionTable, parse } from "./command-line.ts";
import { reportFailure } from "./failure.ts";
import type { Manual } from "./help.ts";
import { ADAPTER_OPTIONS, INSPECT_OPTIONS, RUN_OPTIONS, TYPES_OPTIONS, VIRTUALIZE_OPTIONS } from "./options.ts";
import { refuseOptionsOfNode } from "./start.ts";
import { print } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

async function main(argv: readonly string[]): Promise<void> {
  refuseOptionsOfNode(argv, process.execArgv);
  const [verb, ...others] = argv;
  if (verb === "run") {
    const { RUN_MANUAL, runFile } = await import("./commands/run.ts");
    const line = parse(others, RUN_OPTIONS);
    if (line.given.help) return printHelp(RUN_MANUAL);
    if (line.given.version) return printVersion();
    return runFile(componentOf(line), line.given, line.rest);
  }
  if (verb === "adapter") {
    const { ADAPTER_MANUAL, writeAdapter } = await import("./commands/adapter.ts");
    const line = parse(others, ADAPTER_OPTIONS);
    if (line.given.help) return printHelp(ADAPTER_MANUAL);
    if (line.given.version) return printVersion();
    const [component] = [...line.positionals, ...line.rest];
    if (component !== undefined) throw new UsageError(`\`adapter\` takes no component, found \`${component}\``);
    return writeAdapter(line.given);
  }
  if (verb === "inspect") {
    const { INSPECT_MANUAL, inspectFile } = await import("./commands/inspect.ts");
    const line = parse(others, INSPECT_OPTIONS);
    if (line.given.help) return printHelp(INSPECT_MANUAL);
    if (line.given.version) return printVersion();
    refuseRest(line);
    return inspectFile(componentOf(line), line.given);
  }
  if (verb === "types") {
    const { TYPES_MANUAL, writeTypes } = await import("./commands/types.ts");
    const line = parse(others, TYPES_OPTIONS);
    if (line.given.help) return printHelp(TYPES_MANUAL);
    if (line.given.version) return printVersion();
    refuseRest(line);
    const [component, wanted, another] = line.positionals;
    if (component === undefined || wanted === undefined || another !== undefined)
      throw new UsageError("`types` takes a component and an interface, such as `wasi-nest types app.wasm acme:kv/store -o types`");
    return writeTypes(component, wanted, line.given);
  }
  const { VIRTUALIZE_MANUAL, virtualizeFile } = await import("./commands/virtualize.ts");
  const line = parse(verb === "virtualize" ? others : argv, VIRTUALIZE_OPTIONS);
  if (line.given.help) return printHelp(VIRTUALIZE_MANUAL);
  if (line.given.version) return printVersion();
  refuseRest(line);
  if (line.positionals.length === 0 && line.given.out !== undefined) {
    const { writeAdapter } = await import("./commands/adapter.ts");
    return writeAdapter(line.given);
  }
  return virtualizeFile(componentOf(line), line.given);
}

function refuseRest({ rest }: CommandLine<OptionTable>): void {
  if (rest.length > 0) throw new UsageError("only `run` takes arguments after `--`: `--arg` fixes an argument");
}

function componentOf({ positionals }: CommandLine<OptionTable>): string {
  const [component, another] = positionals;
  if (component === undefined) throw new UsageError("no component given");
  if (another !== undefined) throw new UsageError(`one component is wanted, found \`${component}\` and \`${another}\``);
  return component;
}

async function printHelp(manual: Manual): Promise<void> {
  const { helpOf } = await import("./help.ts");
  print((await helpOf(manual)).split("\n"));
}

async function printVersion(): Promise<void> {
  const { VERSION } = await import("../index.ts");
  print([VERSION]);
}

// Since Node 22.1; what the commands import loads faster from the second time on. Not where Node would put it by itself,
// which is a folder that all users of the machine share.
const { enableCompileCache } = module as { readonly enableCompileCache?: (folder: string) => unknown };
const compiled = enableCompileCache && cacheFolder("compiled");
if (compiled !== undefined) enableCompileCache?.(compiled);
await main(process.argv.slice(2)).catch(reportFailure);
