/**
 * The commands by their names: each reads its own arguments, and imports what it needs.
 */
import { existsSync } from "node:fs";
import { nearest } from "../suggestion.ts";
import { VERSION } from "../version.ts";
import type { FlagTable, Given } from "../adapters/option-table.ts";
import { type CommandLine, misplacedText, OWN_OPTIONS, parse } from "./command-line.ts";
import { beVerbose } from "./failure.ts";
import type { Manual } from "./help.ts";
import {
  ADAPTER_OPTIONS,
  BUNDLE_OPTIONS,
  type CommonGiven,
  COMPLETION_OPTIONS,
  COMPOSE_OPTIONS,
  FILES_OPTIONS,
  DIFF_OPTIONS,
  INIT_OPTIONS,
  INSPECT_OPTIONS,
  type PolicyGiven,
  RUN_OPTIONS,
  type RunGiven,
  SERVE_OPTIONS,
  type ServeGiven,
  TYPES_OPTIONS,
  VIRTUALIZE_OPTIONS,
} from "./options.ts";
import { print, say } from "./terminal.ts";
import { UsageError } from "../errors.ts";

type Run = (args: readonly string[]) => Promise<void>;

export interface Command {
  /** "" for the one without a name. */
  readonly name: string;
  readonly args: readonly string[];
  readonly run: Run;
}

export type CommandName =
  | "virtualize"
  | "compose"
  | "bundle"
  | "adapter"
  | "inspect"
  | "files"
  | "diff"
  | "init"
  | "run"
  | "serve"
  | "types"
  | "completion"
  | "help"
  | "version";

const COMMANDS: Readonly<Record<CommandName, Run>> = {
  virtualize: (args) => virtualize(args, true),
  compose,
  bundle,
  adapter,
  inspect,
  files,
  diff,
  init,
  run,
  serve,
  types,
  completion,
  help,
  version,
};
const BY_NAME: Readonly<Record<string, Run>> = COMMANDS;

/** The command that the first argument names, or the one that virtualizes. */
export function commandOf(argv: readonly string[]): Command {
  const [name = "", ...args] = argv;
  const named = Object.hasOwn(COMMANDS, name) ? BY_NAME[name] : undefined;
  if (named === undefined) return { name: "", args: argv, run: (all) => virtualize(all, false) };
  // What these have no help of their own for is in that of the command without a name.
  return { name: named === help || named === version ? "" : name, args, run: named };
}

async function virtualize(args: readonly string[], isNamed: boolean): Promise<void> {
  const { VIRTUALIZE_MANUAL, virtualizeFile } = await import("./commands/virtualize.ts");
  // Who asks nothing at all wants to know what there is to ask.
  if (args.length === 0 && !isNamed) return printHelp(VIRTUALIZE_MANUAL);
  const line = withComponentBehind(parse(args, VIRTUALIZE_OPTIONS));
  if (await answered(line.given, VIRTUALIZE_MANUAL)) return;
  if (!isNamed) refuseMisspelled(line.positionals);
  refuseRest(line);
  if (line.positionals.length === 0) return withoutComponent(args, line.given, isNamed);
  const component = componentOf(line);
  if (/\.(json|toml|ya?ml)$/.test(component))
    throw new UsageError(
      `\`${component}\` is no component by its name: \`--policy ${component}\` reads a policy, or a configuration of WASI-Virt`,
    );
  await virtualizeFile(component, await withPolicy(line.given, VIRTUALIZE_OPTIONS, component));
}

/** `-o FILE -- COMPONENT`, as many tools take it. */
const withComponentBehind = <T extends FlagTable>(line: CommandLine<T>): CommandLine<T> =>
  line.positionals.length === 0 && line.rest.length === 1 ? { ...line, positionals: line.rest, rest: [] } : line;

/** As WASI-Virt does: who names an output, and neither a component nor a command, gets an adapter. */
async function withoutComponent(args: readonly string[], given: Given<typeof VIRTUALIZE_OPTIONS>, isNamed: boolean): Promise<void> {
  if (isNamed || given["out"] === undefined) throw new UsageError("no component given; `wasi-nest adapter` makes an adapter without one");
  const isNeedy = (flag: string): boolean => Object.hasOwn(VIRTUALIZE_OPTIONS, flag) && !Object.hasOwn(ADAPTER_OPTIONS, flag);
  if (Object.keys(given).some(isNeedy)) {
    const said = args.map((arg) => arg.replace(/=.*/s, "")).find((arg) => isNeedy(arg.slice(2)));
    throw new UsageError(`\`${said}\` is about a component, and none is given`);
  }
  if (!given["quiet"]) say(["note: no component is given: this makes an adapter alone, as `wasi-nest adapter` does"]);
  await adapter(args);
}

