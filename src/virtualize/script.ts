/**
 * Programs composed: a script of several commands as one component, or several commands of which the arguments choose one. It is
 * put together first, and then it is a component like any other, to be virtualized.
 */
import type { Layer } from "../adapters/adapter-module.ts";
import { isOptionGiven } from "../adapters/modules.ts";
import type { Options } from "../adapters/registry.ts";
import { wasiKey } from "../adapters/series.ts";
import { type AtOnce, choiceOf, type Code, codeOf } from "../adapters/script/code.ts";
import { CONTROL, scriptLayer } from "../adapters/script/index.ts";
import { bytesOf, type Chunk } from "../binary/chunk.ts";
import type { DeniedImport } from "../adapters/rest/index.ts";
import { kindOf } from "../binary/component.ts";
import { implementedBy } from "../component/attributes.ts";
import { importKey, keyOf } from "../component/names.ts";
import type { Extern } from "../component/types.ts";
import { type World, worldOf } from "../component/world.ts";
import { checkNested } from "../compose/component-writer.ts";
import { STAGE_EXIT } from "../compose/stage-exit.ts";
import { composeStages, type Stage, type StagedProgram } from "../compose/stages.ts";
import { LinkError, OptionError } from "../errors.ts";
import { SCRIPT_BEGIN, SCRIPT_ENDED } from "../image/layout.ts";
import { componentOf } from "../preview1/adapt.ts";
import { programOf } from "../preview1/module.ts";
import { beyond } from "../inspect/allowance.ts";
import { inspect } from "../inspect/inspect.ts";
import { scriptShape } from "../script/check.ts";
import { areEqual, withNames } from "../script/programs.ts";
import { type Command, MOST_COMMANDS, type Script } from "../script/script.ts";
import { bytes, check, flag, list, only, record, table, text } from "../shapes.ts";
import { nearest } from "../suggestion.ts";
import { interfacesOf } from "./known-interfaces.ts";
import { atOnceOf, endableBeside, exitWithCodeImport, isLater, readsFirst } from "./script-at-once.ts";
import { type Settings, settingsOf, SHAPES } from "./settings.ts";
import type { Report, StageReport } from "./report.ts";
import { checkGiven, stack } from "./stack.ts";
import { type Virtualized, virtualizeComponent } from "./virtualize.ts";

/** Options that say what each command of a script says for itself. */
const OF_ONE_PROGRAM = ["args", "arg0", "allowArgs"] as const;
const ENVIRONMENT = "wasi:cli/environment";

export interface BundleOptions<C extends Chunk = Uint8Array> extends Options<C> {
  /** What programs, by the words that commands have for them, may do less than the others. */
  readonly restrict?: Readonly<Record<string, Restriction>>;
}

export interface ComposeOptions<C extends Chunk = Uint8Array> extends BundleOptions<C> {
  /** Programs by the words that commands have for them: components, or core modules of preview 1. Some commands bring their own. */
  readonly programs?: ReadonlyMap<string, Uint8Array>;
  /** A pipe ends with what the last of its commands that failed ended with. */
  readonly pipefail?: boolean;
}

/** What one program gets of what the options give to all. Each of the two takes away, and neither gives. */
export interface Restriction {
  /** Nothing but this: words such as `filesystem`, and names of interfaces. It may always exit, and has its own arguments. */
  readonly allow?: readonly string[];
  /** Imports that are denied. */
  readonly denyImports?: readonly (string | DeniedImport)[];
}

const RESTRICTION = record<Restriction>({ allow: list(text), denyImports: SHAPES["denyImports"] ?? list(text) });
const programMap = only("a Map of programs by their names", (value) => value instanceof Map);

/** What `allow` leaves alone: how a stage ends, and its arguments. */
const OF_EACH = ["exit", "environment"] as const;

/**
 * One component that runs `script`: its commands one after the other, each in an instance of its own program, on one file system,
 * one clock and whatever else `options` describe.
 * @throws FormatError if a program is not well-formed
 * @throws LinkError if one is no command, or cannot be served
 * @throws OptionError if an option's value is not acceptable, or a command has no program
 */
export function compose<C extends Chunk = Uint8Array>(script: Script, options: ComposeOptions<C> = {}): Virtualized<C> {
  return virtualizeStages<C>(stagesOfScript(script, options));
}

/**
 * One component of several commands: that of the program's own name, or else of the first argument, runs with the arguments behind
 * it. Which arguments it has is for `options` to say, such as `allowArgs`.
 * @throws as `compose`
 */
