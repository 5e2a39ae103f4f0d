/**
 * What names of imports and exports say beside themselves (Explainer.md, "Import and Export Definitions"): which
 * interface a plainly named instance is, what its host calls it, and the rest of a version.
 */
import { article } from "../article.ts";
import type { Attribute, ExternName } from "../binary/externs.ts";
import { FormatError } from "../errors.ts";
import { parseInterfaceName } from "./names.ts";
import type { Attributed, Extern } from "./types.ts";

/**
 * `item` with the attributes of its name.
 * @throws FormatError for attributes that it cannot have
 */
export function attributed<T extends Extern>(item: T, name: ExternName, offset: number): T {
  if (name.kind !== "attributed" || name.attributes.length === 0) return item;
  const fail = (what: string): never => {
    throw new FormatError(`\`${name.name}\` ${what}`, offset);
  };
  const kinds = name.attributes.map(({ kind }) => kind);
  const twice = kinds.find((kind, i) => kinds.indexOf(kind) !== i);
  if (twice !== undefined) fail(`has the attribute \`${twice}\` twice`);
  const implemented = implementedBy({ attributes: name.attributes });
  if (implemented !== undefined) {
    if (item.kind !== "instance")
      fail(`is ${article(item.kind)} that implements \`${implemented}\`: only instances can implement an interface`);
    if (parseInterfaceName(implemented) === undefined) fail(`implements \`${implemented}\`, which is no interface's name`);
    if (parseInterfaceName(name.name) !== undefined)
      fail(`is an interface's name and implements \`${implemented}\`: a plain name is wanted`);
  }
  return { ...item, attributes: name.attributes };
}

/** The name of the interface that an instance is, where its own name does not say it. */
export function implementedBy({ attributes }: Attributed): string | undefined {
  return attributes?.find((each) => each.kind === "implements")?.interface;
}

/** What an import or export is: the interface that it implements, or its name with all of its version. */
export function meaningOf(name: string, attributed: Attributed): string {
  const suffix = attributed.attributes?.find((each) => each.kind === "versionsuffix")?.suffix;
  return implementedBy(attributed) ?? name + (suffix ?? "");
}

export function externNameOf(name: string, { attributes = [] }: Attributed): ExternName {
  return attributes.length === 0 ? { kind: "plain", name } : { kind: "attributed", name, attributes };
}

export function sameAttributes(left: Attributed, right: Attributed): boolean {
  const text = ({ attributes = [] }: Attributed): string => attributes.map(textOf).sort().join(" ");
  return text(left) === text(right);
}

function textOf(attribute: Attribute): string {
  const text = attribute.kind === "implements" ? attribute.interface : attribute.kind === "external-id" ? attribute.id : attribute.suffix;
  return `(${attribute.kind} ${JSON.stringify(text)})`;
}