async function compose(args: readonly string[]): Promise<void> {
  const { COMPOSE_MANUAL, composeFiles } = await import("./commands/compose.ts");
  const line = parse(args, COMPOSE_OPTIONS, "arguments of programs stand in the script");
  if (await answered(line.given, COMPOSE_MANUAL)) return;
  if (line.rest.length > 0) throw new UsageError("arguments of programs stand in the script, without `--`");
  await composeFiles(line.positionals, await withPolicy(line.given, COMPOSE_OPTIONS));
}

async function bundle(args: readonly string[]): Promise<void> {
  const { BUNDLE_MANUAL, bundleFiles } = await import("./commands/compose.ts");
  const line = parse(args, BUNDLE_OPTIONS);
  if (await answered(line.given, BUNDLE_MANUAL)) return;
  refuseRest(line);
  await bundleFiles(line.positionals, await withPolicy(line.given, BUNDLE_OPTIONS));
}

async function adapter(args: readonly string[]): Promise<void> {
  const { ADAPTER_MANUAL, writeAdapter } = await import("./commands/adapter.ts");
  const line = parse(args, ADAPTER_OPTIONS);
  if (await answered(line.given, ADAPTER_MANUAL)) return;
  const [component] = [...line.positionals, ...line.rest];
  if (component !== undefined) throw new UsageError(`\`adapter\` takes no component, found \`${component}\``);
  await writeAdapter(await withPolicy(line.given, ADAPTER_OPTIONS));
}

async function inspect(args: readonly string[]): Promise<void> {
  const { INSPECT_MANUAL, inspectFile } = await import("./commands/inspect.ts");
  const line = parse(args, INSPECT_OPTIONS);
  if (await answered(line.given, INSPECT_MANUAL)) return;
  refuseRest(line);
  await inspectFile(componentOf(line), line.given);
}

async function files(args: readonly string[]): Promise<void> {
  const { FILES_MANUAL, actionOf, doFiles } = await import("./commands/files.ts");
  const line = parse(args, FILES_OPTIONS);
  if (await answered(line.given, FILES_MANUAL)) return;
  refuseRest(line);
  const [component, action, another] = line.positionals;
  if (component === undefined) throw new UsageError("no component given");
  if (another !== undefined) throw new UsageError(`\`files\` takes a component and what to do, found \`${another}\`, too`);
  await doFiles(component, actionOf(action), line.given);
}

async function diff(args: readonly string[]): Promise<void> {
  const { DIFF_MANUAL, diffFiles } = await import("./commands/diff.ts");
  const line = parse(args, DIFF_OPTIONS);
  if (await answered(line.given, DIFF_MANUAL)) return;
  refuseRest(line);
  const [before, after, another] = line.positionals;
  if (before === undefined || after === undefined || another !== undefined)
    throw new UsageError("`diff` takes two components, the old one and the new one");
  await diffFiles(before, after, line.given);
}

async function init(args: readonly string[]): Promise<void> {
  const { INIT_MANUAL, initPolicy } = await import("./commands/init.ts");
  const line = parse(args, INIT_OPTIONS, OWN_OPTIONS);
  if (await answered(line.given, INIT_MANUAL)) return;
  await initPolicy(componentOf(line), line.given, line.rest);
}

async function run(args: readonly string[]): Promise<void> {
  const { RUN_MANUAL, runFile } = await import("./commands/run.ts");
  const line = parse(args, RUN_OPTIONS, OWN_OPTIONS);
  if (await answered(line.given, RUN_MANUAL)) return;
  const [component, ...others] = line.positionals;
  if (component === undefined) throw new UsageError("no component given");
  // The program would get it silently, and the option would mean all that it can.
  const meant = line.misplaced.find(({ at }) => at > 0);
  if (meant !== undefined) throw new UsageError(misplacedText(meant, OWN_OPTIONS));
  const given: RunGiven = await withPolicy(line.given, RUN_OPTIONS, component);
  if (given.watch === true) return watch("run", args, component, given);
  await runFile(component, given, [...others, ...line.rest]);
}

