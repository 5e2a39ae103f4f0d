/**
 * Commands of which some run at once, as one component: those of WASI 0.3, and others beside them (stages.ts has commands of WASI 0.2
 * alone). Each has an instance of its own, with functions of its own among what it imports.
 *
 *   import ...                of all commands, once each; and for each stage what it has of its own
 *   component program ...     once each, however many stages it has
 *   instance   stage ...      with (imports, its own)
 *   instance   script         starts stages (starter.ts)
 *   export     wasi:cli/run
 */
import type { Chunk } from "../binary/chunk.ts";
import type { InlineExport, InstantiateArg } from "../binary/instances.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { importKey } from "../component/names.ts";
import { type Extern, sortOf } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import { close, ImportedInterfaces } from "./imported-interfaces.ts";
import { importPlain } from "./plain-imports.ts";
import { runOf, type Stage, type StagedFunction, type StagedProgram } from "./stages.ts";
import { STAGE_EXIT, STAGE_RUN } from "./stage-exit.ts";
import { starterComponent } from "./starter.ts";
import { TypeEncoder } from "./type-encoder.ts";

/** In one component, those that are bundles of exports included. */
const MOST_INSTANCES = 1000;
const EXIT_WITH_CODE = "exit-with-code";

export interface StagesAtOnceOptions {
  /** What tools call the component. */
  readonly name: string;
  readonly interfaces: Interfaces;
  /** In order. */
  readonly stages: readonly Stage[];
  readonly staged: readonly StagedFunction[];
  /** The keys of `wasi:cli/run`, that of WASI 0.3 first, and of the interface that has `proceed`. */
  readonly keys: { readonly runs: readonly [later: string, first: string]; readonly control: string };
  /** The key of an interface that has `exit-with-code`, by which the script ends where that is needed. */
  readonly exit: string | undefined;
  /** The bit of what `proceed` gives that says that the script has ended. */
  readonly ended: number;
}

/** @throws LinkError for a program that can be no stage, or where two want one import in different types */
export function composeStagesAtOnce(options: StagesAtOnceOptions): readonly Chunk[] {
  const { interfaces, stages, staged, keys, exit } = options;
  const programs = [...new Set(stages.map(({ program }) => program))];
  const wanted = new Map<string, Set<string>>();
  const want = (key: string, ...names: readonly string[]): void => {
    wanted.set(key, new Set([...(wanted.get(key) ?? []), ...names]));
  };
  const plain = new Map<string, Extern>();
  for (const { world } of programs) {
    for (const [name, item] of world.imports) {
      if (item.kind === "instance") want(importKey(name, item), ...item.exports.keys());
      else if (name !== STAGE_EXIT) plain.set(name, item);
    }
  }
  want(keys.control, "proceed", ...staged.map(({ control }) => control));
  if (exit !== undefined) want(exit, EXIT_WITH_CODE);

  const writer = new ComponentWriter(options.name);
  const host = new ImportedInterfaces(writer, interfaces, close(interfaces, wanted));
  host.importAll();
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => host.type(type) });
  const plainArgs = new Map([...plain].map(([name, item]) => [name, importPlain({ writer, encoder, interfaces, host }, name, item)]));
  const components = new Map<StagedProgram, number>();
  for (const each of programs) {
    const component = writer.component([each.bytes], `the program \`${each.name}\``);
    writer.name("component", component, each.name);
    components.set(each, component);
  }
  /** What a stage gets for an interface: the host's, with functions of its own in the place of some. */
  const instanceOf = (key: string, { exports }: Extract<Extern, { readonly kind: "instance" }>, own: readonly StagedFunction[]): number => {
    if (own.length === 0) return host.instance(key);
    const items = [...exports].map(([name, item]): InlineExport => {
      const found = own.find((each) => each.name === name);
      const sort = sortOf(item);
      const idx = found === undefined ? writer.exportOf(sort, host.instance(key), name) : controlFunc(found.control);
      return { name: { kind: "plain", name }, item: { sort, idx } };
    });
    return writer.instance({ kind: "exports", exports: items });
  };
  const controlFunc = (name: string): number => writer.exportOf("func", host.instance(keys.control), name);
  const exitOf = (own: readonly StagedFunction[]): number => controlFunc(own.find(({ name }) => name === EXIT_WITH_CODE)?.control ?? "");
  const runs = stages.map(({ name, program }, i) => {
    const own = staged.filter(({ stage }) => stage === i + 1);
    const args = [...program.world.imports].map(([imported, item]): InstantiateArg => {
      if (imported === STAGE_EXIT) return { name: imported, item: { sort: "func", idx: exitOf(own) } };
      const given = plainArgs.get(imported);
      if (given !== undefined) return { name: imported, item: given };
      if (item.kind !== "instance") throw new Error(`\`${imported}\` was not prepared`);
      const key = importKey(imported, item);
      const ofKey = own.filter((each) => each.key === key);
      return { name: imported, item: { sort: "instance", idx: instanceOf(key, item, ofKey) } };
    });
    const component = components.get(program);
    if (component === undefined) throw new Error(`\`${name}\` was not prepared`);
    const instance = writer.instance({ kind: "instantiate", component, args });
    writer.name("instance", instance, `stage ${i + 1}: ${name}`);
    if (program.world.exports.has(STAGE_RUN)) return { isLater: true, idx: writer.exportOf("func", instance, STAGE_RUN) };
    const exported = runOf(program, keys.runs);
    const found = program.world.exports.get(exported);
    const isLater = found !== undefined && importKey(exported, found) === keys.runs[0];
    return { isLater, idx: writer.exportOf("func", writer.exportOf("instance", instance, exported), "run") };
  });
  const starter = writer.component(starterComponent({ stages: runs, exitsWithCode: exit !== undefined, ended: options.ended }));
  const functions: readonly (readonly [name: string, idx: number])[] = [
    ["proceed", controlFunc("proceed")],
    ...runs.map(({ idx }, i) => [`run${i + 1}`, idx] as const),
    ...(exit === undefined ? [] : [[EXIT_WITH_CODE, writer.exportOf("func", host.instance(exit), EXIT_WITH_CODE)] as const]),
  ];
  const args = functions.map(([name, idx]): InstantiateArg => ({ name, item: { sort: "func", idx } }));
  const script = writer.instance({ kind: "instantiate", component: starter, args });
  writer.name("instance", script, "script");
  const count = script + 2;
  if (count > MOST_INSTANCES)
    throw new LinkError(`the commands take ${count} instances, and hosts take no more than ${MOST_INSTANCES} in one component`);
  const run = writer.exportOf("func", script, "run");
  const exports: readonly InlineExport[] = [{ name: { kind: "plain", name: "run" }, item: { sort: "func", idx: run } }];
  writer.export(`${keys.runs[0]}.0`, { sort: "instance", idx: writer.instance({ kind: "exports", exports }) });
  return writer.finish();
}
