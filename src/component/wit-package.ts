/**
 * Interfaces as WIT text that tools read: whole packages, with what the interfaces take from one another. What is
 * not asked for is left out, so that the text has what an app uses and no more.
 * https://github.com/WebAssembly/component-model/blob/main/design/mvp/WIT.md
 */
import type { Interface, Interfaces } from "./interfaces.ts";
import { parseInterfaceName } from "./names.ts";
import { isNamed, isResource, type Named, signatureTypes, walk } from "./types.ts";
import { definitionText, funcText, id, type NameOf } from "./wit.ts";

/** Export names by interface key. */
type Selected = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * One `package ... { }` for each package of the selection, which must be closed, and its interfaces; `prefix` stands
 * before the namespace of each.
 */
export function packagesText(interfaces: Interfaces, selection: Selected, prefix = ""): string {
  const packages = new Map<string, string[]>();
  for (const key of selection.keys()) {
    const found = interfaces.get(key);
    if (found === undefined) continue;
    const { base, name } = found;
    const { package: pkg, version } = parseInterfaceName(name) ?? { package: base, version: undefined };
    const header = version === undefined ? pkg : `${pkg}@${version}`;
    packages.set(header, [...(packages.get(header) ?? []), interfaceText(found, selection, interfaces, prefix)]);
  }
  return [...packages].map(([header, texts]) => `package ${prefix}${header} {\n${texts.join("\n")}}\n`).join("\n");
}

function interfaceText(found: Interface, selection: Selected, interfaces: Interfaces, prefix: string): string {
  const items = interfaces.pick(found.key, selection.get(found.key) ?? new Set());
  const local = new Map<Named, string>();
  const uses = new Map<string, string[]>();
  const use = (type: Named, label: string): void => {
    const home = interfaces.homeOf(type);
    if (home === undefined || local.has(type)) return;
    const from = pathTo(interfaces.get(home.key)?.name ?? home.key, found, prefix);
    uses.set(from, [...(uses.get(from) ?? []), home.name === label ? id(label) : `${id(home.name)} as ${id(label)}`]);
    local.set(type, label);
  };
  /** What has its home elsewhere is taken from there, if that is part of the text; otherwise it is written out. */
  const isOwn = (type: Named): boolean => {
    const home = interfaces.homeOf(type);
    return home === undefined || home.key === found.key || selection.get(home.key)?.has(home.name) !== true;
  };
  const lines: string[] = [];
  const nameOf: NameOf = (type) => local.get(type);
  for (const [label, item] of items) {
    if (item.kind === "type" && isNamed(item.type)) {
      if (!isOwn(item.type)) use(item.type, label);
      else if (!local.has(item.type)) local.set(item.type, label);
    }
  }
  // What is mentioned without a name of its own here goes by the one that it has at home.
  for (const [, item] of items) {
    for (const type of item.kind === "func" ? signatureTypes(item.type) : item.kind === "type" ? [item.type] : []) {
      walk(type, (each) => {
        if (isNamed(each) && !local.has(each)) use(each, interfaces.homeOf(each)?.name ?? "");
      });
    }
  }
  for (const [label, item] of items) {
    if (item.kind !== "type") continue;
    const { type } = item;
    if (isNamed(type) && isOwn(type) && local.get(type) !== label) lines.push(`    type ${id(label)} = ${id(local.get(type) ?? "")};`);
    else if (isResource(type)) {
      if (isOwn(type)) lines.push(resourceText(label, items, nameOf));
    } else if (!isNamed(type) || isOwn(type)) lines.push(`    ${definitionText(label, type, nameOf)}`);
  }
  for (const [label, item] of items)
    if (item.kind === "func" && !label.startsWith("[")) lines.push(`    ${funcText(label, item.type, nameOf)};`);
  const useLines = [...uses].map(([from, labels]) => `    use ${from}.{${labels.join(", ")}};`);
  return `  interface ${id(shortNameOf(found.base))} {\n${[...useLines, ...lines].map((line) => `${line}\n`).join("")}  }\n`;
}

const shortNameOf = (name: string): string => /\/([^@]*)/.exec(name)?.[1] ?? name;

/** An interface as one of another calls it: within a package by its short name. */
function pathTo(name: string, from: Interface, prefix: string): string {
  const [there, here] = [name, from.name].map(parseInterfaceName);
  return there?.package === here?.package && there?.version === here?.version ? id(shortNameOf(name)) : prefix + name;
}

/** With its constructor, methods and static functions. */
function resourceText(label: string, items: ReturnType<Interfaces["pick"]>, nameOf: NameOf): string {
  const own = items.flatMap(([name, item]) => {
    const [, , owner] = /^\[(constructor|method|static)\]([^.]*)/.exec(name) ?? [];
    return item.kind === "func" && owner === label ? [`      ${funcText(name, item.type, nameOf)};\n`] : [];
  });
  return own.length === 0 ? `    resource ${id(label)};` : `    resource ${id(label)} {\n${own.join("")}    }`;
}
