/**
 * The parts of an output, made by the plan: adapters with their images, stubs, and the shims that go with
 * them; and which interfaces of the host reach the app through re-exports.
 */
import type { Provider } from "../adapters/adapter-module.ts";
import type { Adapter } from "../adapters/adapter.ts";
import { type Lent, linkAdapter, type LinkedAdapter, type Shimmed, unknownFunctions } from "../adapters/link.ts";
import { BY_NAME, moduleOf } from "../adapters/modules.ts";
import { isKnown } from "../adapters/known-types.ts";
import { alignedEnd, linkPart } from "../adapters/link-part.ts";
import { guestNameOf } from "../adapters/guest-names.ts";
import { SERIES, wasiKey } from "../adapters/series.ts";
import { byteLength } from "../binary/chunk.ts";
import type { Interfaces } from "../component/interfaces.ts";
import { type Exports, type FuncType, resourcesOf } from "../component/types.ts";
import { LinkError } from "../errors.ts";
import type { Selection } from "../compose/imported-interfaces.ts";
import type { Part } from "../compose/part.ts";
import type { Reexport } from "../compose/reexport.ts";
import type { Image } from "../image/image.ts";
import type { Plan } from "./plan.ts";
import type { FilesReport } from "../adapters/filesystem/report.ts";
import { providedBy, reexportsOf } from "./reexports.ts";
import type { Settings } from "./settings.ts";
import type { Denial } from "../shim/refusal.ts";
import { trapMessage } from "../shim/stubs.ts";

export interface Built {
  readonly parts: readonly Part[];
  readonly adapters: readonly Adapter[];
  readonly reexports: readonly Reexport[];
  readonly files: FilesReport | undefined;
  readonly warnings: readonly string[];
  /** Whether files say where bytes that are written go, instead of taking them: for a program in the part. */
  readonly placesWrites: boolean;
}

/** `handedOn` are interfaces of the host's of which every function is wrapped: jco has no exports that are imports. */
export function partsOf(
  imports: Exports,
  interfaces: Interfaces,
  plan: Plan,
  settings: Settings,
  handedOn: ReadonlySet<string>,
  { isForServer, isForProgram }: { readonly isForServer: boolean; readonly isForProgram: boolean },
): Built {
  const providerOf = (key: string): Provider => plan.providers.get(key) ?? "host";
  const provided = (provider: Provider): Selection => providedBy(provider, imports, providerOf);
  const warnings = new Map<string, readonly string[]>();
  const linked = new Map<string, LinkedAdapter>();
  const [denied, fromHost] = [provided("deny"), provided("host")];
  let named = 0;
  const newName = (): string => String(named++);
  const refusing = plan.cores.flatMap((core) =>
    [...provided(core.id)].flatMap(([key, names]) =>
      interfaces.pick(key, names).flatMap(([name, item]) => {
        const how = item.kind === "func" && core.refuses?.(interfaces.get(key)?.base ?? key, name);
        return item.kind === "func" && how ? [{ of: core.id, key, name, type: item.type, how }] : [];
      }),
    ),
  );
  const isDenying = denied.size > 0 || plan.deniedFunctions.length > 0 || refusing.length > 0;
  const [teller] = plan.cores.flatMap(({ id: of, teller: name }) => (isDenying && name !== undefined ? [{ of, name }] : []));
  const placing = (adapter: Adapter): Adapter => (isForProgram && canPlaceWrites(adapter) ? placingWrites(adapter) : adapter);
  const made = madeOf(plan, (id) => provided(id).size > 0 || id === teller?.of).map(placing);
  for (const adapter of borrowersFirst(made)) {
    const { id } = adapter;
    const provides = provided(id);
    const before = [...linked.values()];
    const toStubs = id === teller?.of ? { names: [teller.name], series: SERIES } : undefined;
    const lent = allLent([...before.flatMap(({ borrows }) => borrows.get(id) ?? []), ...(toStubs === undefined ? [] : [toStubs])]);
    if (provides.size === 0 && lent === undefined) continue;
    const others = new Set(before.flatMap(({ substitutes }) => substitutes.map((each) => `${each.key} ${each.name}`)));
    const shimmed = toShim({ fromHost, id, virtual: provides, handedOn, others }, plan, interfaces);
    const unknown = unknownFunctions(adapter, provides, interfaces);
    linked.set(id, linkAdapter(adapter, provides, { shimmed, unknown, denial: settings.deny }, newName, interfaces, lent));
    warnings.set(
      id,
      unknown.map(({ key, name }) => {
        const what = isKnown(key, name) ? "is not virtualized" : "is not known";
        return `\`${interfaces.get(key)?.name}\` \`${name}\` ${what}: it is denied`;
      }),
    );
  }
  const adapters = made.filter(({ id }) => linked.has(id));
  const denialOf = (key: string): Denial => plan.denials.get(key) ?? settings.deny;
  const textOf = (key: string): string => plan.denialTexts.get(key) ?? "";
  const telling = teller && {
    ...teller,
    isRefusal: (key: string): boolean => textOf(key) === BY_NAME || moduleOf(interfaces.get(key)?.base ?? key).denial === undefined,
    refused: refusing.flatMap(({ how, ...each }) => {
      const core = linked.get(each.of)?.coreExport(each.key, each.name);
      // What gives nothing has nothing to do when it has answered.
      if (core === undefined || core.postReturn !== undefined || core.callback !== undefined) return [];
      const label = `${interfaces.get(each.key)?.name}#${each.name}`;
      return [{ ...each, message: how === true ? trapMessage(label, textOf(each.key)) : `${label} ${how}`, exportName: core.name }];
    }),
  };
  const part = linkPart(
    adapters.flatMap(({ id }) => linked.get(id) ?? []),
    { interfaces: denied, denialOf, textOf, functions: plan.deniedFunctions, telling },
    interfaces,
    isForServer,
    newName,
  );
  const parts = part === undefined ? [] : [part];
  return {
    parts,
    adapters,
    files: adapters.find(({ files }) => files !== undefined)?.files,
    warnings: plan.cores.flatMap(({ id }) => warnings.get(id) ?? []),
    reexports: reexportsOf(parts, imports, interfaces, providerOf),
    placesWrites: isForProgram && adapters.some(canPlaceWrites),
  };
}

