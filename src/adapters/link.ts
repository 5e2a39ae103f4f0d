/**
 * Makes a part of a prebuilt core module and an image: picks for each function that the app imports the
 * variant that the options ask for, and drops the rest. How the guest names things:
 *
 *   exports   `<package>_<interface>__<function>[__<variant>][__post]`, and `..._dtor` for a resource
 *   imports   host functions under interface and function, `own` for built-ins of its own resources
 */
import { pruneCore } from "../binary/prune-core.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type FuncType, type Resource, resourcesOf } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import { type CoreExport, type CoreImport, MEMORY, moduleName, type Part } from "../compose/part.ts";
import type { Denial } from "../shim/refusal.ts";
import type { Generated } from "../shim/shim.ts";
import { shimModule } from "../shim/shims.ts";
import type { Image } from "../image/image.ts";
import { LinkError } from "../errors.ts";
import { IMAGE_BASE, RETURN_AREA } from "../image/layout.ts";
import { memoryModule } from "../image/memory-module.ts";
import { checkType } from "./known-types.ts";
import type { GuestCore } from "./prebuilt-core.ts";
import type { FilesReport } from "./filesystem/report.ts";

/** A function of the host that mentions resources of an adapter. */
export interface Shimmed {
  readonly key: string;
  readonly name: string;
  readonly type: FuncType;
}

export interface Adapter {
  readonly id: string;
  readonly core: Uint8Array;
  /** What the core module exports. */
  readonly coreExports: ReadonlySet<string>;
  readonly image: Image;
  /** In the place of the host's wall clock: one that stands still, at these seconds since the epoch. */
  readonly frozenClock: number | undefined;
  /** The variants to take of a function where they exist, the best first. */
  variantsOf(base: string, func: string): readonly string[];
  /** Whether a function's handles may stand for the host's, and the core leaves these to the host. */
  isShared(base: string, func: string): boolean;
  /** Whether a shared function has to refuse handles of the host's that nothing may be changed through. */
  isChange(base: string, func: string): boolean;
  /** Nothing may be changed through any handle of the host's. */
  readonly isReadOnly: boolean;
  /** What of files the report tells. */
  readonly files?: FilesReport;
}

/** An adapter that has nothing to do with handles, files or clocks of the host's. */
export function plainAdapter(id: string, guest: GuestCore, image: Image, variantsOf: Adapter["variantsOf"] = () => []): Adapter {
  const none = (): boolean => false;
  return { id, ...guest, image, frozenClock: undefined, variantsOf, isShared: none, isChange: none, isReadOnly: false };
}

/** Every interface that adapters deal with is one of this series. */
export const SERIES = "0.2";
export const wasiKey = (base: string): string => `${base}@${SERIES}`;

const OWN = "own";
const MEMORY_FIELDS: Readonly<Record<string, string>> = {
  memory: MEMORY.memory,
  realloc: MEMORY.realloc,
  arena: MEMORY.arena,
  "arena-base": MEMORY.arenaBase,
};
/** The host function that a frozen clock stands for. */
const WALL_CLOCK = "wasi:clocks/wall-clock";
const NOW = "now";

const MEMORY_MODULES = new Set(["memory", "env"]);
/** The memory module's name in the pruned core. */
const IMPORTED_AS = "m";

/** What of interfaces that an adapter provides is none of its functions. */
export function unknownFunctions(adapter: Adapter, provides: Selection, interfaces: Interfaces): readonly Shimmed[] {
  return [...provides].flatMap(([key, names]) => {
    const { base = key, exports = new Map() } = interfaces.get(key) ?? {};
    return [...exports].flatMap(([name, item]) =>
      item.kind === "func" && names.has(name) && guestFunction(adapter, base, name) === undefined ? [{ key, name, type: item.type }] : [],
    );
  });
}

/** Functions to generate: those of the host that mention the adapter's resources, and those that nobody knows. */
export interface ToGenerate {
  readonly shimmed: readonly Shimmed[];
  readonly unknown: readonly Shimmed[];
  /** How unknown functions say no. */
  readonly denial: Denial;
}

