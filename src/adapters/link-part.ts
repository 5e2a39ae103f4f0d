/**
 * One part of all that an output needs: adapters, and stubs for what is denied. Each of them keeps the core modules that
 * it has, with the functions of the host's that its own code calls; what they share is the memory, which costs more at
 * each instantiation than all modules together:
 *
 *   16      headers of the images
 *   2048    image of the io adapter
 *   behind  image of the environment adapter
 *   behind  what stubs answer with
 *   behind  the arena, and whatever grows
 */
import type { Assembler, ModuleItem } from "../binary/assembler.ts";
import type { Interfaces } from "../component/interfaces.ts";
import type { Resource } from "../component/types.ts";
import { type CoreImport, joined, type LinkedModule, memoryName, type Part, type PartModule } from "../compose/part.ts";
import type { Image } from "../image/image.ts";
import { IMAGE_BASE } from "../image/layout.ts";
import { memoryModule } from "../image/memory-module.ts";
import { copiesLater, type Denied, stubPart } from "../shim/stubs.ts";
import { EXIT_STATUS } from "../shim/exit-stub.ts";
import type { LinkedAdapter } from "./link.ts";

/** Of a part of several. */
const ID = "wasi";

/**
 * `undefined` where nothing is provided and nothing denied. The images of `adapters` lie one after the other; `isKept` is
 * for memoryModule, and `newName` gives names of the exports of that.
 */
export function linkPart(
  adapters: readonly LinkedAdapter[],
  denied: Denied,
  interfaces: Interfaces,
  isKept: boolean,
  newName: () => string = counter(),
): Part | undefined {
  if (adapters.length === 0 && !copiesLater(denied, interfaces)) {
    return stubPart(denied, interfaces);
  }
  const constantsAt = alignedEnd(adapters.map(({ adapter }) => adapter.image));
  const provides = new Set(adapters.flatMap((each) => [...each.provides.keys()]));
  const stubs = stubPart(denied, interfaces, { constantsAt, provides });
  const parts = [...lendersFirst(adapters), ...(stubs === undefined ? [] : [stubs])];
  const [only] = parts;
  const id = parts.length === 1 && only !== undefined ? only.id : ID;
  const destructors = new Map(adapters.flatMap((each) => [...each.destructors]));
  const isOwn = (resource: Resource): boolean => {
    const { key = "" } = interfaces.homeOf(resource) ?? {};
    return (provides.has(key) || denied.interfaces.has(key)) && !destructors.has(resource);
  };
  const taken = parts.flatMap(({ modules }) => modules.filter((each) => canBeTakenIn(each, modules, isOwn)));
  const names = new Map(taken.map((each) => [each, renaming(newName)]));
  const constants = stubs?.constants ?? new Uint8Array();
  const image: Image = {
    segments: [...adapters.flatMap(({ adapter }) => adapter.image.segments), { address: constantsAt, chunks: [constants] }],
    end: constantsAt + constants.length,
  };
  // What it imports, if anything, is theirs.
  const withDestructors = adapters.filter((each) => each.destructors.size > 0);
  const imports: Pick<PartModule, "id" | "imports">[] = [];
  const bytes = memoryModule(image, {
    name: memoryName(
      withDestructors.length === 1 ? withDestructors[0]!.id : id,
      taken.map((each) => each.id),
    ),
    frozenClock: adapters.find(({ adapter }) => adapter.frozenClock !== undefined)?.adapter.frozenClock,
    isKept,
    hasEvenBlocks: adapters.some(({ adapter }) => adapter.hasEvenBlocks),
    add(module, own) {
      const newField = counter();
      for (const each of adapters) imports.push({ id: each.id, imports: each.addToMemory(module, own, newField) });
      for (const [each, renamed] of names) imports.push({ id: each.id, imports: takeIn(module, each, renamed, own, newField) });
    },
  });
  return joined(id, parts, { bytes, imports, destructors }, names);
}

/** What an adapter borrows has to be there before it. */
function lendersFirst(adapters: readonly LinkedAdapter[]): readonly LinkedAdapter[] {
  const found = new Set<LinkedAdapter>();
  const add = (adapter: LinkedAdapter): void => {
    for (const each of adapters) if (adapter.borrows.has(each.id)) add(each);
    found.add(adapter);
  };
  for (const each of adapters) add(each);
  return [...found];
}

/**
 * Whether the module that has the memory can have all of another one in it: that saves a core instance. What calls the host stays
 * by itself, so that nothing else gets its functions, and so does what uses resources whose destructors are in the memory's module.
 */
function canBeTakenIn(module: LinkedModule, ofPart: readonly LinkedModule[], isOwn: (resource: Resource) => boolean): boolean {
  const isMain = ofPart.some(({ mainAs }, i) => mainAs !== undefined && ofPart[i - 1] === module);
  const isHarmless = (each: CoreImport): boolean =>
    (each.kind === "resource.new" || each.kind === "resource.rep" || (each.kind === "resource.drop" && each.view === "given")) &&
    isOwn(each.resource);
  return module.mainAs === undefined && !isMain && module.imports.every(isHarmless);
}

function takeIn(
  into: Assembler,
  { module, imports, memoryAs }: LinkedModule,
  renamed: (name: string) => string,
  own: ReadonlyMap<string, ModuleItem>,
  newField: () => string,
): readonly CoreImport[] {
  const fields = new Map(imports.map(({ field }) => [field, newField()]));
  const imported = (from: string, field: string): ModuleItem | string => {
    const found = from === memoryAs ? own.get(field) : fields.get(field);
    if (found === undefined) throw new Error(`nobody supplies \`${from}\` \`${field}\``);
    return found;
  };
  into.absorb(module, imported, renamed);
  return imports.map((each) => ({ ...each, field: fields.get(each.field) ?? each.field }));
}

/** A new name for each export, the same each time, but for what `wasi-nest run` looks for. */
function renaming(newName: () => string): (name: string) => string {
  const known = new Map([[EXIT_STATUS, EXIT_STATUS]]);
  return (name) => {
    const found = known.get(name) ?? newName();
    known.set(name, found);
    return found;
  };
}

function counter(): () => string {
  let count = 0;
  return () => String(count++);
}

/** The first address behind images that is free for another. */
export function alignedEnd(images: readonly Image[]): number {
  return Math.ceil(Math.max(IMAGE_BASE, ...images.map(({ end }) => end)) / 16) * 16;
}
