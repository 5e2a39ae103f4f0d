/** The functions of a guest that an app needs: for each of the app's the best variant, what feeds streams, destructors. */
import { hasEnd } from "../component/canonical-abi.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { isResource, type Resource, signatureTypes } from "../component/types.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import type { CoreExport, PartLoop } from "../compose/part.ts";
import { takesHandle } from "../shim/handles.ts";
import type { Generated } from "../shim/shim.ts";
import type { Adapter } from "./adapter.ts";
import { baseOf, find, guestFunction, guestNameOf, LENT_PREFIX, LOOP_PREFIX, seriesOf, untold } from "./guest-names.ts";
import { checkType } from "./known-types.ts";
import { ASYNC_SERIES, SERIES, wasiKey } from "./series.ts";

/** The index of an adapter's module that has the guest's functions. */
export const MAIN = 0;
const CALLBACK: string = `${LOOP_PREFIX}callback`;

/** The functions of a guest that are used, and the names under which the pruned core exports them. */
export class Kept {
  readonly names: Map<string, string> = new Map();
  /** Those that may be the first to use the memory. */
  readonly first: Set<string> = new Set();
  readonly #adapter: Adapter;

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  keep(guestName: string): string {
    const short = this.names.get(guestName) ?? this.names.size.toString(36);
    this.names.set(guestName, short);
    return short;
  }

  /** The same of a function that there may be. */
  keepKnown(guestName: string): string | undefined {
    return this.#adapter.core.exports.has(guestName) ? this.keep(guestName) : undefined;
  }
}

/** Keeps a function for other guests, which know it by the name of the host's. */
export function lend(adapter: Adapter, name: string, kept: Kept): void {
  const [base = "", func = ""] = name.split(" ");
  const found = find(adapter, LENT_PREFIX + guestNameOf(wasiKey(base), func), adapter.variantsOf(base, func, SERIES));
  if (found === undefined) throw new Error(`the ${adapter.id} adapter does not lend \`${name}\``);
  kept.names.set(found, name);
}

interface GuestFunctions {
  /** By key and name. */
  readonly exports: Map<string, CoreExport>;
  /** Those whose handles may stand for the host's. */
  readonly dispatched: readonly Generated[];
}

export function guestFunctions(adapter: Adapter, provides: Selection, kept: Kept, interfaces: Interfaces): GuestFunctions {
  const exports = new Map<string, CoreExport>();
  const dispatched: Generated[] = [];
  for (const [key, names] of provides) {
    const base = interfaces.get(key)?.base ?? key;
    for (const [name, item] of interfaces.pick(key, names)) {
      if (item.kind !== "func") continue;
      const guestName = guestFunction(adapter, key, name);
      if (guestName === undefined) continue;
      checkType(key, name, interfaces, `the ${adapter.id} adapter has`);
      const own = kept.keep(guestName);
      const post = `${untold(guestName)}__post`;
      if (!adapter.isShared(base, name, seriesOf(key))) {
        const callback = kept.keepKnown(`${guestName}__callback`);
        exports.set(`${key} ${name}`, { module: MAIN, name: own, postReturn: kept.keepKnown(post), callback });
        if (!takesHandle(item.type, (resource) => provides.has(interfaces.homeOf(resource)?.key ?? ""))) kept.first.add(guestName);
        continue;
      }
      const plainName = guestNameOf(key, name);
      const mixed = find(adapter, `${plainName}__mixed`, adapter.variantsOf(base, name, seriesOf(key)));
      dispatched.push({
        kind: "dispatch",
        ...{ key, name, type: item.type, own, postReturn: adapter.core.exports.has(post) },
        mixed: mixed === undefined ? undefined : kept.keep(mixed),
        readOnly: adapter.isChange(base, name) ? readOnly(plainName, kept) : undefined,
        isReadOnly: adapter.isReadOnly,
      });
    }
  }
  return { exports, dispatched };
}

/** What feeds the streams that functions hand out or take, if any of them does. */
export function loopOf(adapter: Adapter, provides: Selection, kept: Kept, interfaces: Interfaces): PartLoop | undefined {
  const streaming = [...provides].flatMap(([key, names]) =>
    interfaces
      .pick(key, names)
      .flatMap(([name, item]) =>
        item.kind === "func" && signatureTypes(item.type).some(hasEnd) && guestFunction(adapter, key, name) !== undefined
          ? [`${key} ${name}`]
          : [],
      ),
  );
  if (streaming.length === 0) return undefined;
  const exportOf = (name: string): CoreExport => {
    kept.first.add(`${LOOP_PREFIX}${name}`);
    return { module: MAIN, name: kept.keep(`${LOOP_PREFIX}${name}`), postReturn: undefined };
  };
  const callback = kept.keep(find(adapter, CALLBACK, adapter.variantsOf("", CALLBACK, ASYNC_SERIES)) ?? CALLBACK);
  return {
    start: { ...exportOf("start"), callback },
    isRunning: exportOf("is_running"),
    streaming: new Set(streaming),
  };
}

/** For a handle of the host's through which nothing may be changed: the guest's answer, or that the function refuses. */
function readOnly(guestName: string, kept: Kept): { readonly own: string } | "refuse" {
  const own = kept.keepKnown(`${guestName}__ro`);
  return own === undefined ? "refuse" : { own };
}

/** The guest's destructors of the resources that the adapter defines. */
export function destructorsOf(adapter: Adapter, provides: Selection, interfaces: Interfaces): ReadonlyMap<Resource, string> {
  const destructors = new Map<Resource, string>();
  for (const [key, names] of provides) {
    for (const [name, item] of interfaces.pick(key, names)) {
      if (item.kind !== "type" || !isResource(item.type) || interfaces.homeOf(item.type)?.key !== key) continue;
      const destructor = find(adapter, `${guestNameOf(key, name)}_dtor`, adapter.variantsOf(baseOf(key), name, seriesOf(key)));
      if (destructor !== undefined) destructors.set(item.type, destructor);
    }
  }
  return destructors;
}
