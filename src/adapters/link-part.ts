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
import type { Interfaces } from "../component/interfaces.ts";
import type { Resource } from "../component/types.ts";
import { joined, type MemoryModule, moduleName, type Part } from "../compose/part.ts";
import type { Image } from "../image/image.ts";
import { IMAGE_BASE } from "../image/layout.ts";
import { memoryModule } from "../image/memory-module.ts";
import { copiesLater, type Denied, type StubPart, stubPart } from "../shim/stubs.ts";
import type { LinkedAdapter } from "./link.ts";

/** Of a part of several. */
const ID = "wasi";

/**
 * `undefined` where nothing is provided and nothing denied. The images of `adapters` lie one after the other; `isKept` is
 * for memoryModule.
 */
export function linkPart(adapters: readonly LinkedAdapter[], denied: Denied, interfaces: Interfaces, isKept: boolean): Part | undefined {
  if (adapters.length === 0 && !copiesLater(denied, interfaces)) return stubPart(denied, interfaces);
  const constantsAt = alignedEnd(adapters.map(({ adapter }) => adapter.image));
  const provides = new Set(adapters.flatMap((each) => [...each.provides.keys()]));
  const stubs = stubPart(denied, interfaces, { constantsAt, provides });
  const isLender = ({ id: lender }: LinkedAdapter): boolean => adapters.some(({ borrows }) => borrows.has(lender));
  const ordered = [...adapters.filter(isLender), ...adapters.filter((each) => !isLender(each))];
  const parts = [...ordered, ...(stubs === undefined ? [] : [stubs])];
  const [only] = parts;
  const id = parts.length === 1 && only !== undefined ? only.id : ID;
  return joined(id, parts, memoryOf(id, adapters, constantsAt, stubs, isKept));
}

/** The first address behind images that is free for another. */
export function alignedEnd(images: readonly Image[]): number {
  return Math.ceil(Math.max(IMAGE_BASE, ...images.map(({ end }) => end)) / 16) * 16;
}

function memoryOf(
  id: string,
  adapters: readonly LinkedAdapter[],
  constantsAt: number,
  stubs: StubPart | undefined,
  isKept: boolean,
): MemoryModule {
  const constants = stubs?.constants ?? new Uint8Array();
  const destructors: readonly Resource[] = adapters.flatMap((each) => each.destructors);
  const image: Image = {
    segments: [...adapters.flatMap(({ adapter }) => adapter.image.segments), { address: constantsAt, chunks: [constants] }],
    end: constantsAt + constants.length,
  };
  return {
    bytes: memoryModule(image, {
      name: moduleName(id, "memory"),
      destructorCount: destructors.length,
      frozenClock: adapters.find(({ adapter }) => adapter.frozenClock !== undefined)?.adapter.frozenClock,
      isKept,
    }),
    destructors: new Map(destructors.map((resource, i) => [resource, String(i)])),
  };
}