export function bundle<C extends Chunk = Uint8Array>(
  programs: ReadonlyMap<string, Uint8Array>,
  options: BundleOptions<C> = {},
): Virtualized<C> {
  return virtualizeStages<C>(stagesOfBundle(programs, options));
}

/** Programs put together, to be virtualized. */
export interface Staged {
  readonly component: Uint8Array;
  /** What stands in front of it. */
  readonly layer: Layer;
  readonly stages: readonly Stage[];
  /** Of programs as they were given. */
  readonly worlds: ReadonlyMap<string, World>;
  readonly settings: Settings;
}

/** @throws as `compose` */
export function stagesOfScript<C extends Chunk>(script: Script, options: ComposeOptions<C>): Staged {
  check(scriptShape, script, "script");
  const settings = settingsOf(options, { pipefail: flag, programs: programMap, restrict: table(RESTRICTION) });
  const { pipefail = false, programs: given = new Map() } = options;
  for (const option of OF_ONE_PROGRAM)
    if (isOptionGiven(options, option))
      throw new OptionError(option, `\`${option}\` is for one program, and each command of a script has its own arguments`);
  const { script: named, programs } = withNames(script, given);
  return staged((atOnce) => codeOf(named, pipefail, atOnce), programs, settings, options);
}

/** @throws as `bundle` */
export function stagesOfBundle<C extends Chunk>(programs: ReadonlyMap<string, Uint8Array>, options: BundleOptions<C>): Staged {
  const settings = settingsOf(options, { restrict: table(RESTRICTION) });
  check(programMap, programs, "programs");
  const names = [...programs.keys()];
  if (names.length === 0) throw new OptionError("programs", "there is no program to choose");
  if (names.length > MOST_COMMANDS)
    throw new OptionError("programs", `there are ${names.length} programs, and a bundle has ${MOST_COMMANDS} at most`);
  const help = `The first argument is one of these commands; the others are its own.\n\n${names.map((name) => `  ${name}\n`).join("")}`;
  return staged(() => choiceOf(names, help), programs, settings, options);
}

/** What an adapter of the user's stands below: a component that imports what is left to it. */
export const importingStages = ({ component, layer }: Staged): Uint8Array => stack(component, [layer], true).bytes;

export function virtualizeStages<C extends Chunk>({ component, layer, stages, worlds, settings }: Staged): Virtualized<C> {
  const { chunks, report } = virtualizeComponent<C>(component, { ...settings, layers: [layer, ...settings.layers] }, true);
  return {
    chunks,
    report: { ...report, stages: stages.map((stage) => stageReport(stage, worlds.get(stage.name) ?? stage.program.world, report)) },
  };
}

/** `codeFor` makes the code, of stages that run one after the other or some of them at once. */
function staged<C extends Chunk>(
  codeFor: (atOnce?: AtOnce) => Code,
  programs: ReadonlyMap<string, Uint8Array>,
  settings: Settings,
  { exitWithCode = false, restrict = {} }: BundleOptions<C>,
): Staged {
  const code = codeFor();
  const used = new Set(code.commands.map(({ program }) => program));
  for (const name of Object.keys(restrict)) if (!used.has(name)) throw new OptionError("restrict", notRun(name, used));
  const whole = new Map<Uint8Array, StagedProgram>();
  /** As they were given. */
  const known = new Map<string, StagedProgram>();
  for (const name of used) {
    const given = programs.get(name);
    if (given === undefined) throw new OptionError("programs", `the script runs \`${name}\`, and there is no program of that name`);
    check(bytes, given, "programs");
    // What is the same program twice, in whatever files, is nested once.
    const same = [...whole.keys()].find((each) => areEqual(each, given)) ?? given;
    const program = whole.get(same) ?? programNamed(name, given, settings, exitWithCode);
    whole.set(same, program);
    known.set(name, program);
  }
  const isAtOnce = [...whole.values()].some(({ world }) => isLater(world));
  const endable = new Map([...whole.values()].map((each) => [each, isAtOnce ? endableBeside(each) : each] as const));
  const made = new Map<string, StagedProgram>();
  for (const [name, given] of known) {
    const commands = code.commands.filter(({ program }) => program === name);
    made.set(name, restricted(endable.get(given) ?? given, restrict[name], commands));
  }
  const stages = code.commands.flatMap(({ program: name }): readonly Stage[] => {
    const program = made.get(name);
    return program === undefined ? [] : [{ name, program }];
  });
  const { component, layer } = isAtOnce
    ? atOnceOf(codeFor({ readsLater: (name) => readsFirst(known.get(name)?.world) }), stages, exitWithCode)
    : { component: bytesOf(stagesOf(stages, exitWithCode)), layer: scriptLayer(code) };
  const worlds = new Map([...known].map(([name, { world }]) => [name, world] as const));
  return { component, layer, stages, worlds, settings };
}

