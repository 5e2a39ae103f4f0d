/**
 * A program whose `exit` ends it alone, where it runs beside others. In WASI, `exit` does not return, and no component that answers
 * it may wait; but the program itself may. So the program gets a core function in the place of `exit`, which says with what it has
 * ended, returns from the task of `run`, and waits for ever. What is added stands before and behind all that is there:
 *
 *   core instance   a table, and a function in the place of `exit` that calls what is in it
 *   ...             the program, in which a lowered `exit` is that function
 *   import          STAGE_EXIT
 *   core instance   puts the function into the table that ends the program
 *   export          STAGE_RUN, where `run` is no task that can be returned from: the same with a callback
 */
import { Assembler } from "../binary/assembler.ts";
import type { Alias } from "../binary/aliases.ts";
import type { Canon } from "../binary/canon.ts";
import { bytesOf } from "../binary/chunk.ts";
import { decodeComponent, encodeSections, type NewSection, type Section } from "../binary/component.ts";
import type { CoreFuncType } from "../binary/core-module.ts";
import type { CoreInstance, Instance } from "../binary/instances.ts";
import { Code, op } from "../binary/instructions.ts";
import { NAME_SECTION } from "../binary/name-section.ts";
import type { Sort, SortIdx } from "../binary/sorts.ts";
import { importKey } from "../component/names.ts";
import { worldOf } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { EXITS } from "./continuation.ts";
import { MEMORY, moduleName } from "./part.ts";
import { runOf, type StagedProgram } from "./stages.ts";

/** The function that such a program imports: it takes the code with which it exits. */
export const STAGE_EXIT = "wasi-nest-stage-exit";
/** And the `run` that it may export. */
export const STAGE_RUN = "wasi-nest-stage-run";

export interface ExitKeys {
  readonly exits: readonly string[];
  readonly runs: readonly string[];
}

/** Items that stand in front of what was there, of each sort. */
const ADDED: ReadonlyMap<Sort, number> = new Map<Sort, number>([
  ["core module", 1],
  ["core instance", 1],
]);
const [TABLE, EXIT] = ["t", "e"] as const;
const ENDING: CoreFuncType = { params: ["i32"], results: [] };
const TASK_EXIT = 0;

/** @throws LinkError for a program that calls `exit` where it cannot be replaced */
export function endedByExit(program: StagedProgram, keys: ExitKeys): StagedProgram {
  const rewriting = new Rewriting(program, keys);
  const bytes = bytesOf(encodeSections(rewriting.sections()));
  return { name: program.name, bytes, world: worldOf(bytes) };
}

type Defined = { readonly kind: "exit" } | { readonly kind: "lift"; readonly canon: Extract<Canon, { readonly kind: "lift" }> } | undefined;

class Rewriting {
  readonly #program: StagedProgram;
  readonly #keys: ExitKeys;
  readonly #counts = new Map<Sort, number>();
  /** What functions and instances are, by their indices. */
  readonly #funcs = new Map<number, Defined>();
  readonly #exitInstances = new Set<number>();
  readonly #instances = new Map<number, Instance>();
  #run: number | undefined;

  constructor(program: StagedProgram, keys: ExitKeys) {
    this.#program = program;
    this.#keys = keys;
  }

