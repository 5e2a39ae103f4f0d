/**
 * Names of interfaces as people read them: those of one package and version on a line.
 */
import type { Report } from "../index.ts";

/** `wasi:cli/stdin@0.2.0` and `wasi:cli/stdout@0.2.0` share a line. */
export function byPackage(names: readonly string[]): readonly (readonly [scope: string, labels: readonly string[]])[] {
  const packages = new Map<string, string[]>();
  for (const name of names) {
    const { scope, label } = scopeOf(name);
    packages.set(scope, [...(packages.get(scope) ?? []), label]);
  }
  return [...packages];
}

/** What of the host a program of a script can reach: `wasi:cli stdin, stdout; acme:kv store`. */
export function stageReach(imports: Report["imports"]): string {
  const names = imports
    .filter(({ outcome }) => outcome === "allowed" || outcome === "restricted")
    .map(({ name }) => name.replace(/@.*/, ""));
  const texts = byPackage(names).map(([scope, labels]) => `${scope} ${labels.join(", ")}`.trimEnd());
  return texts.length === 0 ? "nothing of the host" : texts.join("; ");
}

/** `wasi:cli@0.2.0` and `stdin`; a plain name has no label. */
export function scopeOf(name: string): { readonly scope: string; readonly label: string } {
  const [, scope = name, label = "", version = ""] = /^(.*)\/([^@]*)(@.*)?$/.exec(name) ?? [];
  return { scope: scope + version, label };
}
