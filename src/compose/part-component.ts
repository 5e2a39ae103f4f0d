/**
 * Writes a part as a component:
 *
 *   imports   instances of the host's interfaces, types of other parts
 *   memory    core instance that owns memory, if the part has one
 *   types     its own resources
 *   main      core instance: host functions lowered, resource built-ins
 *   exports   every function lifted, every type, at the root
 */
import { article } from "../article.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { CanonOpt } from "../binary/canon.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import type { CoreInstantiateArg } from "../binary/instances.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type FuncType, type Named, type Resource, resourcesIn } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import type { ExportNames } from "./export-names.ts";
import { close, ImportedInterfaces } from "./imported-interfaces.ts";
import { isHosts, type OwnerOf } from "./ownership.ts";
import { type CoreExport, type CoreImport, MEMORY, type Part } from "./part.ts";
import { TypeEncoder } from "./type-encoder.ts";
import { TypeImports } from "./type-imports.ts";

export interface PartComponent {
  readonly bytes: readonly Chunk[];
  /** Keys of the host's interfaces to instantiate it with, under their own names. */
  readonly hostKeys: readonly string[];
  /** Types to instantiate it with, as the app sees them. */
  readonly types: readonly { readonly name: string; readonly type: Named }[];
}

/** What a part's host functions and drops need of the host. */
export function hostNeeds(part: Part, interfaces: Interfaces): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  const need = (key: string, name: string): void => {
    needs.set(key, (needs.get(key) ?? new Set()).add(name));
  };
  for (const each of [...part.imports, ...(part.shims?.imports ?? [])]) {
    if (each.kind === "host func") need(each.key, each.name);
    else if (each.kind === "resource.drop" && each.view === "host") {
      const home = interfaces.homeOf(each.resource);
      if (home !== undefined) need(home.key, home.name);
    }
  }
  return needs;
}