/** What becomes of the imports of a stage's program, as it was given: those that it has lost are denied. */
function stageReport({ name: program, program: { world } }: Stage, given: World, { imports }: Report): StageReport {
  const left = new Set([...world.imports.keys()].map(keyOf));
  const outcomes = new Map(imports.map(({ name, ...outcome }) => [keyOf(name), outcome]));
  const outcomeOf = (key: string): Omit<Report["imports"][number], "name"> => {
    if (!left.has(key)) return { outcome: "denied" };
    return outcomes.get(key) ?? { outcome: "virtualized" };
  };
  return { program, imports: [...given.imports.keys()].map((name) => ({ name, ...outcomeOf(keyOf(name)) })) };
}

function notRun(name: string, used: ReadonlySet<string>): string {
  const meant = nearest(name, [...used]);
  return `no command runs \`${name}\`${meant === undefined ? "" : `: did you mean \`${meant}\`?`}`;
}

function programNamed(name: string, given: Uint8Array, settings: Settings, exitsWithCode: boolean): StagedProgram {
  const what = `the program \`${name}\``;
  checkNested(given.byteLength, what);
  const { stubImports = false, multiMemory = false } = settings.modules.find((each) => each.ofProgram !== undefined)?.ofProgram ?? {};
  const adapted = (): Uint8Array => bytesOf(componentOf(programOf(given, stubImports), { exitsWithCode, multiMemory }));
  const component = kindOf(given) === "core module" ? adapted() : given;
  const world = worldOf(component);
  checkGiven(world, what);
  for (const [imported, item] of world.imports) checkImport(what, imported, item);
  return { name, bytes: component, world };
}

/** The program with less around it: it is virtualized by itself, and all else is what the script has. */
function restricted(program: StagedProgram, restriction: Restriction | undefined, commands: readonly Command[]): StagedProgram {
  if (restriction === undefined) return program;
  const { name } = program;
  const { allow, denyImports = [] } = restriction;
  const hasVariables = allow === undefined || allow.some((each) => each === "environment" || keyOf(each) === wasiKey(ENVIRONMENT));
  if (!hasVariables && commands.some(({ env }) => env.length > 0))
    throw new OptionError("restrict", `a command of \`${name}\` has variables of its own, and \`${name}\` is not allowed \`environment\``);
  try {
    const denied = allow === undefined ? [] : beyond(inspect(program.bytes), { allow: [...allow, ...OF_EACH] });
    const options: Options = {
      allowAll: true,
      denyImports: [...denied.map((each) => each.name).filter((each) => each !== STAGE_EXIT), ...denyImports],
      ...(hasVariables ? {} : { allowEnv: false }),
    };
    const bytes = bytesOf(virtualizeComponent(program.bytes, settingsOf(options)).chunks);
    return { name, bytes, world: worldOf(bytes) };
  } catch (cause) {
    if (!(cause instanceof OptionError)) throw cause;
    throw new OptionError("restrict", `the program \`${name}\` cannot be restricted so`, { cause });
  }
}

/** @throws LinkError for what a stage cannot have */
function checkImport(what: string, name: string, item: Extern): void {
  const implemented = implementedBy(item);
  if (implemented !== undefined)
    throw new LinkError(
      `${what} imports \`${name}\`, which implements \`${implemented}\`: stages import interfaces under their own names`,
      {
        import: name,
      },
    );
}

function stagesOf(stages: readonly Stage[], exitsWithCode: boolean): readonly Chunk[] {
  const exit = wasiKey("wasi:cli/exit");
  const imports: (readonly [string, Extern])[] = stages.flatMap(({ program: { world } }) => [...world.imports]);
  if (exitsWithCode) imports.push(...exitWithCodeImport());
  const mayExitWithCode =
    exitsWithCode ||
    imports.some(([name, item]) => importKey(name, item) === exit && item.kind === "instance" && item.exports.has("exit-with-code"));
  return composeStages({
    name: "script",
    interfaces: interfacesOf(imports),
    stages,
    keys: { exit, run: wasiKey("wasi:cli/run"), control: CONTROL },
    exitsWithCode: mayExitWithCode,
    begin: SCRIPT_BEGIN | 0,
    ended: SCRIPT_ENDED | 0,
  });
}
