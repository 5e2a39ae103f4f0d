/**
 * Which of an app's imports are denied. One part answers for adapters and for stubs, so its role does not tell: an output
 * records what became of each import, and that is believed of what comes from functions that can ask nobody. These are
 * the functions of a core module that is given no function of an import of the part.
 */
import { type Section, decodeComponent } from "../binary/component.ts";
import { callablesIn } from "../component/callables.ts";
import { worldOf } from "../component/world.ts";
import { FormatError } from "../errors.ts";
import { claimedOutcomes, METADATA_SECTION } from "./metadata.ts";
import { behindAll } from "./namesakes.ts";
import type { NestedComponent, NestedInstance, Source } from "./nesting.ts";

/** The names of the app's imports that are denied. */
export function deniedImports(component: Uint8Array, nesting: NestedComponent): ReadonlySet<string> {
  const app = nesting.instances.find(({ role }) => role === "app");
  if (app === undefined) return new Set();
  const sections = decodeComponent(component);
  const nested = sections.flatMap((each) => (each.kind === "component" ? [each] : []));
  const section = sections.findLast((each) => each.kind === "custom" && each.name === METADATA_SECTION);
  const claimed = section?.kind === "custom" ? claimedOutcomes(section.bytes) : [];
  const reading = new Reading(nesting, nested);
  const labels = claimed.includes("denied") ? reading.labelsOf(app) : undefined;
  return new Set(
    app.args.flatMap(({ name, from }, i) => {
      const isClaimed = claimed[i] === "denied" && from.length > 0;
      return isClaimed && from.every((source) => reading.asksNobody(source, labels?.get(name))) ? [name] : [];
    }),
  );
}

class Reading {
  readonly #instances: readonly NestedInstance[];
  readonly #components: readonly NestedComponent[];
  readonly #nested: readonly Extract<Section, { readonly kind: "component" }>[];

  constructor({ instances, components }: NestedComponent, nested: readonly Extract<Section, { readonly kind: "component" }>[]) {
    this.#instances = instances;
    this.#components = components;
    this.#nested = nested;
  }

  /** The functions of each import of an instance; nothing is known of one that needs what is around it. */
  labelsOf({ component }: NestedInstance): ReadonlyMap<string, readonly string[]> {
    const section = component === null ? undefined : this.#nested[component];
    try {
      const imports = section === undefined ? [] : [...worldOf(section.bytes).imports];
      return new Map(imports.map(([name, item]) => [name, callablesIn(item).map(({ path }) => path)]));
    } catch (error) {
      if (error instanceof FormatError) return new Map();
      throw error;
    }
  }

  /** Whether none of what is taken from a source, functions of these names where it is a whole instance, can ask anybody. */
  asksNobody(source: Source, labels: readonly string[] | undefined): boolean {
    return behindAll(source, this.#instances).every((each) => {
      if (each.kind !== "instance") return false;
      const { role, component } = this.#instances[each.instance] ?? {};
      if (role === "stubs") return true;
      if (role !== "adapter" || component === undefined || component === null) return false;
      const { cores = [], exports = [], instances = [] } = this.#components[component] ?? {};
      if (instances.length > 0) return false;
      const silent = new Set(cores.flatMap(({ calls, answers }) => (calls.length === 0 ? answers : [])));
      const callable = exports.flatMap(({ name, sort }) => (sort === "type" ? [] : [name]));
      const asking = new Set(callable.filter((name) => !silent.has(name)));
      const taken = each.export === null ? labels : [each.export];
      return taken !== undefined && taken.every((label) => !asking.has(label));
    });
  }
}
