/**
 * Interface names such as `wasi:io/streams@0.2.3`, and which versions may stand for each other:
 * 0.2.3 and 0.2.12 are one series, 0.3.0 another; a pre-release is a series of its own.
 */

import type { Extern } from "./types.ts";

export interface InterfaceName {
  /** `wasi:io/streams` */
  readonly base: string;
  /** `wasi` */
  readonly namespace: string;
  /** `wasi:io` */
  readonly package: string;
  /** `0.2.3`, or undefined where the name has none. */
  readonly version: string | undefined;
  /** The same for all names that may stand for each other: `wasi:io/streams@0.2`. */
  readonly key: string;
}

const PATTERN = /^(([^:/@]+):[^/@]+)\/[^@]+?(?:@(.+))?$/;

const parsed = new Map<string, InterfaceName | undefined>();
/** So many names are remembered. */
const MAX_PARSED = 10_000;

/** The parts of an interface name, or undefined for a plain name. */
export function parseInterfaceName(name: string): InterfaceName | undefined {
  if (parsed.has(name)) return parsed.get(name);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  const result = parse(name);
  parsed.set(name, result);
  return result;
}

function parse(name: string): InterfaceName | undefined {
  const match = PATTERN.exec(name);
  if (match === null) return undefined;
  const [, pkg, namespace, version] = match as unknown as [string, string, string, string | undefined];
  const base = version === undefined ? name : name.slice(0, -version.length - 1);
  return { base, namespace, package: pkg, version, key: version === undefined ? base : `${base}@${series(version)}` };
}

/** The key of what an import is served as. */
export function importKey(name: string, item: Extern): string {
  return keyOf((item.kind === "instance" ? item.as : undefined) ?? name);
}

/** The key of an import or export name; a plain name is its own key. */
export function keyOf(name: string): string {
  return parseInterfaceName(name)?.key ?? name;
}

/**
 * Whether an entry of a list means an import: `acme:kv/store` means it in every version, `acme:kv/store@1.2.0` in every
 * one of its series, `acme:kv/*` every interface of the package, and a plain name what is called so.
 */
export function isMeant(entry: string, name: string): boolean {
  return meaningsOf(name).includes(keyOf(entry));
}

/** The keys of all entries that mean an import. */
export function meaningsOf(name: string): readonly string[] {
  const found = parseInterfaceName(name);
  if (found === undefined) return [name];
  const { base, key, package: pkg } = found;
  return [base, key, `${pkg}/*`, `${pkg}/*${key.slice(base.length)}`];
}

function series(version: string): string {
  if (version.includes("-")) return version;
  const [major, minor, patch] = version.split("+", 1)[0]!.split(".");
  if (major !== "0" || minor === undefined) return major ?? version;
  return minor !== "0" ? `0.${minor}` : `0.0.${patch}`;
}

/** Orders versions of one series by number. */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string): number[] => version.split(/[.+-]/).map(Number);
  const [a, b] = [numbers(left), numbers(right)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
