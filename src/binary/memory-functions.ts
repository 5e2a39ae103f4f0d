/**
 * The functions of a prebuilt core that lie in the module of the memory, beside which the rest of the core is instantiated later:
 * destructors, which have to be there before the resource types whose built-ins the rest needs. What is in it, with all that it
 * reaches, cannot use those built-ins.
 */
import type { Assembler } from "./assembler.ts";
import { Graft, type Surroundings } from "./graft.ts";
import type { Func, Global } from "./instructions.ts";
import { type CoreModule, importsOf, reachedFrom } from "./prebuilt-module.ts";

type Space = "func" | "global";

export class FunctionsInMemoryModule {
  readonly #core: CoreModule;
  readonly #exports: ReadonlyMap<string, string>;
  readonly #newName: () => string;
  /** What is in the module. */
  readonly #own: Readonly<Record<Space, ReadonlySet<number>>>;
  /** What the rest of the core uses of it, and the name by which it does. */
  readonly #shared: Readonly<Record<Space, Map<number, string>>> = { func: new Map(), global: new Map() };

  /**
   * `exports` are those of the core, and the names they get; `newName` gives a name that nothing else in the module has.
   * @throws FormatError where an export does not exist
   */
  constructor(core: CoreModule, exports: ReadonlyMap<string, string>, newName: () => string) {
    this.#core = core;
    this.#exports = exports;
    this.#newName = newName;
    const { func, global } = reachedFrom(core, [...exports.keys()]);
    const [funcCount, globalCount] = [importsOf(core, "func").length, importsOf(core, "global").length];
    this.#own = {
      func: new Set(func.filter((each) => each >= funcCount)),
      global: new Set(global.filter((each) => each >= globalCount)),
    };
  }

  has(space: Space, index: number): boolean {
    return this.#own[space].has(index);
  }

  /** The name by which the rest of the core has it, `undefined` of what the module has not. */
  nameOf(space: Space, index: number): string | undefined {
    if (!this.has(space, index)) return undefined;
    const known = this.#shared[space].get(index);
    if (known !== undefined) return known;
    const name = this.#newName();
    this.#shared[space].set(index, name);
    return name;
  }

  /** As an import has it. */
  globalType(index: number): Uint8Array {
    return this.#core.globals[index - importsOf(this.#core, "global").length]!.subarray(0, GLOBAL_TYPE_LENGTH);
  }

  /** After the rest of the core has asked for what it uses. Gives what it exports, by name. */
  addTo(module: Assembler, around: Pick<Surroundings, "importedFunc" | "importedGlobal">): ReadonlyMap<string, Func | Global> {
    const graft = new Graft(module, this.#core, { ...around, exports: [...this.#exports.keys()], first: new Set() });
    const exported = new Map<string, Func | Global>([
      ...[...this.#exports].map(([old, name]) => [name, graft.exported(old)] as const),
      ...[...this.#shared.func].map(([index, name]) => [name, graft.func(index)] as const),
      ...[...this.#shared.global].map(([index, name]) => [name, graft.global(index)] as const),
    ]);
    for (const [name, item] of exported) module.export(name, item);
    return exported;
  }
}

/** `valtype mut` */
const GLOBAL_TYPE_LENGTH = 2;
