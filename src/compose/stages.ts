/**
 * Commands that run one after the other, as one component: each has an instance of its own, and an own `wasi:cli/exit` that goes on
 * with the rest (continuation.ts). What they import beside that is the same for all, and so is what tells which of them is next.
 *
 *   import ...                of all commands, once each
 *   component program ...     once each, however many stages it has
 *   instance   end            answers `exit` of the last stage
 *   instance   stage n        with (imports, end)
 *   ...
 *   instance   stage 1        with (imports, what runs stage 2 and those after it)
 *   instance   script         runs stage 1 and those after it
 *   export     wasi:cli/run
 */
import type { Chunk } from "../binary/chunk.ts";
import type { InstantiateArg } from "../binary/instances.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { importKey } from "../component/names.ts";
import type { Extern, FuncType } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import { behindStage, continuationComponent, type ContinuationImport, EXITS } from "./continuation.ts";
import { close, ImportedInterfaces } from "./imported-interfaces.ts";
import { importPlain } from "./plain-imports.ts";
import { TypeEncoder } from "./type-encoder.ts";

export interface StagedProgram {
  /** For people. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly world: World;
}

export interface Stage {
  /** What the script calls the program: for people. */
  readonly name: string;
  readonly program: StagedProgram;
}

export interface StagesOptions {
  /** What tools call the component. */
  readonly name: string;
  readonly interfaces: Interfaces;
  /** In order. */
  readonly stages: readonly Stage[];
  /** The keys of `wasi:cli/exit`, of `wasi:cli/run`, and of the interface that has `next`. */
  readonly keys: { readonly exit: string; readonly run: string; readonly control: string };
  /** The script ends by `exit-with-code` where that is needed. */
  readonly exitsWithCode: boolean;
  /** Numbers that `next` takes and gives. */
  readonly begin: number;
  readonly ended: number;
}

/** A function that each stage has of its own. */
export interface StagedFunction {
  /** The number of the stage, from 1 on. */
  readonly stage: number;
  /** The function that it stands for, of an interface of the program's. */
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
  /** What it is called in the interface that has `proceed`. */
  readonly control: string;
}

/** @throws LinkError for a program that can be no stage, or where two want one import in different types */
export function composeStages(options: StagesOptions): readonly Chunk[] {
  const { interfaces, stages, keys, exitsWithCode } = options;
  const programs = [...new Set(stages.map(({ program }) => program))];
  for (const each of programs) checkExits(each, keys);
  const runs = new Map(programs.map((each) => [each, runOf(each, [keys.run])] as const));
  const wanted = new Map<string, Set<string>>();
  const want = (key: string, ...names: readonly string[]): void => {
    wanted.set(key, new Set([...(wanted.get(key) ?? []), ...names]));
  };
  const plain = new Map<string, Extern>();
  for (const { world } of programs) {
    for (const [name, item] of world.imports) {
      if (item.kind !== "instance") plain.set(name, item);
      else if (importKey(name, item) !== keys.exit) want(importKey(name, item), ...item.exports.keys());
    }
  }
  want(keys.control, "next");
  want(keys.exit, "exit", ...(exitsWithCode ? ["exit-with-code"] : []));

  const writer = new ComponentWriter(options.name);
  const host = new ImportedInterfaces(writer, interfaces, close(interfaces, wanted));
  host.importAll();
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => host.type(type) });
  const plainArgs = new Map([...plain].map(([name, item]) => [name, importPlain({ writer, encoder, interfaces, host }, name, item)]));
  const funcOf = (key: string, name: string): number => writer.exportOf("func", host.instance(key), name);
  const functions = new Map<ContinuationImport, number>([
    ["next", funcOf(keys.control, "next")],
    ["exit", funcOf(keys.exit, "exit")],
    ...(exitsWithCode ? [["exit-with-code", funcOf(keys.exit, "exit-with-code")] as const] : []),
  ]);
  const components = new Map<StagedProgram, number>();
  for (const each of programs) {
    const component = writer.component([each.bytes], `the program \`${each.name}\``);
    writer.name("component", component, each.name);
    components.set(each, component);
  }
  const labelOf = (number: number): string | undefined => {
    const stage = stages[number - 1];
    return stage && `stage ${number}: ${stage.name}`;
  };
  const instantiate = (name: string, component: number, args: readonly InstantiateArg[]): number => {
    const instance = writer.instance({ kind: "instantiate", component, args });
    writer.name("instance", instance, name);
    return instance;
  };
  /** The instance that goes on behind a stage. */
  const goOn = (number: number): number => {
    const { bytes, imports } = continuationComponent({ ...options, number, next: labelOf(number + 1) });
    const component = writer.component(bytes);
    const args = imports.map((name): InstantiateArg => ({ name, item: { sort: "func", idx: functions.get(name) ?? unreachable(name) } }));
    return instantiate(number === 0 ? "script" : behindStage(labelOf(number) ?? String(number)), component, args);
  };
  for (let number = stages.length; number > 0; number--) {
    const stage = stages[number - 1] ?? unreachable(`stage ${number}`);
    const behind = goOn(number);
    const args = [...stage.program.world.imports].map(([name, item]): InstantiateArg => {
      const given = plainArgs.get(name);
      if (given !== undefined) return { name, item: given };
      const isExit = importKey(name, item) === keys.exit;
      return { name, item: { sort: "instance", idx: isExit ? behind : host.instance(importKey(name, item)) } };
    });
    const instance = instantiate(labelOf(number) ?? stage.name, components.get(stage.program) ?? unreachable(stage.name), args);
    functions.set("go", writer.exportOf("func", behind, "go"));
    functions.set(
      "run",
      writer.exportOf("func", writer.exportOf("instance", instance, runs.get(stage.program) ?? unreachable(stage.name)), "run"),
    );
  }
  const script = goOn(0);
  const run = writer.exportOf("func", script, "run");
  const exported = writer.instance({
    kind: "exports",
    exports: [{ name: { kind: "plain", name: "run" }, item: { sort: "func", idx: run } }],
  });
  const name = `${keys.run}.0`;
  writer.export(name, { sort: "instance", idx: exported });
  return writer.finish();
}

/** How a program ends is known. */
function checkExits({ name, world }: StagedProgram, keys: StagesOptions["keys"]): void {
  for (const [imported, item] of world.imports) {
    if (item.kind !== "instance" || importKey(imported, item) !== keys.exit) continue;
    const unknown = [...item.exports].find(([label, { kind }]) => kind === "func" && !EXITS.has(label));
    if (unknown === undefined) continue;
    const what = `the program \`${name}\` imports \`${unknown[0]}\` of \`${imported}\``;
    throw new LinkError(`${what}, which is not known: a stage cannot end by it`, { import: imported });
  }
}

/** The name under which a program exports `wasi:cli/run`: of the first of these series that it has. */
export function runOf({ name, world }: Pick<StagedProgram, "name" | "world">, keys: readonly string[]): string {
  for (const key of keys) {
    for (const [exported, item] of world.exports)
      if (item.kind === "instance" && importKey(exported, item) === key && item.exports.get("run")?.kind === "func") return exported;
  }
  const [series = ""] = keys.map((each) => each.replace(/.*@/, ""));
  const wanted = keys.length === 1 ? `of WASI ${series}` : "";
  throw new LinkError(
    `the program \`${name}\` is no command: it does not export \`${(keys[0] ?? "").replace(/@.*/, "")}\` ${wanted}`.trimEnd(),
  );
}

function unreachable(name: string): never {
  throw new Error(`\`${name}\` was not prepared`);
}
