/** What an outer component is made of, and who is plugged into whom. */
import type { Interfaces } from "../component/interfaces.ts";
import type { World } from "../component/world.ts";
import type { Selection } from "./imported-interfaces.ts";
import type { Part } from "./part.ts";
import type { Reexport } from "./reexport.ts";

/** What an instance in an output is there for. */
export type Role = "app" | "adapter" | "stubs" | "re-export";

export interface Composition {
  /** What other tools call the output. */
  readonly name: string;
  readonly app: { readonly bytes: Uint8Array; readonly world: World } | undefined;
  readonly interfaces: Interfaces;
  readonly parts: readonly Part[];
  /** Interfaces of the host that reach the app, or are exported, through shims. */
  readonly reexports: readonly Reexport[];
  /** Keys of the interfaces to export before what the app exports, each after those that it depends on: parts' or re-exported ones. */
  readonly exports: readonly string[];
  /** Types of other interfaces of parts, to export before all that: types without resources. */
  readonly exportedTypes: Selection;
  /** Who provides an interface: "host" or a part's id. */
  providerOf(key: string): string;
  /** The custom sections at the end; `roles` are those of the instances, in order. */
  custom(roles: readonly Role[]): readonly { readonly name: string; readonly bytes: Uint8Array }[];
}
