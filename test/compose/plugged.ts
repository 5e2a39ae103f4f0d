/**
 * Puts two components together as `wac plug` does: what one imports and the other exports is handed over,
 * everything else comes from the host, each interface once.
 */
import type { InstantiateArg } from "../../src/binary/instances.ts";
import { Interfaces } from "../../src/component/interfaces.ts";
import { keyOf } from "../../src/component/names.ts";
import { type World, worldOf } from "../../src/component/world.ts";
import { ComponentWriter } from "../../src/compose/component-writer.ts";
import { ImportedInterfaces } from "../../src/compose/imported-interfaces.ts";
import { bytesOf } from "./apps.ts";

/** `socket` with the exports of `plug`; it exports what `socket` does. */
export function plugged(socket: Uint8Array, plug: Uint8Array): Uint8Array {
  const [app, provider] = [worldOf(socket), worldOf(plug)];
  const provided = new Map(
    [...provider.exports].flatMap(([name, item]) => (item.kind === "instance" ? [[keyOf(name), name] as const] : [])),
  );
  const interfaces = new Interfaces();
  const fromHost = new Map<string, Set<string>>();
  const wantAll = (world: World, isHosts: (key: string) => boolean): void => {
    for (const [name, item] of world.imports) {
      if (item.kind !== "instance" || !isHosts(keyOf(name))) continue;
      interfaces.add(name, item.exports);
      const names = fromHost.get(keyOf(name)) ?? new Set();
      for (const label of item.exports.keys()) names.add(label);
      fromHost.set(keyOf(name), names);
    }
  };
  wantAll(provider, () => true);
  wantAll(app, (key) => !provided.has(key));

  const writer = new ComponentWriter();
  const host = new ImportedInterfaces(writer, interfaces, fromHost);
  host.importAll();
  const instantiate = (component: Uint8Array, world: World, other: number | undefined): number => {
    const args = [...world.imports.keys()].map((name): InstantiateArg => {
      const given = other === undefined ? undefined : provided.get(keyOf(name));
      const idx = given === undefined || other === undefined ? host.instance(keyOf(name)) : writer.exportOf("instance", other, given);
      return { name, item: { sort: "instance", idx } };
    });
    return writer.instance({ kind: "instantiate", component: writer.component([component]), args });
  };
  const instance = instantiate(socket, app, instantiate(plug, provider, undefined));
  for (const [name, { kind }] of app.exports) writer.export(name, { sort: kind, idx: writer.exportOf(kind, instance, name) });
  return bytesOf(writer.finish());
}
