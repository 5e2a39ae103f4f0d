/**
 * What `--trace=NAME` and `--trace-summary=NAME` mean:
 *
 *   wasi:http, wasi:http/*                             every interface of a package
 *   wasi:filesystem/types, wasi:filesystem/types@0.2.0 an interface
 *   wasi:filesystem/types#[method]descriptor.read      a function of it
 *   log                                                a function that is imported by itself, or an interface by a plain name
 */
import { implementedBy } from "../../component/attributes.ts";
import { isMeant, parseInterfaceName } from "../../component/names.ts";
import type { World } from "../../component/world.ts";
import { OptionError } from "../../errors.ts";
import { nearest } from "../../suggestion.ts";

/** Whether a function of an import is traced; of one that is imported by itself, its own name is the import's. */
export type Selected = (imported: string, func: string) => boolean;

interface Name {
  readonly text: string;
  readonly interface: string;
  /** `undefined`: all of them. */
  readonly func: string | undefined;
}

function nameOf(text: string): Name {
  const at = text.indexOf("#");
  const wanted = at < 0 ? text : text.slice(0, at);
  const isPackage = /^[^:/@#]+:[^:/@#]+$/.test(wanted);
  return { text, interface: isPackage ? `${wanted}/*` : wanted, func: at < 0 ? undefined : text.slice(at + 1) };
}

/** @throws OptionError for a name that means nothing of what is imported */
export function selectedBy(texts: readonly string[] | boolean, world: World, option: "trace" | "traceSummary"): Selected {
  if (typeof texts === "boolean") return () => texts;
  const names = texts.map(nameOf);
  const meanings = (imported: string): readonly string[] => {
    const item = world.imports.get(imported);
    const implemented = item === undefined ? undefined : implementedBy(item);
    return implemented === undefined ? [imported] : [imported, implemented];
  };
  const isSelected = (name: Name, imported: string, func: string): boolean =>
    meanings(imported).some((each) => isMeant(name.interface, each)) && (name.func === undefined || name.func === func);
  const functions = [...world.imports].flatMap(([imported, item]) =>
    item.kind === "func"
      ? [[imported, imported] as const]
      : item.kind === "instance"
        ? [...item.exports].flatMap(([label, { kind }]) => (kind === "func" ? [[imported, label] as const] : []))
        : [],
  );
  for (const name of names) {
    if (functions.some((each) => isSelected(name, ...each))) continue;
    const known = functions.flatMap(([imported, label]) => {
      const { base, package: pkg } = parseInterfaceName(imported) ?? { base: imported, package: imported };
      return imported === label ? [imported] : [pkg, base, imported, `${base}#${label}`, `${imported}#${label}`];
    });
    const meant = nearest(name.text, [...new Set(known)]);
    throw new OptionError(
      option,
      `nothing to trace: the component imports no function that \`${name.text}\` means${meant === undefined ? "" : `; did you mean \`${meant}\`?`}`,
    );
  }
  return (imported, func) => names.some((name) => isSelected(name, imported, func));
}
