/**
 * Re-exports of what one instance gives: they only put the names of an interface to it, so that instance gives the
 * interface itself.
 */
import type { NestedInstance, Source } from "./nesting.ts";

interface Instance {
  readonly role: string | null;
  readonly args: NestedInstance["args"];
}

/** Where an instance takes from; types are not counted, unless there is nothing else. */
function sourcesOf({ args }: Instance): readonly Source[] {
  const flow = args.flatMap(({ sort, from }) => (sort === "type" ? [] : from));
  return flow.length > 0 ? flow : args.flatMap(({ from }) => from).slice(0, 1);
}

export function isNamesake(instance: Instance): boolean {
  if (instance.role !== "re-export") return false;
  const sources = new Set(sourcesOf(instance).map((each) => (each.kind === "instance" ? each.instance : each.kind)));
  return sources.size === 0 || (sources.size === 1 && typeof [...sources][0] === "number");
}

/** What stands behind a source, each thing by itself; nothing where there are types alone. */
export function behindAll(source: Source, instances: readonly Instance[]): readonly Source[] {
  const instance = source.kind === "instance" ? instances[source.instance] : undefined;
  if (instance === undefined || !isNamesake(instance)) return [source];
  const flow = instance.args.flatMap(({ sort, from }) => (sort === "type" ? [] : from));
  return flow.flatMap((each) => behindAll(each, instances));
}

/** What stands behind a source: itself, or where a namesake takes from. */
export function behind(source: Source, instances: readonly Instance[]): Source {
  const instance = source.kind === "instance" ? instances[source.instance] : undefined;
  if (instance === undefined || !isNamesake(instance)) return source;
  const [first] = sourcesOf(instance);
  return first === undefined ? { kind: "own" } : behind(first, instances);
}
