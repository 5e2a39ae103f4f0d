/**
 * An interface as one instance, whoever its functions are from: a component that takes them and exports them. It has no code but a
 * façade, in front of functions whose streams a part feeds. Of a host's interface some functions are shims of an adapter, and the
 * rest costs nothing more. Of a part's interface all are the part's.
 */
import { article } from "../article.ts";
import type { Chunk } from "../binary/chunk.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { isDefinition, itemsOf } from "../component/interface-items.ts";
import { type FuncType, isNamed, type Named } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import { ComponentWriter } from "./component-writer.ts";
import type { LoopNames } from "./export-names.ts";
import { facade, IS_RUNNING, LOOP } from "./facade.ts";
import { close, ImportedInterfaces } from "./imported-interfaces.ts";
import { isHosts, type OwnerOf } from "./ownership.ts";
import { TypeEncoder } from "./type-encoder.ts";
import { TypeImports } from "./type-imports.ts";

export interface Reexport {
  readonly key: string;
  /** Whether what comes from no part comes from the host's interface of this name. */
  readonly ofHost: boolean;
  /** What is used of the interface. */
  readonly names: ReadonlySet<string>;
  /** The functions that come from a part, and the name under which it exports them. */
  readonly shims: ReadonlyMap<string, { readonly part: string; readonly exportName: string }>;
  /** Those of them that a façade is in front of, and the loop of the part that it starts. */
  readonly streaming?: { readonly part: string; readonly names: ReadonlySet<string>; readonly loop: LoopNames };
}

export interface ReexportComponent {
  readonly bytes: readonly Chunk[];
  readonly hostKeys: readonly string[];
  readonly types: readonly { readonly name: string; readonly type: Named }[];
  readonly funcs: readonly { readonly name: string; readonly part: string; readonly exportName: string }[];
}

/** What the re-export of an interface takes of the host's instance; what shims need of the host is theirs to say. */
export function namesFromHost({ key, ofHost, names, shims }: Reexport, interfaces: Interfaces, ownerOf: OwnerOf): ReadonlySet<string> {
  if (!ofHost) return new Set();
  const items = interfaces.pick(key, names).filter(([name]) => !shims.has(name));
  return new Set(items.filter(([, item]) => item.kind !== "type" || isHosts(item.type, ownerOf)).map(([name]) => name));
}

/**
 * What becomes of the types of an interface. What is exported from the outer component has types of its own, under the
 * names that it gives them. For the app, types of the host's go by the host's names, which exports may mention. Or all
 * are given, and only get further names.
 */
export type TypesOf = "export" | "app" | "given";

export function reexportComponent(reexport: Reexport, interfaces: Interfaces, ownerOf: OwnerOf, typesOf: TypesOf): ReexportComponent {
  const { key, names, shims, streaming } = reexport;
  const items = itemsOf(interfaces, key, names);
  const writer = new ComponentWriter(interfaces.get(key)?.base ?? key);
  const fromHost = namesFromHost(reexport, interfaces, ownerOf);
  const host = new ImportedInterfaces(writer, interfaces, close(interfaces, new Map([[key, fromHost]])));
  host.importAll();

  const types = new TypeImports(writer);
  const encoder = new TypeEncoder({
    define: (type) => writer.type(type),
    foreign: (type) => (isHosts(type, ownerOf) && host.has(type) ? host.type(type) : types.import(type, encoder)),
  });
  // Functions go by the names that are exported, as methods must.
  const exported =
    typesOf === "export" ? encoder : new TypeEncoder({ define: (type) => writer.type(type), foreign: (type) => encoder.named(type) });
  const funcs: { name: string; part: string; exportName: string }[] = [];
  const received = new Map<string, number>();
  for (const [name, item] of items) {
    const shim = shims.get(name);
    if (shim === undefined || item.kind !== "func") continue;
    const importName = `f${funcs.length}`;
    funcs.push({ name: importName, ...shim });
    received.set(name, writer.import(importName, { kind: "func", type: encoder.func(item.type) }));
  }
  if (streaming !== undefined) {
    const { part, loop: of } = streaming;
    const take = (exportName: string, type: FuncType): number => {
      funcs.push({ name: exportName, part, exportName });
      return writer.import(exportName, { kind: "func", type: encoder.func(type) });
    };
    const loop = { start: take(of.start, LOOP), isRunning: take(of.isRunning, IS_RUNNING) };
    const functions = items.flatMap(([name, item]) => {
      const func = received.get(name);
      return func === undefined || item.kind !== "func" || !streaming.names.has(name) ? [] : [{ name, type: item.type, func }];
    });
    for (const [name, func] of facade(interfaces.get(key)?.base ?? key, functions, loop, writer, encoder)) received.set(name, func);
  }
  for (const [name, item] of items) {
    if (item.kind === "type") {
      const { type } = item;
      const isFromHost = isNamed(type) && isHosts(type, ownerOf) && host.has(type);
      const isMadeHere = !isNamed(type) || (typesOf !== "given" && isDefinition(interfaces, key, name, type) && !isFromHost);
      const index = writer.export(name, { sort: "type", idx: isMadeHere ? encoder.freshEntry(type) : encoder.named(type) });
      if (typeof type !== "object") continue;
      if (typesOf === "export" || isMadeHere) encoder.bind(type, index);
      exported.bind(type, index);
    } else if (item.kind === "func") {
      const idx = received.get(name) ?? writer.exportOf("func", host.instance(key), name);
      writer.exportAs(name, { sort: "func", idx }, { kind: "func", type: exported.func(item.type) });
    } else throw new LinkError(`\`${key}\` exports \`${name}\`, ${article(item.kind)}: only functions and types can be handed on`);
  }
  return { bytes: writer.finish(), hostKeys: host.keys, types: types.all, funcs };
}