export function linkAdapter(adapter: Adapter, provides: Selection, { shimmed, unknown, denial }: ToGenerate, interfaces: Interfaces): Part {
  const kept = new Map<string, string>();
  const coreExports = new Map<string, CoreExport>();
  const keep = (guestName: string): string => {
    const short = kept.get(guestName) ?? kept.size.toString(36);
    kept.set(guestName, short);
    return short;
  };
  const destructors = new Map<Resource, string>();
  const generated: Generated[] = [
    ...shimmed.map((each) => ({ kind: "shim", ...each }) as const),
    ...unknown.map((each) => ({ kind: "stub", denial, ...each }) as const),
  ];
  for (const [key, names] of provides) {
    const found = interfaces.get(key);
    for (const [name, item] of found?.exports ?? []) {
      if (found === undefined || !names.has(name)) continue;
      if (item.kind === "func") {
        const guestName = guestFunction(adapter, found.base, name);
        if (guestName === undefined) continue;
        checkType(key, name, interfaces, `the ${adapter.id} adapter has`);
        const own = keep(guestName);
        const post = `${guestName}__post`;
        const hasPost = adapter.coreExports.has(post);
        if (adapter.isShared(found.base, name)) {
          const plainName = guestNameOf(found.base, name);
          const mixed = find(adapter, `${plainName}__mixed`, adapter.variantsOf(found.base, name));
          generated.push({
            kind: "dispatch",
            ...{ key, name, type: item.type, own, postReturn: hasPost },
            mixed: mixed === undefined ? undefined : keep(mixed),
            readOnly: readOnly(adapter, found.base, name, plainName, keep),
            isReadOnly: adapter.isReadOnly,
          });
          continue;
        }
        coreExports.set(`${key} ${name}`, { name: own, postReturn: hasPost ? keep(post) : undefined });
      } else if (
        item.kind === "type" &&
        typeof item.type === "object" &&
        item.type.kind === "resource" &&
        interfaces.homeOf(item.type)?.key === key
      ) {
        const dtor = find(adapter, `${guestNameOf(found.base, name)}_dtor`, adapter.variantsOf(found.base, name));
        if (dtor !== undefined) destructors.set(item.type, dtor);
      }
    }
  }

  const nameOf = (resource: Resource): string => {
    const home = interfaces.homeOf(resource);
    return home === undefined ? resource.name : guestNameOf(home.key.replace(/@.*/, ""), home.name);
  };
  const shims =
    generated.length === 0
      ? undefined
      : shimModule(generated, {
          name: moduleName(adapter.id, "shims"),
          isOwned: (resource) => provides.has(interfaces.homeOf(resource)?.key ?? ""),
          mainExport(operation, resource) {
            const guestName = `${operation}__${nameOf(resource)}`;
            if (adapter.coreExports.has(guestName)) return keep(guestName);
            const mentions = generated
              .filter(({ type }) => resourcesOf(type).has(resource))
              .map(({ key, name }) => `\`${key}\` \`${name}\``);
            throw new LinkError(
              `the resource \`${resource.name}\` is virtualized: no function of the host can be handed on that mentions it, as ${mentions.join(", ")} ${mentions.length > 1 ? "do" : "does"}`,
            );
          },
          interfaceName: (key) => interfaces.get(key)?.name ?? key,
          returnArea: { address: RETURN_AREA, byteLength: IMAGE_BASE - RETURN_AREA },
        });

  const fields = new Map<string, string>();
  const table = [...destructors.values()];
  const pruned = pruneCore(adapter.core, {
    name: moduleName(adapter.id),
    exports: kept,
    table: { from: [IMPORTED_AS, MEMORY.table], functions: table },
    rename(module, field) {
      if (adapter.frozenClock !== undefined && module === WALL_CLOCK && field === NOW) return [IMPORTED_AS, MEMORY.now];
      if (MEMORY_MODULES.has(module)) return [IMPORTED_AS, MEMORY_FIELDS[field] ?? field];
      const key = `${module} ${field}`;
      const short = fields.get(key) ?? fields.size.toString(36);
      fields.set(key, short);
      return ["", short];
    },
  });
  const imports = pruned.imports.flatMap(({ module, name }): CoreImport[] => {
    const field = fields.get(`${module} ${name}`);
    if (field === undefined || MEMORY_MODULES.has(module)) return [];
    checkType(wasiKey(module), name, interfaces, `the ${adapter.id} adapter needs`);
    return [coreImport({ module, name, field }, interfaces)];
  });
  return {
    id: adapter.id,
    role: "adapter",
    provides,
    main: pruned.bytes,
    imports,
    memory: {
      bytes: memoryModule(adapter.image, {
        name: moduleName(adapter.id, "memory"),
        destructorCount: table.length,
        frozenClock: adapter.frozenClock,
      }),
      importedAs: IMPORTED_AS,
      destructors: new Map([...destructors.keys()].map((resource, i) => [resource, String(i)])),
    },
    shims,
    substitutes: [],
    coreExport: (key, func) => coreExports.get(`${key} ${func}`) ?? { name: func, postReturn: undefined },
  };
}

function readOnly(
  adapter: Adapter,
  base: string,
  name: string,
  guestName: string,
  keep: (guestName: string) => string,
): { readonly own: string } | "refuse" | undefined {
  if (!adapter.isChange(base, name)) return undefined;
  const own = `${guestName}__ro`;
  return adapter.coreExports.has(own) ? { own: keep(own) } : "refuse";
}

/** `wasi:io/streams`, `[method]input-stream.read` → `io_streams__input_stream_read` */
function guestNameOf(base: string, name: string): string {
  const plain = name.replace(/^\[[^\]]*\]/, "");
  return `${base.replace(/^[^:]*:/, "")}__${plain}`.replace("/", "_").replace(/[-.]/g, "_");
}

function guestFunction(adapter: Adapter, base: string, name: string): string | undefined {
  return find(adapter, guestNameOf(base, name), adapter.variantsOf(base, name));
}

function find(adapter: Adapter, guestName: string, variants: readonly string[]): string | undefined {
  return [...variants.map((variant) => `${guestName}__${variant}`), guestName].find((name) => adapter.coreExports.has(name));
}

function coreImport({ module, name, field }: { module: string; name: string; field: string }, interfaces: Interfaces): CoreImport {
  const builtIn = /^\[resource-(new|rep|drop)\](?:(.+)#)?(.+)$/.exec(name);
  if (builtIn === null) return { field, kind: "host func", key: wasiKey(module), name };
  const [, operation, base, label] = builtIn;
  const key = wasiKey(module === OWN ? (base ?? "") : module);
  const item = interfaces.get(key)?.exports.get(label ?? "");
  if (item?.kind !== "type" || typeof item.type !== "object" || item.type.kind !== "resource")
    throw new Error(`\`${key}\` has no resource \`${label}\``);
  if (operation === "drop") return { field, kind: "resource.drop", resource: item.type, view: module === OWN ? "given" : "host" };
  return { field, kind: operation === "new" ? "resource.new" : "resource.rep", resource: item.type };
}
