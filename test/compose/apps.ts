/**
 * Apps that only import: no code, so they cost nothing to make and their imports can be any part of a world.
 * What they are made of is what a toolchain made of WIT; the host's validator judges them like any other.
 */
import { bytesOf } from "../../src/binary/chunk.ts";
import type { InstantiateArg } from "../../src/binary/instances.ts";
import { Interfaces } from "../../src/component/interfaces.ts";
import { worldOf } from "../../src/component/world.ts";
import { ComponentWriter } from "../../src/compose/component-writer.ts";
import { close, ImportedInterfaces, type Selection } from "../../src/compose/imported-interfaces.ts";

export { bytesOf };

/** What a component imports, as interfaces. */
export function interfacesIn(component: Uint8Array): Interfaces {
  const interfaces = new Interfaces();
  for (const [name, item] of worldOf(component).imports) {
    if (item.kind === "instance") interfaces.add(name, item.exports);
  }
  return interfaces;
}

/** An app that imports these functions and types, and what they are made of. */
export function importing(interfaces: Interfaces, selection: Selection): Uint8Array {
  const writer = new ComponentWriter();
  new ImportedInterfaces(writer, interfaces, close(interfaces, selection)).importAll();
  return bytesOf(writer.finish());
}

/** An app that imports what each of `components` does, no name twice, and contains them; it exports nothing. */
export function joined(components: readonly Uint8Array[]): Uint8Array {
  const writer = new ComponentWriter();
  for (const component of components) {
    const interfaces = interfacesIn(component);
    const all = new Map(interfaces.keys().map((key) => [key, new Set(interfaces.get(key)?.exports.keys())]));
    const host = new ImportedInterfaces(writer, interfaces, all);
    host.importAll();
    const args = interfaces.keys().map((key): InstantiateArg => ({
      name: interfaces.get(key)?.name ?? key,
      item: { sort: "instance", idx: host.instance(key) },
    }));
    writer.instance({ kind: "instantiate", component: writer.component([component]), args });
  }
  return bytesOf(writer.finish());
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A part of what there is: some interfaces, and of each all functions or some. */
export function randomSelection(interfaces: Interfaces, random: () => number): Selection {
  const share = random();
  const selection = new Map<string, ReadonlySet<string>>();
  for (const key of interfaces.keys()) {
    if (random() > share) continue;
    const labels = [...(interfaces.get(key)?.exports.keys() ?? [])];
    const kept = random() < 0.3 ? 1 : random();
    selection.set(key, new Set(labels.filter(() => random() < kept)));
  }
  return selection;
}