async function serve(args: readonly string[]): Promise<void> {
  const { SERVE_MANUAL, serveFile } = await import("./commands/serve.ts");
  const line = parse(args, SERVE_OPTIONS);
  if (await answered(line.given, SERVE_MANUAL)) return;
  refuseRest(line);
  const component = componentOf(line);
  const given: ServeGiven = await withPolicy(line.given, SERVE_OPTIONS, component);
  if (given.watch === true) return watch("serve", args, component, given);
  await serveFile(component, given);
}

async function watch(verb: string, args: readonly string[], component: string, given: RunGiven): Promise<void> {
  const { watching } = await import("./watch.ts");
  await watching(verb, args, component, given);
}

async function types(args: readonly string[]): Promise<void> {
  const { TYPES_MANUAL, writeTypes } = await import("./commands/types.ts");
  const line = parse(args, TYPES_OPTIONS);
  if (await answered(line.given, TYPES_MANUAL)) return;
  refuseRest(line);
  const [component, wanted, another] = line.positionals;
  if (component === undefined || wanted === undefined || another !== undefined)
    throw new UsageError("`types` takes a component and an interface, such as `wasi-nest types app.wasm acme:kv/store -o types`");
  await writeTypes(component, wanted, line.given);
}

async function completion(args: readonly string[]): Promise<void> {
  const { COMPLETION_MANUAL, printCompletion } = await import("./commands/completion.ts");
  const line = parse(args, COMPLETION_OPTIONS);
  if (await answered(line.given, COMPLETION_MANUAL)) return;
  refuseRest(line);
  await printCompletion(line.positionals);
}

async function help(args: readonly string[]): Promise<void> {
  const [name = "", ...others] = args.filter((each) => each !== "--help" && each !== "-h");
  if (others.length > 0 || (name !== "" && !Object.hasOwn(COMMANDS, name))) {
    const meant = nearest(name, Object.keys(COMMANDS));
    const hint = meant === undefined ? namesOf(COMMANDS) : `did you mean \`wasi-nest help ${meant}\`?`;
    throw new UsageError(`\`help\` takes the name of a command: ${hint}`);
  }
  const named = BY_NAME[name];
  await (named === undefined || named === help || named === version ? virtualize([], false) : named(["--help"]));
}

async function version(args: readonly string[]): Promise<void> {
  const [found] = args;
  if (found !== undefined) throw new UsageError(`\`version\` takes nothing, found \`${found}\``);
  printVersion();
}

function printVersion(): void {
  print([VERSION]);
}

/** The flags, and below them those of a policy file and of a profile. */
async function withPolicy<G extends PolicyGiven>(given: G, table: FlagTable, component?: string): Promise<G> {
  if (given.policy === undefined && given.profile === undefined) return given;
  const { addPolicy } = await import("./policy/add-policy.ts");
  return addPolicy(given, table, component);
}

/** Whether it was the help or the version that was asked for. */
async function answered(given: CommonGiven, manual: Manual): Promise<boolean> {
  if (given.verbose) beVerbose();
  if (given.help) await printHelp(manual);
  else if (given.version) printVersion();
  else return false;
  return true;
}

async function printHelp(manual: Manual): Promise<void> {
  const { helpOf } = await import("./help.ts");
  print((await helpOf(manual)).split("\n"));
}

function refuseRest({ rest }: CommandLine<FlagTable>): void {
  if (rest.length > 0) throw new UsageError("only `run` takes arguments after `--`: `--arg` fixes an argument");
}

function componentOf({ positionals, misplaced }: CommandLine<FlagTable>): string {
  const [component, another] = positionals;
  if (component === undefined) throw new UsageError("no component given");
  const [meant] = misplaced;
  if (another !== undefined && meant !== undefined) throw new UsageError(misplacedText(meant));
  if (another !== undefined) throw new UsageError(`one component is wanted, found \`${component}\` and \`${another}\``);
  return component;
}

/** A word that is no file, and a command in another place, or nearly one. */
function refuseMisspelled([word = ""]: readonly string[]): void {
  if (Object.hasOwn(COMMANDS, word) && !existsSync(word)) throw new UsageError(`the command \`${word}\` stands before all options`);
  const meant = nearest(word, Object.keys(COMMANDS));
  if (meant !== undefined && !existsSync(word))
    throw new UsageError(`\`${word}\` is neither a command nor a file: did you mean \`wasi-nest ${meant}\`?`);
}

function namesOf(commands: object): string {
  return Object.keys(commands)
    .map((name) => `\`${name}\``)
    .join(", ");
}
