/**
 * What an app imports outside of interfaces: functions and types of their own. They stay with the host, as
 * long as they are made of its types.
 */
import { article } from "../article.ts";
import type { InstantiateArg } from "../binary/instances.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type Extern, isNamed, type Named, type Resource, resourcesOf, signatureTypes, type ValType, walk } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import type { ComponentWriter } from "./component-writer.ts";
import type { ImportedInterfaces } from "./imported-interfaces.ts";
import { NO_INTERFACE, type Part } from "./part.ts";
import type { TypeEncoder } from "./type-encoder.ts";

/** What stands for a type that the app imports by itself. */
export function canonicalType<T extends ValType | Resource>(type: T, interfaces: Interfaces): T {
  if (typeof type === "string") return type;
  return (type.kind === "resource" ? interfaces.canonicalResource(type) : interfaces.canonical(type)) as T; // the same kind
}

/** A type of a part's interface that a plain import mentions; throws for a function: only those of interfaces are wrapped. */
export function typeOfPart(name: string, item: Extern, interfaces: Interfaces, providerOf: (key: string) => string): Named | undefined {
  const types =
    item.kind === "func"
      ? signatureTypes(interfaces.canonicalFunc(item.type))
      : item.kind === "type"
        ? [canonicalType(item.type, interfaces)]
        : [];
  let found: Named | undefined;
  for (const type of types) {
    walk(type, (each) => {
      if (isNamed(each) && providerOf(interfaces.homeOf(each)?.key ?? "") !== "host") found ??= each;
    });
  }
  if (found === undefined || item.kind === "type") return found;
  const home = interfaces.homeOf(found);
  const what = `the ${found.kind} \`${home?.name}\` of \`${interfaces.get(home?.key ?? "")?.base}\``;
  throw new LinkError(
    `import \`${name}\` mentions ${what}, which is virtualized: only functions of interfaces can be wrapped for it, this one can be denied`,
    { import: name },
  );
}

export type Substitutes = ReadonlyMap<string, { readonly part: string; readonly exportName: string }>;

/** What parts put in the place of functions that the app imports by themselves. */
export function substitutesIn(parts: readonly Part[]): Substitutes {
  return new Map(
    parts.flatMap(({ id, substitutes }) =>
      substitutes.flatMap(({ key, name, exportName }) => (key === NO_INTERFACE ? [[name, { part: id, exportName }]] : [])),
    ),
  );
}

/** Resources that functions imported outside any interface mention, if these are the host's. */
export function plainResources(world: World, substitutes: Substitutes, interfaces: Interfaces): readonly Resource[] {
  return [...world.imports].flatMap(([name, item]) =>
    item.kind === "func" && !substitutes.has(name) ? [...resourcesOf(interfaces.canonicalFunc(item.type))] : [],
  );
}

interface Host {
  readonly writer: ComponentWriter;
  readonly encoder: TypeEncoder;
  readonly interfaces: Interfaces;
  readonly host: ImportedInterfaces;
}

/** Imports it from the host. */
export function importPlain({ writer, encoder, interfaces, host }: Host, name: string, item: Extern): InstantiateArg["item"] {
  if (item.kind === "func")
    return { sort: "func", idx: writer.import(name, { kind: "func", type: encoder.func(interfaces.canonicalFunc(item.type)) }, item) };
  if (item.kind === "type") {
    const type = canonicalType(item.type, interfaces);
    const isNew = typeof type === "object" && type.kind === "resource" && interfaces.homeOf(type) === undefined && !encoder.has(type);
    // What an interface of the host's defines is that here too: tools say so in WIT.
    const isFurther = isNamed(type) && (encoder.has(type) || host.has(type));
    const index = (): number => (isFurther ? encoder.named(type) : encoder.typeEntry(type));
    const bound = isNew ? ({ kind: "sub resource" } as const) : ({ kind: "eq", type: index() } as const);
    const idx = writer.import(name, { kind: "type", bound }, item);
    if (isNamed(type)) encoder.bind(type, idx);
    return { sort: "type", idx };
  }
  throw new LinkError(`import \`${name}\` is ${article(item.kind)}: only instances, functions and types can be handed on`, {
    import: name,
    wanted: "instance, func or type",
    found: item.kind,
  });
}
