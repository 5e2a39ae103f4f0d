/** What a plan warns of that is no adapter's: rules that deny nothing, and hosts that do not know what names say. */
import { isPrivate } from "../adapters/modules.ts";
import { asyncCatalogue, wholeCatalogue } from "../adapters/prebuilt-core.ts";
import { implementedBy } from "../component/attributes.ts";
import { isMeant, keyOf, parseInterfaceName } from "../component/names.ts";
import type { World } from "../component/world.ts";
import { OptionError } from "../errors.ts";
import { importMeanings } from "./policy.ts";
import type { Settings } from "./settings.ts";
import { nearest } from "../suggestion.ts";

/**
 * Rules that deny nothing: of what is known of WASI it need not be imported; anything else is a slip of the pen.
 * @throws OptionError
 */
export function nothingToDeny({ imports: all }: World, { denyImports }: Settings): readonly string[] {
  const imports = new Map([...all].filter(([name, item]) => !isPrivate(name, item)));
  const meant = new Set([...imports].flatMap(([name, item]) => importMeanings(name, item)));
  const idle = denyImports.filter(({ name: entry }) => !meant.has(keyOf(entry)));
  return idle.map(({ name: entry }) => {
    const known = [...wholeCatalogue().imports.keys(), ...asyncCatalogue().imports.keys()];
    const base = parseInterfaceName(entry)?.base;
    const others = [...imports].flatMap(([name, item]) =>
      [name, implementedBy(item) ?? name].some((each) => base !== undefined && parseInterfaceName(each)?.base === base) ? [name] : [],
    );
    if (others.length > 0 || !known.some((name) => isMeant(entry, name))) {
      const meant = nearest(
        entry,
        [...imports.keys(), ...known].flatMap((name) => [name, name.replace(/@.*/, "")]),
      );
      const hint =
        others.length > 0
          ? `, imported is ${others.map((name) => `\`${name}\``).join(", ")}`
          : meant === undefined
            ? ""
            : `: did you mean \`${meant}\`?`;
      throw new OptionError("denyImports", idleText(entry) + hint);
    }
    return idleText(entry);
  });
}

/** The warning of a rule of `denyImports`. */
export const idleText = (entry: string): string => `nothing to deny: \`${entry}\` is not among the imports`;

/** Hosts may refuse a component for what its names say beside themselves: they do not know all of it yet. */
export function untoldHosts({ imports, exports }: World): readonly string[] {
  const namesWith = (isMeant: (kind: string) => boolean): string =>
    [
      ...new Set(
        [...imports, ...exports].flatMap(([name, { attributes = [] }]) =>
          attributes.some(({ kind }) => isMeant(kind)) ? [`\`${name}\``] : [],
        ),
      ),
    ].join(", ");
  const [suffixed, others] = [namesWith((kind) => kind === "versionsuffix"), namesWith((kind) => kind !== "versionsuffix")];
  return [
    ...(others === ""
      ? []
      : [`names with attributes, ${others}: Wasmtime runs the output with \`-W component-model-implements\` only, jco as it is`]),
    ...(suffixed === "" ? [] : [`names with a \`versionsuffix\`, ${suffixed}: neither Wasmtime nor jco takes them yet`]),
  ];
}