function allLent(lent: readonly Lent[]): Lent | undefined {
  const [first] = lent;
  return first && { ...first, names: [...new Set(lent.flatMap(({ names }) => names))] };
}

const [FILES, WRITE, PLACED] = ["wasi:filesystem/types", "[method]descriptor.write", "placed"] as const;

/** Not where a handle may be the host's, which takes bytes. */
const canPlaceWrites = (adapter: Adapter): boolean =>
  adapter.core.exports.has(`${guestNameOf(wasiKey(FILES), WRITE)}__${PLACED}`) && !adapter.isShared(FILES, WRITE, SERIES);

const placingWrites = (adapter: Adapter): Adapter => ({
  ...adapter,
  variantsOf: (base, func, series) => [
    ...(base === FILES && func === WRITE && series === SERIES ? [PLACED] : []),
    ...adapter.variantsOf(base, func, series),
  ],
});

/** The adapters that provide anything, or may lend it to those: their images lie in one memory, one behind the other. */
function madeOf({ cores }: Plan, isProvider: (id: string) => boolean): readonly Adapter[] {
  const adapters: Adapter[] = [];
  const isLender = (id: string): boolean =>
    cores.some((each) => isProvider(each.id) && each.lenders?.includes(id)) ||
    adapters.some(({ lenders = {} }) => Object.values(lenders).includes(id));
  for (const { id, make } of cores.toSorted((left, right) => Number(right.isFirst ?? false) - Number(left.isFirst ?? false)))
    if (isProvider(id) || isLender(id)) adapters.push(make(alignedEnd(adapters.map(({ image }) => image))));
  return adapters;
}

/** What an adapter has to lend is known when those are linked that borrow it. */
function borrowersFirst(adapters: readonly Adapter[]): readonly Adapter[] {
  const found = new Set<Adapter>();
  const add = (adapter: Adapter): void => {
    for (const each of adapters) if (each !== adapter && Object.values(each.lenders ?? {}).includes(adapter.id)) add(each);
    found.add(adapter);
  };
  for (const each of adapters) add(each);
  return [...found];
}

interface Shimming {
  readonly fromHost: Selection;
  /** The adapter, and what it provides. */
  readonly id: string;
  readonly virtual: Selection;
  readonly handedOn: ReadonlySet<string>;
  /** What other adapters wrap, by key and name. */
  readonly others: ReadonlySet<string>;
}

/**
 * The host's functions that mention a resource which is virtual for the app, and those of what is handed on: these are handed on
 * by the first that has resources.
 * @throws LinkError for a function that mentions resources of several adapters
 */
function toShim(
  { fromHost, id, virtual, handedOn, others }: Shimming,
  { deniedFunctions, providers }: Plan,
  interfaces: Interfaces,
): readonly Shimmed[] {
  const isDenied = (key: string, name: string): boolean => deniedFunctions.some((each) => each.key === key && each.name === name);
  const hasResources = [...virtual].some(([key, names]) =>
    interfaces.pick(key, names).some(([, item]) => item.kind === "type" && typeof item.type === "object" && item.type.kind === "resource"),
  );
  /** The adapters whose resources a function mentions. */
  const mentioned = (type: FuncType): ReadonlySet<Provider> =>
    new Set([...resourcesOf(type)].map((each) => providers.get(interfaces.homeOf(each)?.key ?? "") ?? "host"));
  const isShimmed = (key: string, name: string, type: FuncType): boolean => {
    const owners = [...mentioned(type)].filter((each) => each !== "host" && each !== "deny");
    if (owners.includes(id) && owners.length > 1)
      throw new LinkError(
        `\`${interfaces.get(key)?.name ?? key}\` \`${name}\` of the host mentions resources of the adapters ${owners.map((each) => `\`${each}\``).join(" and ")}: no function can be handed on that mentions both`,
      );
    return owners.includes(id) || (owners.length === 0 && hasResources && handedOn.has(key) && !others.has(`${key} ${name}`));
  };
  return [...fromHost].flatMap(([key, names]) =>
    interfaces
      .pick(key, names)
      .flatMap(([name, item]) =>
        item.kind === "func" && !isDenied(key, name) && isShimmed(key, name, item.type) ? [{ key, name, type: item.type }] : [],
      ),
  );
}

export const imageBytes = (image: Image): number => image.segments.reduce((sum, { chunks }) => sum + byteLength(chunks), 0);
