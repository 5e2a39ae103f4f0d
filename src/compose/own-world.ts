/**
 * What a part exports of its own world: functions as they are, and each interface as an instance of a component that takes its
 * functions and gives its types their names, as a re-export does.
 */
import type { InstantiateArg } from "../binary/instances.ts";
import { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import type { Extern, FuncType, Named } from "../component/types.ts";
import type { ComponentWriter } from "./component-writer.ts";
import type { ImportedInterfaces } from "./imported-interfaces.ts";
import { type CoreExport, NO_INTERFACE, type OwnWorld } from "./part.ts";
import { reexportComponent } from "./reexport.ts";
import type { TypeEncoder } from "./type-encoder.ts";

interface Into {
  readonly writer: ComponentWriter;
  /** What is imported, and what it is. */
  readonly imported: ImportedInterfaces;
  readonly interfaces: Interfaces;
  readonly types: TypeEncoder;
  /** Gives the index of the function. */
  lift(type: FuncType, core: CoreExport): number;
}

type Instance = Extract<Extern, { readonly kind: "instance" }>;

export function exportWorld(world: OwnWorld, into: Into): void {
  const { writer, lift } = into;
  const exported = exportedInterfaces(world, into);
  const instances = new Map<string, number>();
  for (const [name, item] of world.exports) {
    if (item.kind === "func") writer.export(name, { sort: "func", idx: lift(item.type, world.coreExport(NO_INTERFACE, name)) });
    if (item.kind !== "instance") continue;
    const idx = instanceOf(name, item, world, { ...into, exported, instances });
    instances.set(keyOf(name), writer.export(name, { sort: "instance", idx }));
  }
}

/** What is exported, beside what is imported: one interface may be both, with other types. */
function exportedInterfaces({ exports }: OwnWorld, { imported, interfaces }: Into): Interfaces {
  const exported = new Interfaces();
  for (const key of imported.keys) {
    const found = interfaces.get(key);
    if (found !== undefined) exported.add(`imported ${key}`, found.exports);
  }
  for (const [name, item] of exports) if (item.kind === "instance") exported.add(name, item.exports);
  return exported;
}

interface Exporting extends Into {
  readonly exported: Interfaces;
  /** Those that are exported by now, by key. */
  readonly instances: ReadonlyMap<string, number>;
}

function instanceOf(name: string, { exports }: Instance, world: OwnWorld, into: Exporting): number {
  const { writer, imported, exported, instances, types, lift } = into;
  const funcs = new Map([...exports].flatMap(([label, item]) => (item.kind === "func" ? [[label, item.type] as const] : [])));
  const func = (label: string): number => {
    const type = funcs.get(label);
    if (type === undefined) throw new Error(`\`${name}\` has no function \`${label}\``);
    return lift(type, world.coreExport(name, label));
  };
  if (funcs.size === exports.size) {
    const items = [...exports.keys()].map(
      (label) => ({ name: { kind: "plain", name: label }, item: { sort: "func", idx: func(label) } }) as const,
    );
    return writer.instance({ kind: "exports", exports: items });
  }
  const shims = new Map([...funcs.keys()].map((label) => [label, { part: "", exportName: label }] as const));
  const names = new Set(exports.keys());
  const built = reexportComponent({ key: keyOf(name), ofHost: false, names, shims }, exported, () => "", "export");
  const typeOf = (type: Named): number => {
    const home = exported.homeOf(type);
    const instance = instances.get(home?.key ?? "");
    if (home !== undefined && instance !== undefined) return writer.exportOf("type", instance, home.name);
    // By the name that it has in its interface, not by one that the world may have for it.
    return imported.has(type) ? imported.type(type) : types.named(type);
  };
  const args: InstantiateArg[] = [
    ...built.types.map((each) => ({ name: each.name, item: { sort: "type", idx: typeOf(each.type) } }) as const),
    ...built.funcs.map((each) => ({ name: each.name, item: { sort: "func", idx: func(each.exportName) } }) as const),
  ];
  return writer.instance({ kind: "instantiate", component: writer.component(built.bytes), args });
}
