/**
 * WASI 0.2 as it was in each of its versions: the catalogue without what came later. From 0.2.0 on there
 * were additions only. Of 0.3 there is the first version, which all others of the series contain.
 */
import { compareVersions, parseInterfaceName } from "../component/names.ts";
import type { Exports, Extern } from "../component/types.ts";
import { SERIES } from "./series.ts";
import { asyncCatalogue, wholeCatalogue } from "./prebuilt-core.ts";

interface Addition {
  readonly base: string;
  /** Without one, the whole interface. */
  readonly name?: string;
  readonly since: string;
  /** From when on a host must have it; before that, or without one, it may. */
  readonly stable?: string;
}

const ADDITIONS: readonly Addition[] = [
  { base: "wasi:cli/exit", name: "exit-with-code", since: "0.2.1", stable: "0.2.12" },
  { base: "wasi:clocks/timezone", since: "0.2.1" },
  { base: "wasi:http/types", name: "field-name", since: "0.2.2", stable: "0.2.2" },
  { base: "wasi:http/types", name: "[method]response-outparam.send-informational", since: "0.2.4" },
  { base: "wasi:sockets/network", name: "network-error-code", since: "0.2.2" },
  { base: "wasi:sockets/network", name: "error", since: "0.2.2" },
];

/** The version of the catalogue. */
export const newestVersion = (): string => versionOf(wholeCatalogue().imports);

/** The version of that of 0.3. */
export const asyncVersion = (): string => versionOf(asyncCatalogue().imports);

function versionOf(imports: Exports): string {
  const [name = ""] = imports.keys();
  return parseInterfaceName(name)?.version ?? SERIES;
}

export function isKnownVersion(version: string): boolean {
  if (version === asyncVersion()) return true;
  return /^0\.2\.(0|[1-9]\d{0,8})$/.test(version) && compareVersions(version, newestVersion()) <= 0;
}

/** Whether an interface has a function or type in a version. */
export function has(version: string, base: string, name: string): boolean {
  return additionsOf(base, name).every(({ since }) => compareVersions(since, version) <= 0);
}

/** Whether every host of a version has it. */
export function isStable(version: string, base: string, name: string): boolean {
  return additionsOf(base, name).every(({ stable }) => stable !== undefined && compareVersions(stable, version) <= 0);
}

function additionsOf(base: string, name: string): readonly Addition[] {
  return ADDITIONS.filter((each) => each.base === base && (each.name === undefined || each.name === name));
}

/** All that there is to import in a version. */
export function importsOf(version: string): Exports {
  if (version === asyncVersion()) return asyncCatalogue().imports;
  const imports = new Map<string, Extern>();
  for (const [name, item] of wholeCatalogue().imports) {
    const { base } = parseInterfaceName(name) ?? { base: name };
    if (item.kind !== "instance") continue;
    const exports = new Map([...item.exports].filter(([label]) => has(version, base, label)));
    if (exports.size > 0) imports.set(`${base}@${version}`, { kind: "instance", exports });
  }
  return imports;
}
