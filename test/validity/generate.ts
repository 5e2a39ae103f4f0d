/**
 * Small components by chance, of everything that has a sort: what is imported, exported, aliased and handed to nested
 * components, whose types differ and who has what to do with whom. Most of them are valid; a judge says which.
 */
import { bytesOf } from "../../src/binary/chunk.ts";
import type { Alias } from "../../src/binary/aliases.ts";
import type { CanonOpt } from "../../src/binary/canon.ts";
import { Assembler } from "../../src/binary/assembler.ts";
import type { CoreFuncType } from "../../src/binary/core-module.ts";
import { Code, op } from "../../src/binary/instructions.ts";
import { encodeComponent, type NewSection, type Section } from "../../src/binary/component.ts";
import type { ExternName, ExternType } from "../../src/binary/externs.ts";
import type { Sort } from "../../src/binary/sorts.ts";
import type { Decl, Type } from "../../src/binary/types.ts";
import type { ValType } from "../../src/binary/val-types.ts";
import { coreSignature } from "../../src/component/canonical-abi.ts";
import { enter } from "../../src/component/world.ts";
import { Scope, Validation } from "../../src/component/scope.ts";
import { enterDecl } from "../../src/component/type-definitions.ts";
import { FormatError } from "../../src/errors.ts";

/** At least zero, less than one. */
export type Random = () => number;

/** There is nothing to choose from. */
class Nothing extends Error {}

const PRIMITIVES = ["bool", "u8", "s32", "u64", "f32", "char", "string"] as const;
const SORTS = ["func", "type", "instance", "component", "core module"] as const;
const ATTEMPTS = 4;

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}
export function pick<T>(random: Random, items: readonly T[]): T {
  const found = items[below(random, items.length)];
  if (found === undefined) throw new Nothing();
  return found;
}

/** One component of about `steps` definitions. */
export function generate(random: Random, steps: number): Uint8Array {
  return new Generator(random, new Scope("component", new Validation()), 0).component(steps);
}

class Generator {
  readonly #random: Random;
  #scope: Scope;
  readonly #depth: number;
  readonly #sections: Section[] = [];
  #names = 0;

  constructor(random: Random, scope: Scope, depth: number) {
    this.#random = random;
    this.#scope = scope;
    this.#depth = depth;
  }

  component(steps: number): Uint8Array {
    for (let step = 0; step < steps; step++) this.#step();
    for (let i = below(this.#random, 4); i > 0; i--) this.#try(() => this.#export());
    return encodeComponent(this.#sections);
  }

  #step(): void {
    this.#try(
      pick(this.#random, [
        () => this.#section({ kind: "type", items: [this.#type(2)] }),
        () => this.#section({ kind: "type", items: [this.#type(2)] }),
        () => this.#section({ kind: "import", items: [{ name: this.#name(), type: this.#externType() }] }),
        () => this.#section({ kind: "import", items: [{ name: this.#name(), type: this.#externType() }] }),
        () => this.#section({ kind: "alias", items: [this.#alias()] }),
        () => this.#section({ kind: "alias", items: [this.#alias()] }),
        () => this.#instance(),
        () => this.#instance(),
        () => this.#export(),
        () => this.#nested(),
        () => this.#lift(),
        () => this.#lower(),
      ]),
    );
  }