export function partComponent(part: Part, names: ExportNames, interfaces: Interfaces, ownerOf: OwnerOf): PartComponent {
  const writer = new ComponentWriter(part.id);
  const host = new ImportedInterfaces(writer, interfaces, close(interfaces, hostNeeds(part, interfaces)));
  host.importAll();

  const memoryInstance =
    part.memory && writer.coreInstance({ kind: "instantiate", module: writer.coreModule(part.memory.bytes), args: [] });
  const owned = new Map<Resource, number>();
  const ownedType = (resource: Resource): number => {
    const known = owned.get(resource);
    if (known !== undefined) return known;
    const destructor = part.memory?.destructors.get(resource);
    const dtor =
      destructor === undefined || memoryInstance === undefined ? undefined : writer.coreExportOf("core func", memoryInstance, destructor);
    const index = writer.type({ kind: "resource", rep: 0x7f, dtor });
    owned.set(resource, index);
    return index;
  };

  const types = new TypeImports(writer);
  let named = 0;
  const importType = (type: Named): number => {
    if (type.kind === "resource" && ownerOf(type) === part.id) return ownedType(type);
    if (isHosts(type, ownerOf) && host.has(type)) return host.type(type);
    // A record of the host's that holds a resource of ours: nobody but us can make it, and it needs a name.
    if (type.kind !== "resource" && resourcesIn(type).some((each) => ownerOf(each) === part.id)) {
      while (!names.isFree(`x${named}`)) named++;
      return writer.export(`x${named++}`, { sort: "type", idx: encoder.definition(type) });
    }
    return types.import(type, encoder);
  };
  const encoder = new TypeEncoder({ define: (type) => writer.type(type), foreign: importType });

  const memoryOptions = (direction: "lift" | "lower", type: FuncType, instance: number): CanonOpt[] => {
    const { memory, realloc } = coreSignature(type, direction);
    const options: CanonOpt[] = [];
    if (memory) options.push({ kind: "memory", memory: coreExport("core memory", instance, MEMORY.memory) });
    if (realloc) options.push({ kind: "realloc", func: coreExport("core func", instance, MEMORY.realloc) });
    return options;
  };
  const coreExports = new Map<string, number>();
  const coreExport = (sort: "core func" | "core memory", instance: number, name: string): number => {
    const key = `${instance} ${name}`;
    const index = coreExports.get(key) ?? writer.coreExportOf(sort, instance, name);
    coreExports.set(key, index);
    return index;
  };

  // Core functions that the main module imports.
  const coreFunction = (each: CoreImport): { readonly field: string; readonly idx: number } => {
    switch (each.kind) {
      case "host func": {
        const found = interfaces.get(each.key)?.exports.get(each.name);
        if (found?.kind !== "func") throw new LinkError(`\`${each.key}\` has no function \`${each.name}\``);
        const func = writer.exportOf("func", host.instance(each.key), each.name);
        return {
          field: each.field,
          idx: writer.canon({ kind: "lower", func, options: memoryOptions("lower", found.type, memoryInstance ?? 0) }),
        };
      }
      case "resource.drop": {
        const resource = each.view === "host" ? host.type(each.resource) : encoder.named(each.resource);
        return { field: each.field, idx: writer.canon({ kind: "resource.drop", resource }) };
      }
      case "resource.new":
      case "resource.rep":
        return { field: each.field, idx: writer.canon({ kind: each.kind, resource: ownedType(each.resource) }) };
    }
  };
  const bundle = (imports: readonly CoreImport[]): CoreInstantiateArg[] => {
    if (imports.length === 0) return [];
    const exports = imports.map(coreFunction).map(({ field, idx }) => ({ name: field, sort: "core func" as const, idx }));
    return [{ name: "", instance: writer.coreInstance({ kind: "exports", exports }) }];
  };
  const mainModule = writer.coreModule(part.main);
  const memoryArg = (name: string): CoreInstantiateArg[] => (memoryInstance === undefined ? [] : [{ name, instance: memoryInstance }]);
  const mainArgs = [...memoryArg(part.memory?.importedAs ?? ""), ...bundle(part.imports)];
  const main = writer.coreInstance({ kind: "instantiate", module: mainModule, args: mainArgs });

  const lift = (name: string, type: FuncType, instance: number, core: CoreExport): void => {
    const options = memoryOptions("lift", type, memoryInstance ?? instance);
    if (core.postReturn !== undefined) options.push({ kind: "post-return", func: coreExport("core func", instance, core.postReturn) });
    const typeIndex = encoder.func(type);
    const func = writer.canon({ kind: "lift", func: coreExport("core func", instance, core.name), options, type: typeIndex });
    writer.export(name, { sort: "func", idx: func });
  };

  const shims =
    part.shims &&
    writer.coreInstance({
      kind: "instantiate",
      module: writer.coreModule(part.shims.bytes),
      args: [{ name: part.shims.mainAs, instance: main }, ...memoryArg(part.shims.memoryAs), ...bundle(part.shims.imports)],
    });
  const generated = new Map(
    part.shims?.functions.flatMap(({ key, name, exportName, core }) => (exportName === undefined ? [[`${key} ${name}`, core]] : [])),
  );

  const exported = new Set<string>();
  for (const [key, provided] of part.provides) {
    for (const [itemName, item] of interfaces.pick(key, provided)) {
      const name = names.nameOf(key, itemName);
      if (item.kind !== "func" && item.kind !== "type")
        throw new LinkError(`\`${key}\` exports \`${itemName}\`, ${article(item.kind)}: only functions and types can be virtualized`);
      if (exported.has(name)) continue;
      exported.add(name);
      if (item.kind === "type") {
        const index = writer.export(name, { sort: "type", idx: encoder.typeEntry(item.type) });
        if (typeof item.type === "object") encoder.bind(item.type, index);
        continue;
      }
      const core = generated.get(`${key} ${itemName}`);
      if (core !== undefined && shims !== undefined) lift(name, item.type, shims, core);
      else lift(name, item.type, main, part.coreExport(key, itemName));
    }
  }
  for (const { exportName, type, core } of part.substitutes) if (exportName !== undefined) lift(exportName, type, main, core);
  for (const { exportName, type, core } of part.shims?.functions ?? []) {
    if (exportName !== undefined && shims !== undefined) lift(exportName, type, shims, core);
  }
  return { bytes: writer.finish(), hostKeys: host.keys, types: types.all };
}
