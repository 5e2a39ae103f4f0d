/**
 * Functions on their own to deny: those that are imported by themselves, and those of the host's interfaces that mention a
 * resource which is denied.
 */
import type { Provider } from "../adapters/adapter-module.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { importKey } from "../component/names.ts";
import { type Resource, resourcesIn, resourcesOf } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { NO_INTERFACE } from "../compose/part.ts";
import { LinkError } from "../errors.ts";
import type { Denial } from "../shim/refusal.ts";
import type { DeniedFunction } from "../shim/stubs.ts";

export interface Decided {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly denials: ReadonlyMap<string, Denial>;
  readonly denialTexts: ReadonlyMap<string, string>;
  readonly warnings: string[];
}

/**
 * Functions on their own to deny: those that are imported by themselves and denied by name, and those of the
 * host's interfaces that mention a denied resource, which belongs to stubs, so nobody could call them.
 * @throws LinkError where an adapter would have to
 */
export function deniedFunctions(
  world: World,
  interfaces: Interfaces,
  { providers, denials, denialTexts, warnings }: Decided,
): readonly DeniedFunction[] {
  const found = new Map<string, DeniedFunction>();
  const deniedIn = (resources: Iterable<Resource>): { readonly key: string; readonly name: string } | undefined =>
    [...resources].flatMap((each) => interfaces.homeOf(each) ?? []).find(({ key }) => providers.get(key) === "deny");
  for (const [name, imported] of world.imports) {
    const key = importKey(name, imported);
    const provider = providers.get(key) ?? "host";
    if (imported.kind === "func") {
      const type = interfaces.canonicalFunc(imported.type);
      const home = deniedIn(resourcesOf(type));
      if (home !== undefined && !denials.has(name)) warnings.push(`\`${name}\` mentions the denied \`${home.name}\`: it is denied too`);
      const decided = denials.has(name) ? name : (home?.key ?? "");
      const denial = denials.get(decided);
      if (denial !== undefined && [...resourcesOf(type)].some((each) => interfaces.homeOf(each) === undefined))
        throw new LinkError(`import \`${name}\` cannot be denied: it mentions a resource that is imported by itself`, { import: name });
      if (denial !== undefined) found.set(name, { key: NO_INTERFACE, name, type, denial, text: denialTexts.get(decided) ?? "" });
    }
    if (imported.kind !== "instance" || provider === "deny") continue;
    const { base } = interfaces.get(key) ?? { base: name };
    const mentions = new Map<string, string[]>();
    for (const label of imported.exports.keys()) {
      const item = interfaces.get(key)?.exports.get(label);
      const home =
        item?.kind === "func"
          ? deniedIn(resourcesOf(item.type))
          : item?.kind === "type" && provider !== "host"
            ? deniedIn(resourcesIn(item.type))
            : undefined;
      if (home === undefined || found.has(`${key} ${label}`)) continue;
      const denied = `the resource \`${home.name}\` of \`${interfaces.get(home.key)?.base}\`, which is denied`;
      if (item?.kind !== "func" || provider !== "host")
        throw new LinkError(`import \`${name}\`: \`${label}\` needs ${denied}: deny \`${base}\` too, or allow both`, { import: name });
      const [denial, text] = [denials.get(home.key) ?? "error", denialTexts.get(home.key) ?? ""];
      found.set(`${key} ${label}`, { key, name: label, type: item.type, denial, text });
      mentions.set(home.name, [...(mentions.get(home.name) ?? []), `\`${label}\``]);
    }
    for (const [resource, labels] of mentions) {
      const [verb, they] = labels.length === 1 ? ["mentions", "it is"] : ["mention", "they are"];
      warnings.push(`\`${base}\` ${labels.join(", ")} ${verb} the denied \`${resource}\`: ${they} denied too`);
    }
  }
  return [...found.values()];
}