  /** What is not valid is left out: the validator of ours is asked, and the judge says whether it is right. */
  #try(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!(error instanceof FormatError) && !(error instanceof Nothing)) throw error;
    }
  }

  #section(section: NewSection): void {
    const read = { ...section, offset: 0 } as Section; // bytes are in one piece here
    try {
      enter(read, this.#scope, this.#depth);
    } catch (error) {
      // It may have entered something before it failed.
      this.#scope = new Scope("component", this.#scope.validation, this.#scope.parent);
      for (const each of this.#sections) enter(each, this.#scope, this.#depth);
      throw error;
    }
    this.#sections.push(read);
  }

  #index(space: { readonly length: number }): number {
    if (space.length === 0) throw new Nothing();
    return below(this.#random, space.length);
  }

  #space(sort: Sort): { readonly length: number } {
    const { types, funcs, instances, components, coreModules } = this.#scope;
    const spaces = { type: types, func: funcs, instance: instances, component: components, "core module": coreModules };
    return spaces[sort as keyof typeof spaces] ?? [];
  }

  #name(): ExternName {
    const n = this.#names++;
    const names = [`n${n}`, `n${n}-x`, `acme:kit/i${n}`, `acme:kit/i${n}@1.${n}.0`, `wasi:io/poll@0.2.${n}`, `N${n}`];
    return { kind: pick(this.#random, ["plain", "interface"] as const), name: pick(this.#random, names) };
  }

  #valType(count = this.#scope.types.length): ValType {
    return this.#random() < 0.5 || count === 0 ? pick(this.#random, PRIMITIVES) : below(this.#random, count);
  }

  #type(depth: number, count = this.#scope.types.length): Type {
    const val = (): ValType => this.#valType(count);
    const maybe = (): ValType | undefined => (this.#random() < 0.5 ? undefined : val());
    const fields = (): { label: string; type: ValType }[] =>
      Array.from({ length: 1 + below(this.#random, 3) }, (_, i) => ({ label: `f${i}`, type: val() }));
    const resource = (): number => this.#index({ length: count });
    const result = this.#random() < 0.5 ? ({ kind: "none" } as const) : ({ kind: "one", type: val() } as const);
    const kinds: (() => Type)[] = [
      () => ({ kind: "primitive", type: pick(this.#random, PRIMITIVES) }),
      () => ({ kind: "record", fields: fields() }),
      () => ({
        kind: "variant",
        cases: [
          { label: "a", type: maybe() },
          { label: "b", type: maybe() },
        ],
      }),
      () => ({ kind: "list", element: val() }),
      () => ({ kind: "tuple", types: [val(), val()] }),
      () => ({ kind: "flags", labels: ["a", "b"] }),
      () => ({ kind: "enum", labels: ["a", "b-c"] }),
      () => ({ kind: "option", some: val() }),
      () => ({ kind: "result", ok: maybe(), error: maybe() }),
      () => ({ kind: "own", resource: resource() }),
      () => ({ kind: "borrow", resource: resource() }),
      () => ({ kind: "stream", element: maybe() }),
      () => ({ kind: "future", element: maybe() }),
      () => ({ kind: "func", params: fields(), result }),
      () => ({ kind: this.#random() < 0.8 ? "func" : "async func", params: [], result }),
      () => ({ kind: "resource", rep: 0x7f, dtor: undefined }),
      ...(depth === 0 ? [] : [() => this.#instanceType(depth), () => this.#instanceType(depth), () => this.#componentType(depth)]),
    ];
    return pick(this.#random, kinds)();
  }

  #instanceType(depth: number): Type {
    return this.#declared("instance", depth);
  }

  #componentType(depth: number): Type {
    return this.#declared("component", depth);
  }

  #declared(kind: "instance" | "component", depth: number): Type {
    const outer = this.#scope;
    const decls: Decl[] = [];
    const fresh = (): Scope => new Scope(`${kind} type`, outer.validation, outer);
    this.#scope = fresh();
    const add = (decl: Decl): void => {
      try {
        enterDecl(this.#scope, decl);
      } catch (error) {
        this.#scope = fresh();
        for (const each of decls) enterDecl(this.#scope, each);
        throw error;
      }
      decls.push(decl);
    };
    for (let i = 1 + below(this.#random, 5); i > 0; i--) {
      this.#try(
        pick(this.#random, [
          () => add({ kind: "type", type: this.#type(depth - 1) }),
          () => add({ kind: "alias", alias: { sort: "type", target: { kind: "outer", count: 1, idx: this.#index(outer.types) } } }),
          () => add({ kind: "export", export: { name: this.#name(), type: this.#externType() } }),
          () => add({ kind: "export", export: { name: this.#name(), type: this.#externType() } }),
          ...(kind === "component" ? [() => add({ kind: "import", import: { name: this.#name(), type: this.#externType() } })] : []),
        ]),
      );
    }
    this.#scope = outer;
    return { kind, decls };
  }

  #externType(): ExternType {
    const type = (): number => this.#index(this.#scope.types);
    return pick(this.#random, [
      (): ExternType => ({ kind: "func", type: type() }),
      (): ExternType => ({ kind: "instance", type: type() }),
      (): ExternType => ({ kind: "instance", type: type() }),
      (): ExternType => ({ kind: "component", type: type() }),
      (): ExternType => ({ kind: "type", bound: { kind: "eq", type: type() } }),
      (): ExternType => ({ kind: "type", bound: { kind: "sub resource" } }),
    ])();
  }

  #alias(): Alias {
    if (this.#depth > 0 && this.#random() < 0.4) {
      const count = 1 + below(this.#random, this.#depth);
      let scope: Scope = this.#scope;
      for (let up = 0; up < count; up++) scope = scope.parent ?? scope;
      const sort = pick(this.#random, ["type", "component", "core module"] as const);
      const space = { type: scope.types, component: scope.components, "core module": scope.coreModules }[sort];
      return { sort, target: { kind: "outer", count, idx: this.#index(space) } };
    }
    const instance = this.#index(this.#scope.instances);
    const exports = [...(this.#scope.instances[instance] ?? [])];
    if (exports.length === 0) throw new Nothing();
    const [name, item] = pick(this.#random, exports);
    return { sort: item.kind === "item type" ? "type" : item.kind, target: { kind: "export", instance, name } };
  }

  #item(): { readonly sort: (typeof SORTS)[number]; readonly idx: number } {
    const sort = pick(
      this.#random,
      SORTS.filter((each) => this.#space(each).length > 0).concat(this.#space("type").length === 0 ? [] : ["type"]),
    );
    return { sort, idx: this.#index(this.#space(sort)) };
  }

  #export(): void {
    const item = this.#item();
    this.#section({ kind: "export", items: [{ name: this.#name(), item, type: undefined }] });
  }

  #instance(): void {
    const { components } = this.#scope;
    if (components.length === 0 || this.#random() < 0.3) {
      const exports = Array.from({ length: below(this.#random, 4) }, () => ({ name: this.#name(), item: this.#item() }));
      return this.#section({ kind: "instance", items: [{ kind: "exports", exports }] });
    }
    const component = this.#index(components);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const args = [...(components[component]?.imports ?? [])].map(([name, item]) => {
        const sort = item.kind === "item type" ? "type" : item.kind;
        return { name, item: { sort, idx: this.#index(this.#space(sort)) } };
      });
      this.#try(() => {
        this.#section({ kind: "instance", items: [{ kind: "instantiate", component, args }] });
        attempt = ATTEMPTS;
      });
    }
  }

  #nested(): void {
    if (this.#depth > 2) return;
    const inner = new Generator(this.#random, new Scope("component", this.#scope.validation, this.#scope), this.#depth + 1);
    this.#section({ kind: "component", bytes: inner.component(1 + below(this.#random, 8)) });
  }

  /** A core module whose function is of the type that a function type wants, and the function lifted. */
  #lift(): void {
    const type = this.#index(this.#scope.types);
    const func = this.#scope.func(type);
    if (func.async) throw new Nothing();
    const signature = coreSignature(func, "lift");
    const options: CanonOpt[] = [];
    const core = this.#scope.coreInstances.length;
    const funcs = this.#scope.coreItems["core func"].length;
    const memories = this.#scope.coreItems["core memory"].length;
    this.#section({ kind: "core module", bytes: coreModule(signature.type) });
    this.#section({ kind: "core instance", items: [{ kind: "instantiate", module: this.#scope.coreModules.length - 1, args: [] }] });
    const alias = (sort: Sort, name: string): void =>
      this.#section({ kind: "alias", items: [{ sort, target: { kind: "core export", instance: core, name } }] });
    alias("core func", "f");
    if (signature.memory || this.#random() < 0.3) {
      alias("core memory", "memory");
      options.push({ kind: "memory", memory: memories });
      if (signature.realloc || this.#random() < 0.5) {
        alias("core func", "realloc");
        options.push({ kind: "realloc", func: funcs + 1 });
      }
    }
    if (this.#random() < 0.2) options.push({ kind: pick(this.#random, ["utf8", "utf16", "latin1+utf16"] as const) });
    this.#section({ kind: "canon", items: [{ kind: "lift", func: funcs, options, type }] });
  }

  #lower(): void {
    const funcs = this.#scope.funcs;
    if (this.#random() < 0.5 || funcs.length === 0) {
      const resource = this.#index(this.#scope.types);
      const kind = pick(this.#random, ["resource.new", "resource.drop", "resource.rep"] as const);
      return this.#section({ kind: "canon", items: [{ kind, resource }] });
    }
    const { "core memory": memories, "core func": coreFuncs } = this.#scope.coreItems;
    const options: CanonOpt[] = memories.length === 0 ? [] : [{ kind: "memory", memory: this.#index(memories) }];
    if (memories.length > 0 && this.#random() < 0.7) options.push({ kind: "realloc", func: this.#index(coreFuncs) });
    this.#section({ kind: "canon", items: [{ kind: "lower", func: this.#index(funcs), options }] });
  }
}

function coreModule(type: CoreFuncType): Uint8Array {
  const module = new Assembler("module");
  const trap = (): Code => new Code(0).op(op.unreachable);
  module.export("f", module.func(type, trap()));
  module.export("realloc", module.func({ params: ["i32", "i32", "i32", "i32"], results: ["i32"] }, trap()));
  module.export("memory", module.memory(1));
  return bytesOf(module.finish());
}
