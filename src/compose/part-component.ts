/**
 * Writes a part as a component:
 *
 *   imports   instances of the host's interfaces, types of other parts
 *   memory    core instance that owns memory, if the part has one
 *   types     its own resources
 *   modules   core instances: host functions lowered, resource built-ins
 *   exports   every function lifted, every type, at the root
 */
import { article } from "../article.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { Chunks } from "../binary/component.ts";
import type { CanonOpt } from "../binary/canon.ts";
import { asyncLowered, coreSignature, type CoreSignature, hasPointer, taskReturned } from "../component/canonical-abi.ts";
import type { CoreInlineExport, CoreInstantiateArg } from "../binary/instances.ts";
import type { SortIdx } from "../binary/sorts.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type DefinedType, type FuncType, isResource, type Named, parts, type Resource, resourcesIn } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import { type ExportNames, exportNames, loopNames } from "./export-names.ts";
import { IS_RUNNING, LOOP } from "./facade.ts";
import { close, ImportedInterfaces, type Selection } from "./imported-interfaces.ts";
import { exportWorld } from "./own-world.ts";
import { isHosts, type OwnerOf } from "./ownership.ts";
import {
  type CoreExport,
  type CoreImport,
  coreImports,
  type CoreItem,
  IN_MEMORY_MODULE,
  type ListsIn,
  MEMORY,
  NO_INTERFACE,
  type Part,
  type PartModule,
} from "./part.ts";
import { importPlain } from "./plain-imports.ts";
import { TypeEncoder } from "./type-encoder.ts";
import { TypeImports } from "./type-imports.ts";

/** Of a core value. */
const I32 = 0x7f;

export interface PartComponent {
  readonly bytes: readonly Chunk[];
  /** Keys of the host's interfaces to instantiate it with, under their own names. */
  readonly hostKeys: readonly string[];
  /** Types to instantiate it with, as the app sees them. */
  readonly types: readonly { readonly name: string; readonly type: Named }[];
}

/** What core modules of a part need of the host for the functions that they call and the handles that they drop. */
export function hostNeeds(modules: readonly Pick<PartModule, "imports">[], interfaces: Interfaces): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  const need = (key: string, name: string): void => {
    needs.set(key, (needs.get(key) ?? new Set()).add(name));
  };
  for (const each of modules.flatMap(({ imports }) => imports)) {
    if (each.kind === "host func") {
      if (each.key !== NO_INTERFACE) need(each.key, each.name);
    } else if (each.kind === "resource.drop" && each.view === "host") {
      const home = interfaces.homeOf(each.resource);
      if (home !== undefined) need(home.key, home.name);
    }
  }
  return needs;
}

/** All that a part needs of the host. */
export function needsOfPart(part: Part, interfaces: Interfaces): Selection {
  const needs = hostNeeds(coreImports(part), interfaces);
  for (const [key, names] of part.world?.types ?? []) needs.set(key, new Set([...(needs.get(key) ?? []), ...names]));
  return needs;
}

export function partComponent(part: Part, names: ExportNames, interfaces: Interfaces, ownerOf: OwnerOf): PartComponent {
  const writing = new PartWriter(part, names, interfaces, ownerOf);
  writing.exportAll();
  writing.exportWorld();
  return writing.finish();
}

/**
 * A part as a component by itself: all that it does not provide is the host's, and what it provides are interfaces of functions
 * whose types have no names. So no component is around it that would import the same interfaces.
 */
export function partAlone(part: Part, interfaces: Interfaces): readonly Chunk[] {
  const writing = new PartWriter(part, exportNames(part, interfaces), interfaces, () => "host");
  writing.exportInterfaces();
  writing.exportWorld();
  return writing.finish().bytes;
}

class PartWriter {
  readonly #part: Part;
  readonly #names: ExportNames;
  readonly #interfaces: Interfaces;
  readonly #ownerOf: OwnerOf;
  readonly #writer: ComponentWriter;
  readonly #host: ImportedInterfaces;
  readonly #types: TypeImports;
  readonly #encoder: TypeEncoder;
  /** Writes what streams and futures carry: no name is needed for what is not exported. */
  readonly #carried: TypeEncoder;
  readonly #handles: number | undefined;
  readonly #memory: number | undefined;
  /** Core instances of the modules. */
  readonly #modules: number[] = [];
  readonly #owned = new Map<Resource, number>();
  /** Writes types of the part's own world, of which those that it exports have no names here. */
  readonly #ofWorld: TypeEncoder;
  /** What that imports outside of interfaces. */
  readonly #plain = new Map<string, SortIdx>();
  readonly #coreExports = new Map<string, number>();
  #namedCount = 0;

