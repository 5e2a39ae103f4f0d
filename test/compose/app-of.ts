/** Components that import what a test says and do nothing, made without any tool. */
import { importsOf } from "../../src/adapters/wasi-versions.ts";
import { bytesOf } from "../../src/binary/chunk.ts";
import { keyOf } from "../../src/component/names.ts";
import type { Extern } from "../../src/component/types.ts";
import { ComponentWriter } from "../../src/compose/component-writer.ts";
import { close, ImportedInterfaces } from "../../src/compose/imported-interfaces.ts";
import { interfacesOf } from "../../src/virtualize/known-interfaces.ts";

/** An interface, which exports its items by name. */
export type Instance = Extract<Extern, { readonly kind: "instance" }>;

export interface AppOptions {
  /** Exports the interfaces that it imports again, under other names. */
  readonly exportsAll?: boolean;
}

/** A component that imports these interfaces. */
export function appOf(imports: ReadonlyMap<string, Instance>, { exportsAll = false }: AppOptions = {}): Uint8Array {
  const interfaces = interfacesOf(imports);
  const selection = new Map([...imports].map(([name, { exports }]) => [keyOf(name), new Set(exports.keys())]));
  const writer = new ComponentWriter();
  const host = new ImportedInterfaces(writer, interfaces, close(interfaces, selection));
  host.importAll();
  if (exportsAll) {
    [...imports.keys()].forEach((name, i) => writer.export(`again-${i}`, { sort: "instance", idx: host.instance(keyOf(name)) }));
  }
  return bytesOf(writer.finish());
}

/** The interfaces of WASI 0.2.6 of some packages, or some interfaces. */
export function wasi(...prefixes: readonly string[]): ReadonlyMap<string, Instance> {
  return new Map(
    [...importsOf("0.2.6")].flatMap(([name, item]) =>
      item.kind === "instance" && prefixes.some((prefix) => name.startsWith(prefix)) ? [[name, item] as const] : [],
    ),
  );
}
