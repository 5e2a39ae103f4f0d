/**
 * What the items of a world are called in core modules, in the two ways that wit-component reads:
 *
 *   cabi_...   acme:lib/api@1.2.3#f     cabi_post_acme:lib/api@1.2.3#f     [resource-drop]r
 *   cm32p2     cm32p2|acme:lib/api@1|f  cm32p2|acme:lib/api@1|f_post       r_drop
 *
 * https://github.com/WebAssembly/component-model/blob/main/design/mvp/BuildTargets.md (the latter; the former is what came before)
 */
import { keyOf } from "../component/names.ts";
import type { ModuleType } from "../component/core-types.ts";

/** The built-in functions of a resource. */
export type ResourceFunc = "drop" | "new" | "rep";

export interface CoreNames {
  /** What the functions of an interface that is imported are imported from, or those outside of one. */
  imported(key: string | undefined): string;
  /** What the built-ins for the resources of an interface that is exported are imported from. */
  exported(key: string): string;
  resourceFunc(func: ResourceFunc, resource: string): string;
  /** Of a function of an interface, or of one outside. */
  exportOf(name: string | undefined, func: string): string;
  postReturn(exported: string): string;
  destructor(name: string, resource: string): string;
  readonly realloc: string;
  readonly initialize: string;
  readonly memory: string;
}

const PREFIX = "cm32p2";
/** What a module that has no world calls its memory. */
export const MEMORY_NAME = "memory";

const byHash: CoreNames = {
  imported: (key = "$root") => key,
  exported: (key) => `[export]${key}`,
  resourceFunc: (func, resource) => `[resource-${func}]${resource}`,
  exportOf: (name, func) => (name === undefined ? func : `${name}#${func}`),
  postReturn: (exported) => `cabi_post_${exported}`,
  destructor: (name, resource) => `${name}#[dtor]${resource}`,
  realloc: "cabi_realloc",
  initialize: "_initialize",
  memory: MEMORY_NAME,
};

const byBars: CoreNames = {
  imported: (key) => (key === undefined ? PREFIX : `${PREFIX}|${key}`),
  exported: (key) => `${PREFIX}|_ex_${key}`,
  resourceFunc: (func, resource) => `${resource}_${func}`,
  exportOf: (name, func) => `${PREFIX}|${name === undefined ? "" : keyOf(name)}|${func}`,
  postReturn: (exported) => `${exported}_post`,
  destructor: (name, resource) => `${PREFIX}|${keyOf(name)}|${resource}_dtor`,
  realloc: `${PREFIX}_realloc`,
  initialize: `${PREFIX}_initialize`,
  memory: `${PREFIX}_memory`,
};

const isByBars = (name: string): boolean => name.startsWith(`${PREFIX}|`) || name === PREFIX || name === byBars.memory;

/** How a module with a world names what is of that. */
export function coreNamesOf({ imports, exports }: ModuleType): CoreNames {
  return imports.some(({ module }) => isByBars(module)) || [...exports.keys()].some(isByBars) ? byBars : byHash;
}

/** The same for all names of a module to import from that may stand for each other, as its interfaces do. */
export function importedFrom(module: string): string {
  const [, prefix = "", rest = ""] = /^(\[export\]|cm32p2\|_ex_|cm32p2\||)(.*)$/s.exec(module) ?? [];
  return prefix + keyOf(rest);
}