  constructor(part: Part, names: ExportNames, interfaces: Interfaces, ownerOf: OwnerOf) {
    const writer = new ComponentWriter(part.id);
    this.#part = part;
    this.#names = names;
    this.#interfaces = interfaces;
    this.#ownerOf = ownerOf;
    this.#writer = writer;
    this.#host = new ImportedInterfaces(writer, interfaces, close(interfaces, needsOfPart(part, interfaces)));
    this.#host.importAll();
    this.#ofWorld = new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => this.#worldType(type) });
    const from = { writer, encoder: this.#ofWorld, interfaces, host: this.#host };
    for (const [name, item] of part.world?.plain ?? []) this.#plain.set(name, importPlain(from, name, item));
    this.#types = new TypeImports(writer);
    this.#encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => this.#foreign(type) });
    this.#carried = new TypeEncoder({
      define: (type) => writer.type(type),
      foreign: (type) => (type.kind === "resource" ? this.#foreign(type) : this.#carried.definition(type)),
    });
    this.#handles = part.handles && this.#instantiate(part.handles.bytes, []);
    this.#memory = part.memory && this.#instantiate(part.memory.bytes, this.#bundle(part.memory.imports.flatMap(({ imports }) => imports)));
    for (const module of part.modules) this.#module(module);
  }

