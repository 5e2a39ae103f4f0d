/**
 * Scripts of which some stages run at once: those with programs of WASI 0.3. Each stage has its own functions of what differs, because
 * whoever asks is not the only one that runs.
 */
import type { Layer } from "../adapters/adapter-module.ts";
import type { Code } from "../adapters/script/code.ts";
import { CONTROL, isOfStage, scriptLayer } from "../adapters/script/index.ts";
import { ASYNC_SERIES, wasiKey } from "../adapters/series.ts";
import { importsOf, newestVersion } from "../adapters/wasi-versions.ts";
import { bytesOf } from "../binary/chunk.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { importKey, keyOf } from "../component/names.ts";
import type { Extern } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { composeStagesAtOnce } from "../compose/stages-at-once.ts";
import { endedByExit, STAGE_EXIT } from "../compose/stage-exit.ts";
import type { Stage, StagedFunction, StagedProgram } from "../compose/stages.ts";
import { LinkError } from "../errors.ts";
import { SCRIPT_ENDED } from "../image/layout.ts";
import { interfacesOf } from "./known-interfaces.ts";

const RUNS = [wasiKey("wasi:cli/run", ASYNC_SERIES), wasiKey("wasi:cli/run")] as const;

const EXIT_KEYS: readonly string[] = [wasiKey("wasi:cli/exit"), wasiKey("wasi:cli/exit", ASYNC_SERIES)];

/** Of the function by which a stage says that it exits: nobody imports it by that name. */
const OWN_EXIT = "wasi-nest:script/exit";

/** Whether a program is one of WASI 0.3. */
export function isLater({ imports, exports }: World): boolean {
  const names = [...exports.keys()].map(keyOf);
  return [...imports.keys()].some((name) => isAsyncKey(keyOf(name))) || (names.includes(RUNS[0]) && !names.includes(RUNS[1]));
}

const isAsyncKey = (key: string): boolean => key.startsWith("wasi:") && key.endsWith(`@${ASYNC_SERIES}`);

/** Whether a program reads standard input by WASI 0.2, where it cannot wait for another. */
export function readsFirst(world: World | undefined): boolean {
  const found = [...(world?.imports ?? [])].find(([name]) => keyOf(name) === wasiKey("wasi:cli/stdin"))?.[1];
  return found?.kind === "instance" && found.exports.has("get-stdin");
}

/** A program whose `exit` ends it alone. */
export function endableBeside(program: StagedProgram): StagedProgram {
  const exits = [...program.world.imports.keys()].some((name) => EXIT_KEYS.includes(keyOf(name)));
  return exits ? endedByExit(program, { exits: EXIT_KEYS, runs: RUNS }) : program;
}

/** The component of stages of which some run at once, and the layer in front of it. */
export function atOnceOf(
  code: Code,
  stages: readonly Stage[],
  exitsWithCode: boolean,
): { readonly component: Uint8Array; readonly layer: Layer } {
  if (code.needs === "choice") throw new LinkError("a program of WASI 0.3 can be a stage of a script, and no command of a bundle");
  const imports: (readonly [string, Extern])[] = stages.flatMap(({ program: { world } }) => [...world.imports]);
  if (exitsWithCode) imports.push(...exitWithCodeImport());
  const interfaces = interfacesOf(imports);
  const staged = stages.flatMap(({ program: { world } }, i) => stagedOf(code, i + 1, world, interfaces));
  const exits = imports.filter(([, item]) => item.kind === "instance" && item.exports.has("exit-with-code"));
  const exit = EXIT_KEYS.find((key) => exits.some(([name]) => keyOf(name) === key));
  interfaces.addKnown(CONTROL, new Map(staged.map(({ control, type }) => [control, { kind: "func", type }])));
  const component = composeStagesAtOnce({
    name: "script",
    interfaces,
    stages,
    staged,
    keys: { runs: RUNS, control: CONTROL },
    exit,
    ended: SCRIPT_ENDED | 0,
  });
  return { component: bytesOf(component), layer: scriptLayer(code, staged) };
}

function stagedOf(code: Code, stage: number, world: World, interfaces: Interfaces): readonly StagedFunction[] {
  return [...world.imports].flatMap(([imported, item]) => {
    if (imported === STAGE_EXIT && item.kind === "func")
      return [{ stage, key: OWN_EXIT, name: "exit-with-code", type: item.type, control: `exit-s${stage}` }];
    if (item.kind !== "instance") return [];
    const key = importKey(imported, item);
    const prefix = isAsyncKey(key) ? "later-" : "";
    return [...item.exports.keys()].flatMap((name): readonly StagedFunction[] => {
      const found = interfaces.get(key)?.exports.get(name);
      if (found?.kind !== "func" || !isOfStage(code, key, name)) return [];
      const control = `${prefix}${key.replace(/^.*\/|@.*$/g, "")}-${name}-s${stage}`;
      return [{ stage, key, name, type: found.type, control }];
    });
  });
}

/** The import of `exit-with-code`, which the newest WASI 0.2 has. */
export function exitWithCodeImport(): readonly (readonly [name: string, item: Extern])[] {
  const name = `wasi:cli/exit@${newestVersion()}`;
  const item = importsOf(newestVersion()).get(name);
  return item === undefined ? [] : [[name, item]];
}
