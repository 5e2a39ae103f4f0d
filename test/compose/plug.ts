/**
 * What `wac plug` does, small: an app and an adapter in one component, every import of the app that the
 * adapter exports taken from it, everything else from the host. Knows nothing of how adapters are made.
 */
import { bytesOf } from "../../src/binary/chunk.ts";
import type { InstantiateArg } from "../../src/binary/instances.ts";
import { Interfaces } from "../../src/component/interfaces.ts";
import { keyOf } from "../../src/component/names.ts";
import { type Exports, sortOf } from "../../src/component/types.ts";
import { worldOf } from "../../src/component/world.ts";
import { ComponentWriter } from "../../src/compose/component-writer.ts";
import { close, ImportedInterfaces } from "../../src/compose/imported-interfaces.ts";

/** `app`, with `adapter` below it. Their imports are interfaces only. */
export function plug(adapter: Uint8Array, app: Uint8Array): Uint8Array {
  const [below, above] = [worldOf(adapter), worldOf(app)];
  const provided = new Map([...below.exports.keys()].map((name) => [keyOf(name), name]));
  const interfaces = new Interfaces();
  const fromHost = new Map<string, Set<string>>();
  const add = (imports: Exports, isWanted: (key: string) => boolean): void => {
    for (const [name, item] of imports) {
      if (item.kind !== "instance") throw new Error(`\`${name}\` is a ${item.kind}`);
      interfaces.add(name, item.exports);
      const key = keyOf(name);
      if (isWanted(key)) fromHost.set(key, new Set([...(fromHost.get(key) ?? []), ...item.exports.keys()]));
    }
  };
  add(below.imports, () => true);
  add(above.imports, (key) => !provided.has(key));

  const writer = new ComponentWriter();
  const host = new ImportedInterfaces(writer, interfaces, close(interfaces, fromHost));
  host.importAll();
  const instantiate = (component: Uint8Array, imports: Exports, instanceOf: (key: string) => number): number => {
    const args = [...imports.keys()].map((name): InstantiateArg => ({ name, item: { sort: "instance", idx: instanceOf(keyOf(name)) } }));
    return writer.instance({ kind: "instantiate", component: writer.component([component]), args });
  };
  const lower = instantiate(adapter, below.imports, (key) => host.instance(key));
  const upper = instantiate(app, above.imports, (key) => {
    const name = provided.get(key);
    return name === undefined ? host.instance(key) : writer.exportOf("instance", lower, name);
  });
  for (const [name, item] of above.exports) {
    const sort = sortOf(item);
    writer.export(name, { sort, idx: writer.exportOf(sort, upper, name) });
  }
  return bytesOf(writer.finish());
}
