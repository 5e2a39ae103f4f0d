/**
 * Programs composed: a script of several commands as one component, or several commands of which the arguments choose one. It is
 * put together first, and then it is a component like any other, to be virtualized.
 */
import { isOptionGiven } from "../adapters/modules.ts";
import type { Options } from "../adapters/registry.ts";
import { importsOf, newestVersion } from "../adapters/wasi-versions.ts";
import { ALL_SERIES, ASYNC_SERIES, wasiKey } from "../adapters/series.ts";
import { choiceOf, type Code, codeOf } from "../adapters/script/code.ts";
import { CONTROL, scriptLayer } from "../adapters/script/index.ts";
import { bytesOf, type Chunk } from "../binary/chunk.ts";
import { kindOf } from "../binary/component.ts";
import { implementedBy } from "../component/attributes.ts";
import { importKey, keyOf } from "../component/names.ts";
import type { Extern } from "../component/types.ts";
import { worldOf } from "../component/world.ts";
import { checkNested } from "../compose/component-writer.ts";
import { composeStages, type StagedProgram } from "../compose/stages.ts";
import { LinkError, OptionError } from "../errors.ts";
import { SCRIPT_BEGIN, SCRIPT_ENDED } from "../image/layout.ts";
import { componentOf } from "../preview1/adapt.ts";
import { programOf } from "../preview1/module.ts";
import type { Command, Script } from "../script/script.ts";
import { bytes, check, flag } from "../shapes.ts";
import { interfacesOf } from "./known-interfaces.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { checkGiven } from "./stack.ts";
import { type Virtualized, virtualizeComponent } from "./virtualize.ts";

/** Options that say what each command of a script says for itself. */
const OF_ONE_PROGRAM = ["args", "arg0", "allowArgs"] as const;

export interface ComposeOptions<C extends Chunk = Uint8Array> extends Options<C> {
  /** A pipe ends with what the last of its commands that failed ended with. */
  readonly pipefail?: boolean;
}

/**
 * One component that runs `script`: its commands one after the other, each in an instance of its own program, on one file system,
 * one clock and whatever else `options` describe. `programs` are components or core modules of preview 1, by the words that
 * commands have for them.
 * @throws FormatError if a program is not well-formed
 * @throws LinkError if one is no command, or cannot be served
 * @throws OptionError if an option's value is not acceptable, or a command has no program
 */
export function compose<C extends Chunk = Uint8Array>(
  script: Script,
  programs: ReadonlyMap<string, Uint8Array>,
  options: ComposeOptions<C> = {},
): Virtualized<C> {
  const { pipefail = false } = options;
  const settings = settingsOf(options, { pipefail: flag });
  for (const option of OF_ONE_PROGRAM)
    if (isOptionGiven(options, option))
      throw new OptionError(option, `\`${option}\` is for one program, and each command of a script has its own arguments`);
  return staged(codeOf(script, pipefail), programs, settings, options.exitWithCode === true);
}

/**
 * One component of several commands: that of the program's own name, or else of the first argument, runs with the arguments behind
 * it. Which arguments it has is for `options` to say, such as `allowArgs`.
 * @throws as `compose`
 */
export function bundle<C extends Chunk = Uint8Array>(programs: ReadonlyMap<string, Uint8Array>, options: Options<C> = {}): Virtualized<C> {
  const settings = settingsOf(options);
  const names = [...programs.keys()];
  if (names.length === 0) throw new OptionError("programs", "there is no program to choose");
  const help = `The first argument is one of these commands; the others are its own.\n\n${names.map((name) => `  ${name}\n`).join("")}`;
  return staged(choiceOf(names, help), programs, settings, options.exitWithCode === true);
}

function staged<C extends Chunk>(
  code: Code,
  programs: ReadonlyMap<string, Uint8Array>,
  settings: Settings,
  exitsWithCode: boolean,
): Virtualized<C> {
  const made = new Map<Uint8Array, StagedProgram>();
  const stages = code.commands.map(({ program }: Command) => {
    const given = programs.get(program);
    if (given === undefined) throw new OptionError("programs", `the script runs \`${program}\`, and there is no program of that name`);
    check(bytes, given, "programs");
    const known = made.get(given) ?? programNamed(program, given, settings, exitsWithCode);
    made.set(given, known);
    return known;
  });
  const component = bytesOf(stagesOf(stages, exitsWithCode));
  return virtualizeComponent(component, { ...settings, layers: [scriptLayer(code), ...settings.layers] }, true);
}

function programNamed(name: string, given: Uint8Array, settings: Settings, exitsWithCode: boolean): StagedProgram {
  const what = `the program \`${name}\``;
  checkNested(given.byteLength, what);
  const { stubImports = false } = settings.modules.find((each) => each.ofProgram !== undefined)?.ofProgram ?? {};
  const component = kindOf(given) === "core module" ? bytesOf(componentOf(programOf(given, stubImports), exitsWithCode)) : given;
  const world = worldOf(component);
  checkGiven(world, what);
  for (const [imported, item] of world.imports) checkImport(what, imported, item);
  return { name, bytes: component, world };
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
  if (item.kind === "instance" && keyOf(name).endsWith(`@${ASYNC_SERIES}`) && name.startsWith("wasi:"))
    throw new LinkError(`${what} imports \`${name}\`: stages are of WASI ${ALL_SERIES[0]}`, { import: name });
}

function stagesOf(stages: readonly StagedProgram[], exitsWithCode: boolean): readonly Chunk[] {
  const exit = wasiKey("wasi:cli/exit");
  const imports: (readonly [string, Extern])[] = stages.flatMap(({ world }) => [...world.imports]);
  if (exitsWithCode) {
    const name = `wasi:cli/exit@${newestVersion()}`;
    const item = importsOf(newestVersion()).get(name);
    if (item !== undefined) imports.push([name, item]);
  }
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