  sections(): readonly NewSection[] {
    const { bytes, world } = this.#program;
    const exported = runOf(this.#program, this.#keys.runs);
    const exits = new Set([...world.imports].flatMap(([name, item]) => (this.#keys.exits.includes(importKey(name, item)) ? [name] : [])));
    const sections = decodeComponent(bytes).flatMap((section) => this.#section(section, exits, exported));
    return [...this.#front(), ...sections, ...this.#behind()];
  }

  #section(section: Section, exits: ReadonlySet<string>, run: string): readonly NewSection[] {
    switch (section.kind) {
      case "core module":
        this.#add("core module");
        return [section];
      case "component":
        checkNoOuterModules(section.bytes, 1, () => this.#unknown());
        this.#add("component");
        return [section];
      case "core instance":
        return [{ kind: "core instance", items: section.items.map((each) => (this.#add("core instance"), moved(each))) }];
      case "core type":
        this.#add("core type", section.count);
        return [section];
      case "type":
        this.#add("type", section.items.length);
        return [section];
      case "instance":
        for (const each of section.items) {
          for (const { item } of each.kind === "instantiate" ? each.args : each.exports) this.#checkGiven(item);
          this.#instances.set(this.#add("instance"), each);
        }
        return [{ kind: "instance", items: section.items.map(movedInstance) }];
      case "alias":
        return [{ kind: "alias", items: section.items.map((each) => this.#alias(each)) }];
      case "canon":
        return section.items.map((each) => this.#canon(each));
      case "import":
        for (const { name, type } of section.items) {
          const index = this.#add(type.kind);
          if (type.kind === "instance" && exits.has(name.name)) this.#exitInstances.add(index);
        }
        return [section];
      case "export":
        for (const { name, item } of section.items) {
          if (item.sort === "instance" && name.name === run) this.#run = item.idx;
          const index = this.#add(item.sort);
          if (item.sort === "func") this.#funcs.set(index, this.#funcs.get(item.idx));
          const instance = item.sort === "instance" ? this.#instances.get(item.idx) : undefined;
          if (instance !== undefined) this.#instances.set(index, instance);
        }
        return [{ kind: "export", items: section.items.map((each) => ({ ...each, item: movedItem(each.item) })) }];
      // Items have other numbers than it says.
      case "custom":
        return section.name === NAME_SECTION ? [] : [section];
      default:
        return [section];
    }
  }

  #alias({ sort, target }: Alias): Alias {
    const index = this.#add(sort);
    if (target.kind === "core export")
      return { sort, target: { ...target, instance: target.instance + (ADDED.get("core instance") ?? 0) } };
    if (target.kind === "outer" && target.count === 0) return { sort, target: { ...target, idx: target.idx + (ADDED.get(sort) ?? 0) } };
    if (target.kind === "export" && sort === "func" && this.#exitInstances.has(target.instance) && EXITS.has(target.name))
      this.#funcs.set(index, { kind: "exit" });
    return { sort, target };
  }

  #canon(canon: Canon): NewSection {
    const index = this.#add(canon.kind === "lift" ? "func" : "core func");
    if (canon.kind === "lift") this.#funcs.set(index, { kind: "lift", canon });
    if (canon.kind !== "lower" || this.#funcs.get(canon.func)?.kind !== "exit") return { kind: "canon", items: [canon] };
    return { kind: "alias", items: [{ sort: "core func", target: { kind: "core export", instance: 0, name: EXIT } }] };
  }

  #front(): readonly NewSection[] {
    const module = new Assembler(moduleName("exit"));
    const table = module.table(1);
    module.export(TABLE, table);
    module.export(EXIT, module.func(ENDING, new Code(1).get(0).constant(0).callIndirect(ENDING, table), "exit"));
    return [
      { kind: "core module", bytes: module.finish() },
      { kind: "core instance", items: [{ kind: "instantiate", module: 0, args: [] }] },
    ];
  }

  /** Its items come behind all others of their sorts. */
  #behind(): readonly NewSection[] {
    const lift = this.#liftedRun();
    const isTask = lift.options.some(({ kind }) => kind === "async");
    const index = (sort: Sort): number => this.#add(sort) + (ADDED.get(sort) ?? 0);
    const sections: NewSection[] = [];
    const memory = new Assembler(moduleName("exit", "memory"));
    memory.export(MEMORY.memory, memory.memory(1));
    sections.push({ kind: "core module", bytes: memory.finish() });
    const memoryModule = index("core module");
    sections.push({ kind: "core instance", items: [{ kind: "instantiate", module: memoryModule, args: [] }] });
    const owner = index("core instance");
    sections.push({
      kind: "alias",
      items: [{ sort: "core memory", target: { kind: "core export", instance: owner, name: MEMORY.memory } }],
    });
    const memoryIndex = index("core memory");
    const [result, says, runs] = [index("type"), index("type"), index("type")];
    sections.push({
      kind: "type",
      items: [
        { kind: "result", ok: undefined, error: undefined },
        { kind: "func", params: [{ label: "code", type: "u32" }], result: { kind: "none" } },
        { kind: "async func", params: [], result: { kind: "one", type: result } },
      ],
    });
    sections.push({ kind: "import", items: [{ name: { kind: "plain", name: STAGE_EXIT }, type: { kind: "func", type: says } }] });
    const canons: Canon[] = [
      { kind: "lower", func: index("func"), options: [] },
      { kind: "task.return", result: { kind: "one", type: result }, options: [] },
      { kind: "waitable-set.new" },
      { kind: "waitable-set.wait", cancellable: false, memory: memoryIndex },
    ];
    sections.push({ kind: "canon", items: canons });
    const functions = canons.map(() => index("core func"));

    const module = new Assembler(moduleName("exit", "run"));
    const table = module.importTable(TABLE, TABLE, 1);
    const say = module.importFunc("", "0", ENDING);
    const taskReturn = module.importFunc("", "1", ENDING);
    const newSet = module.importFunc("", "2", { params: [], results: ["i32"] });
    const wait = module.importFunc("", "3", { params: ["i32", "i32"], results: ["i32"] });
    const ending = new Code(1).get(0).call(say).get(0).constant(0).op(op.i32Ne).call(taskReturn);
    ending.call(newSet).constant(0).call(wait).op(op.unreachable);
    module.elements(table, [module.func(ENDING, ending, "end")]);
    if (!isTask) {
      const type: CoreFuncType = { params: [], results: ["i32"] };
      const run = module.importFunc("", String(canons.length), type);
      functions.push(lift.func);
      module.export("run", module.func(type, new Code(0).call(run).call(taskReturn).constant(TASK_EXIT), "run"));
      module.export(
        "callback",
        module.func({ params: ["i32", "i32", "i32"], results: ["i32"] }, new Code(3).op(op.unreachable), "callback"),
      );
    }
    sections.push({ kind: "core module", bytes: module.finish() });
    const endModule = index("core module");
    const bundle = functions.map((idx, i) => ({ name: String(i), sort: "core func", idx }) as const);
    const given = index("core instance");
    const end = index("core instance");
    sections.push({
      kind: "core instance",
      items: [
        { kind: "exports", exports: bundle },
        {
          kind: "instantiate",
          module: endModule,
          args: [
            { name: "", instance: given },
            { name: TABLE, instance: 0 },
          ],
        },
      ],
    });
    if (isTask) return sections;
    const core = (name: string): NewSection => ({
      kind: "alias",
      items: [{ sort: "core func", target: { kind: "core export", instance: end, name } }],
    });
    sections.push(core("run"), core("callback"));
    const [func, callback] = [index("core func"), index("core func")];
    const options = [{ kind: "async" }, { kind: "callback", func: callback }] as const;
    sections.push({ kind: "canon", items: [{ kind: "lift", func, options, type: runs }] });
    const item: SortIdx = { sort: "func", idx: index("func") };
    sections.push({ kind: "export", items: [{ name: { kind: "plain", name: STAGE_RUN }, item, type: undefined }] });
    return sections;
  }

  /** How `run` is lifted: it is in the exported instance itself, or is given to the component that makes this. */
  #liftedRun(): Extract<Canon, { readonly kind: "lift" }> {
    const instance = this.#run === undefined ? undefined : this.#instances.get(this.#run);
    const items =
      instance?.kind === "exports"
        ? instance.exports.filter(({ name }) => name.name === "run").map(({ item }) => item)
        : (instance?.args ?? []).map(({ item }) => item).filter(({ sort }) => sort === "func");
    const [item] = items;
    const found = items.length === 1 && item?.sort === "func" ? this.#funcs.get(item.idx) : undefined;
    if (found?.kind !== "lift") return this.#unknown();
    return found.canon;
  }

  /** What is handed on to nested components is called there. */
  #checkGiven({ sort, idx }: SortIdx): void {
    if (sort === "instance" ? this.#exitInstances.has(idx) : sort === "func" && this.#funcs.get(idx)?.kind === "exit") this.#unknown();
  }

  #unknown(): never {
    throw new LinkError(
      `the program \`${this.#program.name}\` calls \`wasi:cli/exit\` in a component inside it: beside programs of WASI 0.3, it cannot end by that`,
    );
  }

  /** The index of a new item, as it was. */
  #add(sort: Sort, count = 1): number {
    const index = this.#counts.get(sort) ?? 0;
    this.#counts.set(sort, index + count);
    return index;
  }
}

const movedItem = ({ sort, idx }: SortIdx): SortIdx => ({ sort, idx: idx + (ADDED.get(sort) ?? 0) });

function moved(instance: CoreInstance): CoreInstance {
  const by = (sort: Sort): number => ADDED.get(sort) ?? 0;
  if (instance.kind === "exports")
    return { ...instance, exports: instance.exports.map((each) => ({ ...each, idx: each.idx + by(each.sort) })) };
  const args = instance.args.map((each) => ({ ...each, instance: each.instance + by("core instance") }));
  return { kind: "instantiate", module: instance.module + by("core module"), args };
}

function movedInstance(instance: Instance): Instance {
  return instance.kind === "exports"
    ? { ...instance, exports: instance.exports.map((each) => ({ ...each, item: movedItem(each.item) })) }
    : { ...instance, args: instance.args.map((each) => ({ ...each, item: movedItem(each.item) })) };
}

/** A component inside may take core modules from around it, by numbers that would be others. No tool writes that. */
function checkNoOuterModules(bytes: Uint8Array, depth: number, refuse: () => never): void {
  for (const section of decodeComponent(bytes)) {
    if (section.kind === "component") checkNoOuterModules(section.bytes, depth + 1, refuse);
    if (section.kind !== "alias") continue;
    for (const { sort, target } of section.items) if (sort === "core module" && target.kind === "outer" && target.count >= depth) refuse();
  }
}