  /** Instantiates a core module. */
  #module({ bytes, imports, memoryAs, mainAs, instances = [] }: PartModule): void {
    const given = (name: string | undefined, instance: number | undefined): CoreInstantiateArg[] =>
      name === undefined || instance === undefined ? [] : [{ name, instance }];
    const whole = instances.map(({ as, module }) => ({ name: as, instance: this.#instanceOf(module) }));
    const args = [...given(mainAs, this.#modules.at(-1)), ...given(memoryAs, this.#memory), ...whole, ...this.#bundle(imports)];
    this.#modules.push(this.#instantiate(bytes, args));
  }

  #instantiate(bytes: Chunks, args: readonly CoreInstantiateArg[]): number {
    return this.#writer.coreInstance({ kind: "instantiate", module: this.#writer.coreModule(bytes), args });
  }

  exportAll(): void {
    const { provides, substitutes, loops = [] } = this.#part;
    const exported = new Set<string>();
    for (const [key, provided] of provides) {
      for (const [itemName, item] of this.#interfaces.pick(key, provided)) {
        const name = this.#names.nameOf(key, itemName);
        if (item.kind !== "func" && item.kind !== "type")
          throw new LinkError(`\`${key}\` exports \`${itemName}\`, ${article(item.kind)}: only functions and types can be virtualized`);
        if (exported.has(name)) continue;
        exported.add(name);
        if (item.kind === "func") this.#export(name, item.type, this.#part.coreExport(key, itemName));
        else {
          const index = this.#writer.export(name, { sort: "type", idx: this.#encoder.typeEntry(item.type) });
          if (typeof item.type === "object") this.#encoder.bind(item.type, index);
        }
      }
    }
    for (const { exportName, type, core } of substitutes) this.#export(exportName, type, core);
    loops.forEach((loop, i) => {
      const names = loopNames(i);
      this.#export(names.start, LOOP, loop.start);
      this.#export(names.isRunning, IS_RUNNING, loop.isRunning);
    });
  }

  exportInterfaces(): void {
    for (const [key, provided] of this.#part.provides) {
      const exports = this.#interfaces.pick(key, provided).map(([name, item]) => {
        if (item.kind !== "func")
          throw new LinkError(`\`${key}\` exports \`${name}\`, ${article(item.kind)}: only functions can be exported alone`);
        const idx = this.#lift(item.type, this.#part.coreExport(key, name));
        return { name: { kind: "plain", name }, item: { sort: "func", idx } } as const;
      });
      const idx = this.#writer.instance({ kind: "exports", exports });
      this.#writer.export(this.#interfaces.get(key)?.name ?? key, { sort: "instance", idx });
    }
  }

  exportWorld(): void {
    const { world } = this.#part;
    if (world === undefined) return;
    const lift = (type: FuncType, core: CoreExport): number => this.#lift(type, core, this.#ofWorld);
    exportWorld(world, { writer: this.#writer, imported: this.#host, interfaces: this.#interfaces, types: this.#ofWorld, lift });
  }

  finish(): PartComponent {
    return { bytes: this.#writer.finish(), hostKeys: this.#host.keys, types: this.#types.all };
  }

  #export(name: string, type: FuncType, core: CoreExport): void {
    this.#writer.export(name, { sort: "func", idx: this.#lift(type, core) });
  }

  /** With a callback, the function goes on by that; without one it never waits, whether or not its type is async. */
  #lift(type: FuncType, { module, name: coreName, postReturn, callback, lists }: CoreExport, encoder = this.#encoder): number {
    const instance = this.#instanceOf(module);
    const signature = coreSignature(type, "lift");
    const options = lists === undefined ? this.#optionsFor(signature, this.#memory ?? instance) : this.#optionsIn(signature, lists);
    if (postReturn !== undefined) options.push({ kind: "post-return", func: this.#coreExport("core func", instance, postReturn) });
    if (callback !== undefined)
      options.push({ kind: "async" }, { kind: "callback", func: this.#coreExport("core func", instance, callback) });
    const typeIndex = encoder.func(type);
    return this.#writer.canon({ kind: "lift", func: this.#coreExport("core func", instance, coreName), options, type: typeIndex });
  }

  #bundle(imports: readonly CoreImport[]): CoreInstantiateArg[] {
    const bundles = new Map<string, CoreInlineExport[]>();
    for (const each of imports) {
      const sort = each.kind === "core memory" || each.kind === "core table" ? each.kind : "core func";
      const { as = "", field } = each;
      bundles.set(as, [...(bundles.get(as) ?? []), { name: field, sort, idx: this.#coreItem(each) }]);
    }
    return [...bundles].map(([name, exports]) => ({ name, instance: this.#writer.coreInstance({ kind: "exports", exports }) }));
  }

  /** What a module imports. */
  #coreItem(each: CoreImport): number {
    switch (each.kind) {
      case "host func": {
        const plain = each.key === NO_INTERFACE ? this.#plain.get(each.name)?.idx : undefined;
        const found = plain === undefined ? this.#interfaces.get(each.key)?.exports.get(each.name) : this.#part.world?.plain.get(each.name);
        if (found?.kind !== "func") throw new LinkError(`\`${each.key}\` has no function \`${each.name}\``);
        const func = plain ?? this.#writer.exportOf("func", this.#host.instance(each.key), each.name);
        const options = each.isAsync === true ? asyncLowered(found.type) : coreSignature(found.type, "lower");
        return this.#writer.canon({
          kind: "lower",
          func,
          options:
            each.lists === undefined ? this.#optionsFor(options, this.#memory ?? 0, each.isAsync) : this.#optionsIn(options, each.lists),
        });
      }
      case "core func":
      case "core memory":
      case "core table":
        return this.#coreExport(each.kind, this.#instanceOf(each.module), each.name);
      case "resource.drop": {
        if (each.isLent === true && this.#handles !== undefined && this.#part.handles !== undefined)
          return this.#coreExport("core func", this.#handles, this.#part.handles.nothing);
        if (this.#isOfWorld(each.resource)) return this.#writer.canon({ kind: each.kind, resource: this.#ofWorld.named(each.resource) });
        if (this.#part.handles !== undefined && each.view === "given" && this.#isOwn(each.resource)) return this.#dropOf(each.resource);
        const resource = each.view === "host" ? this.#host.type(each.resource) : this.#encoder.named(each.resource);
        return this.#writer.canon({ kind: "resource.drop", resource });
      }
      case "lent func": {
        const instance = each.of === undefined ? this.#memory : this.#modules[this.#part.modules.findIndex(({ id }) => id === each.of)];
        if (instance === undefined) throw new Error(`\`${each.of ?? "memory"}\` lends \`${each.name}\`, and is not there yet`);
        return this.#coreExport("core func", instance, each.name);
      }
      case "resource.new":
      case "resource.rep":
        if (this.#handles !== undefined && this.#part.handles !== undefined && !this.#isOfWorld(each.resource))
          return this.#coreExport("core func", this.#handles, this.#part.handles.same);
        return this.#writer.canon({ kind: each.kind, resource: this.#ownedType(each.resource) });
      case "stream.read":
      case "stream.write":
      case "future.read":
      case "future.write":
        return this.#writer.canon({
          kind: each.kind,
          type: this.#carried.definition(each.type),
          options: this.#copyOptions(each.type, each.kind.endsWith(".read")),
        });
      case "waitable-set.new":
      case "waitable-set.drop":
      case "waitable.join":
      case "subtask.drop":
      case "task.cancel":
        return this.#writer.canon({ kind: each.kind });
      case "subtask.cancel":
        return this.#writer.canon({ kind: each.kind, async: false });
      case "context.get":
      case "context.set":
        return this.#writer.canon({ kind: each.kind, type: I32, slot: 0 });
      case "task.return":
        return this.#writer.canon({
          kind: each.kind,
          result: each.result === undefined ? { kind: "none" } : { kind: "one", type: this.#carried.val(each.result) },
          options: this.#optionsFor({ memory: taskReturned(each.result).memory, realloc: false }, this.#memory ?? 0),
        });
      default:
        return this.#writer.canon({ kind: each.kind, type: this.#carried.definition(each.type) });
    }
  }

  /** The core instance of a module. */
  #instanceOf(module: number): number {
    const instance = module === IN_MEMORY_MODULE ? this.#memory : this.#modules[module];
    if (instance === undefined) throw new Error(`the module ${module} of the part \`${this.#part.id}\` is not there yet`);
    return instance;
  }

  #optionsIn(signature: Pick<CoreSignature, "memory" | "realloc">, { memory, realloc, encoding = "utf8" }: ListsIn): CanonOpt[] {
    const item = (sort: "core memory" | "core func", { module, name }: CoreItem): number =>
      this.#coreExport(sort, this.#instanceOf(module), name);
    return [
      ...(signature.memory && encoding !== "utf8" ? [{ kind: encoding }] : []),
      ...(signature.memory && memory !== undefined ? [{ kind: "memory", memory: item("core memory", memory) } as const] : []),
      ...(signature.realloc && realloc !== undefined ? [{ kind: "realloc", func: item("core func", realloc) } as const] : []),
    ];
  }

  #optionsFor({ memory, realloc }: Pick<CoreSignature, "memory" | "realloc">, instance: number, isAsync = false): CanonOpt[] {
    const options: CanonOpt[] = isAsync ? [{ kind: "async" }] : [];
    if (memory) options.push({ kind: "memory", memory: this.#coreExport("core memory", instance, MEMORY.memory) });
    if (realloc) options.push({ kind: "realloc", func: this.#coreExport("core func", instance, MEMORY.realloc) });
    return options;
  }

  /** A copy that does not wait: the part has a memory for it. */
  #copyOptions(type: DefinedType, reads: boolean): CanonOpt[] {
    if (this.#memory === undefined) throw new Error(`the part \`${this.#part.id}\` copies and has no memory`);
    const allocates = reads && parts(type).some((each) => !isResource(each) && hasPointer(each));
    return this.#optionsFor({ memory: true, realloc: allocates }, this.#memory, true);
  }

  #coreExport(sort: "core func" | "core memory" | "core table", instance: number, name: string): number {
    const key = `${instance} ${name}`;
    const index = this.#coreExports.get(key) ?? this.#writer.coreExportOf(sort, instance, name);
    this.#coreExports.set(key, index);
    return index;
  }

  /** Whether the part's own world defines it, or imports it outside of interfaces. */
  #isOfWorld(resource: Resource): boolean {
    const { world } = this.#part;
    return world !== undefined && (world.resources.has(resource) || this.#ofWorld.has(resource));
  }

  #worldType(type: Named): number {
    if (type.kind === "resource" && this.#part.world?.resources.has(type) === true) return this.#ownedType(type);
    if (this.#host.has(type)) return this.#host.type(type);
    return type.kind === "resource" ? this.#foreign(type) : this.#ofWorld.definition(type);
  }

  #isOwn(resource: Resource): boolean {
    return this.#ownerOf(resource) === this.#part.id;
  }

  #foreign(type: Named): number {
    if (type.kind === "resource" && this.#isOwn(type)) return this.#ownedType(type);
    if (isHosts(type, this.#ownerOf) && this.#host.has(type)) return this.#host.type(type);
    // A record of the host's that holds a resource of ours: nobody but us can make it, and it needs a name.
    if (type.kind !== "resource" && resourcesIn(type).some((each) => this.#isOwn(each))) {
      while (!this.#names.isFree(`x${this.#namedCount}`)) this.#namedCount++;
      return this.#writer.export(`x${this.#namedCount++}`, { sort: "type", idx: this.#encoder.definition(type) });
    }
    return this.#types.import(type, this.#encoder);
  }

  /** The destructor of a resource whose handles are representations. */
  #dropOf(resource: Resource): number {
    const { handles } = this.#part;
    const destructor = this.#part.memory?.destructors.get(resource);
    const [instance, name] = destructor === undefined ? [this.#handles, handles?.nothing] : [this.#memory, destructor];
    if (instance === undefined || name === undefined) throw new Error("the destructor of a resource is not there yet");
    return this.#coreExport("core func", instance, name);
  }

  #ownedType(resource: Resource): number {
    const known = this.#owned.get(resource);
    if (known !== undefined) return known;
    const destructor = this.#part.memory?.destructors.get(resource);
    const ofWorld = this.#part.world?.resources.get(resource);
    const dtor =
      ofWorld !== undefined
        ? this.#coreExport("core func", this.#instanceOf(ofWorld.module), ofWorld.name)
        : destructor === undefined || this.#memory === undefined
          ? undefined
          : this.#writer.coreExportOf("core func", this.#memory, destructor);
    const index = this.#writer.type({ kind: "resource", rep: 0x7f, dtor });
    this.#owned.set(resource, index);
    return index;
  }
}
